// The server over real loopback sockets: routes, keep-alive, pools, bodies, streams.
#include <doctest/doctest.h>

#include <atomic>
#include <condition_variable>
#include <mutex>

#include "net/upload.h"
#include "support/net_harness.h"

namespace {

using namespace rt;
using net::Method;
using net::Request;
using net::Response;
using net::Run;
using test::Eventually;
using test::NetHarness;
using test::RawAnswer;
using test::RawClient;
using test::TestRoute;

net::RouteTable BasicRoutes() {
    net::RouteTable routes;
    routes.push_back(TestRoute("inline", Method::kGet, "/inline", Run::kInline,
                               [](const Request&) -> Result<Response> { return net::PlainText(200, "hello"); }));
    routes.push_back(
        TestRoute("stored", Method::kGet, "/stored/{id}", Run::kStore,
                  [](const Request& r) -> Result<Response> { return net::PlainText(200, r.Param("id")); }));
    routes.push_back(TestRoute("echo", Method::kPost, "/echo", Run::kStore,
                               [](const Request& r) -> Result<Response> { return net::PlainText(200, r.body); }));
    routes.push_back(TestRoute("throws", Method::kGet, "/throws", Run::kStore,
                               [](const Request&) -> Result<Response> { throw std::runtime_error("boom"); }));
    routes.push_back(TestRoute("fails", Method::kGet, "/fails", Run::kInline,
                               [](const Request&) -> Result<Response> { return Fail(Code::kQuotaFull); }));
    return routes;
}

std::string Get(std::string_view path, std::string_view fields = {}) {
    return "GET " + std::string(path) + " HTTP/1.1\r\nHost: t\r\n" + std::string(fields) + "\r\n";
}

std::string Post(std::string_view path, std::string_view body) {
    return "POST " + std::string(path) +
           " HTTP/1.1\r\nHost: t\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + std::string(body);
}

TEST_CASE("a route answers inline and from the store pool, on one connection") {
    NetHarness net(BasicRoutes());
    net.Start();
    RawClient client(net.port());
    for (int i = 0; i < 3; ++i) {
        REQUIRE(client.Send(Get("/inline")));
        const RawAnswer inline_answer = client.Read();
        CHECK(inline_answer.status == 200);
        CHECK(inline_answer.body == "hello");
        CHECK(inline_answer.Has("date"));
        CHECK(inline_answer.Field("x-request-id").size() == 16);
        CHECK_FALSE(inline_answer.Has("keep-alive"));
        REQUIRE(client.Send(Get("/stored/%E4%B8%AD")));
        CHECK(client.Read().body == "\xE4\xB8\xAD");
    }
}

TEST_CASE("bodies arrive whole, small and large, with a length and in chunks") {
    NetHarness net(BasicRoutes());
    net.Start();
    RawClient client(net.port());
    for (const std::size_t size : {0UL, 1UL, 100'000UL, net::kBodyBytesDefault}) {
        const std::string body(size, 'x');
        REQUIRE(client.Send(Post("/echo", body)));
        const RawAnswer answer = client.Read();
        CHECK(answer.status == 200);
        CHECK(answer.body == body);
    }
    REQUIRE(
        client.Send("POST /echo HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: "
                    "chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nA: b\r\n\r\n"));
    CHECK(client.Read().body == "abcde");
    REQUIRE(client.Send(Get("/inline")));
    CHECK(client.Read().body == "hello");
}

TEST_CASE("pipelined requests are answered in order") {
    NetHarness net(BasicRoutes());
    net.Start();
    RawClient client(net.port());
    std::string requests;
    for (int i = 0; i < 200; ++i) requests += Get(i % 2 == 0 ? "/stored/" + std::to_string(i) : std::string("/inline"));
    REQUIRE(client.Send(requests));
    for (int i = 0; i < 200; ++i) CHECK(client.Read().body == (i % 2 == 0 ? std::to_string(i) : "hello"));
}

TEST_CASE("errors are envelopes, a throwing handler is an internal error") {
    NetHarness net(BasicRoutes());
    net.Start();
    RawClient client(net.port());
    REQUIRE(client.Send(Get("/fails", "Accept-Language: en\r\n")));
    const RawAnswer full = client.Read();
    CHECK(full.status == 409);
    CHECK(full.body.find(R"("code":"QUOTA_FULL")") != std::string::npos);
    CHECK(full.body.find("No places left") != std::string::npos);
    CHECK(full.body.find(full.Field("x-request-id")) != std::string::npos);
    REQUIRE(client.Send(Get("/throws")));
    const RawAnswer thrown = client.Read();
    CHECK(thrown.status == 500);
    CHECK(thrown.body.find("boom") == std::string::npos);
    REQUIRE(client.Send(Get("/missing")));
    CHECK(client.Read().status == 404);
    REQUIRE(client.Send("DELETE /echo HTTP/1.1\r\nHost: t\r\n\r\n"));
    const RawAnswer wrong_method = client.Read();
    CHECK(wrong_method.status == 405);
    CHECK(wrong_method.Field("allow") == "POST, OPTIONS");
}

}  // namespace
