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
    InviteKind kind = InviteKind::kCode;
    MemberRole role = MemberRole::kPlayer;
    std::string code_tail;  // the last two characters; empty for DIRECT
    std::int64_t max_uses = 1;
    std::int64_t used = 0;
    base::Time expires;
    std::optional<base::Time> revoked;
    base::Time created;
    UserId created_by;
    std::optional<std::string> target;  // DIRECT: what the captain typed, sealed
};

// Whom a direct invitation is for. A person who has no account yet sees it once he has proved the address.
struct InviteTarget {
    UserId user;           // by login name; 0: by address
    std::string identity;  // blind index of auth's identity; empty: by login name
    std::string sealed;    // what was typed
};
struct NewInvite {
    std::string team_public_id;
    InviteId id;
    std::string public_id;
    std::string code_hash;  // DIRECT: something unique that is no hash
    std::string code_tail;
    std::int64_t max_uses = 1;
    base::Time expires;
    InviteKind kind = InviteKind::kCode;
    MemberRole role = MemberRole::kPlayer;
    InviteTarget target{};
    MemberId member{};  // DIRECT: the member who is INVITED
    std::string member_public_id{};
};
// By the captain. ALREADY_EXISTS if the code is in use (make another); INVALID_STATE beyond kInvitesMax live ones, and
// for a direct one beyond kPendingMax that wait for an answer.
Status CreateInvite(Writer& writer, Commit& commit, const NewInvite& invite);
Status RevokeInvite(Writer& writer, Commit& commit, std::string_view public_id);
// Codes and links not revoked, newest first; direct ones are among WaitingOf().
Result<std::vector<Invite>> InvitesOf(Reader& reader, TeamId team);
// nullopt: no such code.
Result<std::optional<Invite>> FindInvite(Reader& reader, std::string_view code_hash);
Result<std::optional<Invite>> FindInvite(Reader& reader, InviteId id);

struct Join {
    std::string code_hash;
    Participant who;
};
// NOT_FOUND, INVITE_EXPIRED, INVITE_SPENT, TEAM_FULL, DUPLICATE_PERSON, EVENT_NOT_OPEN, QUOTA_FULL, INVALID_STATE (the
// team's policy refuses this kind). Returns the team joined, or asked: under APPROVAL the member waits. Ids: kJoinIds.
inline constexpr std::size_t kJoinIds = kIdsPerRegistration + 8;
Result<TeamId> JoinTeam(Writer& writer, Commit& commit, const Join& join);

// --- Direct invitations, for the invited ---

// Open ones for this user, newest first; at most 100.
Result<std::vector<Invite>> InvitationsFor(Reader& reader, UserId user, base::Time now);
struct Invited {
    Invite invite;
    Member member;
};
// NOT_FOUND unless it is for this user.
Result<Invited> FindInvitation(Reader& reader, std::string_view public_id, UserId user);
// `who.member` is that of FindInvitation(). Errors as JoinTeam().
Result<TeamId> AcceptInvitation(Writer& writer, Commit& commit, std::string_view public_id, const Participant& who);
Status DeclineInvitation(Writer& writer, Commit& commit, std::string_view public_id);
// INVITED whose invitation has run out becomes EXPIRED: at most `members_max`; returns how many.
Result<std::int64_t> ExpireSomeInvitations(Writer& writer, Commit& commit, EventId event, std::int64_t members_max);
Result<std::vector<EventId>> EventsWithInvitationsToExpire(Reader& reader, base::Time now);

// --- Requests to join, for the captain ---

Status ApproveMember(Writer& writer, Commit& commit, std::string_view team_public_id,
                     std::string_view member_public_id);
Status RejectMember(Writer& writer, Commit& commit, std::string_view team_public_id, std::string_view member_public_id);

}  // namespace rt::registration::store
