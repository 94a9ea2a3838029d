// Password hashing: bcrypt ($2b$) through libxcrypt. Slow on purpose (cost 12: about 0.25 s): call it on the hash pool.
#pragma once

#include <string>
#include <string_view>

#include "base/random.h"
#include "base/result.h"

namespace rt::crypto {

// bcrypt reads 72 bytes; longer passwords are refused by the caller, never cut.
inline constexpr std::size_t kPasswordBytesMax = 72;
inline constexpr int kBcryptCostDefault = 12;

Result<std::string> HashPassword(std::string_view password, int cost, Random& random);
// Constant time over the hash. false for a malformed hash.
bool VerifyPassword(std::string_view password, const std::string& hash);
// true if the hash is of another scheme or a lower cost.
bool NeedsRehash(std::string_view hash, int cost);

}  // namespace rt::crypto
