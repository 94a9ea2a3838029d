// Profiles, figures, achievements, the leaderboard.
#include <algorithm>
#include <utility>

#include "avalon/api/hall_internal.h"
#include "avalon/domain/profile.h"
#include "avalon/store/moderation.h"
#include "base/parse.h"
#include "net/editing.h"
#include "text/normalise.h"

namespace rt::avalon::api {
namespace {

constexpr std::int64_t kBoardsMax = 100;

json::Object StatJson(const store::StatRow& row) {
    return {{"role", row.role},
            {"games", row.games},
            {"wins", row.wins},
            {"left", row.left},
            {"shots", row.shots},
            {"hits", row.hits},
            {"named", row.named},
            {"quests", row.quests},
            {"quests_succeeded", row.quests_good},
            {"proposals", row.proposals},
            {"proposals_approved", row.approved}};
}

// What is the same for all roles of a side: by the role dealt, also for a Lancelot who changed over.
json::Object SideJson(const std::vector<store::StatRow>& roles, Side side) {
    std::int64_t games = 0;
    std::int64_t wins = 0;
    for (const store::StatRow& row : roles) {
        const auto role = RoleNamed(row.role);
        if (!role.has_value() || SideOf(*role) != side) continue;
        games += row.games;
        wins += row.wins;
    }
    return {{"games", games}, {"wins", wins}};
}

json::Value AwardsJson(const std::vector<store::Award>& awards) {
    json::Array out;
    for (const store::Award& one : awards) {
        out.push_back(json::Object{{"id", one.word}, {"at", base::FormatRfc3339(one.at)}});
    }
    return out;
}

Result<json::Object> WholePlayer(Reader& reader, const store::Player& player) {
    RT_TRY(const auto roles, store::RolesOf(reader, player.user));
    RT_TRY(const auto awards, store::AwardsOf(reader, player.user));
    json::Object out = PlayerJson(player);
    out.Set("streak_best", player.streak_best);
    out.Set("good", SideJson(roles, Side::kGood));
    out.Set("evil", SideJson(roles, Side::kEvil));
    json::Array list;
    for (const store::StatRow& row : roles) list.push_back(StatJson(row));
    out.Set("roles", std::move(list));
    out.Set("achievements", AwardsJson(awards));
    return out;
}

// Where he stands, from 1; null when not among the first.
json::Value RankOf(const std::vector<store::Player>& leaders, UserId user) {
    const auto found = std::find_if(leaders.begin(), leaders.end(), [&](const auto& one) { return one.user == user; });
    return found == leaders.end() ? json::Value() : json::Value(found - leaders.begin() + 1);
}

Result<json::Object> ProfileJson(Hall& hall, const Request& request, std::int64_t& rev) {
    RT_TRY(const auto leaders, hall.Leaders());
    return hall.parts().db.Read([&](Reader& reader) -> Result<json::Object> {
        RT_TRY(const auto player, store::FindPlayer(reader, OwnId(request)));
        if (!player.has_value()) return Fail(Code::kUnauthenticated);
        RT_TRY(const auto standing, store::StandingOf(reader, player->user, request.now));
        RT_TRY(json::Object out, WholePlayer(reader, *player));
        out.Set("nickname_chosen", player->nickname.has_value());
        out.Set("streak", player->streak);
        out.Set("rank", RankOf(*leaders, player->user));
        out.Set("banned", standing.banned);
        out.Set("banned_until", TimeJson(standing.banned_until));
        out.Set("muted", standing.muted);
        out.Set("muted_until", TimeJson(standing.muted_until));
        out.Set("rev", player->rev);
        rev = player->rev;
        return out;
    });
}

Result<Response> GetProfile(Hall& hall, const Request& request) {
    std::int64_t rev = 0;
    RT_TRY(json::Object out, ProfileJson(hall, request, rev));
    return net::WithRev(net::Success(std::move(out)), rev);
}

std::optional<std::string> NicknameField(json::Reader& in) {
    auto nickname = in.OptionalText("nickname", {.size_max = kNicknameSizeMax});
    if (nickname.has_value() && !nickname->empty()) {
        const auto problem = NicknameProblem(*nickname, text::NameKey(*nickname).value_or(""));
        if (problem.has_value()) in.Note("nickname", *problem);
    }
    return nickname;
}

std::optional<std::string> AvatarField(json::Reader& in) {
    const auto index = in.OptionalWord("avatar", kAvatars);
    return index.has_value() ? std::optional(std::string(kAvatars[*index])) : std::nullopt;
}

Result<Response> SetProfile(Hall& hall, const Request& request) {
    RT_TRY(const std::int64_t rev, net::RequireIfMatch(request));
    RT_TRY(const json::Value body, request.Json());
    json::Reader in(body);
    const auto nickname = NicknameField(in);
    const auto avatar = AvatarField(in);
    RT_CHECK_OK(in.Finish());
    const UserId user = OwnId(request);
    RT_TRY(auto player, hall.parts().db.Read([&](Reader& reader) -> Result<store::Player> {
        RT_TRY(const auto standing, store::StandingOf(reader, user, request.now));
        if (standing.banned) return Fail(Code::kBanned);
        RT_TRY(auto found, store::FindPlayer(reader, user));
        if (!found.has_value()) return Fail(Code::kUnauthenticated);
        return *std::move(found);
    }));
    if (nickname.has_value() && nickname != player.nickname) RT_CHECK_OK(hall.CheckText(user, *nickname));
    if (nickname.has_value()) player.nickname = nickname;
    if (avatar.has_value()) player.avatar = avatar;
    player.rev = rev;
    const store::Commit commit = CommitOf(hall, request);
    RT_CHECK_OK(hall.parts().db.Write("avalon.profile",
                                      [&](Writer& writer) { return store::SaveProfile(writer, commit, player); }));
    hall.PersonChanged(user);
    return GetProfile(hall, request);
}

Result<Response> GetPlayer(Hall& hall, const Request& request) {
    RT_TRY(const auto leaders, hall.Leaders());
    return hall.parts().db.Read([&](Reader& reader) -> Result<Response> {
        RT_TRY(const store::Player player, PlayerOf(reader, request));
        RT_TRY(json::Object out, WholePlayer(reader, player));
        out.Set("rank", RankOf(*leaders, player.user));
        return net::Success(std::move(out));
    });
}

Result<Response> GetStatistics(Hall& hall, const Request& request) {
    return hall.parts().db.Read([&](Reader& reader) -> Result<Response> {
        RT_TRY(const store::Player player, PlayerOf(reader, request));
        RT_TRY(const auto rows, store::StatsOf(reader, player.user));
        json::Array out;
        for (const store::StatRow& row : rows) {
            json::Object one = StatJson(row);
            one.Set("board", row.board);
            one.Set("rated", row.rated);
            out.emplace_back(std::move(one));
        }
        return net::Success(std::move(out));
    });
}

// After which row a page of the leaderboard begins: by rating and id, so that a row that moved meanwhile does no harm.
struct After {
    std::int64_t rating = 0;
    std::string public_id;
};
Result<After> ReadAfter(const std::string& cursor) {
    const auto point = cursor.find('.');
    const auto rating = base::ParseSigned(cursor.substr(0, point));
    if (point == std::string::npos || !rating.has_value()) {
        return base::InvalidField("cursor", {"游标无效", "cursor is not valid"});
    }
    return After{*rating, cursor.substr(point + 1)};
}

std::size_t FirstAfter(const std::vector<store::Player>& leaders, const After& after) {
    std::size_t i = 0;
    while (i < leaders.size() && leaders[i].rating > after.rating) ++i;
    std::size_t same = i;
    while (same < leaders.size() && leaders[same].rating == after.rating) {
        if (leaders[same++].public_id == after.public_id) return same;
    }
    return i;
}

Result<Response> GetLeaderboard(Hall& hall, const Request& request) {
    RT_TRY(const net::PageQuery page, net::ReadPageQuery(request));
    RT_TRY(const auto leaders, hall.Leaders());
    std::size_t i = 0;
    if (!page.cursor.empty()) {
        RT_TRY(const After after, ReadAfter(page.cursor));
        i = FirstAfter(*leaders, after);
    }
    const std::size_t end = std::min(leaders->size(), i + static_cast<std::size_t>(page.limit));
    json::Array out;
    for (; i < end; ++i) {
        json::Object one = PlayerJson((*leaders)[i]);
        one.Set("rank", i + 1);
        out.emplace_back(std::move(one));
    }
    std::string next;
    if (end < leaders->size() && end > 0) {
        const store::Player& last = (*leaders)[end - 1];
        next = std::to_string(last.rating) + "." + last.public_id;
    }
    return net::Page(std::move(out), next);
}

Result<Response> GetAchievements(Hall&, const Request& request) {
    const bool zh = request.locale == base::Locale::kZhCn;
    json::Array out;
    for (const AchievementRow& row : AchievementTable()) {
        out.push_back(json::Object{
            {"id", row.word}, {"title", zh ? row.title_zh : row.title_en}, {"text", zh ? row.zh : row.en}});
    }
    return net::Success(std::move(out));
}

Result<Response> GetBoards(Hall& hall, const Request&) {
    RT_TRY(const auto rows, hall.parts().db.Read([&](Reader& reader) { return store::Boards(reader, kBoardsMax); }));
    json::Array out;
    for (const store::BoardRow& row : rows) {
        out.push_back(json::Object{{"board", row.board},
                                   {"players", row.players},
                                   {"games", row.games},
                                   {"good_wins", row.good_wins},
                                   {"rated_games", row.rated},
                                   {"rated_good_wins", row.rated_good_wins}});
    }
    return net::Success(std::move(out));
}

}  // namespace

net::RouteTable PlayerRoutes(Hall& hall, const std::string& base) {
    HallTable table(hall, base);
    table.Add("profile.get", Method::kGet, "/profile", Access::kUser, "Own profile, figures and achievements.", {},
              GetProfile);
    // A nickname may be shown to another server before anybody else sees it.
    table
        .Add("profile.set", Method::kPatch, "/profile", Access::kUser, "Nickname and avatar; needs If-Match.",
             R"({"nickname":"湖中仙","avatar":"owl"})", SetProfile)
        .run = net::Run::kOutgoing;
    table.Add("player.get", Method::kGet, "/players/{player}", Access::kUser, "What everybody may see of a player.", {},
              GetPlayer);
    table.Add("player.statistics", Method::kGet, "/players/{player}/statistics", Access::kUser,
              "A player's figures by board and role.", {}, GetStatistics);
    table.Add("leaderboard", Method::kGet, "/leaderboard", Access::kPublic,
              "The best rated players; ratings show from 20 games.", {}, GetLeaderboard);
    table.Add("achievements", Method::kGet, "/achievements", Access::kPublic, "All achievements.", {}, GetAchievements);
    table.Add("boards", Method::kGet, "/boards", Access::kPublic, "How often good wins, by board; most played first.",
              {}, GetBoards);
    return table.Take();
}

}  // namespace rt::avalon::api
