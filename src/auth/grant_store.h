// The SQL of grants. Functions run inside Database::Read or ::Write.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/access_control.h"

namespace rt::auth {

inline constexpr std::int64_t kGrantsPerUserMax = 500;
inline constexpr std::int64_t kGrantsPerScopeMax = 1'000;

// A role given to a person in one place.
struct Grant {
    std::int64_t id = 0;
    std::string public_id;
    UserId user;
    std::string user_public_id{};  // filled when read
    std::string login_name{};      // filled when read
    std::string display_name{};    // filled when read
    GrantRole role = GrantRole::kViewer;
    ScopeIds scope;
    std::int64_t granted_by = 0;
    base::Time granted_at;
    std::optional<base::Time> expires{};
    std::int64_t rev = 1;

    Place place() const;
};

// Whether who holds the role counts as staff, who sign in with a second step where that is required: any role on the
// platform, and elsewhere what reaches the data or the rights of others.
bool IsStaff(GrantRole role, Place place);

namespace store {

using storage::sql::Reader;
using storage::sql::Writer;

Result<std::shared_ptr<Rights>> LoadRights(Reader& reader, UserId user, base::Time now);
// Whether one of his grants makes him staff.
Result<bool> IsStaffByGrant(Reader& reader, UserId user, base::Time now);
Result<std::int64_t> AccessGeneration(Reader& reader);
// In the commit of every change of rights.
Status MoveAccessGeneration(Writer& writer);

// ALREADY_EXISTS if the person has a role there, INVALID_STATE over kGrantsPerUserMax or kGrantsPerScopeMax.
Status InsertGrant(Writer& writer, const Grant& grant);
Result<std::optional<Grant>> FindGrant(Reader& reader, std::string_view public_id);
Result<std::optional<Grant>> FindGrantOf(Reader& reader, UserId user, ScopeIds scope);
// Of exactly this place, the oldest first; lapsed ones included.
Result<std::vector<Grant>> GrantsIn(Reader& reader, ScopeIds scope);
Result<std::vector<Grant>> GrantsOf(Reader& reader, UserId user);
// Conditional writes: `grant` as it was read. The last owner of an organisation stays (INVALID_STATE); CONFLICT if the
// grant was changed meanwhile.
Status ChangeRole(Writer& writer, const Grant& grant, GrantRole role, std::optional<base::Time> expires);
Status DeleteGrant(Writer& writer, const Grant& grant);

}  // namespace store
}  // namespace rt::auth
