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
    TeamKind kind = TeamKind::kTeam;
    std::string name;  // empty for an entry of one
    EventId event;
    std::string event_public_id;
    DivisionId division;
    TeamState state = TeamState::kForming;
    JoinPolicy join_policy = JoinPolicy::kCode;
    MemberId captain;
    UserId captain_user;
    std::int64_t member_count = 0;  // captain and players
    std::int64_t confirmed_count = 0;
    std::int64_t sub_count = 0;
    std::int64_t staff_count = 0;
    std::optional<AnswerSetId> answer_set;
    std::int64_t rev = 1;
    EventState event_state = EventState::kDraft;
    EventTimes times;  // of the division
    base::Time edit_deadline;
    base::Time cancel_deadline;
    base::Time roster_lock_at;
    std::int64_t team_min = 1;
    std::int64_t team_max = 1;
    std::int64_t sub_max = 0;
    std::int64_t review_stages = 0;
    std::int64_t entries_max = 1;
    HoldPolicy hold_policy = HoldPolicy::kAtSubmit;
    CancelPolicy cancel_policy = CancelPolicy::kSelf;
    bool reset_review_on_edit = false;
    bool waitlist_enabled = false;
    Admission admission = Admission::kOpen;
    RegistrationId draft;   // its registration in state DRAFT; 0: none
    bool reopened = false;  // that draft had ended before, and the organiser has reopened it
    std::int64_t guardian_under_age = 0;
    std::int64_t minor_under_age = 0;
    std::int64_t club = 0;  // 0: none
    std::string rules;      // the division's column, "{}" for none
    bool team_form_required = false;

    Roster AsRoster() const {
        return {member_count, confirmed_count, team_min, team_max, !team_form_required || answer_set.has_value()};
    }
    // May its captain submit now? What was reopened while its clock runs, outside the window too.
    bool TakesSubmit(base::Time now) const {
        if (reopened) return event_state == EventState::kPublished;
        return TakesRegistrations(event_state, PhaseAt(times, now));
    }
    bool IsCaptain(const Actor& actor) const { return captain_user == actor.user; }
};
Result<std::optional<TeamFacts>> FindTeam(Reader& reader, std::string_view public_id);
Result<std::optional<TeamFacts>> FindTeam(Reader& reader, TeamId id);

struct Member {
    MemberId id;
    std::string public_id;
    TeamId team;
    PersonId person;          // 0: invited, and no person of ours yet
    std::string person_name;  // sealed; empty where there is no person
    UserId user;              // who manages him; 0: nobody yet
    MemberRole role = MemberRole::kPlayer;
    MemberState state = MemberState::kJoined;
    std::optional<AnswerSetId> answer_set;
    std::optional<std::string> id_bi;
    std::optional<base::Time> consent_at;
    base::Time joined_at;
    GuardianState guardian = GuardianState::kNotNeeded;
    PersonRelation relation = PersonRelation::kSelf;
    InviteId invite;  // 0: none
};
// Active members: the captain first, then players, substitutes, the others.
Result<std::vector<Member>> MembersOf(Reader& reader, TeamId team);
// Those who ask to join, and those invited directly; oldest first.
Result<std::vector<Member>> WaitingOf(Reader& reader, TeamId team);
// The one he is himself, else the first he manages.
Result<std::optional<Member>> FindActiveMember(Reader& reader, TeamId team, UserId user);
Result<std::optional<Member>> FindMember(Reader& reader, std::string_view public_id);
Result<std::optional<Member>> FindMember(Reader& reader, MemberId id);

// The texts that were shown to who consents: public ids of documents. nullopt: not told, he means those in force.
using ShownDocuments = std::optional<std::vector<std::string>>;

// A person taking part, with what is said of him. `answers` and consent may come later.
struct Participant {
    UserId user;      // who manages him
    PersonId person;  // one of the user's; 0: himself
    PersonId fresh_person;
    std::string fresh_person_public_id;
    std::string name;  // sealed; for himself
    MemberId member;
    std::string member_public_id;
    std::optional<SealedAnswers> answers;
    bool consent = false;
    ShownDocuments documents{};
};

// kOrganiser: by who holds reg.edit, for others and outside the windows.
enum class FoundBy : std::uint8_t { kCaptain, kOrganiser };

struct FoundTeam {
    TeamId id;
    std::string public_id;
    TeamKind kind = TeamKind::kTeam;
    std::string division_public_id;
    EventId event;
    std::string name;
    std::string name_norm;
    JoinPolicy join_policy = JoinPolicy::kCode;
    std::optional<SealedAnswers> answers;
    Participant captain;
    RegistrationId draft{};  // made where the founding takes the place (AT_CREATE)
    std::string draft_public_id{};
    FoundBy by = FoundBy::kCaptain;
    std::string reserve_hash{};  // of the code of a reserve, whose place the founding takes (AT_CREATE)
};
// EVENT_NOT_OPEN, ALREADY_EXISTS (name), DUPLICATE_PERSON, INVALID_STATE (the event's mode).
Status Found(Writer& writer, Commit& commit, const FoundTeam& command);

struct PatchTeam {
    std::string public_id;
    std::int64_t rev = 0;
    std::optional<std::string> name;
    std::string name_norm;
    std::optional<JoinPolicy> join_policy;
    std::optional<SealedAnswers> answers;
};
Status Patch(Writer& writer, Commit& commit, const PatchTeam& command);

// A member's own form; the name is the person's. By whoever manages the member.
struct UpdateMember {
    std::string team_public_id;
    std::string name;  // sealed; empty: as it is
    std::optional<SealedAnswers> answers;
    bool consent = false;
    std::string member_public_id{};  // empty: the caller's own
    ShownDocuments documents{};
};
Status Update(Writer& writer, Commit& commit, const UpdateMember& command);

// An organiser corrects what a member or, without one, the team answered, also outside the windows. PRECONDITION_FAILED
// if the answers are not those any more from which `answers` was made.
struct CorrectAnswers {
    std::string team_public_id;
    std::string member_public_id;  // empty: the team's own
    std::optional<AnswerSet> before;
    SealedAnswers answers;
    std::string fields;  // JSON array of the keys, for the audit log
    std::string reason;
};
Status Correct(Writer& writer, Commit& commit, const CorrectAnswers& command);

// Gone from the team at once; units of a submitted team are freed in the same commit. The captain hands over first.
// `member_public_id` is one the caller manages; empty: himself. Also takes back a request to join.
Status Leave(Writer& writer, Commit& commit, std::string_view team_public_id, std::string_view member_public_id = {});
Status Remove(Writer& writer, Commit& commit, std::string_view team_public_id, std::string_view member_public_id);
Status HandOver(Writer& writer, Commit& commit, std::string_view team_public_id, std::string_view member_public_id);
Status Disband(Writer& writer, Commit& commit, std::string_view team_public_id);

// --- For the other commands of this folder ---

// May the roster be changed now, by this actor? EVENT_NOT_OPEN, ROSTER_LOCKED or INVALID_STATE if not.
Status RosterMayChange(const TeamFacts& team, const Actor& actor, base::Time now);
// Brings the state in line with the roster, and `deficient_since` of a submitted team.
Status Recompute(Writer& writer, Commit& commit, TeamId team);
// The next teams of an event after `after` whose limits or forms have changed: at most `teams_max`; returns the last
// one looked at, or 0 at the end.
Result<TeamId> RecomputeSome(Writer& writer, Commit& commit, EventId event, TeamId after, std::int64_t teams_max);

}  // namespace rt::registration::store
