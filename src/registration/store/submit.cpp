// The submit: the hot path of an opening second. Keep its rows few.
#include <array>

#include "registration/store/guard.h"
#include "registration/store/journal.h"
#include "registration/store/quotas.h"
#include "registration/store/registrations.h"
#include "registration/store/teams.h"

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
                            " review_stage, submitted_at, approved_at, source)"
                            " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"};

std::string_view Name(Source source) {
    constexpr std::array<std::string_view, 5> kNames{"WEB", "MP", "ADMIN", "IMPORT", "API"};
    return kNames[static_cast<std::size_t>(source)];
}

Error NotReady(const TeamFacts& team) {
    Error out = Fail(Code::kTeamNotReady);
    for (auto& text : MissingFor(team.AsRoster())) out.fields.push_back({"team", std::move(text)});
    return out;
}

Result<std::int64_t> Mark(Writer& writer, const TeamFacts& team) {
    return writer.Run(kSubmitTeam, {team.id, team.team_min, team.team_max});
}

// A team whose limits were changed may be ready and not yet READY.
Status MarkSubmitted(Writer& writer, Commit& commit, const TeamFacts& team) {
    RT_TRY(const auto marked, Mark(writer, team));
    if (marked == 1) return Ok();
    if (team.state == TeamState::kSubmitted || team.state == TeamState::kDisbanded) return Fail(Code::kInvalidState);
    if (!IsReady(team.AsRoster())) return NotReady(team);
    RT_CHECK_OK(Recompute(writer, commit, team.id));
    RT_TRY(const auto marked_again, Mark(writer, team));
    return marked_again == 1 ? Ok() : Status(Fail(Code::kConflict));
}

Status RequireSubmitter(Reader& reader, const TeamFacts& team, const Actor& actor) {
    if (team.IsCaptain(actor)) return Ok();
    RT_TRY(const auto member, FindActiveMember(reader, team.id, actor.user));
    return Fail(member.has_value() ? Code::kForbidden : Code::kNotFound);
}

}  // namespace

Result<Submitted> Submit(Writer& writer, Commit& commit, const SubmitTeam& command) {
    RT_TRY(const auto team, FindTeam(writer, command.team_public_id));
    if (!team.has_value()) return Fail(Code::kNotFound);
    RT_CHECK_OK(RequireSubmitter(writer, *team, commit.actor));
    if (!TakesRegistrations(team->event_state, PhaseAt(team->times, commit.now))) return Fail(Code::kEventNotOpen);
    RT_CHECK_OK(MarkSubmitted(writer, commit, *team));
    const auto next =
        Apply(RegistrationState::kDraft, RegistrationCommand::kSubmit, ReviewPosition{0, team->review_stages});
    RT_CHECK(next.has_value());
    RT_TRY(const auto friendly_no, writer.FindInt(kNextNo, {team->event}));
    if (!friendly_no.has_value()) return Fail(Code::kInternal, "the event has no counter");
    const bool confirmed = next->to == RegistrationState::kConfirmed;
    const auto approved_at = confirmed ? std::optional(commit.now) : std::nullopt;
    const Status inserted =
        writer.RunOne(kInsert,
                      {command.id, command.public_id, team->event, team->division, team->id, *friendly_no,
                       Word(next->to), next->stage, commit.now, approved_at, Name(command.source)},
                      Code::kInternal);
    if (!inserted.ok() && inserted.error().code == Code::kAlreadyExists) return Fail(Code::kInvalidState, "submitted");
    RT_CHECK_OK(inserted);
    const auto units = confirmed ? AllocationState::kConfirmed : AllocationState::kHeld;
    RT_CHECK_OK(TakeUnits(writer, commit, command.id, team->division, team->member_count, units, "submit"));
    RT_CHECK_OK(Record(writer, commit,
                       {"registration.submit",
                        "registration",
                        command.id.value,
                        team->event,
                        StateJson(Word(RegistrationState::kDraft)),
                        StateJson(Word(next->to)),
                        {}}));
    RT_CHECK_OK(Announce(
        writer, commit, "registration.state",
        R"({"registration":")" + command.public_id + R"(","state":")" + std::string(Word(next->to)) + R"("})"));
    return Submitted{team->event_public_id, next->to, *friendly_no};
}

}  // namespace rt::registration::store
