// Password hashing: bcrypt ($2b$) through libxcrypt. Slow on purpose (cost 12: about 0.25 s): call it on the hash pool.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/random.h"
#include "base/result.h"

namespace rt::crypto {

// bcrypt reads 72 bytes and stops at a NUL; what is longer or holds one is refused, never cut.
inline constexpr std::size_t kPasswordBytesMax = 72;
inline constexpr int kBcryptCostMin = 4;  // 4 is for tests
inline constexpr int kBcryptCostMax = 16;

// VALIDATION_FAILED for a password that bcrypt would cut.
Result<std::string> HashPassword(std::string_view password, int cost, Random& random);
// Constant time over the hash. false for a malformed hash and for a password that HashPassword refuses. Knows $2a$,
// $2b$ and $2y$.
bool VerifyPassword(std::string_view password, const std::string& hash);
// Of a hash that VerifyPassword works on; nullopt for one that it refuses at once.
std::optional<int> BcryptCost(std::string_view hash);
// true if the hash is of another scheme or a lower cost.
bool NeedsRehash(std::string_view hash, int cost);

}  // namespace rt::crypto
