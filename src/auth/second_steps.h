// The second step of an account: TOTP and recovery codes. Setting up, proving, taking away; every change is one commit
// with its audit row.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/accounts.h"
#include "auth/audit.h"
#include "auth/second_step_store.h"
#include "base/random.h"
#include "crypto/vault.h"

namespace rt::auth {

inline constexpr std::size_t kRecoveryCodes = 10;

// Where a sealed secret belongs.
std::string TotpContext(UserId user);

enum class StepMethod : std::uint8_t { kTotp, kRecovery };

// What an authenticator app needs.
struct Enrolment {
    std::string secret;  // base32
    std::string uri;     // otpauth://, for a QR code
};

// Thread-safe. Counting guesses is the caller's.
class SecondSteps {
  public:
    struct Parts {
        storage::sql::Database& db;
        Accounts& accounts;
        const crypto::Vault& vault;
        const storage::audit::Trail& audit;
        const base::Clock& clock;
        Random& random;
        std::string issuer;  // shown in authenticator apps
    };
    explicit SecondSteps(Parts parts) : parts_(std::move(parts)) {}

    // A new secret that waits for its confirmation. INVALID_STATE when there is a confirmed one.
    Result<Enrolment> Enrol(const User& user) const;
    // A code of the new secret: from now on it is asked for. The recovery codes are shown this once.
    // BAD_CODE; INVALID_STATE when nothing waits for a confirmation.
    Result<std::vector<std::string>> Confirm(UserId user, std::string_view code, const Actor& actor,
                                             const std::optional<Message>& told = std::nullopt) const;

    // What a code says, to be used up in a commit. BAD_CODE for one that cannot be right.
    struct Proof {
        StepMethod method = StepMethod::kTotp;
        std::int64_t step = 0;
        std::string recovery_hash;
    };
    Result<Proof> Check(UserId user, StepMethod method, std::string_view code) const;
    // Uses it up: of two that come at once, one gets BAD_CODE.
    static Status SpendIn(storage::sql::Writer& writer, UserId user, const Proof& proof, base::Time now);

    // In place of the old ones; `told` goes out in the same commit. BAD_CODE.
    Result<std::vector<std::string>> NewRecoveryCodes(UserId user, const Proof& proof, const Actor& actor,
                                                      const std::vector<Message>& told = {}) const;
    // By its owner; `told` goes out in the same commit. BAD_CODE.
    Status Disable(UserId user, const Proof& proof, const Actor& actor,
                   const std::optional<Message>& told = std::nullopt) const;
    // By an administrator, for who has lost it; ends all sessions. INVALID_STATE when there is none.
    Status Reset(UserId user, const Actor& actor) const;

  private:
    struct NewCodes {
        std::vector<std::string> shown;
        std::vector<std::string> hashes;
    };
    NewCodes MakeRecoveryCodes(UserId user) const;
    std::string RecoveryHash(UserId user, std::string_view normalised) const;

    Parts parts_;
};

}  // namespace rt::auth
