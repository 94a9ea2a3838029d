// Growing delays against guessing, kept in LMDB so that a restart does not forget them.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "auth/domain/guessing.h"
#include "base/clock.h"
#include "base/metrics.h"
#include "base/result.h"
#include "storage/kv/store.h"

namespace rt::auth {

// What an attempt is counted against. `subject` is what was typed, in one form, whether or not somebody has it: so all
// spellings of a name are delayed alike, with an account and without. `account` counts as well, so that an account with
// three names is not guessed at three times as often.
struct Guessed {
    std::string subject;        // from everywhere, and from one address
    std::string account{};      // from everywhere; empty: nobody's
    bool known_device = false;  // then what is counted from everywhere causes no delay
};

// Thread-safe. `client` is an address without port; empty: none.
class GuessLimiter {
  public:
    GuessLimiter(storage::kv::Store& kv, const base::Clock& clock, base::Metrics& metrics)
        : kv_(kv), clock_(clock), metrics_(metrics) {}

    // Counts one attempt, or TOO_MANY_REQUESTS with the time to wait (then nothing is counted).
    Status Attempt(domain::GuessKind kind, const Guessed& guessed, std::string_view client);
    Status Attempt(domain::GuessKind kind, const std::string& subject, std::string_view client) {
        return Attempt(kind, Guessed{subject}, client);
    }
    // The attempt was right: the account starts afresh, the address gets this one back.
    Status Forgive(domain::GuessKind kind, const Guessed& guessed, std::string_view client);
    Status Forgive(domain::GuessKind kind, const std::string& subject, std::string_view client) {
        return Forgive(kind, Guessed{subject}, client);
    }

    // Attempts against one account, by all its subjects, that failed of late; for administrators.
    struct Lock {
        domain::GuessKind kind = domain::GuessKind::kPassword;
        std::int64_t attempts = 0;
        std::int64_t wait_s = 0;  // 0: no delay now
        base::Time last;
    };
    Result<std::vector<Lock>> LocksOf(const std::vector<std::string>& subjects) const;
    // Forgets those of `kinds`.
    Status Unlock(const std::vector<std::string>& subjects,
                  std::span<const domain::GuessKind> kinds = domain::kGuessKinds);

    // Addresses from which too many attempts against any accounts failed; everybody behind one waits.
    struct AddressLock {
        std::string id;       // names it below; hex
        std::string address;  // IPv6: its /64
        std::int64_t attempts = 0;
        std::int64_t wait_s = 0;
        base::Time last;
    };
    static constexpr std::size_t kAddressLocksMax = 500;  // of one list: those that wait longest
    Result<std::vector<AddressLock>> LockedAddresses() const;
    // Forgets what failed from there, and says where that is. NOT_FOUND.
    Result<std::string> UnlockAddress(std::string_view id);

  private:
    struct Counter {
        const domain::GuessRule* rule;
        std::string key;
        bool shared;  // with other accounts
        bool delays = true;
        std::string address{};  // of a shared one
    };
    static std::vector<Counter> CountersOf(domain::GuessKind kind, const Guessed& guessed, std::string_view client);
    static std::string ValueOf(const Counter& counter, const domain::GuessCount& count);

    storage::kv::Store& kv_;
    const base::Clock& clock_;
    base::Metrics& metrics_;
};

// The part of an address that one person can change at will: an IPv6 host has at least a /64 to itself.
std::string AddressGroup(std::string_view client);

}  // namespace rt::auth
