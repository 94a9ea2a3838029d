// One's finished games, and links to them.
#include <utility>

#include "avalon/api/hall_internal.h"
#include "base/parse.h"
#include "net/editing.h"

namespace rt::avalon::api {
namespace {

json::Value OptionalJson(const std::optional<std::int64_t>& value) {
    return value.has_value() ? json::Value(*value) : json::Value();
}

json::Value ChangeJson(const store::SeatRow& seat) {
    return seat.rating_change.has_value() ? json::Value(PointsOf(*seat.rating_change)) : json::Value();
}

json::Object PlayedJson(const store::PlayedGame& played) {
    json::Object out = GameFactsJson(played.game);
    out.Set("seat", played.seat.seat);
    out.Set("role", played.seat.role);
    out.Set("side", played.seat.side);
    out.Set("won", played.seat.won);
    out.Set("left", played.seat.left);
    out.Set("rating_change", ChangeJson(played.seat));
    return out;
}

Result<Response> ListGames(Hall& hall, const Request& request) {
    RT_TRY(const net::PageQuery page, net::ReadPageQuery(request));
    return hall.parts().db.Read([&](Reader& reader) -> Result<Response> {
        std::int64_t before = 0;
        if (!page.cursor.empty()) {
            RT_TRY(const auto last, store::FindGame(reader, page.cursor));
            if (!last.has_value()) return base::InvalidField("cursor", {"游标无效", "cursor is not valid"});
            before = last->id;
        }
        RT_TRY(auto games, store::GamesOf(reader, OwnId(request), before, page.limit + 1));
        const bool more = static_cast<std::int64_t>(games.size()) > page.limit;
        if (more) games.pop_back();
        json::Array data;
        for (const store::PlayedGame& one : games) data.push_back(PlayedJson(one));
        return net::Page(std::move(data), more ? games.back().game.public_id : std::string());
    });
}

Result<Response> GetGame(Hall& hall, const Request& request) {
    RT_TRY(const Look look, OwnLook(hall, request));
    RT_TRY(json::Object out, GameJson(hall, look));
    return net::Success(std::move(out));
}

json::Object ShareJson(const store::Share& share) {
    return {{"id", share.public_id},
            {"url", "/avalon/replay/" + share.public_id},
            {"seat", OptionalJson(share.seat)},
            {"created", base::FormatRfc3339(share.created)}};
}

Result<Response> ListShares(Hall& hall, const Request& request) {
    RT_TRY(const Look look, OwnLook(hall, request));
    return hall.parts().db.Read([&](Reader& reader) -> Result<Response> {
        RT_TRY(const auto shares, store::SharesOf(reader, OwnId(request), look.game.id));
        json::Array data;
        for (const store::Share& one : shares) data.push_back(ShareJson(one));
        return net::Success(std::move(data));
    });
}

Result<Response> AddShare(Hall& hall, const Request& request) {
    RT_TRY(const json::Value body, request.Json());
    json::Reader in(body);
    const auto seat = in.OptionalInt("seat", 0, kSeatsMax - 1);
    RT_CHECK_OK(in.Finish());
    RT_TRY(const Look look, OwnLook(hall, request));
    if (seat.has_value() && *seat >= look.game.players) {
        return base::InvalidField("seat", {"没有这个座位", "There is no such seat"});
    }
    const auto& parts = hall.parts();
    const store::Share share{parts.ids.Next(), base::NewPublicId(parts.random), look.game.id, OwnId(request), seat,
                             request.now};
    const store::Commit commit = CommitOf(hall, request);
    return Commit(hall, request, "avalon.share.add", 201, [&](Writer& writer) -> Result<json::Value> {
        RT_CHECK_OK(store::AddShare(writer, commit, share));
        return json::Value(ShareJson(share));
    });
}

Result<Response> RevokeShare(Hall& hall, const Request& request) {
    const store::Commit commit = CommitOf(hall, request);
    return Commit(hall, request, "avalon.share.revoke", 204, [&](Writer& writer) -> Result<json::Value> {
        RT_CHECK_OK(store::RevokeShare(writer, commit, request.Param("share")));
        return json::Value();
    });
}

}  // namespace

net::RouteTable GameRoutes(Hall& hall, const std::string& base) {
    HallTable table(hall, base);
    table.Add("game.list", Method::kGet, "/games", Access::kUser, "Own finished games, newest first.", {}, ListGames);
    table.Concern("game.get", "/games/{game}",
                  "A finished game with its seats and the proof of its deal, for its players.", GetGame);
    table.Add("share.list", Method::kGet, "/games/{game}/shares", Access::kUser, "Own links to a game's replay.", {},
              ListShares);
    table.Add("share.add", Method::kPost, "/games/{game}/shares", Access::kUser,
              "Makes a link to a game's replay, as a seat saw it or (null) all of it.", R"({"seat":null})", AddShare);
    table.Add("share.revoke", Method::kDelete, "/shares/{share}", Access::kUser, "Revokes a link.", {}, RevokeShare);
    return table.Take();
}

}  // namespace rt::avalon::api
