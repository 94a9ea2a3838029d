// Accounts as administrators and the command line handle them. Every change is one commit with its audit row and is
// effective at once: tokens and sessions it voids are refused from the moment the call returns.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "auth/access_control.h"
#include "auth/audit.h"
#include "auth/messages.h"
#include "auth/passwords.h"
#include "auth/revocations.h"
#include "auth/session_store.h"
#include "auth/sign_in.h"
#include "auth/user.h"
#include "auth/user_store.h"
#include "base/clock.h"
#include "base/ids.h"
#include "base/random.h"
#include "storage/sql/database.h"

namespace rt::auth {

struct NewUser {
    std::string login_name;  // as typed
    std::string password;    // as typed
    std::string display_name;
    Role role = Role::kUser;
    base::Locale locale = base::Locale::kZhCn;
};

struct UserEdit {
    std::optional<std::string> display_name;
    std::optional<Role> role;
    std::optional<UserStatus> status;  // kActive or kLocked
    std::optional<base::Locale> locale;
};

struct UserPage {
    std::vector<User> users;
    std::string next;  // for Filter::after; empty at the end
};

// Thread-safe. What hashes takes a quarter of a second of CPU: the hash pool. The rest waits for the store.
class Accounts {
  public:
    struct Parts {
        storage::sql::Database& db;
        SessionStore& sessions;
        Revocations& revocations;
        AccessControl& access;
        const storage::audit::Trail& audit;
        const Passwords& passwords;
        const base::Clock& clock;
        Random& random;
        IdGenerator& ids;
        std::string site_name{};  // no password is made of it
    };
    explicit Accounts(Parts parts) : parts_(std::move(parts)) {}

    // Hashes. VALIDATION_FAILED by field, ALREADY_EXISTS for the login name.
    Result<User> Create(const NewUser& wanted, const Actor& actor);
    // Hashes. The checked user of `wanted`, not yet stored: for Create() and the set-up link.
    Result<User> Prepare(const NewUser& wanted);
    Status InsertIn(storage::sql::Writer& writer, const User& user, const Actor& actor);

    Result<User> Get(UserId id);
    Result<User> GetByPublicId(std::string_view public_id);
    Result<User> GetByLoginName(std::string_view as_typed);
    // As an operator names somebody: by public id, which not everybody can choose and so goes first, or login name.
    Result<User> GetNamed(std::string_view id_or_login_name);
    // Any account there ever was, deleted ones too: what the audit log tells of. nullopt: there is none.
    Result<std::optional<User>> Recall(UserId id);
    Result<std::optional<User>> Recall(std::string_view public_id);
    Result<UserPage> List(store::Filter filter);
    Result<std::int64_t> Count();
    Result<std::int64_t> CountActive(base::Time since);

    // PRECONDITION_FAILED unless `rev` is the current one; nullopt: whatever it is (command line). A role or status
    // that changes voids access tokens, a lock also ends the sessions. INVALID_STATE for the last active administrator.
    Result<User> Edit(UserId id, std::optional<std::int64_t> rev, const UserEdit& edit, const Actor& actor);
    // Hashes. Ends all sessions. `current`: what must still be the hash (own change); empty: any (administrator).
    // `told` is added in the same commit, API tokens are revoked in it; what remembers them is told by the caller.
    Result<User> SetPassword(UserId id, std::string_view password, const std::string& current, const Actor& actor,
                             const std::optional<Message>& told = std::nullopt, ApiTokens tokens = ApiTokens::kKeep);
    // Any other change of an account: `change` edits the copy and may write what belongs to it, in one commit with the
    // row and its audit row. `action` has static storage.
    Result<User> Change(UserId id, std::string_view action, const Actor& actor,
                        const std::function<Status(storage::sql::Writer&, User&)>& change);
    // An account without a password, for a proved identity; not yet stored. An empty display name is made up.
    User PrepareProved(std::string display_name, base::Locale locale);
    // Ends all sessions and voids all access tokens. API tokens as above.
    Status SignOutEverywhere(UserId id, const Actor& actor, ApiTokens tokens = ApiTokens::kKeep);

  private:
    void Enforce(const User& before, const User& after);

    Parts parts_;
};

}  // namespace rt::auth
