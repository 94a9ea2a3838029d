// Keys of the data folder: 32 random bytes a file, made at the first start, mode 0600.
#pragma once

#include <string>

#include "base/random.h"
#include "base/result.h"

namespace rt::app {

inline constexpr std::size_t kKeyBytes = 32;

// The key at `path`, made if there is none; of two processes that start at once, both get the same. INVALID_STATE when
// others may read the file or it is not kKeyBytes long.
Result<std::string> LoadOrCreateKey(const std::string& path, Random& random);

}  // namespace rt::app
