// What values must be beyond their types, and what goes together. Pure.
#pragma once

#include <vector>

#include "base/error.h"
#include "config/loader.h"

namespace rt::config {

// Every mistake, each at the place its value comes from.
std::vector<base::FieldError> CheckMeaning(const Loaded& loaded);

}  // namespace rt::config
