// What every answer carries, who may read it across origins, and which paths are there for whom, over a real server.
#include <doctest/doctest.h>

#include <array>
#include <deque>
#include <string>

#include "net/assets.h"
#include "net/cross_origin.h"
#include "net/security_fields.h"
#include "support/net_harness.h"

namespace {

using namespace rt;
using net::Method;
using net::Request;
using net::Response;
using net::Run;
using test::Eventually;
using test::NetHarness;
using test::Over;
using test::RawAnswer;
using test::RawClient;
using test::TestRoute;

constexpr std::array<base::EmbeddedFile, 2> kFiles{
    {{"index.html", "<!doctype html><script>1</script><style>a{}</style><script src=\"/x.js\"></script>"},
     {"assets/a-1.js", "1"}}};

struct Fixture {
    Fixture() {
        const auto echo = [](const Request& request) -> Result<Response> {
            return net::Success(json::Object{{"client", request.client}});
        };
        net.routes = {TestRoute("open", Method::kGet, "/api/v1/open", Run::kInline, echo),
                      TestRoute("write", Method::kPost, "/api/v1/open", Run::kInline, echo),
                      TestRoute("admin", Method::kGet, "/api/v1/admin/users", Run::kInline, echo),
                      TestRoute("admin.root", Method::kGet, "/api/v1/admin", Run::kInline, echo),
                      TestRoute("administer", Method::kGet, "/api/v1/administer", Run::kInline, echo)};
        net::Route user = TestRoute("user", Method::kGet, "/api/v1/user", Run::kInline, echo);
        user.access = net::Access::kUser;
        net.routes.push_back(user);
        for (net::Route& route : net::AssetRoutes(std::make_shared<net::Assets>(kFiles), "")) {
            net.routes.push_back(std::move(route));
        }
        net.options.access.allowed_origins = {"https://friend.example", "http://localhost:5173"};
    }
    RawAnswer Send(std::string_view request, bool head = false) {
        RawClient client(net.port());
        REQUIRE(client.Send(request));
        return client.Read(head);
    }
    RawAnswer Get(std::string_view path, std::string_view fields = {}, std::string_view method = "GET") {
        return Send(std::string(method) + " " + std::string(path) + " HTTP/1.1\r\nHost: t.example\r\n" +
                        std::string(fields) + "\r\n",
                    method == "HEAD");
    }
    NetHarness net{{}};
};

std::size_t CountOf(const RawAnswer& answer, std::string_view name) {
    std::size_t count = 0;
    const std::string wanted = "\r\n" + std::string(name) + ":";
    for (std::size_t at = answer.head.find(wanted); at != std::string::npos; at = answer.head.find(wanted, at + 1))
        ++count;
    return count;
}

void CheckFields(const RawAnswer& answer) {
    for (const net::SecurityField& field : net::SecurityFields()) {
        CAPTURE(field.name);
        CHECK(answer.Field(field.name) == field.value);
        CHECK(CountOf(answer, field.name) == 1);
    }
    for (const char* name : {"Content-Security-Policy", "Cross-Origin-Resource-Policy", "Cache-Control"}) {
        CAPTURE(name);
        CHECK(CountOf(answer, name) == 1);
    }
    CHECK(answer.Field("content-security-policy").find("unsafe") == std::string::npos);
    CHECK_FALSE(answer.Has("server"));
    CHECK_FALSE(answer.Has("x-powered-by"));
}

TEST_CASE("every answer carries the security fields once: data, pages, refusals of every kind") {
    Fixture f;
    f.net.Start();
    struct Row {
        const char* request;
        int status;
    };
    for (const Row& row :
         {Row{"GET /api/v1/open HTTP/1.1\r\nHost: t\r\n\r\n", 200}, Row{"GET / HTTP/1.1\r\nHost: t\r\n\r\n", 200},
          Row{"GET /assets/a-1.js HTTP/1.1\r\nHost: t\r\n\r\n", 200},
          Row{"GET /assets/none.js HTTP/1.1\r\nHost: t\r\n\r\n", 404},
          Row{"GET /api/v1/none HTTP/1.1\r\nHost: t\r\n\r\n", 404},
          Row{"GET /api/v1/user HTTP/1.1\r\nHost: t\r\n\r\n", 401},
          Row{"DELETE /api/v1/open HTTP/1.1\r\nHost: t\r\n\r\n", 405},
          Row{"OPTIONS /api/v1/open HTTP/1.1\r\nHost: t\r\n\r\n", 204},
          Row{"OPTIONS * HTTP/1.1\r\nHost: t\r\n\r\n", 204},
          Row{"POST /api/v1/open HTTP/1.1\r\nHost: t\r\nContent-Length: 99999999\r\n\r\n", 413},
          Row{"GET /%2e%2e/etc HTTP/1.1\r\nHost: t\r\n\r\n", 400}, Row{"GET / HTTP/1.1\r\n\r\n", 400},
          Row{"BREW / HTTP/1.1\r\nHost: t\r\n\r\n", 501}, Row{"GET / HTTP/3.0\r\nHost: t\r\n\r\n", 505}}) {
        CAPTURE(row.request);
        const RawAnswer answer = f.Send(row.request);
        CHECK(answer.status == row.status);
        CheckFields(answer);
    }
    const std::string tag = f.Get("/assets/a-1.js").Field("etag");
    const RawAnswer same = f.Get("/assets/a-1.js", "If-None-Match: " + tag + "\r\n");
    CHECK(same.status == 304);
    CheckFields(same);
    CHECK(f.Get("/api/v1/open").Field("cache-control") == "no-store");
}

TEST_CASE("a redirect and a refused connection carry them too") {
    Fixture f;
    f.net.options.listeners.push_back({f.net.options.listeners[0].endpoint, net::ListenKind::kRedirect});
    f.net.options.caps.connections_max = 1;
    f.net.Start();
    RawClient first(f.net.server->endpoints()[1].port);
    REQUIRE(first.Send("GET / HTTP/1.1\r\nHost: t\r\n\r\n"));
    const RawAnswer redirect = first.Read();
    CHECK(redirect.status == 308);
    CheckFields(redirect);
    REQUIRE(first.ServerCloses());
    REQUIRE(Eventually([&] { return f.net.server->figures().connections == 0; }));
    RawClient one(f.net.port());
    REQUIRE(one.Send("GET /api/v1/open HTTP/1.1\r\nHost: t\r\n\r\n"));
    CHECK(one.Read().status == 200);
    const RawAnswer refused = f.Get("/api/v1/open");
    CHECK(refused.status == 503);
    CHECK(refused.Field("connection") == "close");
    for (const net::SecurityField& field : net::SecurityFields()) CHECK(refused.Field(field.name) == field.value);
}

TEST_CASE("a page's policy names its inline scripts and styles by hash and nothing unsafe") {
    Fixture f;
    f.net.Start();
    const std::string policy = f.Get("/").Field("content-security-policy");
    // printf %s 1 | openssl dgst -sha256 -binary | base64
    CHECK(policy.find("script-src 'self' 'sha256-a4ayc/80/OGda4BO/1o/V0etpOqiLx1JwB5S3beHW0s='; ") !=
          std::string::npos);
    CHECK(policy.find("style-src 'self' 'sha256-") != std::string::npos);
    CHECK(policy.find("default-src 'none'") == 0);
    CHECK(policy.find("upgrade-insecure-requests") == std::string::npos);
    for (const char* part :
         {"base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'", "trusted-types 'none'"}) {
        CAPTURE(part);
        CHECK(policy.find(part) != std::string::npos);
    }
}

TEST_CASE("across origins: a listed origin may read, with credentials; every disguise of one may not") {
    Fixture f;
    f.net.Start();
    for (const char* origin : {"https://friend.example", "http://localhost:5173"}) {
        const RawAnswer answer = f.Get("/api/v1/open", "Origin: " + std::string(origin) + "\r\n");
        CHECK(answer.Field("access-control-allow-origin") == origin);
        CHECK(answer.Field("access-control-allow-credentials") == "true");
        for (const char* name : {"ETag", "Retry-After", "X-Request-Id", "RateLimit-Remaining"})
            CHECK(answer.Field("access-control-expose-headers").find(name) != std::string::npos);
        CHECK(answer.Field("vary") == "Origin");
    }
    for (const char* origin : {"null",
                               "https://friend.example.evil.example",
                               "https://evilfriend.example",
                               "https://evil.example",
                               "http://friend.example",
                               "https://friend.example:8443",
                               "https://friend.example:443",
                               "https://FRIEND.example",
                               "https://friend.example/",
                               "https://friend.example,https://evil.example",
                               "https://sub.friend.example",
                               "https://friend.example.",
                               "https://user@friend.example",
                               "https://friend.exampl",
                               "friend.example",
                               "*",
                               "http://localhost",
                               "http://localhost:51730",
                               "https://localhost:5173",
                               "file://",
                               "https://friend.example#",
                               "https://friend.example%00.evil.example",
                               "wss://friend.example",
                               "https://friend_example"}) {
        CAPTURE(origin);
        const RawAnswer answer = f.Get("/api/v1/open", "Origin: " + std::string(origin) + "\r\n");
        CHECK(answer.status == 200);
        CHECK_FALSE(answer.Has("access-control-allow-origin"));
        CHECK_FALSE(answer.Has("access-control-allow-credentials"));
        CHECK(answer.Field("vary") == "Origin");
    }
    const RawAnswer two = f.Get("/api/v1/open", "Origin: https://friend.example\r\nOrigin: https://evil.example\r\n");
    CHECK_FALSE(two.Has("access-control-allow-origin"));
    CHECK(f.Get("/api/v1/open").Field("vary") == "Origin");
    // What is refused can be read by the page that asked.
    CHECK(f.Get("/api/v1/user", "Origin: https://friend.example\r\n").Has("access-control-allow-origin"));
}

TEST_CASE("asking beforehand is answered by the reactor for listed origins only") {
    Fixture f;
    f.net.Start();
    const auto ask = [&](std::string_view origin, std::string_view path) {
        return f.Get(path,
                     "Origin: " + std::string(origin) +
                         "\r\nAccess-Control-Request-Method: POST\r\nAccess-Control-Request-Headers: content-type\r\n",
                     "OPTIONS");
    };
    const RawAnswer yes = ask("https://friend.example", "/api/v1/open");
    CHECK(yes.status == 204);
    CHECK(yes.Field("access-control-allow-methods") == "GET, HEAD, POST, OPTIONS");
    CHECK(yes.Field("access-control-allow-headers").find("Content-Type") != std::string::npos);
    CHECK(yes.Field("access-control-allow-headers").find('*') == std::string::npos);
    CHECK(yes.Field("access-control-max-age") == "600");
    CHECK(yes.Field("access-control-allow-origin") == "https://friend.example");
    const RawAnswer no = ask("https://evil.example", "/api/v1/open");
    for (const char* name : {"methods", "headers", "origin", "credentials"})
        CHECK_FALSE(no.Has(std::string("access-control-allow-") + name));
    CHECK(ask("https://friend.example", "/api/v1/none").status == 404);
    Fixture nobody;
    nobody.net.options.access.allowed_origins.clear();
    nobody.net.Start();
    CHECK_FALSE(nobody.Get("/api/v1/open", "Origin: https://friend.example\r\n").Has("access-control-allow-origin"));
    CHECK_FALSE(nobody.Get("/api/v1/open").Has("vary"));
}

TEST_CASE("guarded paths are not there for other addresses, whatever the request claims") {
    Fixture f;
    f.net.options.access.guarded = {{"/admin", {*os::Cidr::Parse("10.0.0.0/8")}},
                                    {"/api/v1/admin", {*os::Cidr::Parse("10.0.0.0/8")}}};
    f.net.Start();
    const RawAnswer unknown = f.Get("/api/v1/none");
    struct Row {
        const char* path;
        const char* fields;
        const char* method;
    };
    for (const Row& row :
         {Row{"/api/v1/admin/users", "", "GET"}, Row{"/api/v1/admin", "", "GET"}, Row{"/api/v1/admin/", "", "GET"},
          Row{"/api/v1/admin/users", "", "OPTIONS"}, Row{"/api/v1/admin/users", "", "DELETE"},
          Row{"/api/v1/%61dmin/users", "", "GET"}, Row{"/api/v1/admin/users?x=1", "", "GET"},
          Row{"/api/v1/admin/users", "Authorization: Bearer admin\r\n", "GET"},
          Row{"/api/v1/admin/users", "X-Forwarded-For: 10.0.0.1\r\n", "GET"},
          Row{"/api/v1/admin/users", "X-Real-IP: 10.0.0.1\r\n", "GET"},
          Row{"/api/v1/admin/users", "Forwarded: for=10.0.0.1\r\n", "GET"},
          Row{"/api/v1/admin/users", "X-Client-IP: 10.0.0.1\r\nTrue-Client-IP: 10.0.0.1\r\n", "GET"},
          Row{"/admin", "", "GET"}, Row{"/admin/users", "", "GET"}, Row{"/%61dmin", "", "GET"}}) {
        CAPTURE(row.path);
        CAPTURE(row.fields);
        const RawAnswer answer = f.Get(row.path, row.fields, row.method);
        CHECK(answer.status == 404);
        CHECK_FALSE(answer.Has("allow"));
        CHECK(answer.body.size() == unknown.body.size());
    }
    // Other paths by other names, and headers that would send the request elsewhere.
    for (const char* fields : {"X-Original-URL: /api/v1/admin/users\r\n", "X-Rewrite-URL: /api/v1/admin/users\r\n",
                               "X-Forwarded-Prefix: /api/v1/admin\r\n", "X-HTTP-Method-Override: DELETE\r\n"}) {
        CAPTURE(fields);
        CHECK(f.Get("/api/v1/open", fields).status == 200);
        CHECK(f.Get("/api/v1/open", fields).body.find("\"client\"") != std::string::npos);
    }
    for (const char* path : {"/api/v1/open/../admin/users", "/api/v1/%2e%2e/v1/admin/users", "/api/v1/admin%2fusers",
                             "/api/v1/admin%252fusers", "/api/v1/./admin/users", "/api/v1/admin/users%00"}) {
        CAPTURE(path);
        CHECK(f.Get(path).status == 400);
    }
    for (const char* path : {"/api/v1//admin/users", "//api/v1/admin/users", "/API/v1/admin/users",
                             "/api/v1/ADMIN/users", "/api/v1/admin;x/users", "/api/v1/admin\\users"}) {
        CAPTURE(path);
        CHECK(f.Get(path).body.find("\"client\"") == std::string::npos);
    }
    CHECK(f.Get("/api/v1/administer").status == 200);
    CHECK(f.Get("/administrators").status == 200);
}

TEST_CASE("guarded paths are there for allowed addresses, also behind a proxy of ours") {
    Fixture f;
    f.net.options.trusted_proxies = {*os::Cidr::Parse("127.0.0.0/8")};
    f.net.options.access.guarded = {
        {"/api/v1/admin", {*os::Cidr::Parse("10.0.0.0/8"), *os::Cidr::Parse("2001:db8::/32")}}};
    f.net.Start();
    CHECK(f.Get("/api/v1/admin/users", "X-Forwarded-For: 10.9.8.7\r\n").status == 200);
    CHECK(f.Get("/api/v1/admin/users", "X-Forwarded-For: 2001:db8::9\r\n").status == 200);
    CHECK(f.Get("/api/v1/admin/users", "X-Forwarded-For: 11.0.0.1\r\n").status == 404);
    CHECK(f.Get("/api/v1/admin/users", "X-Forwarded-For: 10.0.0.1, 11.0.0.1\r\n").status == 404);
    CHECK(f.Get("/api/v1/admin/users", "X-Forwarded-For: 10.0.0.1\r\nX-Forwarded-For: 11.0.0.1\r\n").status == 404);
    CHECK(f.Get("/api/v1/admin/users").status == 404);
}

TEST_CASE("origins and guarded paths change while the server runs, for connections that are open too") {
    Fixture f;
    f.net.Start();
    RawClient open(f.net.port());
    const std::string_view request = "GET /api/v1/admin/users HTTP/1.1\r\nHost: t.example\r\n\r\n";
    const auto on_open = [&] {
        REQUIRE(open.Send(request));
        return open.Read(false).status;
    };
    const auto origin_of = [&](const std::string& origin) {
        return f.Get("/api/v1/open", "Origin: " + origin + "\r\n").Field("access-control-allow-origin");
    };
    // Each reactor takes the lists over in its own turn.
    const auto reaches = [&](int status) {
        for (int tries = 0, good = 0; tries < 10'000 && good < 8; ++tries) {
            good = f.Get("/api/v1/admin/users").status == status ? good + 1 : 0;
            if (good == 8) return true;
        }
        return false;
    };
    CHECK(on_open() == 200);
    CHECK(origin_of("https://friend.example") == "https://friend.example");
    f.net.server->SetAccessLists({{"https://new.example"}, {{"/api/v1/admin", {*os::Cidr::Parse("10.0.0.0/8")}}}});
    CHECK(reaches(404));
    CHECK(on_open() == 404);
    CHECK(origin_of("https://new.example") == "https://new.example");
    CHECK(origin_of("https://friend.example").empty());
    f.net.server->SetAccessLists({});
    CHECK(reaches(200));
    CHECK(on_open() == 200);
    CHECK(origin_of("https://new.example").empty());
}

TEST_CASE("connections over TLS: one less, the limit, and one more, which gets an alert and a clean end") {
    Fixture f;
    f.net.UseTls();
    f.net.options.caps.connections_max = 3;
    f.net.options.caps.connections_per_address_max = 3;
    f.net.Start();
    std::deque<RawClient> clients;
    for (int i = 0; i < 3; ++i) {
        RawClient& client = clients.emplace_back(f.net.port(), Over::kTls);
        REQUIRE(client.Send("GET /api/v1/open HTTP/1.1\r\nHost: t\r\n\r\n"));
        CHECK(client.Read().status == 200);
    }
    RawClient over(f.net.port());  // sees the bytes as they are
    REQUIRE(over.Send(std::string("\x16\x03\x01", 3)));
    CHECK(over.ReadBytes(7) == std::string("\x15\x03\x01\x00\x02\x02\x50", 7));
    CHECK(over.ServerCloses());
    CHECK(f.net.metrics.Get(Metric::kHttpConnectionsRefused, {"total"}).Value() == 1);
    clients.pop_back();
    REQUIRE(Eventually([&] { return f.net.server->figures().connections == 2; }));
    RawClient again(f.net.port(), Over::kTls);
    REQUIRE(again.Send("GET /api/v1/open HTTP/1.1\r\nHost: t\r\n\r\n"));
    CHECK(again.Read().status == 200);
}

TEST_CASE("connection caps change while it runs") {
    Fixture f;
    f.net.options.caps.connections_max = 10;
    f.net.options.caps.connections_per_address_max = 10;
    f.net.Start();
    RawClient one(f.net.port());
    REQUIRE(one.Send("GET /api/v1/open HTTP/1.1\r\nHost: t\r\n\r\n"));
    CHECK(one.Read().status == 200);
    f.net.server->SetConnectionCaps(1, 1);
    CHECK(f.Get("/api/v1/open").status == 503);
    REQUIRE(one.Send("GET /api/v1/open HTTP/1.1\r\nHost: t\r\n\r\n"));
    CHECK(one.Read().status == 200);
    f.net.server->SetConnectionCaps(10, 1);
    CHECK(f.Get("/api/v1/open").status == 503);
    f.net.server->SetConnectionCaps(10, 2);
    CHECK(f.Get("/api/v1/open").status == 200);
}

}  // namespace
