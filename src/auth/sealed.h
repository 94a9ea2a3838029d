// The sealed columns of auth, for turning the field keys.
#pragma once

#include <memory>
#include <vector>

#include "crypto/field_ring.h"
#include "storage/reseal/reseal.h"

namespace rt::auth {

// `random` must outlive the rows.
std::vector<storage::reseal::Column> SealedColumns(const std::shared_ptr<const crypto::FieldRing>& ring,
                                                   Random& random);

}  // namespace rt::auth
