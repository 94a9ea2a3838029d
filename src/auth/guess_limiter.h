// Growing delays against guessing, kept in LMDB so that a restart does not forget them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "auth/domain/guessing.h"
#include "base/clock.h"
#include "base/metrics.h"
#include "base/result.h"
#include "storage/kv/store.h"

namespace rt::auth {

// Thread-safe. `subject` is the account that is being guessed, or the name that was typed when there is none: both are
// counted alike. `client` is an address without port; empty: none.
class GuessLimiter {
  public:
    GuessLimiter(storage::kv::Store& kv, const base::Clock& clock, base::Metrics& metrics)
        : kv_(kv), clock_(clock), metrics_(metrics) {}

    // Counts one attempt, or TOO_MANY_REQUESTS with the time to wait (then nothing is counted).
    Status Attempt(domain::GuessKind kind, std::string_view subject, std::string_view client);
    // The attempt was right: the account starts afresh, the address gets this one back.
    Status Forgive(domain::GuessKind kind, std::string_view subject, std::string_view client);

    // Attempts against one account that failed of late; for administrators.
    struct Lock {
        domain::GuessKind kind = domain::GuessKind::kPassword;
        std::int64_t attempts = 0;
        std::int64_t wait_s = 0;  // 0: no delay now
        base::Time last;
    };
    Result<std::vector<Lock>> LocksOf(std::string_view subject) const;
    // Forgets them all.
    Status Unlock(std::string_view subject);

  private:
    struct Counter {
        const domain::GuessRule* rule;
        std::string key;
        bool shared;  // with other accounts
    };
    static std::vector<Counter> CountersOf(domain::GuessKind kind, std::string_view subject, std::string_view client);

    storage::kv::Store& kv_;
    const base::Clock& clock_;
    base::Metrics& metrics_;
};

// The part of an address that one person can change at will: an IPv6 host has at least a /64 to itself.
std::string AddressGroup(std::string_view client);

}  // namespace rt::auth
