#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "net/router.h"
#include "net/target.h"
#include "support/net_harness.h"

namespace {

using namespace rt;
using net::Method;
using net::Router;

net::Route At(std::string name, Method method, std::string pattern) {
    return test::TestRoute(std::move(name), method, std::move(pattern), net::Run::kInline,
                           [](const net::Request&) -> Result<net::Response> { return net::NoContent(); });
}

net::RouteTable Table() {
    return {At("root", Method::kGet, "/"),
            At("team.get", Method::kGet, "/api/v1/teams/{team}"),
            At("team.patch", Method::kPatch, "/api/v1/teams/{team}"),
            At("team.mine", Method::kGet, "/api/v1/teams/mine"),
            At("team.submit", Method::kPost, "/api/v1/teams/{team}/submit"),
            At("file", Method::kGet, "/files/{name}/raw/{rest*}"),
            At("pages", Method::kGet, "/{rest*}")};
}

std::string NameAt(const Router& router, Method method, std::string_view path) {
    const net::RouteMatch match = router.Find(method, path);
    return match.route == nullptr ? "" : match.route->name;
}

TEST_CASE("literals win over parameters, parameters over the rest") {
    const net::RouteTable table = Table();
    const auto router = Router::Make(table, {}, "/api");
    REQUIRE(router.ok());
    CHECK(NameAt(*router, Method::kGet, "/") == "root");
    CHECK(NameAt(*router, Method::kGet, "/api/v1/teams/mine") == "team.mine");
    CHECK(NameAt(*router, Method::kGet, "/api/v1/teams/other") == "team.get");
    CHECK(NameAt(*router, Method::kHead, "/api/v1/teams/other") == "team.get");
    CHECK(NameAt(*router, Method::kPost, "/api/v1/teams/mine/submit") == "team.submit");
    CHECK(NameAt(*router, Method::kGet, "/events/x/y") == "pages");
    const auto match = router->Find(Method::kGet, "/files/a/raw/b/c");
    REQUIRE(match.params.size() == 2);
    CHECK(match.params[0] == std::pair<std::string, std::string>{"name", "a"});
    CHECK(match.params[1] == std::pair<std::string, std::string>{"rest", "b/c"});
}

TEST_CASE("unknown API paths are never pages; other methods are listed") {
    const net::RouteTable table = Table();
    const auto router = Router::Make(table, {}, "/api");
    REQUIRE(router.ok());
    for (const char* path : {"/api", "/api/", "/api/v1", "/api/v1/nothing", "/api/v1/teams/", "/api/v1/teams/a/b"}) {
        CAPTURE(path);
        CHECK(NameAt(*router, Method::kGet, path).empty());
        CHECK(router->Find(Method::kGet, path).allow.empty());
    }
    CHECK(NameAt(*router, Method::kGet, "/apis") == "pages");
    CHECK(router->Find(Method::kDelete, "/api/v1/teams/x").allow == "GET, HEAD, PATCH, OPTIONS");
    CHECK(router->Find(Method::kGet, "/api/v1/teams/x/submit").allow == "POST, OPTIONS");
}

TEST_CASE("a table with a mistake is refused by name") {
    const std::vector<net::RouteTable> tables{
        {At("a", Method::kGet, "/x"), At("a", Method::kGet, "/y")},
        {At("a", Method::kGet, "/x"), At("b", Method::kGet, "/x")},
        {At("a", Method::kGet, "/{x}"), At("b", Method::kPost, "/{y}")},
        {At("a", Method::kGet, "x")},
        {At("a", Method::kGet, "/{rest*}/x")},
        {At("a", Method::kGet, "/a{b}")},
    };
    for (const net::RouteTable& table : tables) {
        const auto router = Router::Make(table, {}, "/api");
        REQUIRE_FALSE(router.ok());
        CHECK(router.error().detail.find("route ") == 0);
    }
}

TEST_CASE("paths are decoded once, and what could mean two things is refused") {
    const auto good = [](std::string_view raw) {
        return net::DecodePath(raw).ok() ? *net::DecodePath(raw) : "refused";
    };
    CHECK(good("/a/b") == "/a/b");
    CHECK(good("/a%20b") == "/a b");
    CHECK(good("/%E5%9C%86") == "/\xE5\x9C\x86");
    CHECK(good("/100%25") == "/100%");
    CHECK(good("/a..b/.c/...") == "/a..b/.c/...");
    for (const char* raw :
         {"/a%2Fb", "/a%2fb", "/a%5Cb", "/%00", "/%0a", "/%7F", "/..", "/../a", "/a/..", "/./a", "/a/.", "/%2e%2e/a",
          "/.%2E", "/%2e", "/%252e", "/%2541", "/%ff", "/%C0%AF", "/%ED%A0%80"}) {
        CAPTURE(raw);
        CHECK(good(raw) == "refused");
    }
}

TEST_CASE("queries are pairs, at most so many") {
    const auto pairs = net::ParseQuery("a=1&b&c=%E5%9C%86+x&&a=2=3");
    REQUIRE(pairs.ok());
    CHECK(*pairs == net::QueryPairs{{"a", "1"}, {"b", ""}, {"c", "\xE5\x9C\x86 x"}, {"a", "2=3"}});
    CHECK_FALSE(net::ParseQuery("a=%00").ok());
    CHECK_FALSE(net::ParseQuery("a=%ff").ok());
    std::string many;
    for (std::size_t i = 0; i < net::kQueryPairsMax; ++i) many += "a&";
    CHECK(net::ParseQuery(many).ok());
    CHECK_FALSE(net::ParseQuery(many + "a").ok());
}

}  // namespace
