// Giving and taking roles. Nobody gives, changes or takes more than he holds himself. Every change is one commit with
// its audit row and holds at once.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/access_control.h"
#include "auth/audit.h"
#include "auth/grant_store.h"
#include "auth/revocations.h"
#include "base/ids.h"
#include "base/random.h"

namespace rt::auth {

// What the services of access work with; all outlive them.
struct AccessParts {
    storage::sql::Database& db;
    AccessControl& access;
    const storage::audit::Trail& audit;
    const base::Clock& clock;
    Random& random;
    IdGenerator& ids;
    Revocations& revocations;
    bool staff_second_step = false;  // Options::staff_second_step
};

// Who gives or takes, and what he holds in the place concerned (member.manage among it).
struct Granter {
    Actor actor;
    PermissionSet held;
    // The operator at the command line.
    static Granter Operator() { return {{}, PermissionSet::All()}; }
};

struct NewGrant {
    UserId user;
    GrantRole role = GrantRole::kViewer;
    ScopeIds scope;
    std::optional<base::Time> expires;
};

// VALIDATION_FAILED for a role that is not given in such a place, FORBIDDEN for one above the granter.
Status CheckMayGive(PermissionSet held, GrantRole role, Place place);

// Thread-safe.
class Grants {
  public:
    explicit Grants(AccessParts parts) : parts_(parts) {}

    // ALREADY_EXISTS if the person has a role there, NOT_FOUND for one who is not active.
    Result<Grant> Give(const NewGrant& wanted, const Granter& granter);
    // The role and end of a grant in `scope`; NOT_FOUND elsewhere, PRECONDITION_FAILED unless `rev` is the current one
    // (nullopt: whatever it is). INVALID_STATE for the last owner.
    struct Edit {
        GrantRole role = GrantRole::kViewer;
        std::optional<base::Time> expires{};
        std::optional<std::int64_t> rev{};
    };
    Result<Grant> Change(std::string_view public_id, ScopeIds scope, const Edit& edit, const Granter& granter);
    Status Take(std::string_view public_id, ScopeIds scope, const Granter& granter);
    // One's own role, without asking anybody.
    Status Leave(UserId user, ScopeIds scope, const Actor& actor);

    Result<std::vector<Grant>> In(ScopeIds scope);
    Result<std::vector<Grant>> Of(UserId user);

    // In another commit of access: the audit row of a change of `grant`.
    static Status Note(const AccessParts& parts, storage::sql::Writer& writer, std::string_view action,
                       const Actor& actor, const Grant& before, const Grant& after, base::Time at);

    // In the commit that makes `after` of `before` (id 0: none): who becomes staff by it and has no second step renews
    // his session, which is refused, and sets one up as he signs in again; as after a change of his account's role.
    static Status AskForStepIn(const AccessParts& parts, storage::sql::Writer& writer, const Grant& before,
                               const Grant& after, base::Time at);
    // After such a commit: what it changed of the rights and tokens of `user` holds at once.
    static void Enforce(const AccessParts& parts, UserId user);

  private:
    AccessParts parts_;
};

}  // namespace rt::auth
