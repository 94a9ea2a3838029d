// One out, one in: the same units, so the waiting list is not served.
#include "registration/store/guard.h"
#include "registration/store/members_internal.h"
#include "registration/store/notices.h"
#include "registration/store/registrations.h"
#include "registration/store/roster.h"

namespace rt::registration::store {
namespace {

constexpr Statement kInsert{
    "substitution.insert",
    "INSERT INTO substitution (id, public_id, event, team, out_member, in_member, requested_by, state, reason, at,"
    " decided_by, decided_at) SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12 WHERE $13 = $13" RT_GUARD(
        "$8 <> 'REQUESTED' OR (SELECT COUNT(*) FROM substitution WHERE team = $4 AND state = 'REQUESTED') < $13")};
constexpr Statement kDecide{"substitution.decide",
                            "UPDATE substitution SET state = $2, reason = CASE $3 WHEN '' THEN reason ELSE $3 END,"
                            " decided_by = $4, decided_at = $5 WHERE id = $1" RT_GUARD("state = 'REQUESTED'")};
#define RT_SUBSTITUTION                                                                                   \
    "SELECT id, public_id, team, out_member, in_member, requested_by, state, reason, at, decided_at FROM" \
    " substitution "
constexpr Statement kOfTeam{"substitution.of_team", RT_SUBSTITUTION "WHERE team = $1 ORDER BY id DESC LIMIT 100"};
constexpr Statement kOfEvent{"substitution.of_event",
                             RT_SUBSTITUTION "WHERE event = $1 AND state = $2 AND id > $3 ORDER BY id LIMIT $4"};
constexpr Statement kByPublicId{"substitution.by_public_id", RT_SUBSTITUTION "WHERE public_id = $1"};
#undef RT_SUBSTITUTION
// The place goes from one to the other; the count of the team stays.
constexpr Statement kPassSeat{"team.pass_seat",
                              "UPDATE team SET sub_count = sub_count - $2, confirmed_count = confirmed_count + $3,"
                              " rev = rev + 1 WHERE id = $1"};
constexpr Statement kPlay{"team_member.play",
                          "UPDATE team_member SET role = 'PLAYER', rev = rev + 1 WHERE id = $1" RT_GUARD(
                              "role = 'SUBSTITUTE' AND state IN ('JOINED', 'CONFIRMED')")};

Substitution ReadSubstitution(const Row& row) {
    return {row.As<SubstitutionId>(0),
            row.Text(1),
            row.As<TeamId>(2),
            row.As<MemberId>(3),
            row.As<MemberId>(4),
            row.As<UserId>(5),
            *FromWord<SubstitutionState>(row.TextView(6)),
            row.Text(7),
            row.Time(8),
            row.OptionalTime(9)};
}

std::int64_t ConfirmedOf(const Member& member) {
    return member.state == MemberState::kConfirmed ? 1 : 0;
}

std::string PairJson(const Member& out, const Member& in) {
    return R"({"out":")" + out.public_id + R"(","in":")" + in.public_id + R"("})";
}

Status Swap(Writer& writer, Commit& commit, const TeamFacts& team, const Member& out, const Member& in) {
    RT_CHECK_OK(EndMember(writer, team, out, MemberCommand::kSubstitute));
    RT_CHECK_OK(writer.RunOne(kPlay, {in.id}, Code::kInvalidState));
    RT_CHECK_OK(writer.RunOne(kPassSeat, {team.id, 1, ConfirmedOf(in) - ConfirmedOf(out)}, Code::kInternal));
    RT_CHECK_OK(Recompute(writer, commit, team.id));
    RT_CHECK_OK(RosterChanged(writer, commit, team.id, "substitute"));
    return Record(writer, commit, TeamChange("team.substitute", team, {}, PairJson(out, in)));
}

// A person who was not on the team: his seat is the one that the other leaves.
Result<Member> ReplaceBy(Writer& writer, Commit& commit, const TeamFacts& team, const Member& out,
                         const Participant& who) {
    RT_CHECK_OK(EndMember(writer, team, out, MemberCommand::kSubstitute));
    RT_CHECK_OK(writer.RunOne(kPassSeat, {team.id, 0, -ConfirmedOf(out)}, Code::kInternal));
    RT_CHECK_OK(AddMember(writer, commit, team, who, MemberRole::kPlayer));
    RT_TRY(auto in, FindMember(writer, who.member));
    RT_CHECK(in.has_value());
    RT_CHECK_OK(Recompute(writer, commit, team.id));
    RT_CHECK_OK(RosterChanged(writer, commit, team.id, "substitute"));
    RT_CHECK_OK(Record(writer, commit, TeamChange("team.substitute", team, {}, PairJson(out, *in))));
    return *std::move(in);
}

// Who may go: a counted member who is no captain. Who may come: a substitute.
Status CheckPair(const TeamFacts& team, const Member& out, const Member* in) {
    const bool out_ok = IsActive(out.state) && out.id != team.captain && SeatOf(out.role) == Seat::kCounted;
    const bool in_ok =
        in == nullptr || (IsActive(in->state) && in->role == MemberRole::kSubstitute && in->id != out.id);
    if (out_ok && in_ok) return Ok();
    return base::FailText(Code::kInvalidState,
                          {"只能用替补队员替换正式队员（队长须先移交）",
                           "A substitute takes the place of a player; a captain hands over first"});
}

// With the registration, whose number people know.
Result<Notice> NoticeOf(Reader& reader, const TeamFacts& team, NoticeKind kind) {
    RT_TRY(const auto registration, LatestRegistrationOf(reader, team.id));
    return Notice{.kind = kind,
                  .event = team.event,
                  .team = team.id,
                  .registration = registration.has_value() ? registration->id : RegistrationId{}};
}

Status Insert(Writer& writer, Commit& commit, const TeamFacts& team, const NewSubstitution& command, MemberId out,
              MemberId in, SubstitutionState state) {
    const bool decided = state != SubstitutionState::kRequested;
    const auto by = decided ? std::optional(commit.actor.user.value) : std::nullopt;
    const auto at = decided ? std::optional(commit.now) : std::nullopt;
    return writer.RunOne(kInsert,
                         {command.id, command.public_id, team.event, team.id, out, in, commit.actor.user, Word(state),
                          command.reason, commit.now, by, at, kSubstitutionsMax},
                         Code::kInvalidState);
}

}  // namespace

Result<SubstitutionState> Substitute(Writer& writer, Commit& commit, const NewSubstitution& command) {
    RT_TRY(const auto team, RequireTeam(writer, command.team_public_id));
    RT_CHECK_OK(RequireCaptain(writer, team, commit.actor));
    RT_TRY(const Member out, RequireMember(writer, team, command.out_public_id));
    const Status open = RosterMayChange(team, commit.actor, commit.now);
    if (!open.ok() && open.error().code != Code::kRosterLocked) return open.error();
    if (command.in.has_value()) {
        RT_CHECK_OK(open);
        RT_CHECK_OK(CheckPair(team, out, nullptr));
        if (command.in->user != team.captain_user) return Fail(Code::kForbidden);
        RT_TRY(const Member in, ReplaceBy(writer, commit, team, out, *command.in));
        RT_CHECK_OK(Insert(writer, commit, team, command, out.id, in.id, SubstitutionState::kApproved));
        return SubstitutionState::kApproved;
    }
    RT_TRY(const Member in, RequireMember(writer, team, command.in_public_id));
    RT_CHECK_OK(CheckPair(team, out, &in));
    const auto state = open.ok() ? SubstitutionState::kApproved : SubstitutionState::kRequested;
    RT_CHECK_OK(Insert(writer, commit, team, command, out.id, in.id, state));
    if (open.ok()) {
        RT_CHECK_OK(Swap(writer, commit, team, out, in));
    } else {
        RT_CHECK_OK(Record(writer, commit, TeamChange("team.ask_substitution", team, {}, PairJson(out, in))));
        RT_TRY(auto notice, NoticeOf(writer, team, NoticeKind::kSubstitutionRequested));
        notice.user = commit.actor.user;
        RT_CHECK_OK(NotifyAll(writer, commit, Audience::kOrganisers, notice));
    }
    return state;
}

Status DecideSubstitution(Writer& writer, Commit& commit, std::string_view public_id, SubstitutionState decision,
                          std::string_view reason) {
    RT_TRY(const auto wish, FindSubstitution(writer, public_id));
    if (!wish.has_value() || !commit.actor.May(net::Permission::kRegEdit)) return Fail(Code::kNotFound);
    RT_TRY(const auto team, FindTeam(writer, wish->team));
    RT_CHECK_OK(
        writer.RunOne(kDecide, {wish->id, Word(decision), reason, commit.actor.user, commit.now}, Code::kInvalidState));
    RT_TRY(const auto out, FindMember(writer, wish->out));
    RT_TRY(const auto in, FindMember(writer, wish->in));
    if (decision == SubstitutionState::kApproved) {
        RT_CHECK_OK(CheckPair(*team, *out, &*in));
        RT_CHECK_OK(Swap(writer, commit, *team, *out, *in));
    }
    Change change = TeamChange("team.decide_substitution", *team, StateJson("REQUESTED"), StateJson(Word(decision)));
    change.reason = std::string(reason);
    RT_CHECK_OK(Record(writer, commit, change));
    RT_TRY(auto notice, NoticeOf(writer, *team, NoticeKind::kSubstitutionAnswered));
    notice.user = wish->requested_by;
    notice.reason = reason;
    notice.answer = decision == SubstitutionState::kApproved ? "ACCEPTED" : "REFUSED";
    return Notify(writer, commit, notice);
}

Result<std::vector<Substitution>> SubstitutionsOf(Reader& reader, TeamId team) {
    return reader.All<Substitution>(kOfTeam, {team}, ReadSubstitution);
}

Result<std::vector<Substitution>> SubstitutionsOfEvent(Reader& reader, EventId event, SubstitutionState state,
                                                       SubstitutionId after, std::int64_t limit) {
    return reader.All<Substitution>(kOfEvent, {event, Word(state), after, limit}, ReadSubstitution);
}

Result<std::optional<Substitution>> FindSubstitution(Reader& reader, std::string_view public_id) {
    return reader.Find<Substitution>(kByPublicId, {public_id}, ReadSubstitution);
}

}  // namespace rt::registration::store
