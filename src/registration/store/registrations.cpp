#include "registration/store/registrations.h"

#include "registration/store/events.h"
#include "registration/store/guard.h"
#include "registration/store/journal.h"
#include "registration/store/members_internal.h"
#include "registration/store/quotas.h"
#include "registration/store/teams.h"

namespace rt::registration::store {
namespace {

constexpr Statement kMove{
    "registration.move",
    "UPDATE registration SET state = $4, review_stage = $5, submitted_at = COALESCE($6, submitted_at),"
    " approved_at = COALESCE($7, approved_at), decided_at = COALESCE($8, decided_at), decision_reason = $9,"
    " rev = rev + 1 WHERE id = $1" RT_GUARD("state = $2 AND review_stage = $3")};
constexpr Statement kReview{"review.insert",
                            "INSERT INTO review (id, registration, stage, reviewer, action, reason, at)"
                            " VALUES ($1, $2, $3, $4, $5, $6, $7)"};
constexpr Statement kActiveOfEvent{
    "registration.active_of_event",
    "SELECT id FROM registration WHERE event = $1"
    " AND state IN ('DRAFT', 'IN_REVIEW', 'RETURNED', 'CONFIRMED') ORDER BY id LIMIT $2"};
constexpr Statement kToExpire{"registration.to_expire",
                              "SELECT r.id FROM registration r JOIN event e ON e.id = r.event"
                              " WHERE r.state = 'RETURNED' AND r.decided_at + e.return_ttl <= $1"
                              " ORDER BY r.decided_at LIMIT $2"};
// CONFIRMED is the organiser's to decide.
constexpr Statement kToReturn{"registration.to_return",
                              "SELECT id FROM registration WHERE deficient_since <= $1 AND state = 'IN_REVIEW'"
                              " ORDER BY deficient_since LIMIT $2"};
constexpr Statement kUnfinishedCancel{
    "event.cancelled_with_registrations",
    "SELECT e.id FROM event e WHERE e.state = 'CANCELLED' AND EXISTS (SELECT 1 FROM registration r"
    " WHERE r.event = e.id AND r.state IN ('DRAFT', 'IN_REVIEW', 'RETURNED', 'CONFIRMED')) LIMIT 1"};

constexpr std::string_view kDeficientReason =
    "队伍人数或资料不齐已超过 72 小时，请补齐后重新提交 (the team was incomplete for 72 hours)";

bool IsReviewCommand(RegistrationCommand command) {
    return command == RegistrationCommand::kApprove || command == RegistrationCommand::kReject ||
           command == RegistrationCommand::kReturn;
}

ReviewAction ActionOf(RegistrationCommand command) {
    if (command == RegistrationCommand::kApprove) return ReviewAction::kApprove;
    return command == RegistrationCommand::kReject ? ReviewAction::kReject : ReviewAction::kReturn;
}

Status ApplyUnits(Writer& writer, Commit& commit, RegistrationId id, UnitsEffect effect, std::string_view cause) {
    if (effect == UnitsEffect::kConfirm) return ConfirmUnits(writer, commit, id, cause);
    if (effect == UnitsEffect::kRelease) return ReleaseUnits(writer, commit, id, cause);
    RT_CHECK(effect == UnitsEffect::kKeep);
    return Ok();
}

// The team of an ended registration may be changed and submitted again.
Status MirrorEnd(Writer& writer, Commit& commit, const TeamFacts& team) {
    const auto to = Apply(team.state, TeamCommand::kRegistrationEnded);
    if (!to.has_value()) return Fail(Code::kInternal, "an ended registration's team is not SUBMITTED");
    RT_CHECK_OK(SetTeamState(writer, team.id, team.state, *to));
    return Recompute(writer, commit, team.id);
}

constexpr std::string_view kActions[] = {
    "registration.submit",       "registration.approve",          "registration.return", "registration.reject",
    "registration.resubmit",     "registration.withdraw",         "registration.cancel", "registration.expire",
    "registration.cancel_event", "registration.return_deficient",
};

Status Journalise(Writer& writer, Commit& commit, const RegistrationRow& row, const Transition& next,
                  const Command& command) {
    const auto index = static_cast<std::size_t>(command.command);
    RT_CHECK_OK(Record(writer, commit,
                       {kActions[index], "registration", row.id.value, row.event, StateJson(Word(row.state)),
                        StateJson(Word(next.to)), command.reason}));
    return Announce(writer, commit, "registration.state",
                    R"({"registration":")" + row.public_id + R"(","state":")" + std::string(Word(next.to)) + R"("})");
}

Status Move(Writer& writer, Commit& commit, const RegistrationRow& row, const Transition& next,
            const Command& command) {
    using Moment = std::optional<base::Time>;
    const bool resubmit = command.command == RegistrationCommand::kResubmit;
    const Moment submitted = resubmit ? Moment(commit.now) : std::nullopt;
    const Moment approved = next.to == RegistrationState::kConfirmed ? Moment(commit.now) : std::nullopt;
    const Moment decided = resubmit ? std::nullopt : Moment(commit.now);
    const auto reason = command.reason.empty() ? std::nullopt : std::optional(command.reason);
    return writer.RunOne(
        kMove,
        {row.id, Word(row.state), row.review_stage, Word(next.to), next.stage, submitted, approved, decided, reason},
        Code::kConflict);
}

Result<RegistrationRow> Perform(Writer& writer, Commit& commit, const RegistrationRow& row, const TeamFacts& team,
                                const Command& command) {
    if (command.rev.has_value() && *command.rev != row.rev) return Fail(Code::kPreconditionFailed);
    const auto next = Apply(row.state, command.command, ReviewPosition{row.review_stage, team.review_stages});
    if (!next.has_value()) return Fail(Code::kInvalidState);
    RT_CHECK_OK(Move(writer, commit, row, *next, command));
    if (IsReviewCommand(command.command)) {
        const auto reason = command.reason.empty() ? std::nullopt : std::optional(command.reason);
        RT_CHECK_OK(writer.RunOne(kReview,
                                  {commit.ids.Take(), row.id, row.review_stage, commit.actor.user,
                                   Word(ActionOf(command.command)), reason, commit.now},
                                  Code::kInternal));
    }
    RT_CHECK_OK(ApplyUnits(writer, commit, row.id, next->units, Name(command.command)));
    if (IsEnded(next->to)) RT_CHECK_OK(MirrorEnd(writer, commit, team));
    RT_CHECK_OK(Journalise(writer, commit, row, *next, command));
    RT_TRY(auto after, FindRegistration(writer, row.id));
    RT_CHECK(after.has_value());
    return *std::move(after);
}

struct Loaded {
    RegistrationRow row;
    TeamFacts team;
};

Result<Loaded> Load(Reader& reader, Result<std::optional<RegistrationRow>> found) {
    RT_TRY(auto row, std::move(found));
    if (!row.has_value()) return Fail(Code::kNotFound);
    RT_TRY(auto team, FindTeam(reader, row->team));
    RT_CHECK(team.has_value());
    return Loaded{*std::move(row), *std::move(team)};
}

// The server's own command on every registration that `statement` names; returns how many.
Result<std::int64_t> PerformOnSome(Writer& writer, Commit& commit, const Statement& statement,
                                   std::initializer_list<storage::sql::Param> values, const Command& command) {
    RT_TRY(const auto ids,
           writer.All<RegistrationId>(statement, values, [](const Row& row) { return row.As<RegistrationId>(0); }));
    for (const RegistrationId id : ids) {
        RT_TRY(const auto loaded, Load(writer, FindRegistration(writer, id)));
        RT_CHECK_OK(Perform(writer, commit, loaded.row, loaded.team, command));
    }
    return static_cast<std::int64_t>(ids.size());
}

Status CaptainMay(const TeamFacts& team, const Actor& actor, base::Time now, RegistrationCommand command) {
    const bool organiser = actor.May(net::Permission::kRegEdit);
    if (command == RegistrationCommand::kResubmit) {
        if (!team.IsCaptain(actor)) return Fail(Code::kForbidden);
        if (team.event_state != EventState::kPublished || now >= team.edit_deadline) return Fail(Code::kEventNotOpen);
        if (!IsReady(team.AsRoster())) return Fail(Code::kTeamNotReady);
        return Ok();
    }
    if (command == RegistrationCommand::kCancel && !organiser && now >= team.cancel_deadline) {
        return base::FailText(Code::kEventNotOpen,
                              {"已过取消截止时间，请联系主办方", "It is too late to cancel; ask the organiser"});
    }
    return Ok();
}

}  // namespace

Result<RegistrationRow> RunAsCaptain(Writer& writer, Commit& commit, const Command& command) {
    RT_TRY(const auto loaded, Load(writer, FindRegistration(writer, command.registration_public_id)));
    const auto& [row, team] = loaded;
    if (!team.IsCaptain(commit.actor) && !commit.actor.May(net::Permission::kRegEdit)) {
        RT_TRY(const auto member, FindActiveMember(writer, team.id, commit.actor.user));
        return Fail(member.has_value() ? Code::kForbidden : Code::kNotFound);
    }
    RT_CHECK_OK(CaptainMay(team, commit.actor, commit.now, command.command));
    return Perform(writer, commit, row, team, command);
}

Result<RegistrationRow> RunAsReviewer(Writer& writer, Commit& commit, const Command& command) {
    RT_CHECK(IsReviewCommand(command.command));
    RT_TRY(const auto loaded, Load(writer, FindRegistration(writer, command.registration_public_id)));
    if (!commit.actor.May(net::Permission::kRegReview)) return Fail(Code::kNotFound);
    return Perform(writer, commit, loaded.row, loaded.team, command);
}

Result<std::int64_t> CancelSomeOfEvent(Writer& writer, Commit& commit, EventId event, std::string_view reason,
                                       std::int64_t registrations_max) {
    return PerformOnSome(writer, commit, kActiveOfEvent, {event, registrations_max},
                         {{}, RegistrationCommand::kCancelEvent, std::string(reason), {}});
}

Result<std::int64_t> ExpireSome(Writer& writer, Commit& commit, std::int64_t registrations_max) {
    return PerformOnSome(writer, commit, kToExpire, {commit.now, registrations_max},
                         {{}, RegistrationCommand::kExpire, {}, {}});
}

Result<std::int64_t> ReturnSomeDeficient(Writer& writer, Commit& commit, std::int64_t registrations_max) {
    return PerformOnSome(writer, commit, kToReturn, {commit.now.Plus(-kDeficientTtl), registrations_max},
                         {{}, RegistrationCommand::kReturnDeficient, std::string(kDeficientReason), {}});
}

Result<std::optional<EventId>> CancelledEventWithRegistrations(Reader& reader) {
    return reader.Find<EventId>(kUnfinishedCancel, {}, [](const Row& row) { return row.As<EventId>(0); });
}

}  // namespace rt::registration::store
