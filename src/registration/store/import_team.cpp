#include "registration/store/import_team.h"

#include "registration/domain/reason_codes.h"
#include "registration/domain/team_states.h"
#include "registration/store/members_internal.h"

namespace rt::registration::store {
namespace {

constexpr Statement kInsertPerson{"person.import",
                                  "INSERT INTO person (id, public_id, owner_user, relation, name, created, imported)"
                                  " VALUES ($1, $2, $3, 'OTHER', $4, $5, 1)"};
constexpr std::string_view kTakenBack = kReasonImportTakenBack;

// The same participant, as a person of its own unless he is one already.
Result<Participant> AsPerson(Writer& writer, base::Time now, const Participant& who) {
    if (who.person) return who;
    RT_CHECK_OK(writer.RunOne(kInsertPerson, {who.fresh_person, who.fresh_person_public_id, who.user, who.name, now},
                              Code::kInternal));
    Participant out = who;
    out.person = who.fresh_person;
    return out;
}

}  // namespace

Status Import(Writer& writer, Commit& commit, const ImportTeam& command) {
    FoundTeam found = command.team;
    RT_TRY(found.captain, AsPerson(writer, commit.now, command.team.captain));
    RT_CHECK_OK(Found(writer, commit, found));
    for (const ImportTeam::Other& other : command.others) {
        RT_TRY(const auto team, FindTeam(writer, found.id));
        RT_TRY(const Participant who, AsPerson(writer, commit.now, other.who));
        RT_CHECK_OK(TakeSeat(writer, *team, other.role));
        RT_CHECK_OK(AddMember(writer, commit, *team, who, other.role));
    }
    RT_CHECK_OK(Recompute(writer, commit, found.id));
    RT_CHECK_OK(RosterChanged(writer, commit, found.id, "import"));
    if (!command.submit.has_value()) return Ok();
    RT_TRY([[maybe_unused]] const auto submitted, Submit(writer, commit, *command.submit));
    return Ok();
}

Status TakeBack(Writer& writer, Commit& commit, TeamId id) {
    RT_TRY(const auto registration, ActiveRegistrationOf(writer, id));
    if (registration.has_value() && registration->state != RegistrationState::kDraft) {
        const auto ends = registration->state == RegistrationState::kConfirmed ? RegistrationCommand::kCancel
                                                                               : RegistrationCommand::kWithdraw;
        RT_TRY([[maybe_unused]] const auto ended,
               RunAsCaptain(writer, commit, {registration->public_id, ends, std::string(kTakenBack), {}}));
    }
    RT_TRY(const auto team, FindTeam(writer, id));
    if (!team.has_value() || team->state == TeamState::kDisbanded) return Ok();
    return Disband(writer, commit, team->public_id);
}

}  // namespace rt::registration::store
