// Teams and their members (registration.md §3.4): founding, joining, forms, leaving, disbanding. Every limit is one
// conditional write (I3, I4). The caller has checked nothing but the shape of the input.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "registration/domain/event_phase.h"
#include "registration/domain/team_states.h"
#include "registration/store/commit.h"
#include "registration/store/forms.h"

namespace rt::registration::store {

// A team with what its commands are judged by.
struct TeamFacts {
    TeamId id;
    std::string public_id;
    std::string name;
    EventId event;
    std::string event_public_id;
    DivisionId division;
    TeamState state = TeamState::kForming;
    MemberId captain;
    UserId captain_user;
    std::int64_t member_count = 0;
    std::int64_t confirmed_count = 0;
    std::optional<AnswerSetId> answer_set;
    std::int64_t rev = 1;
    EventState event_state = EventState::kDraft;
    EventTimes times;  // of the division
    base::Time edit_deadline;
    base::Time cancel_deadline;
    std::int64_t team_min = 1;
    std::int64_t team_max = 1;
    std::int64_t review_stages = 0;
    std::int64_t entries_max = 1;
    std::int64_t sub_max = 0;
    base::Time roster_lock_at;
    HoldPolicy hold_policy = HoldPolicy::kAtSubmit;
    CancelPolicy cancel_policy = CancelPolicy::kSelf;
    bool reset_review_on_edit = false;
    bool waitlist_enabled = false;
    Admission admission = Admission::kOpen;
    RegistrationId draft;  // its registration in state DRAFT; 0: none
    bool team_form_required = false;

    Roster AsRoster() const {
        return {member_count, confirmed_count, team_min, team_max, !team_form_required || answer_set.has_value()};
    }
    bool IsCaptain(const Actor& actor) const { return captain_user == actor.user; }
};
Result<std::optional<TeamFacts>> FindTeam(Reader& reader, std::string_view public_id);
Result<std::optional<TeamFacts>> FindTeam(Reader& reader, TeamId id);

struct Member {
    MemberId id;
    std::string public_id;
    TeamId team;
    PersonId person;
    std::string person_name;  // sealed
    UserId user;
    MemberRole role = MemberRole::kPlayer;
    MemberState state = MemberState::kJoined;
    std::optional<AnswerSetId> answer_set;
    std::optional<std::string> id_bi;
    std::optional<base::Time> consent_at;
    base::Time joined_at;
};
// Active members, the captain first.
Result<std::vector<Member>> MembersOf(Reader& reader, TeamId team);
Result<std::optional<Member>> FindActiveMember(Reader& reader, TeamId team, UserId user);
Result<std::optional<Member>> FindMember(Reader& reader, std::string_view public_id);

// A person taking part, with what he says of himself. `answers` and consent may come later.
struct Participant {
    UserId user;
    PersonId fresh_person;
    std::string name;  // sealed
    MemberId member;
    std::string member_public_id;
    std::optional<SealedAnswers> answers;
    bool consent = false;
};

struct FoundTeam {
    TeamId id;
    std::string public_id;
    std::string division_public_id;
    EventId event;
    std::string name;
    std::string name_norm;
    std::optional<SealedAnswers> answers;
    Participant captain;
    RegistrationId draft{};  // made where the founding takes the place (AT_CREATE)
    std::string draft_public_id{};
};
// EVENT_NOT_OPEN, ALREADY_EXISTS (name), DUPLICATE_PERSON.
Status Found(Writer& writer, Commit& commit, const FoundTeam& command);

struct PatchTeam {
    std::string public_id;
    std::int64_t rev = 0;
    std::optional<std::string> name;
    std::string name_norm;
    std::optional<SealedAnswers> answers;
};
Status Patch(Writer& writer, Commit& commit, const PatchTeam& command);

// A member's own form; the name is the person's.
struct UpdateMember {
    std::string team_public_id;
    std::string name;  // sealed
    std::optional<SealedAnswers> answers;
    bool consent = false;
};
Status Update(Writer& writer, Commit& commit, const UpdateMember& command);

// Gone from the team at once; units of a submitted team are freed in the same commit. The captain hands over first.
Status Leave(Writer& writer, Commit& commit, std::string_view team_public_id);
Status Remove(Writer& writer, Commit& commit, std::string_view team_public_id, std::string_view member_public_id);
Status HandOver(Writer& writer, Commit& commit, std::string_view team_public_id, std::string_view member_public_id);
Status Disband(Writer& writer, Commit& commit, std::string_view team_public_id);

// --- For the other commands of this folder ---

// May the roster be changed now, by this actor? EVENT_NOT_OPEN or INVALID_STATE if not.
Status RosterMayChange(const TeamFacts& team, const Actor& actor, base::Time now);
// Inserts the member, counts the entry (I3) and the member (already in member_count); confirmed if complete.
Status AddMember(Writer& writer, Commit& commit, const TeamFacts& team, const Participant& who, MemberRole role);
// Brings the state in line with the roster, and `deficient_since` of a submitted team.
Status Recompute(Writer& writer, Commit& commit, TeamId team);
// The next teams of an event after `after` whose limits or forms have changed: at most `teams_max`; returns the last
// one looked at, or 0 at the end.
Result<TeamId> RecomputeSome(Writer& writer, Commit& commit, EventId event, TeamId after, std::int64_t teams_max);

}  // namespace rt::registration::store
