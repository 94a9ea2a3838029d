#include "registration/store/clubs.h"

#include "registration/store/guard.h"
#include "registration/store/members_internal.h"

namespace rt::registration::store {
namespace {

#define RT_CLUB                                                                                           \
    "SELECT c.id, c.public_id, c.organisation, c.name, c.name_norm, c.code_hash, c.code_tail, c.created," \
    " c.rev FROM club c "
constexpr Statement kByPublicId{"club.by_public_id", RT_CLUB "WHERE c.public_id = $1"};
constexpr Statement kById{"club.by_id", RT_CLUB "WHERE c.id = $1"};
constexpr Statement kByCode{"club.by_code", RT_CLUB "WHERE c.code_hash = $1"};
constexpr Statement kOfOrganisation{
    "club.of_organisation", RT_CLUB "WHERE c.organisation = $1 AND c.name_norm > $2 ORDER BY c.name_norm LIMIT $3"};
constexpr Statement kOfManager{"club.of_manager", RT_CLUB
                               "JOIN club_manager m ON m.club = c.id WHERE m.\"user\" = $1 ORDER BY c.name_norm"
                               " LIMIT 100"};
#undef RT_CLUB

constexpr Statement kInsert{"club.insert",
                            "INSERT INTO club (id, public_id, organisation, name, name_norm, code_hash, code_tail,"
                            " created) SELECT $1, $2, $3, $4, $5, $6, $7, $8 WHERE $9 = $9" RT_GUARD(
                                "(SELECT COUNT(*) FROM club WHERE organisation = $3) < $9")};
constexpr Statement kUpdate{"club.update",
                            "UPDATE club SET name = $3, name_norm = $4, code_hash = $5, code_tail = $6, rev = rev + 1"
                            " WHERE id = $1 AND rev = $2"};
constexpr Statement kAddManager{
    "club_manager.add", "INSERT INTO club_manager (club, \"user\", added) SELECT $1, $2, $3 WHERE $4 = $4" RT_GUARD(
                            "(SELECT COUNT(*) FROM club_manager WHERE club = $1) < $4")};
constexpr Statement kRemoveManager{"club_manager.remove", "DELETE FROM club_manager WHERE club = $1 AND \"user\" = $2"};
constexpr Statement kIsManager{"club_manager.is", "SELECT club FROM club_manager WHERE club = $1 AND \"user\" = $2"};
constexpr Statement kManagers{"club_manager.of_club",
                              "SELECT u.public_id, u.login_name, u.display_name FROM club_manager m JOIN \"user\" u"
                              " ON u.id = m.\"user\" WHERE m.club = $1 ORDER BY m.added, u.id LIMIT 100"};
constexpr Statement kSetLimit{"club_limit.set",
                              "INSERT INTO club_limit (division, entries_max) VALUES ($1, $2)"
                              " ON CONFLICT (division) DO UPDATE SET entries_max = $2"};
constexpr Statement kClearLimit{"club_limit.clear", "DELETE FROM club_limit WHERE division = $1"};
constexpr Statement kLimitOf{"club_limit.of", "SELECT entries_max FROM club_limit WHERE division = $1"};
constexpr Statement kUse{"club_entry.of_division",
                         "SELECT c.public_id, c.name, e.used FROM club_entry e JOIN club c ON c.id = e.club"
                         " WHERE e.division = $1 AND e.used > 0 ORDER BY c.name_norm LIMIT 2000"};
constexpr Statement kSetClub{"team.set_club", "UPDATE team SET club = $2, rev = rev + 1 WHERE id = $1" RT_GUARD(
                                                  "state IN ('FORMING', 'READY')")};
constexpr Statement kTeams{"team.of_club",
                           "SELECT id, public_id, name, state FROM team WHERE club = $1 AND state <> 'DISBANDED'"
                           " ORDER BY id DESC LIMIT 200"};
constexpr Statement kBegin{"club_entry.begin",
                           "INSERT INTO club_entry (division, club, used) VALUES ($1, $2, 0) ON CONFLICT DO NOTHING"};
constexpr Statement kTake{"club_entry.take",
                          "UPDATE club_entry SET used = used + 1 WHERE division = $1 AND club = $2" RT_GUARD(
                              "used < COALESCE((SELECT entries_max FROM club_limit WHERE division = $1), used + 1)")};
constexpr Statement kFree{"club_entry.free",
                          "UPDATE club_entry SET used = used - 1 WHERE division = $1 AND club = $2 AND used > 0"};

Club ReadClub(const Row& row) {
    return {row.As<ClubId>(0), row.Text(1), row.As<OrganisationId>(2),
            row.Text(3),       row.Text(4), row.Text(5),
            row.Text(6),       row.Time(7), row.Int(8)};
}

std::string NameJson(const Club& club) {
    return json::Encode(json::Object{{"name", club.name}});
}

Change ClubChange(std::string_view action, const Club& club, std::string before, std::string after) {
    return {action, "club", club.id.value, {}, std::move(before), std::move(after), {}};
}

std::string LimitJson(std::optional<std::int64_t> entries_max) {
    return R"({"entries_max":)" + (entries_max.has_value() ? std::to_string(*entries_max) : "null") + "}";
}

}  // namespace

Result<std::optional<Club>> FindClub(Reader& reader, std::string_view public_id) {
    return reader.Find<Club>(kByPublicId, {public_id}, ReadClub);
}

Result<std::optional<Club>> FindClub(Reader& reader, ClubId id) {
    return reader.Find<Club>(kById, {id}, ReadClub);
}

Result<std::optional<Club>> FindClubByCode(Reader& reader, std::string_view code_hash) {
    return reader.Find<Club>(kByCode, {code_hash}, ReadClub);
}

Result<std::vector<Club>> ClubsOfOrganisation(Reader& reader, OrganisationId organisation, std::string_view after,
                                              std::int64_t limit) {
    return reader.All<Club>(kOfOrganisation, {organisation, after, limit}, ReadClub);
}

Result<std::vector<Club>> ClubsManagedBy(Reader& reader, UserId user) {
    return reader.All<Club>(kOfManager, {user}, ReadClub);
}

Status InsertClub(Writer& writer, Commit& commit, const Club& club) {
    RT_CHECK_OK(writer.RunOne(kInsert,
                              {club.id, club.public_id, club.organisation, club.name, club.name_norm, club.code_hash,
                               club.code_tail, club.created, kClubsMax},
                              Code::kInvalidState));
    return Record(writer, commit, ClubChange("club.create", club, {}, NameJson(club)));
}

Status UpdateClub(Writer& writer, Commit& commit, const Club& club) {
    RT_TRY(const auto before, FindClub(writer, club.id));
    if (!before.has_value()) return Fail(Code::kNotFound);
    RT_CHECK_OK(writer.RunOne(kUpdate, {club.id, club.rev, club.name, club.name_norm, club.code_hash, club.code_tail},
                              Code::kPreconditionFailed));
    const bool renewed = before->code_hash != club.code_hash;
    return Record(writer, commit,
                  ClubChange(renewed ? "club.new_code" : "club.update", club, NameJson(*before), NameJson(club)));
}

Status AddClubManager(Writer& writer, Commit& commit, const Club& club, UserId user) {
    RT_CHECK_OK(writer.RunOne(kAddManager, {club.id, user, commit.now, kClubManagersMax}, Code::kInvalidState));
    return Record(writer, commit,
                  ClubChange("club.add_manager", club, {}, R"({"user":)" + std::to_string(user.value) + "}"));
}

Status RemoveClubManager(Writer& writer, Commit& commit, const Club& club, UserId user) {
    RT_CHECK_OK(writer.RunOne(kRemoveManager, {club.id, user}, Code::kNotFound));
    return Record(writer, commit,
                  ClubChange("club.remove_manager", club, R"({"user":)" + std::to_string(user.value) + "}", {}));
}

Result<std::vector<ClubManager>> ManagersOf(Reader& reader, ClubId club) {
    return reader.All<ClubManager>(kManagers, {club}, [](const Row& row) {
        return ClubManager{row.Text(0), row.Text(1), row.Text(2)};
    });
}

Status SetClubLimit(Writer& writer, Commit& commit, EventId event, DivisionId division,
                    std::optional<std::int64_t> entries_max) {
    RT_TRY(const auto before, writer.FindInt(kLimitOf, {division}));
    if (entries_max.has_value()) {
        RT_CHECK_OK(writer.RunOne(kSetLimit, {division, *entries_max}, Code::kInternal));
    } else {
        RT_TRY([[maybe_unused]] const auto cleared, writer.Run(kClearLimit, {division}));
    }
    return Record(writer, commit,
                  {"club_limit.set", "division", division.value, event, LimitJson(before), LimitJson(entries_max), {}});
}

Result<ClubLimit> ReadClubLimit(Reader& reader, DivisionId division) {
    ClubLimit out;
    RT_TRY(out.entries_max, reader.FindInt(kLimitOf, {division}));
    RT_TRY(out.used, reader.All<ClubUse>(kUse, {division}, [](const Row& row) {
        return ClubUse{row.Text(0), row.Text(1), row.Int(2)};
    }));
    return out;
}

Status SetClub(Writer& writer, Commit& commit, std::string_view team_public_id, ClubId club) {
    RT_TRY(const auto team, RequireTeam(writer, team_public_id));
    RT_CHECK_OK(RequireCaptain(writer, team, commit.actor));
    const auto id = club ? std::optional(club.value) : std::nullopt;
    RT_CHECK_OK(writer.RunOne(kSetClub, {team.id, id}, Code::kInvalidState));
    return Record(writer, commit,
                  TeamChange("team.set_club", team, {}, R"({"club":)" + std::to_string(club.value) + "}"));
}

Result<bool> ManagesClub(Reader& reader, ClubId club, UserId user) {
    RT_TRY(const auto found, reader.FindInt(kIsManager, {club, user}));
    return found.has_value();
}

Result<std::vector<ClubTeam>> TeamsOfClub(Reader& reader, ClubId club) {
    return reader.All<ClubTeam>(kTeams, {club}, [](const Row& row) {
        return ClubTeam{row.As<TeamId>(0), row.Text(1), row.Text(2), *FromWord<TeamState>(row.TextView(3))};
    });
}

Status ClubTake(Writer& writer, const TeamFacts& team) {
    if (team.club == 0) return Ok();
    RT_TRY([[maybe_unused]] const auto begun, writer.Run(kBegin, {team.division, team.club}));
    return writer.RunOne(kTake, {team.division, team.club}, Code::kClubFull);
}

Status ClubFree(Writer& writer, const TeamFacts& team) {
    if (team.club == 0) return Ok();
    return writer.RunOne(kFree, {team.division, team.club}, Code::kInternal);
}

}  // namespace rt::registration::store
