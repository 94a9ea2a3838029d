// Reading teams and members.
#include <algorithm>

#include "registration/store/teams.h"

namespace rt::registration::store {
namespace {

// A SOLO entry is a team of one whatever the limits of teams are.
#define RT_TEAM_FACTS                                                                                                \
    "SELECT t.id, t.public_id, t.name, t.event, e.public_id, t.division, t.state, t.captain_member_id,"              \
    " c.managed_by_user, t.member_count, t.confirmed_count, t.answer_set, t.rev, e.state,"                           \
    " COALESCE(d.reg_open, e.reg_open), COALESCE(d.reg_close, e.reg_close), e.starts, e.ends,"                       \
    " COALESCE(e.edit_deadline, e.starts), COALESCE(e.cancel_deadline, e.starts),"                                   \
    " CASE t.kind WHEN 'SOLO' THEN 1 ELSE COALESCE(d.team_min, e.team_min) END,"                                     \
    " CASE t.kind WHEN 'SOLO' THEN 1 ELSE COALESCE(d.team_max, e.team_max) END, e.review_stages,"                    \
    " e.entries_max_per_person, (SELECT v.has_required FROM form f JOIN form_version v"                              \
    " ON v.id = f.current_version WHERE f.event = t.event AND f.scope = 'TEAM' AND f.stage = 'SUBMIT'),"             \
    " t.kind, t.join_policy, t.sub_count, t.staff_count, COALESCE(e.roster_lock_at, e.starts),"                      \
    " CASE t.kind WHEN 'SOLO' THEN 0 ELSE COALESCE(d.sub_max, e.sub_max) END, e.guardian_under_age,"                 \
    " e.minor_under_age, d.rules, e.hold_policy, e.cancel_policy, e.reset_review_on_edit, t.club,"                   \
    " e.waitlist_enabled, e.admission, (SELECT r.id FROM registration r WHERE r.team = t.id AND r.state = 'DRAFT')," \
    " EXISTS (SELECT 1 FROM registration r WHERE r.team = t.id AND (r.state = 'RETURNED'"                            \
    " OR (r.state = 'DRAFT' AND r.decided_at IS NOT NULL)))"                                                         \
    " FROM team t JOIN event e ON e.id = t.event JOIN division d ON d.id = t.division"                               \
    " JOIN team_member c ON c.id = t.captain_member_id "

constexpr Statement kByPublicId{"team.by_public_id", RT_TEAM_FACTS "WHERE t.public_id = $1"};
constexpr Statement kById{"team.by_id", RT_TEAM_FACTS "WHERE t.id = $1"};
#undef RT_TEAM_FACTS

#define RT_MEMBER_COLUMNS                                                                                   \
    "SELECT m.id, m.public_id, m.team, m.person, COALESCE(p.name, ''), m.managed_by_user, m.role, m.state," \
    " m.answer_set, m.id_bi, m.consent_at, m.joined_at, m.guardian_state, COALESCE(p.relation, 'SELF'),"    \
    " m.invite FROM team_member m LEFT JOIN person p ON p.id = m.person "

constexpr Statement kMembers{"team_member.of_team", RT_MEMBER_COLUMNS
                             "WHERE m.team = $1 AND m.state IN ('JOINED', 'CONFIRMED')"
                             " ORDER BY CASE m.role WHEN 'CAPTAIN' THEN 0 WHEN 'PLAYER' THEN 1"
                             " WHEN 'SUBSTITUTE' THEN 2 ELSE 3 END, m.id"};
constexpr Statement kWaiting{"team_member.waiting", RT_MEMBER_COLUMNS
                             "WHERE m.team = $1 AND m.state IN ('PENDING_CAPTAIN', 'INVITED') ORDER BY m.id LIMIT 200"};
constexpr Statement kActive{"team_member.active", RT_MEMBER_COLUMNS
                            "WHERE m.team = $1 AND m.managed_by_user = $2 AND m.state IN ('JOINED', 'CONFIRMED')"
                            " ORDER BY CASE p.relation WHEN 'SELF' THEN 0 ELSE 1 END, m.id LIMIT 1"};
constexpr Statement kMember{"team_member.by_public_id", RT_MEMBER_COLUMNS "WHERE m.public_id = $1"};
constexpr Statement kMemberById{"team_member.by_id", RT_MEMBER_COLUMNS "WHERE m.id = $1"};
#undef RT_MEMBER_COLUMNS

TeamFacts ReadFacts(const Row& row) {
    TeamFacts out;
    out.id = row.As<TeamId>(0);
    out.public_id = row.Text(1);
    out.name = row.Text(2);
    out.event = row.As<EventId>(3);
    out.event_public_id = row.Text(4);
    out.division = row.As<DivisionId>(5);
    out.state = *FromWord<TeamState>(row.TextView(6));
    out.captain = row.As<MemberId>(7);
    out.captain_user = row.As<UserId>(8);
    out.member_count = row.Int(9);
    out.confirmed_count = row.Int(10);
    if (!row.IsNull(11)) out.answer_set = row.As<AnswerSetId>(11);
    out.rev = row.Int(12);
    out.event_state = *FromWord<EventState>(row.TextView(13));
    out.times = {row.Time(14), row.Time(15), row.Time(16), row.Time(17)};
    out.edit_deadline = row.Time(18);
    out.cancel_deadline = row.Time(19);
    out.team_min = row.Int(20);
    out.team_max = row.Int(21);
    out.review_stages = row.Int(22);
    out.entries_max = row.Int(23);
    out.team_form_required = row.OptionalInt(24).value_or(0) != 0;
    out.kind = *FromWord<TeamKind>(row.TextView(25));
    out.join_policy = *FromWord<JoinPolicy>(row.TextView(26));
    out.sub_count = row.Int(27);
    out.staff_count = row.Int(28);
    out.roster_lock_at = row.Time(29);
    out.sub_max = row.Int(30);
    out.guardian_under_age = row.Int(31);
    out.minor_under_age = row.Int(32);
    out.rules = row.Text(33);
    out.hold_policy = *FromWord<HoldPolicy>(row.TextView(34));
    out.cancel_policy = *FromWord<CancelPolicy>(row.TextView(35));
    out.reset_review_on_edit = row.Int(36) != 0;
    out.club = row.OptionalInt(37).value_or(0);
    out.waitlist_enabled = row.Int(38) != 0;
    out.admission = *FromWord<Admission>(row.TextView(39));
    out.draft = RegistrationId{row.OptionalInt(40).value_or(0)};
    // A return asks for a correction, and so does a reopening, after the deadline of the others too.
    const bool asked = row.Int(41) != 0;
    out.reopened = asked && out.draft;
    if (asked) out.edit_deadline = std::max(out.edit_deadline, out.roster_lock_at);
    return out;
}

Member ReadMember(const Row& row) {
    Member out;
    out.id = row.As<MemberId>(0);
    out.public_id = row.Text(1);
    out.team = row.As<TeamId>(2);
    out.person = PersonId{row.OptionalInt(3).value_or(0)};
    out.person_name = row.Text(4);
    out.user = row.As<UserId>(5);
    out.role = *FromWord<MemberRole>(row.TextView(6));
    out.state = *FromWord<MemberState>(row.TextView(7));
    if (!row.IsNull(8)) out.answer_set = row.As<AnswerSetId>(8);
    out.id_bi = row.OptionalText(9);
    out.consent_at = row.OptionalTime(10);
    out.joined_at = row.Time(11);
    out.guardian = *FromWord<GuardianState>(row.TextView(12));
    out.relation = *FromWord<PersonRelation>(row.TextView(13));
    out.invite = InviteId{row.OptionalInt(14).value_or(0)};
    return out;
}

}  // namespace

Result<std::optional<TeamFacts>> FindTeam(Reader& reader, std::string_view public_id) {
    return reader.Find<TeamFacts>(kByPublicId, {public_id}, ReadFacts);
}

Result<std::optional<TeamFacts>> FindTeam(Reader& reader, TeamId id) {
    return reader.Find<TeamFacts>(kById, {id}, ReadFacts);
}

Result<std::vector<Member>> MembersOf(Reader& reader, TeamId team) {
    return reader.All<Member>(kMembers, {team}, ReadMember);
}

Result<std::vector<Member>> WaitingOf(Reader& reader, TeamId team) {
    return reader.All<Member>(kWaiting, {team}, ReadMember);
}

Result<std::optional<Member>> FindActiveMember(Reader& reader, TeamId team, UserId user) {
    return reader.Find<Member>(kActive, {team, user}, ReadMember);
}

Result<std::optional<Member>> FindMember(Reader& reader, std::string_view public_id) {
    return reader.Find<Member>(kMember, {public_id}, ReadMember);
}

Result<std::optional<Member>> FindMember(Reader& reader, MemberId id) {
    return reader.Find<Member>(kMemberById, {id}, ReadMember);
}

}  // namespace rt::registration::store
