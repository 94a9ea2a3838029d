#include "avalon/service.h"

#include "avalon/lobby/lists.h"
#include "base/parse.h"

namespace rt::avalon {
namespace {

net::Route ListRoute(std::string name, std::string pattern, std::string summary, net::Handler handler) {
    net::Route route;
    route.name = std::move(name);
    route.pattern = std::move(pattern);
    route.run = net::Run::kInline;
    route.summary = std::move(summary);
    route.handler = std::move(handler);
    return route;
}

}  // namespace

Service::Service(RoomsOptions options, const Parts& parts)
    : rooms_(options, {parts.kv, parts.clock, parts.random, parts.log, parts.metrics, parts.text, parts.archive}),
      match_({rooms_, parts.clock, parts.random, parts.metrics}),
      gate_({rooms_, match_, parts.people, parts.clock, parts.random, parts.log, parts.metrics, parts.text,
             parts.limiter, parts.verify, parts.submit}) {
    rooms_.OnPersonChanged([this](std::int64_t user_id) { gate_.Reload(user_id); });
    rooms_.OnTick([this] {
        match_.Tick();
        gate_.Sweep();
    });
}

net::RouteTable Service::Routes(const std::string& base) {
    net::RouteTable routes;
    routes.push_back(ListRoute("avalon.rooms", base + "/avalon/rooms", "The public rooms of the game.",
                               [this](const net::Request& request) -> Result<net::Response> {
                                   std::uint64_t players = 0;
                                   if (const auto wanted = request.Query("players")) {
                                       const auto number = base::ParseUnsigned(*wanted);
                                       if (!number.has_value() || *number < kSeatsMin || *number > kSeatsMax) {
                                           return base::InvalidField("players", {"应为 5 至 10", "5 to 10"});
                                       }
                                       players = *number;
                                   }
                                   return net::Success(ListOfPublicRooms(rooms_, static_cast<int>(players)));
                               }));
    routes.push_back(ListRoute("avalon.my_rooms", base + "/avalon/me/rooms", "The rooms the caller is in.",
                               [this](const net::Request& request) -> Result<net::Response> {
                                   return net::Success(ListOfOwnRooms(rooms_, request.principal.user_id));
                               }));
    routes.push_back(ListRoute("avalon.room", base + "/avalon/rooms/{room}",
                               "A room by its code or link, to be shown before one joins.",
                               [this](const net::Request& request) -> Result<net::Response> {
                                   const auto found = rooms_.Look(request.Param("room"));
                                   if (!found.has_value()) return Fail(Code::kNotFound);
                                   return net::Success(ListedRoom(*found->summary));
                               }));
    return routes;
}

}  // namespace rt::avalon
