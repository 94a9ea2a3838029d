// Time-based one-time passwords: RFC 6238 with SHA-1, six digits, steps of 30 seconds; what every authenticator app
// does.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/random.h"

namespace rt::auth::totp {

inline constexpr std::int64_t kStepSeconds = 30;
inline constexpr int kDigits = 6;
// Steps before and after the present one that are taken, for clocks that are off and people who are slow.
inline constexpr std::int64_t kWindowSteps = 1;
inline constexpr std::size_t kSecretBytes = 20;  // RFC 4226 §4 R6

std::string NewSecret(Random& random);
std::int64_t StepAt(base::Time now);
// The six digits of a step. `digits` up to 8, for the vectors of the RFC.
std::string CodeAt(std::string_view secret, std::int64_t step, int digits = kDigits);
// The step that `code` belongs to: within the window and after `last_step`, which was used before. nullopt: none.
// The work does not depend on the code.
std::optional<std::int64_t> MatchingStep(std::string_view secret, std::string_view code, base::Time now,
                                         std::int64_t last_step);

// RFC 4648 §6, upper case, without padding.
std::string Base32(std::string_view bytes);
// "otpauth://totp/Issuer:account?secret=...&issuer=Issuer&algorithm=SHA1&digits=6&period=30".
std::string Uri(std::string_view issuer, std::string_view account, std::string_view secret);

}  // namespace rt::auth::totp
