// The SQL of organisations and invitations to them. Functions run inside Database::Read or ::Write.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/roles.h"
#include "auth/user.h"
#include "storage/sql/database.h"

namespace rt::auth {

using OrganisationId = Id<struct OrganisationTag>;

inline constexpr std::int64_t kOrganisationsPerUserMax = 20;    // made by one person, his personal one aside
inline constexpr std::int64_t kInvitationsOpenMax = 100;        // of one organisation
inline constexpr std::int64_t kInvitationMailsPerDayMax = 100;  // of one organisation, in any 24 hours

enum class OrganisationState : std::uint8_t { kActive, kClosed };
// "ACTIVE", "CLOSED".
std::string_view Name(OrganisationState state);

struct Organisation {
    OrganisationId id;
    std::string public_id;
    std::string slug;
    std::string name;
    OrganisationState state = OrganisationState::kActive;
    UserId personal_of;  // 0: not a person's own
    UserId created_by;
    base::Time created;
    std::int64_t rev = 1;
};

enum class InvitationState : std::uint8_t { kOpen, kAccepted, kRevoked };
// "OPEN", "ACCEPTED", "REVOKED".
std::string_view Name(InvitationState state);

struct Invitation {
    std::int64_t id = 0;
    std::string public_id;
    OrganisationId organisation;
    GrantRole role = GrantRole::kViewer;
    std::string token_hash;
    std::string target;  // a masked e-mail address; empty: whoever has the link
    InvitationState state = InvitationState::kOpen;
    UserId invited_by;
    base::Time created;
    base::Time expires;
};

namespace store {

using storage::sql::Reader;
using storage::sql::Writer;

// By public id, else by slug.
Result<std::optional<Organisation>> FindOrganisation(Reader& reader, std::string_view name);
Result<std::optional<Organisation>> FindOrganisation(Reader& reader, OrganisationId id);
Result<std::optional<Organisation>> FindPersonal(Reader& reader, UserId user);

struct OrganisationFilter {
    std::string text;   // part of name or slug; empty: all
    std::string after;  // public id of the last one of the page before
    std::int64_t limit = 20;
};
// Newest first.
Result<std::vector<Organisation>> ListOrganisations(Reader& reader, const OrganisationFilter& filter);

// ALREADY_EXISTS for the slug, INVALID_STATE over kOrganisationsPerUserMax.
Status InsertOrganisation(Writer& writer, const Organisation& organisation);
// Writes name, slug and state over the revision before (`rev` - 1); PRECONDITION_FAILED.
Status UpdateOrganisation(Writer& writer, const Organisation& organisation);
// The person's own organisation and his grant in it, made where they are missing.
Result<Organisation> EnsurePersonal(Writer& writer, UserId user, base::Time now);

// INVALID_STATE over kInvitationsOpenMax, or kInvitationMailsPerDayMax for one with a target.
Status InsertInvitation(Writer& writer, const Invitation& invitation);
Result<std::optional<Invitation>> FindInvitation(Reader& reader, std::string_view public_id);
Result<std::optional<Invitation>> FindInvitationByHash(Reader& reader, std::string_view token_hash);
// Open ones that have not lapsed, newest first.
Result<std::vector<Invitation>> OpenInvitations(Reader& reader, OrganisationId organisation, base::Time now);
// Made by this person, in whatever state, newest first.
Result<std::vector<Invitation>> InvitationsBy(Reader& reader, UserId user, std::int64_t limit);
// Conditional writes; INVITE_EXPIRED for what is not open (any more).
Status TakeInvitation(Writer& writer, std::string_view token_hash, UserId user, base::Time now);
Status RevokeInvitation(Writer& writer, const Invitation& invitation);

}  // namespace store
}  // namespace rt::auth
