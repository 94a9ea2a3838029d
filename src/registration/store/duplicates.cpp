#include "registration/store/duplicates.h"

namespace rt::registration::store {
namespace {

constexpr Statement kGroups{"duplicate.groups",
                            "SELECT DISTINCT kind, value FROM member_key WHERE event = $1 AND shared = 1"
                            " AND ($2 = '' OR kind = $2) AND (kind, value) > ($3, $4) ORDER BY kind, value LIMIT $5"};
constexpr Statement kOfTeam{"duplicate.of_team",
                            "SELECT DISTINCT k.kind, k.value FROM team_member m JOIN member_key k ON k.member = m.id"
                            " WHERE m.team = $2 AND k.event = $1 AND k.shared = 1 ORDER BY k.kind, k.value"};
constexpr Statement kMembers{
    "duplicate.members",
    "SELECT m.public_id, p.owner_user, p.name, m.role, t.public_id, t.name, d.public_id, COALESCE(r.public_id, ''),"
    " COALESCE(r.friendly_no, 0), COALESCE(r.state, '') FROM member_key k JOIN team_member m ON m.id = k.member"
    " JOIN person p ON p.id = m.person JOIN team t ON t.id = k.team JOIN division d ON d.id = t.division"
    " LEFT JOIN registration r ON r.id = (SELECT MAX(x.id) FROM registration x WHERE x.team = t.id)"
    " WHERE k.event = $1 AND k.kind = $2 AND k.value = $3 ORDER BY k.member LIMIT $4"};

DuplicateMember ReadMember(const Row& row) {
    return {row.Text(0), row.As<UserId>(1), row.Text(2), row.Text(3), row.Text(4),
            row.Text(5), row.Text(6),       row.Text(7), row.Int(8),  row.Text(9)};
}

Duplicate ReadGroup(const Row& row) {
    return {row.Text(0), row.Text(1), {}};
}

Status AddMembers(Reader& reader, EventId event, std::vector<Duplicate>& groups) {
    for (Duplicate& group : groups) {
        RT_TRY(group.members, reader.All<DuplicateMember>(
                                  kMembers, {event, group.kind, group.value, kDuplicateMembersMax}, ReadMember));
    }
    return Ok();
}

}  // namespace

Result<std::vector<Duplicate>> DuplicatesOf(Reader& reader, EventId event, std::string_view kind,
                                            const std::pair<std::string, std::string>& after, std::int64_t limit) {
    RT_TRY(auto groups, reader.All<Duplicate>(kGroups, {event, kind, after.first, after.second, limit}, ReadGroup));
    RT_CHECK_OK(AddMembers(reader, event, groups));
    return groups;
}

Result<std::vector<Duplicate>> DuplicatesOfTeam(Reader& reader, EventId event, TeamId team) {
    RT_TRY(auto groups, reader.All<Duplicate>(kOfTeam, {event, team}, ReadGroup));
    RT_CHECK_OK(AddMembers(reader, event, groups));
    return groups;
}

}  // namespace rt::registration::store
