// The sealed columns of registration, for turning the field keys.
#pragma once

#include <vector>

#include "registration/privacy.h"
#include "storage/reseal/reseal.h"

namespace rt::registration {

// `privacy` must outlive the rows.
std::vector<storage::reseal::Column> SealedColumns(const Privacy& privacy);

}  // namespace rt::registration
