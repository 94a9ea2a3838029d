// Sign-ins whose first step was right and whose second is awaited. The client holds a token; what it stands for lies in
// LMDB (durable) under the token's hash.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "auth/domain/session.h"
#include "auth/user.h"
#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "storage/kv/store.h"

namespace rt::auth {

inline constexpr std::int64_t kSecondStepSeconds = 300;
inline constexpr std::int64_t kSecondStepTriesMax = 5;

struct PendingSignIn {
    UserId user;
    std::int64_t session_epoch = 0;  // a later one voids it
    std::int64_t generation = 0;     // so does a restore
    domain::ClientKind client = domain::ClientKind::kNative;
    std::string method;  // of the first step
    bool enrol = false;  // there is no second step yet: it must be set up now
    std::int64_t tries = 0;
    base::Time expires;
};

// Thread-safe.
class PendingSignIns {
  public:
    PendingSignIns(storage::kv::Store& kv, const base::Clock& clock, Random& random)
        : kv_(kv), clock_(clock), random_(random) {}

    // The token for the client. Fills `expires`.
    Result<std::string> Begin(PendingSignIn pending);
    // What the token stands for. UNAUTHENTICATED: none, late, or tried too often.
    Result<PendingSignIn> Look(std::string_view token) const;
    // The same, and counts a try in the same commit: the sixth finds nothing.
    Result<PendingSignIn> Try(std::string_view token);
    // Uses it up: of two at once, one gets true.
    Result<bool> Take(std::string_view token);

  private:
    storage::kv::Store& kv_;
    const base::Clock& clock_;
    Random& random_;
};

}  // namespace rt::auth
