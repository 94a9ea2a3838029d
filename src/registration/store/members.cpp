// The writes behind a roster: who takes part, entries, seats, and the moves of a member.
#include "registration/store/access.h"
#include "registration/store/consents.h"
#include "registration/store/guard.h"
#include "registration/store/members_internal.h"

namespace rt::registration::store {
namespace {

constexpr Statement kPutPerson{"person.put_self",
                               "INSERT INTO person (id, public_id, owner_user, relation, name, created)"
                               " VALUES ($1, $2, $3, 'SELF', $4, $5) ON CONFLICT (owner_user) WHERE relation = 'SELF'"
                               " DO UPDATE SET name = $4, rev = person.rev + 1 RETURNING id"};
constexpr Statement kOwnPerson{"person.owned",
                               "SELECT id FROM person WHERE id = $1 AND owner_user = $2" RT_GUARD("ended IS NULL")};
constexpr Statement kNumberOf{"person.number_index", "SELECT id_bi FROM person WHERE id = $1"};
constexpr Statement kInsertMember{
    "team_member.insert",
    "INSERT INTO team_member (id, public_id, team, event, division, person, managed_by_user, role, state, answer_set,"
    " id_bi, consent_at, invite, joined_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"};
constexpr Statement kInsertWaiting{
    "team_member.insert_waiting",
    "INSERT INTO team_member (id, public_id, team, event, division, person, managed_by_user, role, state, answer_set,"
    " id_bi, consent_at, invite, joined_at) SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14"
    " WHERE $15 = $15" RT_GUARD("(SELECT COUNT(*) FROM team_member WHERE team = $3 AND state = $9) < $15"
                                " AND EXISTS (SELECT 1 FROM team WHERE id = $3 AND state <> 'DISBANDED')")};
// I3 for the whole event: a counter for each person and each identity number.
constexpr Statement kTakeEntry{"person_entry.take",
                               "INSERT INTO person_entry (event, subject, used) VALUES ($1, $2, 1)"
                               " ON CONFLICT (event, subject) DO UPDATE SET used = person_entry.used + 1"
                               " WHERE person_entry.used >= 0" RT_GUARD("person_entry.used < $3")};
constexpr Statement kFreeEntry{"person_entry.free",
                               "UPDATE person_entry SET used = used - 1 WHERE event = $1 AND subject = $2"};
constexpr Statement kMove{"team_member.move",
                          "UPDATE team_member SET state = $3, rev = rev + 1 WHERE id = $1" RT_GUARD("state = $2")};
// I4: the place is taken where the size is kept.
constexpr Statement kTakeCounted{"team.take_place",
                                 "UPDATE team SET member_count = member_count + 1, rev = rev + 1 WHERE id = $1"
                                 " AND $2 = $2" RT_GUARD("member_count < $2 AND state <> 'DISBANDED'")};
constexpr Statement kTakeSubstitute{"team.take_substitute",
                                    "UPDATE team SET sub_count = sub_count + 1, rev = rev + 1 WHERE id = $1"
                                    " AND $2 = $2" RT_GUARD("sub_count < $2 AND state <> 'DISBANDED'")};
constexpr Statement kTakeStaff{"team.take_staff",
                               "UPDATE team SET staff_count = staff_count + 1, rev = rev + 1 WHERE id = $1"
                               " AND $2 = $2" RT_GUARD("staff_count < $2 AND state <> 'DISBANDED'")};
constexpr Statement kFreeCounted{"team.uncount",
                                 "UPDATE team SET member_count = member_count - 1, confirmed_count = confirmed_count"
                                 " - $2, rev = rev + 1 WHERE id = $1"};
constexpr Statement kFreeSubstitute{"team.free_substitute",
                                    "UPDATE team SET sub_count = sub_count - 1, rev = rev + 1 WHERE id = $1"};
constexpr Statement kFreeStaff{"team.free_staff",
                               "UPDATE team SET staff_count = staff_count - 1, rev = rev + 1 WHERE id = $1"};

std::string PersonSubject(PersonId person) {
    return "P" + std::to_string(person.value);
}

Result<std::optional<std::string>> NumberOf(Reader& reader, PersonId person) {
    RT_TRY(auto found, reader.Find<std::optional<std::string>>(kNumberOf, {person},
                                                               [](const Row& row) { return row.OptionalText(0); }));
    return found.value_or(std::nullopt);
}

struct Seats {
    const Statement& take;
    std::int64_t max;
};
Seats SeatsOf(const TeamFacts& team, Seat seat) {
    if (seat == Seat::kCounted) return {kTakeCounted, team.team_max};
    if (seat == Seat::kSubstitute) return {kTakeSubstitute, team.sub_max};
    return {kTakeStaff, kStaffMax};
}

// What a member brings along: his answers, and the number they or his profile tell.
struct Brought {
    PersonId person;
    std::optional<AnswerSetId> answers;
    std::optional<std::string> id_bi;
};
Result<Brought> Bring(Writer& writer, base::Time now, TeamId team, const Participant& who) {
    Brought out;
    RT_TRY(out.person, PutPerson(writer, now, who));
    if (who.answers.has_value()) {
        RT_TRY(out.answers, PutAnswers(writer, now, AnswerOwner::kMember, who.member.value, *who.answers, team));
        out.id_bi = who.answers->id_bi;
    }
    if (!out.id_bi.has_value()) {
        RT_TRY(out.id_bi, NumberOf(writer, out.person));
    }
    return out;
}

std::optional<std::int64_t> OrNull(std::int64_t id) {
    return id != 0 ? std::optional(id) : std::nullopt;
}

}  // namespace

Result<PersonId> PutPerson(Writer& writer, base::Time now, const Participant& who) {
    if (who.person) {
        RT_TRY(const auto owned, writer.FindInt(kOwnPerson, {who.person, who.user}));
        if (!owned.has_value()) return Fail(Code::kNotFound, "not a person of this user");
        return who.person;
    }
    RT_TRY(const auto id,
           writer.FindInt(kPutPerson, {who.fresh_person, who.fresh_person_public_id, who.user, who.name, now}));
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

Status DuplicateIfTaken(Status status) {
    if (!status.ok() && status.error().code == Code::kAlreadyExists) {
        return Fail(Code::kDuplicatePerson, status.error().detail);
    }
    return status;
}

Status TakeSeat(Writer& writer, const TeamFacts& team, MemberRole role) {
    const Seats seats = SeatsOf(team, SeatOf(role));
    RT_TRY(const auto taken, writer.Run(seats.take, {team.id, seats.max}));
    if (taken == 1) return Ok();
    return Fail(team.state == TeamState::kDisbanded ? Code::kInvalidState : Code::kTeamFull);
}

Status FreeSeat(Writer& writer, const TeamFacts& team, MemberRole role, Was was) {
    const Seat seat = SeatOf(role);
    if (seat == Seat::kSubstitute) return writer.RunOne(kFreeSubstitute, {team.id}, Code::kInternal);
    if (seat == Seat::kStaff) return writer.RunOne(kFreeStaff, {team.id}, Code::kInternal);
    return writer.RunOne(kFreeCounted, {team.id, was == Was::kConfirmed ? 1 : 0}, Code::kInternal);
}

Status AddMember(Writer& writer, Commit& commit, const TeamFacts& team, const Participant& who, MemberRole role,
                 InviteId invite) {
    RT_CHECK_OK(RequireAccessToJoin(writer, team.event, commit.actor));
    RT_TRY(const Brought brought, Bring(writer, commit.now, team.id, who));
    if (Competes(role)) RT_CHECK_OK(TakeEntries(writer, team, brought.person, brought.id_bi));
    const auto consent_at = who.consent ? std::optional(commit.now) : std::nullopt;
    RT_CHECK_OK(DuplicateIfTaken(writer.RunOne(
        kInsertMember,
        {who.member, who.member_public_id, team.id, team.event, team.division, brought.person, who.user, Word(role),
         Word(MemberState::kJoined), brought.answers, brought.id_bi, consent_at, OrNull(invite.value), commit.now},
        Code::kInternal)));
    if (who.consent) RT_CHECK_OK(AcceptDocuments(writer, commit, who.member, who.documents));
    return Settle(writer, commit, team, who.member);
}

Status AddWaiting(Writer& writer, Commit& commit, const TeamFacts& team, const Participant& who, MemberRole role,
                  MemberState state, InviteId invite) {
    Brought brought;
    if (state == MemberState::kPendingCaptain) {
        RT_CHECK_OK(RequireAccessToJoin(writer, team.event, commit.actor));
        RT_TRY(brought, Bring(writer, commit.now, team.id, who));
    }
    const auto consent_at = who.consent ? std::optional(commit.now) : std::nullopt;
    const Status added =
        writer.RunOne(kInsertWaiting,
                      {who.member, who.member_public_id, team.id, team.event, team.division,
                       OrNull(brought.person.value), who.user, Word(role), Word(state), brought.answers, brought.id_bi,
                       consent_at, OrNull(invite.value), commit.now, kPendingMax},
                      Code::kInvalidState);
    if (!added.ok() && added.error().code == Code::kAlreadyExists) {
        return base::FailText(Code::kInvalidState, {"已在队伍中或已申请", "Already on the team, or asked to join"});
    }
    RT_CHECK_OK(added);
    return who.consent ? AcceptDocuments(writer, commit, who.member, who.documents) : Ok();
}

Status AcceptWaiting(Writer& writer, Commit& commit, const TeamFacts& team, const Member& member) {
    const auto to = Apply(member.state, MemberCommand::kAccept);
    if (!to.has_value()) return Fail(Code::kInvalidState);
    RT_CHECK_OK(TakeSeat(writer, team, member.role));
    if (Competes(member.role)) RT_CHECK_OK(TakeEntries(writer, team, member.person, member.id_bi));
    RT_CHECK_OK(
        DuplicateIfTaken(writer.RunOne(kMove, {member.id, Word(member.state), Word(*to)}, Code::kInvalidState)));
    return Settle(writer, commit, team, member.id);
}

Status EndWaiting(Writer& writer, const Member& member, MemberCommand command) {
    const auto to = Apply(member.state, command);
    if (!to.has_value() || IsActive(member.state)) return Fail(Code::kInvalidState);
    return writer.RunOne(kMove, {member.id, Word(member.state), Word(*to)}, Code::kInvalidState);
}

Status EndMember(Writer& writer, const TeamFacts& team, const Member& member, MemberCommand command) {
    const auto to = Apply(member.state, command);
    if (!to.has_value() || !IsActive(member.state)) return Fail(Code::kInvalidState);
    RT_CHECK_OK(writer.RunOne(kMove, {member.id, Word(member.state), Word(*to)}, Code::kInvalidState));
    return Competes(member.role) ? FreeEntries(writer, team, member.person, member.id_bi) : Ok();
}

}  // namespace rt::registration::store
