// The check of a whole database through a fixed view, so that it neither blocks writes nor is interrupted.
#pragma once

#include "base/result.h"
#include "storage/sql/database.h"

namespace rt::storage::sql {

// Reads everything; INTERNAL with the first thing that is wrong: damage, or rows whose parent is gone.
Status CheckWhole(Snapshot& snapshot);

}  // namespace rt::storage::sql
