// The consent of a guardian to a minor taking part (registration.md §3.6): asked by a link that needs no account,
// answered once, kept with its evidence.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "registration/store/teams.h"

namespace rt::registration::store {

using GuardianLinkId = Id<struct GuardianLinkTag>;
inline constexpr std::int64_t kGuardianLinkTtl = 7 * base::kMicrosPerDay;

struct GuardianLink {
    GuardianLinkId id;
    std::string public_id;
    MemberId member;
    base::Time created;
    base::Time expires;
    std::optional<base::Time> revoked;
    std::optional<GuardianState> answer;  // GRANTED or REFUSED
    std::optional<base::Time> answered_at;
    std::optional<GuardianRelation> relation;
    std::optional<std::string> name;       // sealed
    std::optional<std::string> signature;  // sealed PNG
};

// What a guardian says of himself; sealed for the link.
struct GuardianAnswer {
    GuardianState answer = GuardianState::kGranted;
    GuardianRelation relation = GuardianRelation::kGuardian;
    std::string name;
    std::optional<std::string> signature;
};

struct NewGuardianLink {
    std::string team_public_id;
    std::string member_public_id;
    GuardianLinkId id;
    std::string public_id;
};
// By the captain, by whoever manages the member, by an organiser; ends the link before it. INVALID_STATE where no
// consent is missing.
Status CreateGuardianLink(Writer& writer, Commit& commit, const NewGuardianLink& link);
Result<std::optional<GuardianLink>> FindGuardianLink(Reader& reader, std::string_view public_id);
// The latest of the member, answered ones first.
Result<std::optional<GuardianLink>> GuardianLinkOf(Reader& reader, MemberId member);

// LINK_EXPIRED for one that is answered, revoked or too old.
Status AnswerGuardian(Writer& writer, Commit& commit, std::string_view link_public_id, const GuardianAnswer& answer);
// The parent who manages the child answers himself, signed in.
Status AnswerAsParent(Writer& writer, Commit& commit, const NewGuardianLink& link, const GuardianAnswer& answer);

}  // namespace rt::registration::store
