// Six digits sent to an address: made, counted, presented. Kept hashed in LMDB (durable): a restart forgets neither a
// code nor how many were sent.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "auth/domain/contact.h"
#include "auth/user.h"
#include "base/clock.h"
#include "base/metrics.h"
#include "base/random.h"
#include "base/result.h"
#include "crypto/vault.h"
#include "storage/kv/store.h"

namespace rt::auth {

enum class CodePurpose : std::uint8_t { kSignIn, kRegister, kReset, kVerify, kChange, kConfirm };
// "sign-in", "register", "reset", "verify", "change", "confirm".
std::string_view Name(CodePurpose purpose);

inline constexpr std::int64_t kCodeTtlSeconds = 600;
inline constexpr std::int64_t kCodeResendSeconds = 60;
inline constexpr std::int64_t kCodeTriesMax = 5;
inline constexpr std::int64_t kCodesPerTargetHour = 5;

// What a code is for: nobody can use a code of one purpose, address or user for another. One for kConfirm shows who is
// signed in, whichever of his addresses it came to.
struct CodeSubject {
    CodePurpose purpose = CodePurpose::kSignIn;
    domain::Contact contact;
    UserId user{};  // who is signed in while asking; 0: nobody
};

// Thread-safe.
class OneTimeCodes {
  public:
    struct Limits {
        std::int64_t per_target_day = 10;
        std::int64_t per_address_hour = 20;  // IPv6: of a /64
        std::int64_t per_hour = 2'000;       // in all
    };
    struct Parts {
        storage::kv::Store& kv;
        const crypto::Vault& vault;
        const base::Clock& clock;
        Random& random;
        base::Metrics& metrics;
    };
    OneTimeCodes(Parts parts, Limits limits) : parts_(parts), limits_(limits) {}

    struct Made {
        std::string code;
        base::Time expires;
    };
    // A new code, which voids an earlier one for the same subject. Counted, whoever the address belongs to, in the same
    // commit: TOO_MANY_REQUESTS with the time to wait when a limit is reached.
    Result<Made> Make(const CodeSubject& subject, std::string_view client);
    // Uses the code up. BAD_CODE for a wrong one (the fifth voids the code), a used, a late one, or none. Of any number
    // that present it at once, one succeeds.
    Status Take(const CodeSubject& subject, std::string_view code);

  private:
    struct Window;
    std::string KeyOf(const CodeSubject& subject) const;
    std::string HashOf(const std::string& key, std::string_view code) const;
    Status Count(storage::kv::Batch& batch, const CodeSubject& subject, std::string_view client, base::Time now) const;

    Parts parts_;
    const Limits limits_;
};

}  // namespace rt::auth
