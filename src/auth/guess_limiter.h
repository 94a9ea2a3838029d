// Growing delays against password guessing, kept in LMDB so that a restart does not forget them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "auth/domain/guessing.h"
#include "base/clock.h"
#include "base/result.h"
#include "storage/kv/store.h"

namespace rt::auth {

// Thread-safe. Accounts are counted by the name that was typed, whether or not there is one.
class GuessLimiter {
  public:
    GuessLimiter(storage::kv::Store& kv, const base::Clock& clock) : kv_(kv), clock_(clock) {}

    // Counts one attempt, or TOO_MANY_REQUESTS with the time to wait (then nothing is counted). `client` is an address
    // without port; empty: none.
    Status Attempt(std::string_view login_name, std::string_view client);
    // The attempt was right: the account starts afresh, the address gets this one back.
    Status Forgive(std::string_view login_name, std::string_view client);

  private:
    struct Counter {
        const domain::GuessRule* rule;
        std::string key;
        bool shared;  // with other accounts
    };
    static std::vector<Counter> CountersOf(std::string_view login_name, std::string_view client);

    storage::kv::Store& kv_;
    const base::Clock& clock_;
};

}  // namespace rt::auth
