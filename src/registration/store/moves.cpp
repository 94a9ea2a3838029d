#include "registration/store/moves.h"

#include "registration/store/clubs.h"
#include "registration/store/guard.h"
#include "registration/store/journal.h"
#include "registration/store/members_internal.h"
#include "registration/store/notices.h"
#include "registration/store/reserves.h"
#include "registration/store/waitlist.h"

namespace rt::registration::store {
namespace {

constexpr Statement kMove{
    "registration.move",
    "UPDATE registration SET state = $4, review_stage = $5, submitted_at = COALESCE($6, submitted_at),"
    " approved_at = CASE WHEN $4 = 'DRAFT' THEN NULL ELSE COALESCE($7, approved_at) END,"
    " decided_at = COALESCE($8, decided_at), decision_reason = $9, since = $10,"
    " rev = rev + 1 WHERE id = $1" RT_GUARD("state = $2 AND review_stage = $3")};
constexpr Statement kReview{"review.insert",
                            "INSERT INTO review (id, registration, stage, reviewer, action, reason, at)"
                            " VALUES ($1, $2, $3, $4, $5, $6, $7)"};

using S = RegistrationState;
using C = RegistrationCommand;
using Moment = std::optional<base::Time>;

std::optional<ReviewAction> ActionOf(C command) {
    switch (command) {
        case C::kApprove:
            return ReviewAction::kApprove;
        case C::kReject:
            return ReviewAction::kReject;
        case C::kReturn:
            return ReviewAction::kReturn;
        case C::kWaitlist:
            return ReviewAction::kWaitlist;
        default:
            return std::nullopt;
    }
}

std::optional<std::string> TextOrNull(const std::string& text) {
    return text.empty() ? std::nullopt : std::optional(text);
}

// static storage, as the journal wants it
constexpr std::string_view kActions[] = {
    "registration.submit",         "registration.approve",
    "registration.return",         "registration.reject",
    "registration.resubmit",       "registration.withdraw",
    "registration.cancel",         "registration.expire",
    "registration.cancel_event",   "registration.return_deficient",
    "registration.waitlist",       "registration.promote",
    "registration.draw",           "registration.miss",
    "registration.request_cancel", "registration.grant_cancel",
    "registration.refuse_cancel",  "registration.edit",
    "registration.reopen",         "registration.pay",
    "registration.check_in",       "registration.complete",
    "registration.no_show",
};
static_assert(std::size(kActions) == kRegistrationCommands);

Status Move(Writer& writer, Commit& commit, const RegistrationRow& row, const Transition& next,
            const Command& command) {
    const bool hands_in = command.command == C::kResubmit || command.command == C::kSubmit;
    const bool passed = next.to == S::kConfirmed || command.command == C::kWaitlist;
    return writer.RunOne(kMove,
                         {row.id, Word(row.state), row.review_stage, Word(next.to), next.stage,
                          hands_in ? Moment(commit.now) : std::nullopt, passed ? Moment(commit.now) : std::nullopt,
                          hands_in ? std::nullopt : Moment(commit.now), TextOrNull(command.reason), commit.now},
                         Code::kConflict);
}

Status RecordReview(Writer& writer, Commit& commit, const RegistrationRow& row, const Command& command) {
    const auto action = ActionOf(command.command);
    if (!action.has_value()) return Ok();
    return writer.RunOne(kReview,
                         {commit.ids.Take(), row.id, row.review_stage, commit.actor.user, Word(*action),
                          TextOrNull(command.reason), commit.now},
                         Code::kInternal);
}

// Under AT_APPROVE the last approval takes the place, behind those who wait (W1).
Status RequireTurn(Reader& reader, const LoadedRegistration& loaded, const std::vector<Need>& needs, base::Time now,
                   C command) {
    if (command != C::kApprove || !loaded.team.waitlist_enabled) return Ok();
    RT_TRY(const bool may, MayPassLine(reader, loaded.row.event, needs, now));
    return may ? Ok() : Status(Fail(Code::kQuotaFull, "others wait"));
}

struct UnitsBefore {
    std::optional<AllocationState> before;
    std::optional<AllocationState> after;
};

// Returns whether something came back to others.
Result<bool> MoveUnits(Writer& writer, Commit& commit, const LoadedRegistration& loaded, const UnitsBefore& units,
                       C command, const MoveOptions& options) {
    const Owner mine = Owner::Of(loaded.row.id);
    const std::string_view cause = Name(command);
    if (!units.after.has_value()) {
        if (!units.before.has_value()) return false;
        return ReleaseAll(writer, commit, mine, cause);
    }
    const bool drafting = command == C::kReopen;
    RT_TRY(const auto needs, NeedOf(writer, PartyOf(loaded.team), drafting ? Options::kLeftOut : Options::kCounted));
    ReserveId reserve = options.reserve;
    if (!reserve && !units.before.has_value() && command == C::kApprove) {
        RT_TRY(reserve, OpenReserveOf(writer, loaded.row.id));
    }
    if (reserve) {
        // A draft that has a place already gives it to others for the one that is kept for it.
        RT_TRY(const bool freed, ReleaseAll(writer, commit, mine, cause));
        RT_TRY([[maybe_unused]] const auto settled,
               SettleFromReserve(writer, commit, reserve, mine, needs, *units.after, cause));
        return freed;
    }
    if (options.units_from.has_value()) {
        RT_CHECK_OK(HandOverAll(writer, commit, *options.units_from, mine, *units.after, cause));
    } else if (!units.before.has_value()) {
        RT_CHECK_OK(RequireTurn(writer, loaded, needs, commit.now, command));
    }
    RT_TRY(const auto settled, Settle(writer, commit, mine, needs, *units.after, cause));
    return settled.freed;
}

Status Journalise(Writer& writer, Commit& commit, const LoadedRegistration& loaded, const Transition& next,
                  const Command& command) {
    return Record(writer, commit,
                  {kActions[static_cast<std::size_t>(command.command)], "registration", loaded.row.id.value,
                   loaded.row.event, StateJson(Word(loaded.row.state)), StateJson(Word(next.to)), command.reason});
}

std::optional<NoticeKind> KindOf(S from, S to) {
    switch (to) {
        case S::kDraft:
            return NoticeKind::kReopened;
        case S::kInReview:
            if (from == S::kCancelRequested) return NoticeKind::kCancelRefused;
            return from == S::kInReview ? NoticeKind::kApproved : NoticeKind::kSubmitted;
        case S::kPooled:
            return NoticeKind::kPooled;
        case S::kAwaitingPayment:
            return NoticeKind::kApproved;
        case S::kWaitlisted:
            return NoticeKind::kWaitlisted;
        case S::kReturned:
            return NoticeKind::kReturned;
        case S::kConfirmed:
            return from == S::kCancelRequested ? NoticeKind::kCancelRefused : NoticeKind::kConfirmed;
        case S::kRejected:
            return NoticeKind::kRejected;
        case S::kNotDrawn:
            return NoticeKind::kNotDrawn;
        case S::kExpired:
            return NoticeKind::kExpired;
        case S::kCancelled:
            return NoticeKind::kCancelled;
        default:
            return std::nullopt;
    }
}

// What everybody of a team wants to know; the rest is for who answers for it.
bool ConcernsTeam(NoticeKind kind) {
    return kind == NoticeKind::kConfirmed || kind == NoticeKind::kCancelled || kind == NoticeKind::kExpired;
}

}  // namespace

Result<LoadedRegistration> LoadRegistration(Reader& reader, std::string_view public_id) {
    RT_TRY(auto row, FindRegistration(reader, public_id));
    if (!row.has_value()) return Fail(Code::kNotFound);
    RT_TRY(auto team, FindTeam(reader, row->team));
    RT_CHECK(team.has_value());
    return LoadedRegistration{*std::move(row), *std::move(team)};
}

Result<LoadedRegistration> LoadRegistration(Reader& reader, RegistrationId id) {
    RT_TRY(auto row, FindRegistration(reader, id));
    if (!row.has_value()) return Fail(Code::kNotFound);
    RT_TRY(auto team, FindTeam(reader, row->team));
    RT_CHECK(team.has_value());
    return LoadedRegistration{*std::move(row), *std::move(team)};
}

Party PartyOf(const TeamFacts& team) {
    return {team.id, team.division, team.member_count};
}

Status MirrorEnd(Writer& writer, Commit& commit, const TeamFacts& team) {
    const auto to = Apply(team.state, TeamCommand::kRegistrationEnded);
    // A draft's team is still forming, or ready, or being disbanded.
    if (!to.has_value()) return Ok();
    RT_CHECK_OK(SetTeamState(writer, team.id, team.state, *to));
    RT_CHECK_OK(ClubFree(writer, team));
    return Recompute(writer, commit, team.id);
}

// Whoever lets a job do it for hundreds of teams reads its result there.
bool IsOfJob(const Actor& actor) {
    return actor.request_id.starts_with("job:");
}

Status Tell(Writer& writer, Commit& commit, const LoadedRegistration& loaded, S now, std::string_view reason) {
    const auto kind = KindOf(loaded.row.state, now);
    const std::string payload =
        R"({"registration":")" + loaded.row.public_id + R"(","state":")" + std::string(Word(now)) + R"("})";
    Notice notice{.event = loaded.row.event, .team = loaded.row.team, .registration = loaded.row.id, .reason = reason};
    // Who did it himself is not told.
    const bool own = commit.actor.user == loaded.team.captain_user && (now == S::kCancelled || IsOfJob(commit.actor));
    if (kind.has_value()) notice.kind = *kind;
    if (kind.has_value() && !own) notice.user = loaded.team.captain_user;
    if (now == S::kDraft && loaded.team.event_state != EventState::kPaused) {
        RT_TRY(const auto event, FindEvent(writer, loaded.row.event));
        RT_CHECK(event.has_value());
        notice.expires = commit.now.Plus(event->policy.draft_ttl);
    }
    const bool alone = loaded.team.member_count + loaded.team.sub_count + loaded.team.staff_count <= 1;
    const UserId others_than = kind.has_value() && ConcernsTeam(*kind) && !alone ? loaded.team.captain_user : UserId{};
    RT_CHECK_OK(AnnounceAndNotify(writer, commit, "registration.state", payload, notice, others_than));
    if (now != S::kCancelRequested) return Ok();
    notice.kind = NoticeKind::kCancelRequested;
    notice.user = commit.actor.user;
    return NotifyAll(writer, commit, Audience::kOrganisers, notice);
}

Result<RegistrationRow> Perform(Writer& writer, Commit& commit, const LoadedRegistration& loaded,
                                const Command& command, const MoveOptions& options) {
    const auto& [row, team] = loaded;
    if (command.rev.has_value() && *command.rev != row.rev) return Fail(Code::kPreconditionFailed);
    const bool approved = row.approved_at.has_value();
    const auto next = Apply(row.state, command.command,
                            ReviewPosition{.stage = row.review_stage,
                                           .stages = team.review_stages,
                                           .approved = approved,
                                           .resets = team.reset_review_on_edit,
                                           .entry = options.entry});
    if (!next.has_value()) return Fail(Code::kInvalidState);
    const bool stays_approved = approved && next->to != S::kDraft;
    const UnitsBefore units{UnitsIn(row.state, team.hold_policy, approved),
                            UnitsIn(next->to, team.hold_policy, stays_approved)};
    RT_CHECK_OK(Move(writer, commit, row, *next, command));
    RT_CHECK_OK(RecordReview(writer, commit, row, command));
    if (options.reserve) RT_CHECK_OK(RememberReserve(writer, row.id, options.reserve));
    RT_TRY(bool freed, MoveUnits(writer, commit, loaded, units, command.command, options));
    if (row.state == S::kWaitlisted) {
        const bool placed = command.command == C::kPromote;
        const auto to = placed                          ? WaitlistState::kPromoted
                        : command.command == C::kExpire ? WaitlistState::kExpired
                                                        : WaitlistState::kLeft;
        RT_CHECK_OK(LeaveLine(writer, commit, row.id, to));
        freed = freed || !placed;
    }
    if (!units.before.has_value() && (IsEnded(next->to) || next->to == S::kWaitlisted)) {
        RT_CHECK_OK(ReturnToReserve(writer, row.id));
    }
    if (IsEnded(next->to)) RT_CHECK_OK(MirrorEnd(writer, commit, team));
    RT_CHECK_OK(Journalise(writer, commit, loaded, *next, command));
    RT_CHECK_OK(Tell(writer, commit, loaded, next->to, command.reason));
    if (next->to == S::kWaitlisted) {
        RT_TRY(const auto event, FindEvent(writer, row.event));
        RT_CHECK(event.has_value());
        RT_CHECK_OK(JoinLine(writer, commit, *event, row.id, PartyOf(team)));
    }
    if (freed) RT_CHECK_OK(ServeLine(writer, commit, row.event));
    RT_TRY(auto after, FindRegistration(writer, row.id));
    RT_CHECK(after.has_value());
    return *std::move(after);
}

}  // namespace rt::registration::store
