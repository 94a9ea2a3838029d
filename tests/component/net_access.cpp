// What is decided at the head: access, rate, admission, origins, proxies, languages; and the log line and metrics of
// it.
#include <doctest/doctest.h>

#include <mutex>
#include <string>
#include <variant>
#include <vector>

#include "json/json.h"
#include "support/net_harness.h"

namespace {

using namespace rt;
using net::Access;
using net::Method;
using net::Request;
using net::Response;
using net::Run;
using test::NetHarness;
using test::RawAnswer;
using test::RawClient;
using test::TestRoute;

// Keeps what is written.
class MemoryLog final : public Log {
  public:
    bool Enabled(base::Level) const override { return true; }
    void Write(base::Level, std::string_view message, std::initializer_list<base::LogField> fields) override {
        std::string line(message);
        for (const base::LogField& field : fields) {
            line.append(" ").append(field.key).append("=");
            if (const auto* text = std::get_if<std::string_view>(&field.value)) line.append(*text);
            if (const auto* number = std::get_if<std::int64_t>(&field.value)) line.append(std::to_string(*number));
        }
        const std::lock_guard lock(mutex_);
        lines_.push_back(std::move(line));
    }
    std::string Find(std::string_view part) {
        const std::lock_guard lock(mutex_);
        for (const std::string& line : lines_) {
            if (line.find(part) != std::string::npos) return line;
        }
        return {};
    }

  private:
    std::mutex mutex_;
    std::vector<std::string> lines_;
};

struct Fixture {
    Fixture() {
        const auto whoami = [](const Request& request) -> Result<Response> {
            return net::Success(json::Object{{"user", request.principal.public_id},
                                             {"client", request.client},
                                             {"id", request.request_id},
                                             {"secure", request.secure},
                                             {"range", request.HeaderValue("range")},
                                             {"en", request.locale == base::Locale::kEn}});
        };
        const auto add = [&](std::string name, Access access, net::RateClass rate_class) {
            net::Route route = TestRoute(name, Method::kGet, "/api/v1/" + name, Run::kInline, whoami);
            route.access = access;
            route.rate_class = rate_class;
            net.routes.push_back(std::move(route));
        };
        add("open", Access::kPublic, net::RateClass::kExempt);
        add("user", Access::kUser, net::RateClass::kExempt);
        add("organiser", Access::kOrganiser, net::RateClass::kExempt);
        add("admin", Access::kAdmin, net::RateClass::kExempt);
        add("limited", Access::kPublic, net::RateClass::kRead);
        add("members", Access::kUser, net::RateClass::kRead);
        net::Route post = TestRoute("post", Method::kPost, "/api/v1/post", Run::kStore,
                                    [](const Request& request) -> Result<Response> {
                                        RT_TRY(const json::Value body, request.Json());
                                        return net::Created(body);
                                    });
        net.routes.push_back(post);
        net.options.access.allowed_origins = {"https://friend.example"};
        net.rules.address_general = {2, 60};
        net.rules.user_general = {3, 60};
        net.log = &log;
    }
    RawAnswer Get(std::string_view path, std::string_view fields = {}) {
        RawClient client(net.port());
        REQUIRE(client.Send("GET " + std::string(path) + " HTTP/1.1\r\nHost: t\r\n" + std::string(fields) + "\r\n"));
        return client.Read();
    }
    int As(std::string_view role, std::string_view path) {
        return Get(path, role.empty() ? std::string() : "Authorization: Bearer " + std::string(role) + "\r\n").status;
    }

