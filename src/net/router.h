// One match of a decoded path against the route table. Immutable after construction, thread-safe.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "net/route.h"
#include "net/websocket.h"

namespace rt::net {

inline constexpr std::size_t kMethodCount = 7;

struct RouteMatch {
    const Route* route = nullptr;         // the method's route; HEAD falls back to GET
    const SocketRoute* socket = nullptr;  // an endpoint for WebSocket upgrades
    std::vector<std::pair<std::string, std::string>> params;
    bool for_staff = false;  // all that is there wants a permission that only the platform's staff hold
    std::string allow;       // "GET, HEAD, OPTIONS": methods of this path; empty if the path is unknown
};

// Literal segments win over {parameters}, parameters over {rest*}. A {rest*} at the root (files, pages) never takes
// paths below `api_prefix`, so that an unknown API path stays unknown.
class Router {
  public:
    // INVALID names the first route whose pattern is malformed, taken already, or whose name is not unique.
    static Result<Router> Make(const RouteTable& routes, const std::vector<SocketRoute>& sockets,
                               std::string api_prefix);

    // The tables must outlive the router.
    RouteMatch Find(Method method, std::string_view path) const;

  private:
    struct Leaf {
        std::array<const Route*, kMethodCount> routes{};
        const SocketRoute* socket = nullptr;
        std::vector<std::string> names;  // of the parameters, in order
        bool used = false;
        bool for_all = false;  // not only for the platform's staff
    };
    struct Node {
        std::map<std::string, std::unique_ptr<Node>, std::less<>> literals;
        std::unique_ptr<Node> parameter;
        std::unique_ptr<Leaf> rest;
        Leaf here;
    };
    using Values = std::vector<std::string_view>;

    Router() = default;
    Result<Leaf*> Insert(const std::string& name, std::string_view pattern);
    const Leaf* Walk(const Node& node, std::string_view rest, bool below_api, Values& values) const;
    static std::string AllowOf(const Leaf& leaf);

    std::unique_ptr<Node> root_ = std::make_unique<Node>();
    std::string api_prefix_;
};

}  // namespace rt::net
