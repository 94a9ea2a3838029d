// Shared by the handlers of the hall.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "avalon/hall.h"
#include "avalon/store/games.h"
#include "avalon/store/players.h"
#include "json/json.h"
#include "json/reader.h"
#include "net/http.h"
#include "net/route.h"

namespace rt::avalon::api {

using net::Access;
using net::Method;
using net::Request;
using net::Response;
using store::Reader;
using store::UserId;
using store::Writer;

// Builds one file's rows of the route table; what follows from the method is set here.
class HallTable {
  public:
    using Fn = Result<Response> (*)(Hall&, const Request&);
    HallTable(Hall& hall, const std::string& base) : hall_(hall), base_(base + "/avalon") {}

    // `example`: a valid body; empty: the route has none. The reference is good until the next Add.
    net::Route& Add(std::string_view name, Method method, std::string_view path, Access access,
                    std::string_view summary, std::string_view example, Fn handler);
    // For moderators.
    net::Route& Moderate(std::string_view name, Method method, std::string_view path, std::string_view summary,
                         std::string_view example, Fn handler);
    // For those whom the game concerns, and moderators.
    net::Route& Concern(std::string_view name, std::string_view path, std::string_view summary, Fn handler);
    net::RouteTable Take() { return std::move(routes_); }

  private:
    Hall& hall_;
    std::string base_;
    net::RouteTable routes_;
};

net::RouteTable PlayerRoutes(Hall& hall, const std::string& base);
net::RouteTable GameRoutes(Hall& hall, const std::string& base);
net::RouteTable ReplayRoutes(Hall& hall, const std::string& base);
net::RouteTable ReportRoutes(Hall& hall, const std::string& base);
net::RouteTable ModerationRoutes(Hall& hall, const std::string& base);

UserId OwnId(const Request& request);
// By this request's caller, now.
store::Commit CommitOf(const Hall& hall, const Request& request);

// One commit and its answer; `effect` may run more than once. A POST with an Idempotency-Key takes effect once. `name`
// must have static storage.
using Effect = std::function<Result<json::Value>(Writer&)>;
Result<Response> Commit(Hall& hall, const Request& request, std::string_view name, int status, const Effect& effect);

// The player of the path's `player`; NOT_FOUND.
Result<store::Player> PlayerOf(Reader& reader, const Request& request);
// {"id", "nickname", "avatar"}: what tells others who it is.
json::Object FaceJson(std::string_view public_id, const std::optional<std::string>& nickname,
                      const std::optional<std::string>& avatar);
json::Object FaceJson(const store::Player& player);
// The face, and the figures that everybody may see.
json::Object PlayerJson(const store::Player& player);
json::Value TimeJson(const std::optional<base::Time>& time);

// What everybody who sees the game is told of it as a whole.
json::Object GameFactsJson(const store::GameRow& game);

// Who looks at a game, and as whom: a seat, or all-seeing.
struct Look {
    store::GameRow game;
    std::optional<std::int64_t> own;   // the caller's seat in it
    std::optional<std::int64_t> seat;  // whose eyes; nullopt: all-seeing
};
// Header, seats, deal and its proof; of a game that is over.
Result<json::Object> GameJson(Hall& hall, const Look& look);
// The game of the path's `game`, for those who played in it and for moderators; NOT_FOUND.
Result<Look> OwnLook(Hall& hall, const Request& request);

}  // namespace rt::avalon::api
