#include "registration/store/registrations.h"

#include <initializer_list>

#include "registration/domain/reason_codes.h"
#include "registration/store/clubs.h"
#include "registration/store/journal.h"
#include "registration/store/member_facts.h"
#include "registration/store/members_internal.h"
#include "registration/store/moves.h"
#include "registration/store/reserves.h"
#include "registration/store/waitlist.h"

namespace rt::registration::store {
namespace {

#define RT_NOT_ENDED "state NOT IN ('REJECTED', 'WITHDRAWN', 'EXPIRED', 'NOT_DRAWN', 'CANCELLED')"

constexpr Statement kActiveOfEvent{"registration.active_of_event",
                                   "SELECT id FROM registration WHERE event = $1 AND " RT_NOT_ENDED
                                   " ORDER BY id LIMIT $2"};
// A clock stands while the event is paused, and begins anew when it is resumed (as Event::ClockFrom).
#define RT_CLOCK(since) \
    " AND e.state <> 'PAUSED' AND CASE WHEN e.resumed_at > " since " THEN e.resumed_at ELSE " since " END"
// Each clock twice: of which events something is due, and some of it of one event. The first is asked every second: `+`
// and the bare bound have it read the small index of its state, where it would walk all registrations by event.
#define RT_RETURNED_TOO_LONG                                                                   \
    " FROM registration r JOIN event e ON e.id = r.event WHERE r.state = 'RETURNED'" RT_CLOCK( \
        "r.decided_at") " + e.return_ttl <= $1 AND r.decided_at <= $1"
#define RT_DRAFT_TOO_LONG                                                                   \
    " FROM registration r JOIN event e ON e.id = r.event WHERE r.state = 'DRAFT'" RT_CLOCK( \
        "r.since") " + e.draft_ttl <= $1 AND r.since <= $1"
// As the index of the deficient has them.
#define RT_DEFICIENT                                                                                                  \
    " FROM registration r JOIN event e ON e.id = r.event WHERE r.deficient_since <= $1 AND r.deficient_since IS NOT " \
    "NULL"                                                                                                            \
    " AND r.state IN ('IN_REVIEW', 'AWAITING_PAYMENT', 'WAITLISTED')" RT_CLOCK("r.deficient_since") " <= $1"
// W6: a waiting team that stays below its size drops out.
#define RT_WAITING_DEFICIENT RT_DEFICIENT " AND r.state = 'WAITLISTED'"
// CONFIRMED is the organiser's to decide.
#define RT_TO_RETURN RT_DEFICIENT " AND r.state <> 'WAITLISTED'"
constexpr Statement kEventsReturned{"registration.events_to_expire", "SELECT DISTINCT +r.event" RT_RETURNED_TOO_LONG};
constexpr Statement kReturnedTooLong{
    "registration.to_expire", "SELECT r.id" RT_RETURNED_TOO_LONG " AND r.event = $2 ORDER BY r.decided_at LIMIT $3"};
constexpr Statement kEventsDrafts{"registration.events_of_drafts", "SELECT DISTINCT +r.event" RT_DRAFT_TOO_LONG};
constexpr Statement kDraftTooLong{"registration.drafts_to_expire",
                                  "SELECT r.id" RT_DRAFT_TOO_LONG " AND r.event = $2 ORDER BY r.since LIMIT $3"};
constexpr Statement kEventsWaiting{"registration.events_of_waiting", "SELECT DISTINCT +r.event" RT_WAITING_DEFICIENT};
constexpr Statement kWaitingDeficient{"registration.waiting_to_expire",
                                      "SELECT r.id" RT_WAITING_DEFICIENT
                                      " AND r.event = $2 ORDER BY r.deficient_since LIMIT $3"};
constexpr Statement kEventsToReturn{"registration.events_to_return", "SELECT DISTINCT +r.event" RT_TO_RETURN};
constexpr Statement kToReturn{"registration.to_return",
                              "SELECT r.id" RT_TO_RETURN " AND r.event = $2 ORDER BY r.deficient_since LIMIT $3"};
#undef RT_CLOCK
#undef RT_RETURNED_TOO_LONG
#undef RT_DRAFT_TOO_LONG
#undef RT_DEFICIENT
#undef RT_WAITING_DEFICIENT
#undef RT_TO_RETURN
constexpr Statement kUnfinishedCancel{
    "event.cancelled_with_registrations",
    "SELECT e.id FROM event e WHERE e.state = 'CANCELLED' AND EXISTS (SELECT 1 FROM registration r"
    " WHERE r.event = e.id AND r." RT_NOT_ENDED ")"};
constexpr Statement kSetDivision{"registration.set_division",
                                 "UPDATE registration SET division = $2, rev = rev + 1 WHERE id = $1"};
constexpr Statement kSetTeamDivision{"team.set_division", "UPDATE team SET division = $2, rev = rev + 1 WHERE id = $1"};
constexpr Statement kSetMemberDivision{"team_member.set_division",
                                       "UPDATE team_member SET division = $2, rev = rev + 1 WHERE team = $1"};

constexpr std::string_view kDeficientReason = kReasonDeficient;

using C = RegistrationCommand;

bool IsReviewCommand(C command) {
    return command == C::kApprove || command == C::kReject || command == C::kReturn || command == C::kWaitlist;
}

// The server's own command on every registration that `statement` names; returns how many.
Result<std::int64_t> PerformOnSome(Writer& writer, Commit& commit, const Statement& statement,
                                   std::initializer_list<storage::sql::Param> values, const Command& command) {
    RT_TRY(const auto ids,
           writer.All<RegistrationId>(statement, values, [](const Row& row) { return row.As<RegistrationId>(0); }));
    for (const RegistrationId id : ids) {
        RT_TRY(const auto loaded, LoadRegistration(writer, id));
        RT_CHECK_OK(Perform(writer, commit, loaded, command));
    }
    return static_cast<std::int64_t>(ids.size());
}

// By the captain or the organiser, while its clock runs: a return asks for a correction, whatever the deadlines of the
// others.
Status MayResubmit(Reader& reader, const Commit& commit, const TeamFacts& team) {
    const bool by_organiser = commit.actor.May(net::Permission::kRegEdit);
    if (!by_organiser && team.event_state != EventState::kPublished) return Fail(Code::kEventNotOpen);
    return RequireReady(reader, commit.privacy, team);
}

// Has its place, while the review has begun anew after an edit: it is left as a confirmed one is.
bool IsConfirmedBefore(const RegistrationRow& row) {
    using S = RegistrationState;
    return row.approved_at.has_value() && (row.state == S::kInReview || row.state == S::kReturned);
}

// What a captain's wish to cancel comes to, by the policy of the event.
Result<C> CancelByPolicy(const TeamFacts& team, const Actor& actor, base::Time now) {
    if (actor.May(net::Permission::kRegEdit)) return C::kCancel;
    if (now >= team.cancel_deadline) {
        return base::FailText(Code::kEventNotOpen,
                              {"已过取消截止时间，请联系主办方", "It is too late to cancel; ask the organiser"});
    }
    if (team.cancel_policy == CancelPolicy::kNone) {
        return base::FailText(Code::kForbidden,
                              {"本活动不可自行取消，请联系主办方", "This event is cancelled by the organiser only"});
    }
    return team.cancel_policy == CancelPolicy::kRequest ? C::kRequestCancel : C::kCancel;
}

Status MayWaitlist(const LoadedRegistration& loaded) {
    if (!loaded.team.waitlist_enabled) return Fail(Code::kInvalidState, "the event has no waiting list");
    if (loaded.team.hold_policy == HoldPolicy::kAtApprove) return Ok();
    return Fail(Code::kInvalidState, "it already has its place");
}

Status MoveRows(Writer& writer, const TeamFacts& team, RegistrationId registration, DivisionId to) {
    RT_CHECK_OK(writer.RunOne(kSetDivision, {registration, to}, Code::kInternal));
    RT_CHECK_OK(writer.RunOne(kSetTeamDivision, {team.id, to}, Code::kInternal));
    const auto members = writer.Run(kSetMemberDivision, {team.id, to});
    if (members.ok()) return Ok();
    return DuplicateIfTaken(members.error());
}

// I4, and the entries of its club: the team that comes is one that could have entered there.
Status CheckIn(Writer& writer, const TeamFacts& before) {
    RT_TRY(const auto team, FindTeam(writer, before.id));
    RT_CHECK(team.has_value());
    if (team->member_count > team->team_max || team->sub_count > team->sub_max) {
        const std::string most = std::to_string(team->team_max) + " + " + std::to_string(team->sub_max);
        return base::InvalidField("division",
                                  {"该组别每队最多 " + most + " 人（队员 + 替补）",
                                   "A team of this division has at most " + most + " (players + substitutes)"});
    }
    if (!HasRegistration(team->state)) return Ok();
    RT_CHECK_OK(ClubFree(writer, before));
    return ClubTake(writer, *team);
}

std::string DivisionJson(DivisionId division) {
    return "{\"division\":" + std::to_string(division.value) + "}";
}

// Units, or the need of a waiting team, as the roster and the answers are now. Returns whether something came back to
// others.
Result<bool> FollowRoster(Writer& writer, Commit& commit, const LoadedRegistration& loaded, std::string_view cause) {
    const RegistrationRow& row = loaded.row;
    if (row.state == RegistrationState::kWaitlisted) {
        RT_CHECK_OK(NeedChanged(writer, commit, row.id, PartyOf(loaded.team)));
        return true;
    }
    const auto units = UnitsIn(row.state, loaded.team.hold_policy, row.approved_at.has_value());
    if (!units.has_value()) return false;
    const bool drafting = row.state == RegistrationState::kDraft;
    RT_TRY(const auto needs, NeedOf(writer, PartyOf(loaded.team), drafting ? Options::kLeftOut : Options::kCounted));
    RT_TRY(const ReserveId reserve, OpenReserveOf(writer, row.id));
    const Owner mine = Owner::Of(row.id);
    RT_TRY(const auto settled, reserve ? SettleFromReserve(writer, commit, reserve, mine, needs, *units, cause)
                                       : Settle(writer, commit, mine, needs, *units, cause));
    return settled.freed;
}

}  // namespace

Status RequireOwnRegistration(Reader& reader, const TeamFacts& team, const Actor& actor) {
    if (team.IsCaptain(actor) || actor.May(net::Permission::kRegEdit)) return Ok();
    RT_TRY(const auto member, FindActiveMember(reader, team.id, actor.user));
    return Fail(member.has_value() ? Code::kForbidden : Code::kNotFound);
}

Result<RegistrationRow> RunAsCaptain(Writer& writer, Commit& commit, const Command& wanted) {
    RT_TRY(const auto loaded, LoadRegistration(writer, wanted.registration_public_id));
    RT_CHECK_OK(RequireOwnRegistration(writer, loaded.team, commit.actor));
    Command command = wanted;
    if (command.command == C::kResubmit) RT_CHECK_OK(MayResubmit(writer, commit, loaded.team));
    if (command.command == C::kWithdraw && IsConfirmedBefore(loaded.row)) command.command = C::kCancel;
    if (command.command == C::kCancel) {
        RT_TRY(command.command, CancelByPolicy(loaded.team, commit.actor, commit.now));
    }
    return Perform(writer, commit, loaded, command);
}

Result<RegistrationRow> RunAsReviewer(Writer& writer, Commit& commit, const Command& command) {
    RT_CHECK(IsReviewCommand(command.command));
    RT_TRY(const auto loaded, LoadRegistration(writer, command.registration_public_id));
    if (!commit.actor.May(net::Permission::kRegReview)) return Fail(Code::kNotFound);
    if (command.command == C::kWaitlist) RT_CHECK_OK(MayWaitlist(loaded));
    return Perform(writer, commit, loaded, command);
}

Result<RegistrationRow> DecideCancel(Writer& writer, Commit& commit, const Command& command) {
    RT_CHECK(command.command == C::kGrantCancel || command.command == C::kRefuseCancel);
    RT_TRY(const auto loaded, LoadRegistration(writer, command.registration_public_id));
    if (!commit.actor.May(net::Permission::kRegReview)) return Fail(Code::kNotFound);
    return Perform(writer, commit, loaded, command);
}

Result<RegistrationRow> Reopen(Writer& writer, Commit& commit, const Command& command) {
    RT_CHECK(command.command == C::kReopen);
    RT_TRY(const auto loaded, LoadRegistration(writer, command.registration_public_id));
    if (!commit.actor.May(net::Permission::kRegEdit)) return Fail(Code::kNotFound);
    const auto state = loaded.team.event_state;
    if (loaded.team.state == TeamState::kDisbanded || state == EventState::kCancelled ||
        state == EventState::kArchived) {
        return Fail(Code::kInvalidState, "the team or the event is gone");
    }
    RT_TRY(const auto active, ActiveRegistrationOf(writer, loaded.row.team));
    if (active.has_value()) return Fail(Code::kInvalidState, "the team has another registration");
    return Perform(writer, commit, loaded, command);
}

Result<RegistrationRow> MoveToDivision(Writer& writer, Commit& commit, const MoveRegistration& command) {
    RT_TRY(const auto before, LoadRegistration(writer, command.registration_public_id));
    if (!commit.actor.May(net::Permission::kRegEdit)) return Fail(Code::kNotFound);
    if (command.rev.has_value() && *command.rev != before.row.rev) return Fail(Code::kPreconditionFailed);
    if (IsEnded(before.row.state)) return Fail(Code::kInvalidState);
    RT_TRY(const auto division, FindDivisionByPublicId(writer, command.division_public_id));
    if (!division.has_value() || division->event != before.row.event) {
        return base::InvalidField("division", {"没有这个组别", "There is no such division"});
    }
    if (division->id == before.row.division) return before.row;
    RT_CHECK_OK(MoveRows(writer, before.team, before.row.id, division->id));
    RT_CHECK_OK(CheckIn(writer, before.team));
    const bool placed =
        UnitsIn(before.row.state, before.team.hold_policy, before.row.approved_at.has_value()).has_value();
    if (!placed) RT_CHECK_OK(ReturnToReserve(writer, before.row.id));
    RT_CHECK_OK(Record(writer, commit,
                       {"registration.move", "team", before.row.team.value, before.row.event,
                        DivisionJson(before.row.division), DivisionJson(division->id), command.reason}));
    RT_CHECK_OK(RosterChanged(writer, commit, before.row.team, "move"));
    RT_CHECK_OK(Recompute(writer, commit, before.row.team));
    RT_TRY(auto after, FindRegistration(writer, before.row.id));
    RT_CHECK(after.has_value());
    return *std::move(after);
}

Result<std::int64_t> CancelSomeOfEvent(Writer& writer, Commit& commit, EventId event, std::string_view reason,
                                       std::int64_t registrations_max) {
    return PerformOnSome(writer, commit, kActiveOfEvent, {event, registrations_max},
                         {{}, C::kCancelEvent, std::string(reason), {}});
}

Result<std::int64_t> ExpireSome(Writer& writer, Commit& commit, EventId event, std::int64_t registrations_max) {
    const Command expire{{}, C::kExpire, {}, {}};
    RT_TRY(const auto returned,
           PerformOnSome(writer, commit, kReturnedTooLong, {commit.now, event, registrations_max}, expire));
    RT_TRY(const auto drafts,
           PerformOnSome(writer, commit, kDraftTooLong, {commit.now, event, registrations_max}, expire));
    RT_TRY(const auto waiting,
           PerformOnSome(writer, commit, kWaitingDeficient, {commit.now.Plus(-kDeficientTtl), event, registrations_max},
                         {{}, C::kExpire, std::string(kDeficientReason), {}}));
    return returned + drafts + waiting;
}

Result<std::vector<EventId>> EventsToExpire(Reader& reader, base::Time now) {
    const auto id = [](const Row& row) { return row.As<EventId>(0); };
    RT_TRY(auto out, reader.All<EventId>(kEventsReturned, {now}, id));
    RT_TRY(const auto drafts, reader.All<EventId>(kEventsDrafts, {now}, id));
    RT_TRY(const auto waiting, reader.All<EventId>(kEventsWaiting, {now.Plus(-kDeficientTtl)}, id));
    out.insert(out.end(), drafts.begin(), drafts.end());
    out.insert(out.end(), waiting.begin(), waiting.end());
    return out;
}

Result<std::int64_t> ReturnSomeDeficient(Writer& writer, Commit& commit, EventId event,
                                         std::int64_t registrations_max) {
    return PerformOnSome(writer, commit, kToReturn, {commit.now.Plus(-kDeficientTtl), event, registrations_max},
                         {{}, C::kReturnDeficient, std::string(kDeficientReason), {}});
}

Result<std::vector<EventId>> EventsToReturn(Reader& reader, base::Time now) {
    return reader.All<EventId>(kEventsToReturn, {now.Plus(-kDeficientTtl)},
                               [](const Row& row) { return row.As<EventId>(0); });
}

Result<std::vector<EventId>> CancelledEventsWithRegistrations(Reader& reader, base::Time /*now*/) {
    return reader.All<EventId>(kUnfinishedCancel, {}, [](const Row& row) { return row.As<EventId>(0); });
}

Status RosterChanged(Writer& writer, Commit& commit, TeamId team, std::string_view cause) {
    RT_TRY(const auto active, ActiveRegistrationOf(writer, team));
    if (!active.has_value()) return Ok();
    RT_TRY(const auto loaded, LoadRegistration(writer, active->id));
    RT_TRY(const bool freed, FollowRoster(writer, commit, loaded, cause));
    const bool by_organiser = commit.actor.May(net::Permission::kRegEdit) && !loaded.team.IsCaptain(commit.actor);
    const bool resets = loaded.team.reset_review_on_edit && loaded.team.review_stages > 0 && !by_organiser &&
                        (active->state == RegistrationState::kConfirmed ||
                         (active->state == RegistrationState::kInReview && active->review_stage > 1));
    if (resets) RT_CHECK_OK(Perform(writer, commit, loaded, {{}, C::kEdit, {}, {}}));
    return freed ? ServeLine(writer, commit, loaded.row.event) : Ok();
}

Status LateAnswersChanged(Writer& writer, Commit& commit, TeamId team) {
    RT_TRY(const auto active, ActiveRegistrationOf(writer, team));
    if (!active.has_value()) return Ok();
    RT_TRY(const auto loaded, LoadRegistration(writer, active->id));
    RT_TRY(const bool freed, FollowRoster(writer, commit, loaded, "edit"));
    return freed ? ServeLine(writer, commit, loaded.row.event) : Ok();
}

}  // namespace rt::registration::store