    MemoryLog log;
    NetHarness net{{}};
};

std::string Data(const RawAnswer& answer, std::string_view key) {
    const auto value = json::Decode(answer.body);
    REQUIRE(value.ok());
    const json::Value* data = value->Find("data");
    REQUIRE(data != nullptr);
    const json::Value* member = data->Find(key);
    REQUIRE(member != nullptr);
    return member->IsBool() ? (member->AsBool() ? "true" : "false") : member->AsString();
}

TEST_CASE("who may enter") {
    Fixture f;
    f.net.Start();
    struct Row {
        const char* role;
        int open, user, organiser, admin;
    };
    for (const Row& row :
         {Row{"", 200, 401, 401, 401}, Row{"expired", 200, 401, 401, 401}, Row{"nonsense", 200, 401, 401, 401},
          Row{"user", 200, 200, 403, 403}, Row{"organiser", 200, 200, 200, 403}, Row{"admin", 200, 200, 200, 200}}) {
        CAPTURE(row.role);
        CHECK(f.As(row.role, "/api/v1/open") == row.open);
        CHECK(f.As(row.role, "/api/v1/user") == row.user);
        CHECK(f.As(row.role, "/api/v1/organiser") == row.organiser);
        CHECK(f.As(row.role, "/api/v1/admin") == row.admin);
    }
    CHECK(f.Get("/api/v1/user").Field("www-authenticate") == "Bearer");
    CHECK(f.Get("/api/v1/user", "Authorization: Bearer expired\r\n").body.find("TOKEN_EXPIRED") != std::string::npos);
    CHECK(Data(f.Get("/api/v1/open", "Authorization: Bearer user\r\n"), "user") == "user1");
}

TEST_CASE("rates: fields on every counted answer, 429 in both languages, users apart from addresses") {
    Fixture f;
    f.net.Start();
    const RawAnswer first = f.Get("/api/v1/limited");
    CHECK(first.Field("ratelimit-limit") == "2");
    CHECK(first.Field("ratelimit-remaining") == "1");
    CHECK(first.Field("ratelimit-reset") == "30");
    CHECK(f.Get("/api/v1/limited").Field("ratelimit-remaining") == "0");
    const RawAnswer refused = f.Get("/api/v1/limited");
    CHECK(refused.status == 429);
    CHECK(refused.body.find("请求过于频繁，请稍后再试") != std::string::npos);
    CHECK(refused.Field("retry-after") == "30");
    CHECK(f.Get("/api/v1/limited", "Accept-Language: en\r\n").body.find("Too many requests") != std::string::npos);
    CHECK(f.net.metrics.Get(Metric::kHttpLimited, {"read", "address"}).Value() == 2);
    // A signed-in request is counted against its user only; bad tokens count against the address.
    for (int i = 0; i < 3; ++i) CHECK(f.As("user", "/api/v1/members") == 200);
    CHECK(f.As("user", "/api/v1/members") == 429);
    CHECK(f.As("admin", "/api/v1/members") == 200);
    CHECK(f.As("expired", "/api/v1/members") == 429);
    CHECK(f.As("", "/api/v1/open") == 200);
}

TEST_CASE("admission is asked before anything runs") {
    Fixture f;
    f.net.Start();
    f.net.admission.maintenance = true;
    const RawAnswer refused = f.Get("/api/v1/open");
    CHECK(refused.status == 503);
    CHECK(refused.body.find("MAINTENANCE") != std::string::npos);
}

TEST_CASE("origins: listed ones may read and ask beforehand, others get no permission") {
    Fixture f;
    f.net.Start();
    const RawAnswer friendly = f.Get("/api/v1/open", "Origin: https://friend.example\r\n");
    CHECK(friendly.Field("access-control-allow-origin") == "https://friend.example");
    CHECK(friendly.Field("vary") == "Origin");
    const RawAnswer strange = f.Get("/api/v1/open", "Origin: https://other.example\r\n");
    CHECK(strange.status == 200);
    CHECK_FALSE(strange.Has("access-control-allow-origin"));
    RawClient client(f.net.port());
    REQUIRE(
        client.Send("OPTIONS /api/v1/post HTTP/1.1\r\nHost: t\r\nOrigin: "
                    "https://friend.example\r\nAccess-Control-Request-Method: POST\r\n\r\n"));
    const RawAnswer preflight = client.Read();
    CHECK(preflight.status == 204);
    CHECK(preflight.Field("access-control-allow-methods") == "POST, OPTIONS");
    CHECK_FALSE(preflight.Has("content-length"));
}

TEST_CASE("forwarded fields count only from proxies of ours") {
    const std::string fields =
        "X-Forwarded-For: 6.6.6.6, 203.0.113.9, 127.0.0.2\r\nX-Forwarded-Proto: https\r\nX-Request-Id: abc-123\r\n";
    Fixture strange;
    strange.net.Start();
    const RawAnswer ignored = strange.Get("/api/v1/open", fields);
    CHECK(Data(ignored, "client") == "127.0.0.1");
    CHECK(Data(ignored, "secure") == "false");
    CHECK(Data(ignored, "id") != "abc-123");

    Fixture trusted;
    trusted.net.options.trusted_proxies = {*os::Cidr::Parse("127.0.0.0/8")};
    trusted.net.options.hsts = "max-age=1000";
    trusted.net.Start();
    const RawAnswer taken = trusted.Get("/api/v1/open", fields);
    // The right-most entry that is none of our own proxies.
    CHECK(Data(taken, "client") == "203.0.113.9");
    CHECK(Data(taken, "secure") == "true");
    CHECK(Data(taken, "id") == "abc-123");
    CHECK(taken.Field("x-request-id") == "abc-123");
    CHECK(taken.Field("strict-transport-security") == "max-age=1000");
    CHECK(Data(trusted.Get("/api/v1/open", "X-Forwarded-For: 6.6.6.6, nonsense\r\n"), "client") == "127.0.0.1");
    CHECK(Data(trusted.Get("/api/v1/open", "X-Forwarded-For: 6.6.6.6\r\nX-Forwarded-For: 7.7.7.7\r\n"), "client") ==
          "7.7.7.7");
    CHECK(Data(trusted.Get("/api/v1/open", "X-Forwarded-For: 127.0.0.3\r\n"), "client") == "127.0.0.3");
    CHECK(Data(trusted.Get("/api/v1/open", "X-Request-Id: a b\r\n"), "id") != "a b");
}

TEST_CASE("languages") {
    Fixture f;
    f.net.Start();
    struct Row {
        const char* accept;
        const char* english;
    };
    for (const Row& row : {Row{"en", "true"}, Row{"en-GB,en;q=0.9", "true"}, Row{"zh-CN,zh;q=0.9,en;q=0.8", "false"},
                           Row{"en;q=0.5, zh;q=0.4", "true"}, Row{"fr", "false"}, Row{"", "false"},
                           Row{"en;q=0", "false"}, Row{"zh;q=0, en;q=0.1", "true"}, Row{"english", "false"}}) {
        CAPTURE(row.accept);
        CHECK(Data(f.Get("/api/v1/open", "Accept-Language: " + std::string(row.accept) + "\r\n"), "en") == row.english);
    }
}

TEST_CASE("Range reaches only routes that serve ranges; JSON bodies need their type") {
    Fixture f;
    f.net.Start();
    CHECK(Data(f.Get("/api/v1/open", "Range: bytes=0-1\r\n"), "range").empty());
    RawClient client(f.net.port());
    const auto post = [&](std::string_view type, std::string_view body) {
        REQUIRE(client.Send("POST /api/v1/post HTTP/1.1\r\nHost: t\r\n" + std::string(type) +
                            "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body)));
        return client.Read();
    };
    CHECK(post("Content-Type: application/json; charset=utf-8\r\n", "{}").status == 201);
    CHECK(post("Content-Type: application/merge-patch+json\r\n", "{}").status == 201);
    CHECK(post("Content-Type: text/plain\r\n", "{}").status == 415);
    CHECK(post("", "{}").status == 415);
    for (const char* bad : {"", "[]", "{", "{\"a\":1,\"a\":2}", "{} x", "\"x\""}) {
        CAPTURE(bad);
        const RawAnswer answer = post("Content-Type: application/json\r\n", bad);
        CHECK(answer.status == 400);
        CHECK(answer.body.find("BAD_JSON") != std::string::npos);
    }
    // The library would parse these two by itself: here a body is a body.
    CHECK(post("Content-Type: application/x-www-form-urlencoded\r\n", std::string(50'000, 'a')).status == 415);
    CHECK(post("Content-Type: multipart/form-data; boundary=x\r\n", "--x\r\n").status == 415);
}

TEST_CASE("one log line and one count for every request, refused ones too, and nothing of the path in it") {
    Fixture f;
    f.net.Start();
    CHECK(f.Get("/api/v1/user?code=SECRET", "Authorization: Bearer user\r\n").status == 200);
    CHECK(f.Get("/api/v1/none").status == 404);
    RawClient bad(f.net.port());
    REQUIRE(bad.Send("BREW / HTTP/1.1\r\n\r\n"));
    CHECK(bad.Read().status == 501);
    CHECK(test::Eventually([&] { return f.net.server->figures().requests_total == 3; }));
    const std::string line = f.log.Find("route=user");
    CHECK(line.find("request requestId=") == 0);
    CHECK(line.find("userId=user1 client=127.0.0.1 method=GET route=user status=200") != std::string::npos);
    CHECK(f.log.Find("SECRET").empty());
    CHECK(f.log.Find("route=- status=404") != "");
    CHECK(f.log.Find("route=- status=501") != "");
    CHECK(f.net.metrics.Get(Metric::kHttpRequests, {"GET", "user", "200"}).Value() == 1);
    CHECK(f.net.metrics.Get(Metric::kHttpErrors, {"NOT_FOUND"}).Value() == 1);
    CHECK(f.net.metrics.Get(Metric::kHttpBadHeads, {"unknown_method"}).Value() == 1);
}

TEST_CASE("the redirect listener sends everybody to https and keeps nobody") {
    Fixture f;
    f.net.options.listeners[0].kind = net::ListenKind::kRedirect;
    f.net.Start();
    RawClient client(f.net.port());
    REQUIRE(client.Send("GET /a%20b?c=d HTTP/1.1\r\nHost: example.org:80\r\n\r\n"));
    const RawAnswer answer = client.Read();
    CHECK(answer.status == 308);
    CHECK(answer.Field("location") == "https://example.org/a%20b?c=d");
    CHECK(client.ServerCloses());
    RawClient six(f.net.port());
    REQUIRE(six.Send("GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n"));
    CHECK(six.Read().Field("location") == "https://[::1]/");
}

}  // namespace
