// Invitations and joining (registration.md §3.4). A use of an invitation, a place in the team, the one membership of a
// person and the PERSON unit of a submitted team are taken in one commit or not at all.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "registration/store/commit.h"
#include "registration/store/teams.h"

namespace rt::registration::store {

struct Invite {
    InviteId id;
    std::string public_id;
    TeamId team;
    std::string code_tail;  // the last two characters
    std::int64_t max_uses = 1;
    std::int64_t used = 0;
    base::Time expires;
    std::optional<base::Time> revoked;
    base::Time created;
};

struct NewInvite {
    std::string team_public_id;
    InviteId id;
    std::string public_id;
    std::string code_hash;
    std::string code_tail;
    std::int64_t max_uses = 1;
    base::Time expires;
};
// By the captain. ALREADY_EXISTS if the code is in use (make another); INVALID_STATE beyond kInvitesMax live ones.
Status CreateInvite(Writer& writer, Commit& commit, const NewInvite& invite);
Status RevokeInvite(Writer& writer, Commit& commit, std::string_view public_id);
// Not revoked, newest first.
Result<std::vector<Invite>> InvitesOf(Reader& reader, TeamId team);
// nullopt: no such code.
Result<std::optional<Invite>> FindInvite(Reader& reader, std::string_view code_hash);

struct Join {
    std::string code_hash;
    Participant who;
};
// NOT_FOUND, INVITE_EXPIRED, INVITE_SPENT, TEAM_FULL, DUPLICATE_PERSON, EVENT_NOT_OPEN, QUOTA_FULL.
// Returns the team joined. Ids: kJoinIds.
inline constexpr std::size_t kJoinIds = kIdsPerRegistration + 4;
Result<TeamId> JoinTeam(Writer& writer, Commit& commit, const Join& join);

}  // namespace rt::registration::store
