// The writes behind a roster: persons, members, entries, counts, and the team's state that follows from them.
#include "registration/store/access.h"
#include "registration/store/guard.h"
#include "registration/store/journal.h"
#include "registration/store/members_internal.h"
#include "registration/store/quotas.h"

namespace rt::registration::store {
namespace {

constexpr Statement kPutPerson{"person.put_self",
                               "INSERT INTO person (id, owner_user, relation, name, created)"
                               " VALUES ($1, $2, 'SELF', $3, $4) ON CONFLICT (owner_user) WHERE relation = 'SELF'"
                               " DO UPDATE SET name = $3, rev = person.rev + 1 RETURNING id"};
constexpr Statement kInsertMember{
    "team_member.insert",
    "INSERT INTO team_member (id, public_id, team, event, division, person, managed_by_user, role, state, answer_set,"
    " id_bi, consent_at, joined_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"};
// I3 for the whole event: a counter for each person and each identity number.
constexpr Statement kTakeEntry{"person_entry.take",
                               "INSERT INTO person_entry (event, subject, used) VALUES ($1, $2, 1)"
                               " ON CONFLICT (event, subject) DO UPDATE SET used = person_entry.used + 1"
                               " WHERE person_entry.used >= 0" RT_GUARD("person_entry.used < $3")};
constexpr Statement kFreeEntry{"person_entry.free",
                               "UPDATE person_entry SET used = used - 1 WHERE event = $1 AND subject = $2"};
constexpr Statement kCountConfirmed{"team.count_confirmed",
                                    "UPDATE team SET confirmed_count = confirmed_count + $2, rev = rev + 1"
                                    " WHERE id = $1"};
constexpr Statement kEndMember{"team_member.end",
                               "UPDATE team_member SET state = $3, rev = rev + 1 WHERE id = $1" RT_GUARD("state = $2")};
constexpr Statement kUncount{"team.uncount",
                             "UPDATE team SET member_count = member_count - 1, confirmed_count = confirmed_count - $2,"
                             " rev = rev + 1 WHERE id = $1"};
constexpr Statement kSetState{"team.set_state", "UPDATE team SET state = $3 WHERE id = $1 AND state = $2"};
constexpr Statement kSetDeficient{"registration.set_deficient",
                                  "UPDATE registration SET deficient_since = $2, rev = rev + 1 WHERE team = $1"
                                  " AND state NOT IN ('REJECTED', 'WITHDRAWN', 'EXPIRED', 'NOT_DRAWN', 'CANCELLED')"
                                  " AND deficient_since IS NULL"};
constexpr Statement kClearDeficient{"registration.clear_deficient",
                                    "UPDATE registration SET deficient_since = NULL, rev = rev + 1 WHERE team = $1"
                                    " AND deficient_since IS NOT NULL"};

std::string PersonSubject(PersonId person) {
    return "P" + std::to_string(person.value);
}

Status MarkDeficiency(Writer& writer, Commit& commit, const TeamFacts& team) {
    if (IsReady(team.AsRoster())) {
        RT_TRY([[maybe_unused]] const auto cleared, writer.Run(kClearDeficient, {team.id}));
        return Ok();
    }
    RT_TRY(const auto marked, writer.Run(kSetDeficient, {team.id, commit.now}));
    if (marked == 0) return Ok();
    return Announce(writer, commit, "team.deficient", R"({"team":")" + team.public_id + R"("})");
}

}  // namespace

Result<PersonId> PutPerson(Writer& writer, base::Time now, const Participant& who) {
    RT_TRY(const auto id, writer.FindInt(kPutPerson, {who.fresh_person, who.user, who.name, now}));
    if (!id.has_value()) return Fail(Code::kInternal, "person.put_self returned nothing");
    return PersonId{*id};
}

Status TakeEntries(Writer& writer, const TeamFacts& team, PersonId person, const std::optional<std::string>& id_bi) {
    if (person) {
        RT_CHECK_OK(
            writer.RunOne(kTakeEntry, {team.event, PersonSubject(person), team.entries_max}, Code::kDuplicatePerson));
    }
    if (!id_bi.has_value()) return Ok();
    return writer.RunOne(kTakeEntry, {team.event, "N" + *id_bi, team.entries_max}, Code::kDuplicatePerson);
}

Status FreeEntries(Writer& writer, const TeamFacts& team, PersonId person, const std::optional<std::string>& id_bi) {
    if (person) {
        RT_CHECK_OK(writer.RunOne(kFreeEntry, {team.event, PersonSubject(person)}, Code::kInternal));
    }
    if (!id_bi.has_value()) return Ok();
    return writer.RunOne(kFreeEntry, {team.event, "N" + *id_bi}, Code::kInternal);
}

Result<bool> IsComplete(Reader& reader, const TeamFacts& team, bool has_answers, bool has_consent) {
    if (!has_consent) return false;
    if (has_answers) return true;
    RT_TRY(const bool required, FormIsRequired(reader, team.event, FormScope::kMember));
    return !required;
}

Status DuplicateIfTaken(Status status) {
    if (!status.ok() && status.error().code == Code::kAlreadyExists) {
        return Fail(Code::kDuplicatePerson, status.error().detail);
    }
    return status;
}

Status AddMember(Writer& writer, Commit& commit, const TeamFacts& team, const Participant& who, MemberRole role) {
    RT_CHECK_OK(RequireAccessToJoin(writer, team.event, commit.actor));
    RT_TRY(const PersonId person, PutPerson(writer, commit.now, who));
    std::optional<AnswerSetId> answer_set;
    std::optional<std::string> id_bi;
    if (who.answers.has_value()) {
        RT_TRY(answer_set,
               PutAnswers(writer, commit.now, AnswerOwner::kMember, who.member.value, *who.answers, team.id));
        id_bi = who.answers->id_bi;
    }
    RT_TRY(const bool complete, IsComplete(writer, team, answer_set.has_value(), who.consent));
    const auto state = complete ? MemberState::kConfirmed : MemberState::kJoined;
    const auto consent_at = who.consent ? std::optional(commit.now) : std::nullopt;
    RT_CHECK_OK(TakeEntries(writer, team, person, id_bi));
    RT_CHECK_OK(
        DuplicateIfTaken(writer.RunOne(kInsertMember,
                                       {who.member, who.member_public_id, team.id, team.event, team.division, person,
                                        who.user, Word(role), Word(state), answer_set, id_bi, consent_at, commit.now},
                                       Code::kInternal)));
    if (!complete) return Ok();
    return writer.RunOne(kCountConfirmed, {team.id, 1}, Code::kInternal);
}

Status EndMember(Writer& writer, const TeamFacts& team, const Member& member, MemberCommand command) {
    const auto to = Apply(member.state, command);
    if (!to.has_value()) return Fail(Code::kInvalidState);
    RT_CHECK_OK(writer.RunOne(kEndMember, {member.id, Word(member.state), Word(*to)}, Code::kInvalidState));
    RT_CHECK_OK(FreeEntries(writer, team, member.person, member.id_bi));
    const std::int64_t confirmed = member.state == MemberState::kConfirmed ? 1 : 0;
    return writer.RunOne(kUncount, {team.id, confirmed}, Code::kInternal);
}

Status SetTeamState(Writer& writer, TeamId team, TeamState from, TeamState to) {
    return writer.RunOne(kSetState, {team, Word(from), Word(to)}, Code::kInvalidState);
}

Status CountConfirmed(Writer& writer, TeamId team, std::int64_t delta) {
    return writer.RunOne(kCountConfirmed, {team, delta}, Code::kInternal);
}

Status Recompute(Writer& writer, Commit& commit, TeamId id) {
    RT_TRY(const auto team, FindTeam(writer, id));
    if (!team.has_value()) return Fail(Code::kNotFound);
    if (team->state == TeamState::kSubmitted) return MarkDeficiency(writer, commit, *team);
    const auto command = IsReady(team->AsRoster()) ? TeamCommand::kRosterReady : TeamCommand::kRosterNotReady;
    const auto to = Apply(team->state, command);
    if (!to.has_value() || *to == team->state) return Ok();
    return SetTeamState(writer, id, team->state, *to);
}

}  // namespace rt::registration::store
