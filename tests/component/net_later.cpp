// Answers that are not there yet: connections that wait without a thread.
#include <doctest/doctest.h>

#include <mutex>

#include "support/net_harness.h"

namespace {

using namespace rt;
using net::Method;
using net::Request;
using net::Response;
using net::Run;
using test::Eventually;
using test::NetHarness;
using test::RawClient;
using test::TestRoute;

// What one route hands out; the test answers by hand.
struct Desk {
    std::mutex mutex;
    std::vector<std::function<void(Response)>> waiting;
    int abandoned = 0;

    std::size_t Waiting() {
        const std::lock_guard lock(mutex);
        return waiting.size();
    }
    int Abandoned() {
        const std::lock_guard lock(mutex);
        return abandoned;
    }
    void Answer(std::size_t index, const std::string& text) {
        std::function<void(Response)> done;
        {
            const std::lock_guard lock(mutex);
            done = waiting.at(index);
        }
        done(net::PlainText(200, text));
    }
};

class Poll final : public net::Later {
  public:
    explicit Poll(Desk& desk) : desk_(desk) {}
    void Begin(std::function<void(Response)> done) override {
        const std::lock_guard lock(desk_.mutex);
        desk_.waiting.push_back(std::move(done));
    }
    void Abandon() override {
        const std::lock_guard lock(desk_.mutex);
        ++desk_.abandoned;
    }

  private:
    Desk& desk_;
};

class AtOnce final : public net::Later {
  public:
    void Begin(std::function<void(Response)> done) override {
        done(net::PlainText(200, "first"));
        done(net::PlainText(200, "second"));
    }
    void Abandon() override {}
};

net::RouteTable Routes(Desk& desk) {
    net::RouteTable routes;
    routes.push_back(
        TestRoute("poll", Method::kGet, "/poll", Run::kInline, [&desk](const Request&) -> Result<Response> {
            Response response;
            response.later = std::make_shared<Poll>(desk);
            return response;
        }));
    routes.push_back(TestRoute("now", Method::kGet, "/now", Run::kInline, [](const Request&) -> Result<Response> {
        Response response;
        response.later = std::make_shared<AtOnce>();
        return response;
    }));
    return routes;
}

constexpr std::string_view kPoll = "GET /poll HTTP/1.1\r\nHost: t\r\n\r\n";
constexpr std::string_view kNow = "GET /now HTTP/1.1\r\nHost: t\r\n\r\n";

TEST_CASE("an answer comes when it is there, and the connection goes on") {
    Desk desk;
    NetHarness net(Routes(desk));
    net.Start();
    RawClient client(net.port());
    for (std::size_t i = 0; i < 3; ++i) {
        REQUIRE(client.Send(kPoll));
        REQUIRE(Eventually([&] { return desk.Waiting() == i + 1; }));
        desk.Answer(i, "news " + std::to_string(i));
        CHECK(client.Read().body == "news " + std::to_string(i));
    }
    CHECK(desk.Abandoned() == 0);
}

TEST_CASE("an answer that is there at once counts, a second one does not") {
    Desk desk;
    NetHarness net(Routes(desk));
    net.Start();
    RawClient client(net.port());
    REQUIRE(client.Send(std::string(kNow) + std::string(kNow)));
    CHECK(client.Read().body == "first");
    CHECK(client.Read().body == "first");
}

TEST_CASE("many wait at once, and others are served meanwhile") {
    Desk desk;
    NetHarness net(Routes(desk));
    net.Start();
    std::vector<std::unique_ptr<RawClient>> clients;
    for (int i = 0; i < 50; ++i) {
        clients.push_back(std::make_unique<RawClient>(net.port()));
        REQUIRE(clients.back()->Send(kPoll));
    }
    REQUIRE(Eventually([&] { return desk.Waiting() == 50; }));
    RawClient other(net.port());
    REQUIRE(other.Send(kNow));
    CHECK(other.Read().body == "first");
    for (std::size_t i = 0; i < 50; ++i) desk.Answer(i, "x");
    for (const auto& client : clients) CHECK(client->Read().body == "x");
}

TEST_CASE("a client that hangs up is told of, and its answer goes nowhere") {
    Desk desk;
    NetHarness net(Routes(desk));
    net.Start();
    {
        RawClient client(net.port());
        REQUIRE(client.Send(kPoll));
        REQUIRE(Eventually([&] { return desk.Waiting() == 1; }));
    }
    REQUIRE(Eventually([&] { return desk.Abandoned() == 1; }));
    desk.Answer(0, "nobody");
    RawClient other(net.port());
    REQUIRE(other.Send(kNow));
    CHECK(other.Read().body == "first");
}

TEST_CASE("a poll that lasts as long as a handler may is answered 504") {
    Desk desk;
    NetHarness net(Routes(desk));
    net.options.deadlines.handler_ms = 50;
    net.Start();
    RawClient client(net.port());
    REQUIRE(client.Send(kPoll));
    CHECK(client.Read().status == 504);
    CHECK(desk.Abandoned() == 1);
    desk.Answer(0, "late");
}

TEST_CASE("the end of the server abandons what waits") {
    Desk desk;
    {
        NetHarness net(Routes(desk));
        net.Start();
        RawClient client(net.port());
        REQUIRE(client.Send(kPoll));
        REQUIRE(Eventually([&] { return desk.Waiting() == 1; }));
    }
    CHECK(desk.Abandoned() == 1);
}

TEST_CASE("a listener for sockets serves marked routes only") {
    Desk desk;
    net::RouteTable routes = Routes(desk);
    routes.back().on_sockets = true;
    NetHarness net(std::move(routes));
    net.options.listeners.push_back(
        {*os::ParseEndpoint("127.0.0.1:0"), net::ListenKind::kPlain, -1, net::Serves::kSockets});
    net.Start();
    RawClient client(net.server->endpoints().at(1).port);
    REQUIRE(client.Send(kNow));
    CHECK(client.Read().body == "first");
    REQUIRE(client.Send(kPoll));
    CHECK(client.Read().status == 404);
    RawClient whole(net.port());
    REQUIRE(whole.Send(kNow));
    CHECK(whole.Read().body == "first");
}

TEST_CASE("a listener for sockets stays one for a client that a PROXY header names") {
    Desk desk;
    net::RouteTable routes = Routes(desk);
    routes.back().on_sockets = true;
    NetHarness net(std::move(routes));
    net.options.proxy_protocol = true;
    net.options.trusted_proxies = {*os::Cidr::Parse("127.0.0.0/8")};
    net.options.listeners[0].serves = net::Serves::kSockets;
    net.Start();
    RawClient client(net.port());
    REQUIRE(client.Send("PROXY TCP4 203.0.113.9 10.0.0.1 12345 80\r\n"));
    REQUIRE(client.Send(kNow));
    CHECK(client.Read().body == "first");
    REQUIRE(client.Send(kPoll));
    CHECK(client.Read().status == 404);
}

}  // namespace
