#include <utility>

#include "avalon/api/hall_internal.h"
#include "avalon/domain/profile.h"
#include "net/credential.h"
#include "storage/idempotency/idempotency.h"

namespace rt::avalon {

net::RouteTable HallRoutes(Hall& hall, const HallApiOptions& options) {
    net::RouteTable out;
    for (const auto& part :
         {api::PlayerRoutes, api::GameRoutes, api::ReplayRoutes, api::ReportRoutes, api::ModerationRoutes}) {
        for (net::Route& route : part(hall, options.base)) out.push_back(std::move(route));
    }
    return out;
}

}  // namespace rt::avalon

namespace rt::avalon::api {
namespace {

namespace idempotency = storage::idempotency;

constexpr std::size_t kBodyBytesMax = 16 << 10;

}  // namespace

net::Route& HallTable::Add(std::string_view name, Method method, std::string_view path, Access access,
                           std::string_view summary, std::string_view example, Fn handler) {
    net::Route route;
    route.name = "avalon." + std::string(name);
    route.method = method;
    route.pattern = base_ + std::string(path);
    route.access = access;
    route.rate_class = method == Method::kGet ? net::RateClass::kRead : net::RateClass::kWrite;
    route.body = example.empty() ? net::BodyKind::kNone : net::BodyKind::kJson;
    route.body_bytes_max = kBodyBytesMax;
    route.idempotency = method == Method::kPost ? net::Idempotency::kAccepted : net::Idempotency::kNone;
    route.summary = summary;
    route.request_example = example;
    route.handler = [&hall = hall_, handler](const Request& request) { return handler(hall, request); };
    routes_.push_back(std::move(route));
    return routes_.back();
}

net::Route& HallTable::Moderate(std::string_view name, Method method, std::string_view path, std::string_view summary,
                                std::string_view example, Fn handler) {
    net::Route& route = Add(name, method, path, Access::kUser, summary, example, handler);
    route.permission = net::Permission::kAvalonModerate;
    return route;
}

net::Route& HallTable::Concern(std::string_view name, std::string_view path, std::string_view summary, Fn handler) {
    net::Route& route = Moderate(name, Method::kGet, path, summary, {}, handler);
    route.holders = net::Holders::kAlso;
    return route;
}

UserId OwnId(const Request& request) {
    return UserId{request.principal.user_id};
}

store::Commit CommitOf(const Hall& hall, const Request& request) {
    return {{OwnId(request), request.client, request.request_id, net::Via(request.principal)},
            request.now,
            hall.parts().trail};
}

Result<Response> Commit(Hall& hall, const Request& request, std::string_view name, int status, const Effect& effect) {
    idempotency::Key key;
    if (request.method == Method::kPost) {
        RT_TRY(key, idempotency::ReadKey(request.HeaderValue("idempotency-key"), request.principal.user_id,
                                         "POST " + request.path, request.body));
    }
    RT_TRY(
        auto answer,
        idempotency::Write(hall.parts().db, key, request.now, name, [&](Writer& writer) -> Result<idempotency::Answer> {
            RT_TRY(json::Value data, effect(writer));
            if (status == 204) return idempotency::Answer{204, {}, false};
            const json::Object envelope{{"success", true}, {"data", std::move(data)}};
            return idempotency::Answer{status, json::Encode(envelope), false};
        }));
    Response out = net::NoContent();
    if (answer.status != 204) {
        out.status = answer.status;
        out.content_type = "application/json; charset=utf-8";
        out.body = std::move(answer.body);
    }
    if (answer.replayed) out.With("Idempotency-Replayed", "true");
    return out;
}

Result<store::Player> PlayerOf(Reader& reader, const Request& request) {
    RT_TRY(auto player, store::FindPlayer(reader, request.Param("player")));
    if (!player.has_value()) return Fail(Code::kNotFound);
    return *std::move(player);
}

json::Object FaceJson(std::string_view public_id, const std::optional<std::string>& nickname,
                      const std::optional<std::string>& avatar) {
    return {{"id", public_id},
            {"nickname", nickname.value_or(DefaultNickname(public_id))},
            {"avatar", avatar.value_or(std::string(DefaultAvatar(public_id)))}};
}

json::Object FaceJson(const store::Player& player) {
    return FaceJson(player.public_id, player.nickname, player.avatar);
}

json::Object PlayerJson(const store::Player& player) {
    json::Object out = FaceJson(player);
    out.Set("games", player.games);
    out.Set("wins", player.wins);
    out.Set("rated_games", player.rated);
    out.Set("rating", player.shows_rating() ? json::Value(PointsOf(player.rating)) : json::Value());
    return out;
}

json::Value TimeJson(const std::optional<base::Time>& time) {
    return time.has_value() ? json::Value(base::FormatRfc3339(*time)) : json::Value();
}

json::Object GameFactsJson(const store::GameRow& game) {
    return {{"id", game.public_id},
            {"board", game.board},
            {"players", game.players},
            {"result", game.result},
            {"reason", game.reason.empty() ? json::Value() : json::Value(game.reason)},
            {"rated", game.rated},
            {"quick_match", game.quick_match},
            {"started", base::FormatRfc3339(game.started)},
            {"ended", base::FormatRfc3339(game.ended)}};
}

}  // namespace rt::avalon::api
