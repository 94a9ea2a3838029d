// Shared by invites.cpp and invitations.cpp.
#pragma once

#include <optional>
#include <string_view>

#include "registration/store/invites.h"

namespace rt::registration::store {

// One use more: INVITE_EXPIRED, INVITE_SPENT.
Status UseInvite(Writer& writer, const Invite& invite, base::Time now);
Status RevokeInviteRow(Writer& writer, InviteId invite, base::Time now);
// The member who was invited by it.
Result<std::optional<Member>> MemberOfInvite(Reader& reader, InviteId invite);
// Writes who the invited turned out to be; returns him.
Result<Member> FillInvited(Writer& writer, Commit& commit, const Member& member, const Participant& who);
// Tells who asked what the captain said: ACCEPTED or REFUSED.
Status AnswerRequest(Writer& writer, Commit& commit, const TeamFacts& team, const Member& member,
                     std::string_view answer);

}  // namespace rt::registration::store
