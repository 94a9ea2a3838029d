// The check of permissions over HTTP: every route of auth that has one, with the check and without it.
#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <vector>

#include "net/router.h"
#include "support/auth_http.h"

using rt::Ok;
using rt::Status;
using rt::auth::Role;
using rt::net::Permission;
using rt::net::PermissionSet;
using rt::testing::AuthHttp;

namespace {

// What the server would be without the check.
class NoCheck final : public rt::net::Authorizer {
  public:
    Status AtHead(const rt::net::Route&, const rt::net::Request&) override { return Ok(); }
    Status BeforeHandler(const rt::net::Route&, rt::net::Request& request) override {
        request.held = PermissionSet::All();
        return Ok();
    }
};

struct Bench : AuthHttp {
    explicit Bench(rt::net::Authorizer* authorizer = nullptr) : AuthHttp(rt::net::RouteTable{}, authorizer) {
        AddUser("lin");
        AddUser("boss", Role::kAdmin);
        user = Login("lin").Text("access_token");
        admin = Login("boss").Text("access_token");
    }
    std::vector<const rt::net::Route*> Guarded() {
        std::vector<const rt::net::Route*> out;
        for (const rt::net::Route& route : routes) {
            if (route.permission != Permission::kNone) out.push_back(&route);
        }
        return out;
    }
    int StatusOf(const rt::net::Route& route, const std::string& token) {
        std::string path = route.pattern;
        for (std::size_t at = path.find('{'); at != std::string::npos; at = path.find('{')) {
            path.replace(at, path.find('}') - at + 1, "0000000000000000");
        }
        const bool body = route.body == rt::net::BodyKind::kJson;
        return As(token, Name(route.method), path, body ? "[]" : "").status;
    }

    std::string user;
    std::string admin;
};

}  // namespace

TEST_CASE("who holds nothing gets in nowhere, and an administrator everywhere") {
    Bench f;
    const auto guarded = f.Guarded();
    REQUIRE(guarded.size() >= 4);
    for (const rt::net::Route* route : guarded) {
        CAPTURE(route->name);
        CHECK(f.StatusOf(*route, f.user) == 403);
        CHECK(f.StatusOf(*route, "") == 401);
        const int status = f.StatusOf(*route, f.admin);
        CHECK(status != 401);
        CHECK(status != 403);
    }
}

TEST_CASE("without the check the same calls get in: the test above can fail") {
    NoCheck none;
    Bench f(&none);
    for (const rt::net::Route* route : f.Guarded()) {
        CAPTURE(route->name);
        CHECK(f.StatusOf(*route, f.user) != 403);
    }
}

TEST_CASE("a table with permissions needs somebody to ask, and rows that make sense") {
    const auto handler = [](const rt::net::Request&) -> rt::Result<rt::net::Response> { return rt::net::NoContent(); };
    const auto refused = [&](auto change) {
        rt::net::Route route =
            rt::test::TestRoute("x.y", rt::net::Method::kGet, "/x/{event}", rt::net::Run::kStore, handler);
        route.access = rt::net::Access::kUser;
        route.permission = Permission::kEventView;
        route.scope = rt::net::Scope::kEvent;
        change(route);
        const rt::net::RouteTable table{route};
        return !rt::net::Router::Make(table, {}, "/api").ok();
    };
    CHECK_FALSE(refused([](rt::net::Route&) {}));
    CHECK(refused([](rt::net::Route& route) { route.run = rt::net::Run::kInline; }));
    CHECK(refused([](rt::net::Route& route) { route.access = rt::net::Access::kPublic; }));
    CHECK(refused([](rt::net::Route& route) { route.access = rt::net::Access::kAdmin; }));
    CHECK(refused([](rt::net::Route& route) { route.scope = rt::net::Scope::kTeam; }));
}
