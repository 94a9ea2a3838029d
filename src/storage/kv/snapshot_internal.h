// Private to kv/.
#pragma once

#include <memory>

#include "storage/kv/environment_internal.h"

namespace rt::storage::kv {

// Takes over the read transaction.
std::unique_ptr<Snapshot> MakeSnapshot(Environment& environment, MDB_txn* txn, const Tables& tables);

}  // namespace rt::storage::kv
