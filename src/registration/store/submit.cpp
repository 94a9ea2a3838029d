// The submit: the hot path of an opening second. Keep its rows few.
#include <array>

#include "registration/store/admission.h"
#include "registration/store/clubs.h"
#include "registration/store/consents.h"
#include "registration/store/guard.h"
#include "registration/store/journal.h"
#include "registration/store/member_facts.h"
#include "registration/store/moves.h"
#include "registration/store/notices.h"
#include "registration/store/quotas.h"
#include "registration/store/reserves.h"
#include "registration/store/waitlist.h"

namespace rt::registration::store {
namespace {

// I4 and one half of I5: the roster that is submitted is the one that was checked.
constexpr Statement kSubmitTeam{"team.submit",
                                "UPDATE team SET state = 'SUBMITTED', rev = rev + 1 WHERE id = $1" RT_GUARD(
                                    "state = 'READY' AND member_count BETWEEN $2 AND $3"
                                    " AND confirmed_count = member_count")};
constexpr Statement kNextNo{"friendly_no.next",
                            "UPDATE friendly_no SET last = last + 1 WHERE event = $1 RETURNING last"};
constexpr Statement kInsert{"registration.insert",
                            "INSERT INTO registration (id, public_id, event, division, team, friendly_no, state,"
                            " review_stage, submitted_at, approved_at, source, since, reserve)"
                            " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $9, $12)"};

using Entry = ReviewPosition::Entry;

std::string_view Name(Source source) {
    constexpr std::array<std::string_view, 5> kNames{"WEB", "MP", "ADMIN", "IMPORT", "API"};
    return kNames[static_cast<std::size_t>(source)];
}

Result<std::int64_t> Mark(Writer& writer, const TeamFacts& team) {
    return writer.Run(kSubmitTeam, {team.id, team.team_min, team.team_max});
}

// A team whose limits were changed may be ready and not yet READY.
Status MarkSubmitted(Writer& writer, Commit& commit, const TeamFacts& team) {
    RT_TRY(const auto marked, Mark(writer, team));
    if (marked == 1) return Ok();
    if (HasRegistration(team.state) || team.state == TeamState::kDisbanded) return Fail(Code::kInvalidState);
    RT_CHECK_OK(RequireReady(writer, commit.privacy, team));
    RT_CHECK_OK(Recompute(writer, commit, team.id));
    RT_TRY(const auto marked_again, Mark(writer, team));
    return marked_again == 1 ? Ok() : Status(Fail(Code::kConflict));
}

// For others, outside the windows and past the line.
bool ByOrganiser(Source source) {
    return source == Source::kAdmin || source == Source::kImport;
}

Status RequireSubmitter(Reader& reader, const TeamFacts& team, const Commit& commit, Source source) {
    if (ByOrganiser(source)) {
        return commit.actor.May(net::Permission::kRegEdit) ? Ok() : Status(Fail(Code::kNotFound));
    }
    if (team.IsCaptain(commit.actor)) {
        return team.TakesSubmit(commit.now) ? Ok() : Status(Fail(Code::kEventNotOpen));
    }
    RT_TRY(const auto member, FindActiveMember(reader, team.id, commit.actor.user));
    return Fail(member.has_value() ? Code::kForbidden : Code::kNotFound);
}

// How this submit gets its place.
struct Way {
    Entry entry = Entry::kPlace;
    ReserveId reserve;
};

// What a team that comes now finds. kNone: everything is taken, and there is no line to join.
enum class Turn : std::uint8_t { kPlace, kLine, kNone };
Result<Turn> TurnOf(Reader& reader, const TeamFacts& team, const std::vector<Need>& needs, base::Time now) {
    RT_TRY(const bool fits, Fits(reader, needs));
    // Nobody is served from a line that has ended (W7).
    if (!team.waitlist_enabled || now >= team.roster_lock_at) return fits ? Turn::kPlace : Turn::kNone;
    // When all is full the line need not be read: so it is in a rush.
    if (!fits) return Turn::kLine;
    RT_TRY(const bool passes, MayPassLine(reader, team.event, needs, now));
    return passes ? Turn::kPlace : Turn::kLine;
}

// Straight to a place, unless there is a waiting list and it is not this team's turn (W1) or nothing is left. A reserve
// is past the queue, the pool and the line.
Result<Way> WayOf(Writer& writer, const TeamFacts& team, const SubmitTeam& command, UserId captain, base::Time now) {
    Way out;
    if (!command.reserve_hash.empty()) {
        RT_TRY(out.reserve, UseReserve(writer, command.reserve_hash, team.division, team.draft));
        return out;
    }
    if (team.draft || ByOrganiser(command.source)) return out;
    if (!team.waitlist_enabled && team.admission == Admission::kOpen) return out;
    if (team.admission == Admission::kLottery) {
        RT_TRY(const bool pooling, IsPooling(writer, team.event));
        if (pooling) out.entry = Entry::kPool;
        if (pooling) return out;
    }
    const auto next = Apply(RegistrationState::kDraft, RegistrationCommand::kSubmit, {.stages = team.review_stages});
    if (!UnitsIn(next->to, team.hold_policy, false).has_value()) return out;
    RT_TRY(const auto needs, NeedOf(writer, PartyOf(team), Options::kCounted));
    RT_TRY(const Turn turn, TurnOf(writer, team, needs, now));
    if (turn == Turn::kLine) out.entry = Entry::kLine;
    // A pass is for taking a place: there is none to be had in the line, nor when nothing is left.
    if (turn != Turn::kPlace || team.admission != Admission::kRate) return out;
    RT_CHECK_OK(RequirePass(writer, team.event, captain, now));
    return out;
}

struct NewRegistration {
    RegistrationId id;
    std::string_view public_id;
    Source source = Source::kWeb;
    RegistrationState state = RegistrationState::kDraft;
    std::int64_t stage = 0;
    ReserveId reserve{};
};

// Returns its number.
Result<std::int64_t> Insert(Writer& writer, const Commit& commit, const TeamFacts& team, const NewRegistration& fresh) {
    RT_TRY(const auto friendly_no, writer.FindInt(kNextNo, {team.event}));
    if (!friendly_no.has_value()) return Fail(Code::kInternal, "the event has no counter");
    const bool confirmed = fresh.state == RegistrationState::kConfirmed;
    const auto approved_at = confirmed ? std::optional(commit.now) : std::nullopt;
    const auto reserve = fresh.reserve ? std::optional(fresh.reserve) : std::nullopt;
    const Status inserted =
        writer.RunOne(kInsert,
                      {fresh.id, fresh.public_id, team.event, team.division, team.id, *friendly_no, Word(fresh.state),
                       fresh.stage, commit.now, approved_at, Name(fresh.source), reserve},
                      Code::kInternal);
    if (!inserted.ok() && inserted.error().code == Code::kAlreadyExists) return Fail(Code::kInvalidState, "submitted");
    RT_CHECK_OK(inserted);
    return *friendly_no;
}

Status TakeUnits(Writer& writer, Commit& commit, const TeamFacts& team, const NewRegistration& fresh, Options options,
                 std::string_view cause) {
    const auto state = UnitsIn(fresh.state, team.hold_policy, false);
    if (!state.has_value()) return Ok();
    RT_TRY(const auto needs, NeedOf(writer, PartyOf(team), options));
    const Owner mine = Owner::Of(fresh.id);
    if (fresh.reserve) {
        RT_TRY([[maybe_unused]] const auto settled,
               SettleFromReserve(writer, commit, fresh.reserve, mine, needs, *state, cause));
        return Ok();
    }
    return TakeAll(writer, commit, mine, needs, *state, cause);
}

Status Join(Writer& writer, Commit& commit, const TeamFacts& team, RegistrationId registration) {
    RT_TRY(const auto event, FindEvent(writer, team.event));
    RT_CHECK(event.has_value());
    return JoinLine(writer, commit, *event, registration, PartyOf(team));
}

Error CodeComesLater() {
    return base::InvalidField("reserve_code",
                              {"请在提交报名时填写预留码", "Give the code of a reserve when you submit the team"});
}

// The draft of a team that was founded under AT_CREATE, or reopened: it has its units already.
Result<Submitted> SubmitDraft(Writer& writer, Commit& commit, const TeamFacts& team, const SubmitTeam& command,
                              const Way& way) {
    RT_TRY(const auto loaded, LoadRegistration(writer, team.draft));
    RT_TRY(const auto after, Perform(writer, commit, loaded, {{}, RegistrationCommand::kSubmit, command.reason, {}},
                                     {.entry = way.entry, .reserve = way.reserve}));
    return Submitted{team.event_public_id, after.id, after.public_id, after.state, after.friendly_no, after.rev};
}

}  // namespace

Result<Submitted> Submit(Writer& writer, Commit& commit, const SubmitTeam& command) {
    RT_TRY(const auto team, FindTeam(writer, command.team_public_id));
    if (!team.has_value()) return Fail(Code::kNotFound);
    RT_CHECK_OK(RequireSubmitter(writer, *team, commit, command.source));
    RT_CHECK_OK(MarkSubmitted(writer, commit, *team));
    // An organiser who enters others has their word on paper.
    if (!ByOrganiser(command.source)) RT_CHECK_OK(RequireAccepted(writer, team->id));
    RT_CHECK_OK(ClubTake(writer, *team));
    RT_TRY(const auto way, WayOf(writer, *team, command, commit.actor.user, commit.now));
    if (team->draft) return SubmitDraft(writer, commit, *team, command, way);
    const auto next = Apply(RegistrationState::kDraft, RegistrationCommand::kSubmit,
                            {.stages = team->review_stages, .entry = way.entry});
    RT_CHECK(next.has_value());
    const NewRegistration fresh{command.id, command.public_id, command.source, next->to, next->stage, way.reserve};
    RT_TRY(const auto friendly_no, Insert(writer, commit, *team, fresh));
    RT_CHECK_OK(TakeUnits(writer, commit, *team, fresh, Options::kCounted, "submit"));
    RT_CHECK_OK(Record(writer, commit,
                       {"registration.submit", "registration", command.id.value, team->event,
                        StateJson(Word(RegistrationState::kDraft)), StateJson(Word(next->to)), command.reason}));
    LoadedRegistration made{{}, *team};
    made.row.id = command.id;
    made.row.public_id = command.public_id;
    made.row.event = team->event;
    made.row.team = team->id;
    RT_CHECK_OK(Tell(writer, commit, made, next->to, {}));
    if (next->to == RegistrationState::kWaitlisted) RT_CHECK_OK(Join(writer, commit, *team, command.id));
    return Submitted{team->event_public_id, command.id, command.public_id, next->to, friendly_no, 1};
}

Status FoundDraft(Writer& writer, Commit& commit, const NewDraft& draft) {
    RT_TRY(const auto team, FindTeam(writer, draft.team));
    if (!team.has_value()) return Fail(Code::kNotFound);
    // A lottery gives the places after its draw.
    if (team->hold_policy != HoldPolicy::kAtCreate || team->admission == Admission::kLottery) {
        return draft.reserve_hash.empty() ? Ok() : Status(CodeComesLater());
    }
    NewRegistration fresh{draft.id, draft.public_id, draft.source, RegistrationState::kDraft, 0};
    RT_TRY(const auto needs, NeedOf(writer, PartyOf(*team), Options::kLeftOut));
    if (!draft.reserve_hash.empty()) {
        RT_TRY(fresh.reserve, UseReserve(writer, draft.reserve_hash, team->division, {}));
    } else if (!ByOrganiser(draft.source)) {
        RT_TRY(const Turn turn, TurnOf(writer, *team, needs, commit.now));
        if (turn == Turn::kLine) return Ok();
        if (turn == Turn::kPlace && team->admission == Admission::kRate) {
            RT_CHECK_OK(RequirePass(writer, team->event, commit.actor.user, commit.now));
        }
    }
    RT_TRY([[maybe_unused]] const auto number, Insert(writer, commit, *team, fresh));
    RT_CHECK_OK(TakeUnits(writer, commit, *team, fresh, Options::kLeftOut, "found"));
    return Record(writer, commit,
                  {"registration.draft",
                   "registration",
                   draft.id.value,
                   team->event,
                   {},
                   StateJson(Word(RegistrationState::kDraft)),
                   {}});
}

Status EndDraft(Writer& writer, Commit& commit, TeamId team) {
    RT_TRY(const auto facts, FindTeam(writer, team));
    if (!facts.has_value() || !facts->draft) return Ok();
    RT_TRY(const auto loaded, LoadRegistration(writer, facts->draft));
    RT_TRY([[maybe_unused]] const auto after,
           Perform(writer, commit, loaded, {{}, RegistrationCommand::kWithdraw, {}, {}}));
    return Ok();
}

}  // namespace rt::registration::store
