// Signing in, staying signed in, signing out; and the one object that owns auth.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/access_token.h"
#include "auth/accounts.h"
#include "auth/audit.h"
#include "auth/authenticator.h"
#include "auth/guess_limiter.h"
#include "auth/passwords.h"
#include "auth/revocations.h"
#include "auth/session_store.h"
#include "base/log.h"
#include "base/metrics.h"

namespace rt::auth {

struct Options {
    std::vector<std::string> jwt_secrets;  // newest first (auth/keys.h)
    int bcrypt_cost = 12;
    std::int64_t access_ttl_s = 900;
    std::int64_t refresh_ttl_s = 30 * 86'400;
    bool registration_open = true;  // may anybody make an account?
};

// Where a request comes from and what holds the refresh token.
struct Caller {
    Actor actor;
    domain::ClientKind kind = domain::ClientKind::kNative;
    std::string device;  // User-Agent
};

// What a client gets when it has signed in or renewed.
struct SignedIn {
    std::string access_token;
    std::int64_t expires_in_s = 0;
    std::string refresh_token;
    std::int64_t refresh_expires_in_s = 0;
    User user;
};

// Thread-safe.
class Service {
  public:
    struct Parts {
        storage::sql::Database& db;
        storage::kv::Store& kv;
        const storage::audit::Trail& audit;
        const base::Clock& clock;
        Random& random;
        IdGenerator& ids;
        base::Log& log;
        base::Metrics& metrics;
    };
    // Reads what is still revoked from the stores.
    static Result<std::unique_ptr<Service>> Create(Options options, Parts parts);

    // Hashes. FORBIDDEN when registration is closed.
    Result<SignedIn> Register(const NewUser& wanted, const Caller& caller);
    // Hashes, always once. BAD_CREDENTIALS; TOO_MANY_REQUESTS with retry_after_s; FORBIDDEN for a locked account when
    // the password was right.
    Result<SignedIn> SignIn(std::string_view login_name, std::string_view password, const Caller& caller);
    // UNAUTHENTICATED for an unknown token, TOKEN_EXPIRED for a lapsed one, TOKEN_REUSED for a spent one (which ends
    // the session), CONFLICT when another tab of the same browser has just renewed (nothing is lost: repeat once).
    Result<SignedIn> Renew(std::string_view refresh_token, const Caller& caller);
    // Ends the session of this token; Ok for a token that is not good.
    Status SignOut(std::string_view refresh_token, const Caller& caller);
    // Hashes twice. A new session takes the place of all others. BAD_CREDENTIALS as SignIn.
    Result<SignedIn> ChangePassword(UserId user, std::string_view current, std::string_view password,
                                    const Caller& caller);

    // A token for the page that makes the first administrator; replaces an older one. nullopt when there is one
    // already.
    Result<std::optional<std::string>> NewSetupToken();
    // Hashes. INVALID_STATE when there is an administrator, INVITE_EXPIRED for a token that is not the current one.
    Result<SignedIn> SetUp(std::string_view token, const NewUser& wanted, const Caller& caller);

    // Takes over what another process changed in the stores, and forgets what has lapsed. Once a second.
    Status Reload();

    Accounts& accounts() { return accounts_; }
    Authenticator& authenticator() { return authenticator_; }
    const Options& options() const { return options_; }

  private:
    Service(Options options, AccessTokens tokens, Parts parts);
    Result<SignedIn> Open(const User& user, const Caller& caller);
    Status ReloadEpochs(base::Time now);
    SignedIn Issue(const User& user, const domain::Session& session, std::string refresh_token);
    Result<User> VerifiedUser(std::string_view login_name, std::string_view password, const Caller& caller);
    Result<User> AdmitIn(storage::sql::Writer& writer, const User& seen, const std::string& new_hash,
                         const Caller& caller, base::Time now);
    Status Judge(const SessionStore::Rotation& rotation, const Caller& caller);
    Result<User> UserOf(const domain::Session& session);
    void NoteActive(const User& user, base::Time now);

    const Options options_;
    Parts parts_;
    const AccessTokens tokens_;
    Revocations revocations_;
    SessionStore sessions_;
    GuessLimiter guesses_;
    const Passwords passwords_;
    Accounts accounts_;
    Authenticator authenticator_;
    std::atomic<std::int64_t> generation_{0};
    std::atomic<std::int64_t> data_version_{-1};  // of SQLite when the epochs were read
};

// Voids every token and session ever given out: after a restore. Works on a stopped server's store.
Status EndEverySession(storage::sql::Database& db, base::Time now);

}  // namespace rt::auth
