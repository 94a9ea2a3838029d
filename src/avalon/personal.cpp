#include "avalon/personal.h"

#include <array>
#include <utility>

#include "avalon/store/games.h"
#include "avalon/store/moderation.h"

namespace rt::avalon {
namespace {

using storage::sql::Statement;
using store::Reader;

constexpr std::int64_t kGamesMax = 5'000;    // in one export
constexpr std::int64_t kReportsMax = 1'000;  // in one export

constexpr Statement kReports{"avalon_report.of_reporter",
                             "SELECT kind, text, state, created FROM avalon_report WHERE reporter = $1 ORDER BY created"
                             " LIMIT $2"};

// What each takes away; $1 is the user.
constexpr std::array kErase{
    Statement{"avalon_player.erase", "DELETE FROM avalon_player WHERE \"user\" = $1"},
    Statement{"avalon_stat.erase", "DELETE FROM avalon_stat WHERE \"user\" = $1"},
    Statement{"avalon_achievement.erase", "DELETE FROM avalon_achievement WHERE \"user\" = $1"},
    Statement{"avalon_share.erase", "DELETE FROM avalon_share WHERE \"user\" = $1"},
    Statement{"avalon_block.erase", "DELETE FROM avalon_block WHERE \"user\" = $1"},
    Statement{"avalon_block.erase_of", "DELETE FROM avalon_block WHERE blocked = $1"},
    Statement{"avalon_seat.erase", "UPDATE avalon_seat SET \"user\" = NULL WHERE \"user\" = $1"},
    Statement{"avalon_report.erase_by",
              "UPDATE avalon_report SET reporter = NULL, text = '', context = '[]'"
              " WHERE reporter = $1"},
    Statement{"avalon_report.erase_of", "UPDATE avalon_report SET text = '', context = '[]' WHERE subject = $1"},
    Statement{"avalon_restriction.erase", "UPDATE avalon_restriction SET reason = '' WHERE \"user\" = $1"},
};

json::Value GamesJson(const std::vector<store::PlayedGame>& games) {
    json::Array out;
    for (const store::PlayedGame& one : games) {
        out.push_back(json::Object{{"id", one.game.public_id},
                                   {"ended", base::FormatRfc3339(one.game.ended)},
                                   {"result", one.game.result},
                                   {"role", one.seat.role},
                                   {"won", one.seat.won}});
    }
    return out;
}

json::Value RestrictionsJson(const std::vector<store::Restriction>& rows) {
    json::Array out;
    for (const store::Restriction& one : rows) {
        out.push_back(json::Object{
            {"kind", store::kRestrictionKinds[static_cast<std::size_t>(one.kind)]},
            {"until", one.until.has_value() ? json::Value(base::FormatRfc3339(*one.until)) : json::Value()},
            {"reason", one.reason},
            {"created", base::FormatRfc3339(one.created)}});
    }
    return out;
}

json::Value StatsJson(const std::vector<store::StatRow>& rows) {
    json::Array out;
    for (const store::StatRow& one : rows) {
        out.push_back(json::Object{{"board", one.board}, {"role", one.role}, {"games", one.games}, {"wins", one.wins}});
    }
    return out;
}

}  // namespace

Result<json::Value> PersonalRecords::Export(auth::UserId user) {
    return hall_.parts().db.Read([&](Reader& reader) -> Result<json::Value> {
        RT_TRY(const auto player, store::FindPlayer(reader, user));
        if (!player.has_value()) return json::Value();
        RT_TRY(const auto stats, store::StatsOf(reader, user));
        RT_TRY(const auto games, store::GamesOf(reader, user, 0, kGamesMax));
        RT_TRY(const auto blocks, store::BlocksOf(reader, user));
        RT_TRY(const auto restrictions, store::RestrictionsOf(reader, user));
        RT_TRY(auto reports, reader.All<json::Value>(kReports, {user, kReportsMax}, [](const storage::sql::Row& row) {
            return json::Value(json::Object{{"kind", row.Text(0)},
                                            {"text", row.Text(1)},
                                            {"state", row.Text(2)},
                                            {"created", base::FormatRfc3339(row.Time(3))}});
        }));
        json::Array blocked;
        for (const store::Blocked& one : blocks) blocked.emplace_back(one.public_id);
        return json::Value(json::Object{{"nickname", NicknameOf(*player)},
                                        {"avatar", AvatarOf(*player)},
                                        {"games", player->games},
                                        {"wins", player->wins},
                                        {"rating", PointsOf(player->rating)},
                                        {"statistics", StatsJson(stats)},
                                        {"history", GamesJson(games)},
                                        {"blocks", std::move(blocked)},
                                        {"reports", json::Array(std::move(reports))},
                                        {"restrictions", RestrictionsJson(restrictions)}});
    });
}

Result<std::optional<base::Text>> PersonalRecords::Blocker(Reader&, auth::UserId, base::Time) {
    return std::optional<base::Text>();
}

auth::EraseFn PersonalRecords::PrepareErase(auth::UserId user, base::Time) {
    return [user](store::Writer& writer) -> Status {
        for (const Statement& statement : kErase) RT_CHECK_OK(writer.Run(statement, {user}));
        return Ok();
    };
}

}  // namespace rt::avalon
