// The check of the stores of a stopped server.
#pragma once

#include <string>

#include "base/result.h"

namespace rt::storage::kv {

// Reads every key of both environments of Options::directory. READ_ONLY: a file is damaged. One that is not there is
// sound.
Status CheckWhole(const std::string& directory);

}  // namespace rt::storage::kv
