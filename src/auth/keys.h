// The keys that sign access tokens: the file `keys/jwt.key`, one a line.
//   HS256 <secret> <unix seconds it signs from>
//   EdDSA <base64url of the seed> <unix seconds it signs from>
//   <secret>                        an HS256 secret that signs from the beginning (the form of earlier versions)
// A new key is in the file for a while before it signs, so that every process, and whoever reads the published keys,
// knows it by then; an old one stays until the last token it signed has lapsed.
#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "crypto/jwt.h"

namespace rt::auth {

struct SigningKey {
    crypto::JwtAlgorithm algorithm = crypto::JwtAlgorithm::kHs256;
    std::string material;  // as crypto::JwtKey::Make wants it
    base::Time signs_from;
    bool operator==(const SigningKey&) const = default;
};

// How long a new key is known before it signs.
inline constexpr std::int64_t kHs256AheadMicros = 10 * base::kMicrosPerSecond;
inline constexpr std::int64_t kEdDsaAheadMicros = 6 * base::kMicrosPerMinute;  // the published keys are cached for five
// How long a key verifies after another took its place: longer than any access token lives.
inline constexpr std::int64_t kKeyOverlapMicros = base::kMicrosPerDay + base::kMicrosPerHour;

// The keys of the folder, in order of the file; the first start makes the file (0600), and a key of `algorithm` where
// there is none. Two processes that start at once agree. VALIDATION_FAILED for a line that is no key, INVALID_STATE
// when others can read the file.
Result<std::vector<SigningKey>> LoadOrCreateSigningKeys(const std::string& folder, crypto::JwtAlgorithm algorithm,
                                                        Random& random, base::Time now);
// As above; makes nothing.
Result<std::vector<SigningKey>> LoadSigningKeys(const std::string& folder);

// kGentle: the new key signs after a while, the old ones go on verifying. kAtOnce: for a key that got out; all tokens
// signed so far are refused from now on.
enum class Rotation : std::uint8_t { kGentle, kAtOnce };
// Adds a key and drops those that can have signed nothing that lives. Returns the new one.
Result<SigningKey> RotateSigningKey(const std::string& folder, crypto::JwtAlgorithm algorithm, Rotation rotation,
                                    Random& random, base::Time now);

}  // namespace rt::auth
