// Passwords between people and bcrypt: one form, the same work whether or not there is an account.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "base/result.h"

namespace rt::auth {

// Slow on purpose: call it on the hash pool. Immutable; thread-safe.
class Passwords {
  public:
    // cost: crypto::kBcryptCostMin to kBcryptCostMax.
    Passwords(int cost, Random& random);

    // NFKC, so that one password typed on two keyboards is one (NIST SP 800-63B); bytes that are no UTF-8 stay.
    static std::string Normalise(std::string_view password);

    // Of a normalised password that passed domain::PasswordProblem.
    Result<std::string> Hash(std::string_view normalised) const;
    // `hash` empty: there is no account (or no password). Whatever the hash, a password that is not right takes the
    // work of one hash of the cost given above, unless the hash's own cost is higher.
    bool Verify(std::string_view normalised, const std::string& hash) const;
    bool NeedsRehash(std::string_view hash) const;

  private:
    int cost_;
    Random& random_;
    std::vector<std::string> nobodies_;  // by cost: well-formed hashes that no password is known for
};

}  // namespace rt::auth
