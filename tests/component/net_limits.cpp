// Caps and deadlines against real sockets: connections, slow clients, late handlers, full queues.
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <string>
#include <thread>

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

constexpr std::string_view kPing = "GET /ping HTTP/1.1\r\nHost: t\r\n\r\n";

// Handlers wait here until the test lets them go.
class Gate {
  public:
    void Wait() {
        std::unique_lock lock(mutex_);
        ++waiting_;
        open_.wait(lock, [this] { return is_open_; });
        --waiting_;
    }
    void Open() {
        const std::lock_guard lock(mutex_);
        is_open_ = true;
        open_.notify_all();
    }
    int waiting() {
        const std::lock_guard lock(mutex_);
        return waiting_;
    }

  private:
    std::mutex mutex_;
    std::condition_variable open_;
    bool is_open_ = false;
    int waiting_ = 0;
};

struct Fixture {
    Fixture() {
        const auto ping = [](const Request&) -> Result<Response> { return net::PlainText(200, "pong"); };
        const auto wait = [this](const Request&) -> Result<Response> {
            gate.Wait();
            return net::PlainText(200, "late");
        };
        const auto echo = [](const Request& request) -> Result<Response> { return net::PlainText(200, request.body); };
        const auto large = [](const Request&) -> Result<Response> {
            return net::PlainText(200, std::string(16 << 20, 'x'));
        };
        net.routes = {TestRoute("ping", Method::kGet, "/ping", Run::kInline, ping),
                      TestRoute("wait", Method::kGet, "/wait", Run::kStore, wait),
                      TestRoute("hash", Method::kGet, "/hash", Run::kHash, wait),
                      TestRoute("large", Method::kGet, "/large", Run::kStore, large),
                      TestRoute("echo", Method::kPost, "/echo", Run::kStore, echo)};
    }
    ~Fixture() { gate.Open(); }
    bool Serves() {
        RawClient client(net.port());
        return client.Send(kPing) && client.Read().body == "pong";
    }

    Gate gate;
    NetHarness net{{}};
};

TEST_CASE("connections: one less, the limit, and one more, which is told so") {
    Fixture f;
    f.net.options.caps.connections_max = 5;
    f.net.options.caps.connections_per_address_max = 5;
    f.net.Start();
    std::deque<RawClient> clients;
    for (int i = 0; i < 5; ++i) {
        RawClient& client = clients.emplace_back(f.net.port());
        REQUIRE(client.Send(kPing));
        CHECK(client.Read().body == "pong");
    }
    for (int i = 0; i < 3; ++i) {
        RawClient over(f.net.port());
        REQUIRE(over.Send(kPing));
        const RawAnswer refused = over.Read();
        CHECK(refused.status == 503);
        CHECK(refused.complete);
        CHECK(refused.Has("retry-after"));
        CHECK(over.ServerCloses());
    }
    CHECK(f.net.metrics.Get(Metric::kHttpConnectionsRefused, {"total"}).Value() == 3);
    // Those inside are still served, and one that leaves makes room.
    for (RawClient& client : clients) {
        REQUIRE(client.Send(kPing));
        CHECK(client.Read().body == "pong");
    }
    clients.pop_back();
    CHECK(Eventually([&] { return f.net.server->figures().connections == 4; }));
    CHECK(f.Serves());
}

TEST_CASE("connections of one address: the limit and one more; a proxy of ours is not limited") {
    for (const bool proxy : {false, true}) {
        Fixture f;
        f.net.options.caps.connections_max = 100;
        f.net.options.caps.connections_per_address_max = 2;
        if (proxy) f.net.options.trusted_proxies = {*os::Cidr::Parse("127.0.0.0/8")};
        f.net.Start();
        RawClient one(f.net.port());
        RawClient two(f.net.port());
        REQUIRE(one.Send(kPing));
        CHECK(one.Read().status == 200);
        REQUIRE(two.Send(kPing));
        CHECK(two.Read().status == 200);
        RawClient three(f.net.port());
        REQUIRE(three.Send(kPing));
        CHECK(three.Read().status == (proxy ? 200 : 503));
    }
}

TEST_CASE("a head that does not come is answered 408, an idle connection just ends") {
    Fixture f;
    f.net.options.deadlines.head_ms = 200;
    f.net.options.deadlines.idle_ms = 400;
    f.net.Start();
    RawClient slow(f.net.port());
    REQUIRE(slow.Send("GET /ping HTTP/1.1\r\nHost"));
    CHECK(slow.Read().status == 408);
    CHECK(slow.ServerCloses());
    RawClient idle(f.net.port());
    CHECK(idle.ServerCloses());
    RawClient between(f.net.port());
    REQUIRE(between.Send(kPing));
    CHECK(between.Read().status == 200);
    CHECK(between.ReadSome().empty());
    CHECK(between.ServerCloses());
    CHECK(f.net.metrics.Get(Metric::kHttpTimeouts, {"head"}).Value() == 1);
}

TEST_CASE("the deadline of a head is absolute: bytes do not extend it") {
    Fixture f;
    f.net.options.deadlines.head_ms = 300;
    f.net.Start();
    RawClient slow(f.net.port());
    REQUIRE(slow.Send("GET /ping HTTP/1.1\r\nHost: t\r\n"));
    int sent = 0;
    // One field every 20 ms until the server has had enough.
    while (sent < 200 && f.net.metrics.Get(Metric::kHttpTimeouts, {"head"}).Value() == 0) {
        if (!slow.Send("X: y\r\n")) break;
        ++sent;
        CHECK((Eventually(
            [end = f.net.clock.MonotonicMicros() + 20'000, &f] { return f.net.clock.MonotonicMicros() > end; })));
    }
    CHECK(sent < 100);
    CHECK(slow.Read().status == 408);
}

TEST_CASE("a body below the minimum rate is answered 408, one that stalls too") {
    Fixture f;
    f.net.options.deadlines.transfer_grace_ms = 200;
    f.net.options.deadlines.transfer_bytes_per_second = 1'000'000;
    f.net.Start();
    RawClient slow(f.net.port());
    REQUIRE(slow.Send("POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 100\r\n\r\nx"));
    CHECK(slow.Read().status == 408);
    CHECK(slow.ServerCloses());
    CHECK(f.net.metrics.Get(Metric::kHttpTimeouts, {"body"}).Value() == 1);
}

TEST_CASE("a reader below the minimum rate is cut off") {
    Fixture f;
    f.net.options.deadlines.transfer_grace_ms = 300;
    f.net.options.deadlines.stall_ms = 300;
    f.net.Start();
    RawClient slow(f.net.port());
    slow.SetReceiveBuffer(4'096);
    REQUIRE(slow.Send("GET /large HTTP/1.1\r\nHost: t\r\n\r\n"));
    CHECK(Eventually([&] { return f.net.metrics.Get(Metric::kHttpTimeouts, {"answer"}).Value() == 1; }));
    CHECK(Eventually([&] { return f.net.server->figures().connections == 0; }));
    CHECK(Eventually([&] { return f.net.server->figures().requests_in_flight == 0; }));
}

TEST_CASE("slow clients of every kind hold up nobody") {
    Fixture f;
    f.net.options.pools.store_threads = 2;
    f.net.Start();
    std::deque<RawClient> slow;
    for (int i = 0; i < 60; ++i) {
        REQUIRE(slow.emplace_back(f.net.port()).Send("GET /ping HTTP/1.1\r\nHost: t\r\n"));
        REQUIRE(
            slow.emplace_back(f.net.port()).Send("POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 1000\r\n\r\nx"));
        if (i % 6 != 0) continue;
        RawClient& reader = slow.emplace_back(f.net.port());
        reader.SetReceiveBuffer(4'096);
        REQUIRE(reader.Send("GET /large HTTP/1.1\r\nHost: t\r\n\r\n"));
    }
    for (int i = 0; i < 50; ++i) CHECK(f.Serves());
    RawClient worker(f.net.port());
    REQUIRE(worker.Send("POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 2\r\n\r\nhi"));
    CHECK(worker.Read().body == "hi");
}

TEST_CASE("a late handler is answered 504, and what it brings is dropped") {
    Fixture f;
    f.net.options.deadlines.handler_ms = 200;
    f.net.Start();
    RawClient client(f.net.port());
    REQUIRE(client.Send("GET /wait HTTP/1.1\r\nHost: t\r\n\r\n"));
    CHECK(client.Read().status == 504);
    CHECK(client.ServerCloses());
    f.gate.Open();
    CHECK(Eventually([&] { return f.gate.waiting() == 0; }));
    CHECK(f.Serves());
    CHECK(Eventually([&] { return f.net.server->figures().requests_in_flight == 0; }));
}

TEST_CASE("a full queue: one less, the limit, and one more; 503 for stores, 429 for hashing") {
    Fixture f;
    f.net.options.pools.store_threads = 1;
    f.net.options.pools.store_queue_max = 2;
    f.net.options.pools.hash_threads = 1;
    f.net.options.pools.hash_queue_max = 2;
    f.net.Start();
    for (const std::string path : {"/wait", "/hash"}) {
        std::deque<RawClient> waiting;
        const int before = f.gate.waiting();
        REQUIRE(waiting.emplace_back(f.net.port()).Send("GET " + path + " HTTP/1.1\r\nHost: t\r\n\r\n"));
        REQUIRE(Eventually([&] { return f.gate.waiting() == before + 1; }));
        const std::string pool = path == "/wait" ? "store" : "hash";
        for (int queued = 1; queued <= 2; ++queued) {
            REQUIRE(waiting.emplace_back(f.net.port()).Send("GET " + path + " HTTP/1.1\r\nHost: t\r\n\r\n"));
            REQUIRE(Eventually([&] { return f.net.metrics.Get(Metric::kPoolQueue, {pool}).Value() == queued; }));
        }
        RawClient over(f.net.port());
        REQUIRE(over.Send("GET " + path + " HTTP/1.1\r\nHost: t\r\n\r\n"));
        const RawAnswer refused = over.Read();
        CHECK(refused.status == (path == "/wait" ? 503 : 429));
        CHECK(refused.Field("retry-after") == "1");
        CHECK(over.StillServes());
        CHECK(f.net.metrics.Get(Metric::kPoolRejected, {pool}).Value() == 1);
        if (path == "/hash") {
            f.gate.Open();
            for (RawClient& client : waiting) CHECK(client.Read().body == "late");
        }
    }
}

TEST_CASE("request bodies in memory have one budget") {
    Fixture f;
    f.net.options.caps.body_memory_bytes_max = 150'000;
    f.net.Start();
    RawClient first(f.net.port());
    REQUIRE(first.Send("POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 100001\r\n\r\n" + std::string(100'000, 'a')));
    REQUIRE(Eventually([&] { return f.net.metrics.Get(Metric::kHttpBytesIn).Value() > 100'000; }));
    RawClient second(f.net.port());
    REQUIRE(
        second.Send("POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 100000\r\n\r\n" + std::string(100'000, 'b')));
    CHECK(second.Read().status == 503);
    // A body gives its bytes back when its request is over, which is after the client has read the answer.
    REQUIRE(Eventually([&] { return f.net.server->figures().requests_in_flight == 1; }));
    REQUIRE(first.Send("a"));
    CHECK(first.Read().body.size() == 100'001);
    REQUIRE(Eventually([&] { return f.net.server->figures().requests_in_flight == 0; }));
    RawClient third(f.net.port());
    REQUIRE(third.Send("POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 150000\r\n\r\n" + std::string(150'000, 'c')));
    CHECK(third.Read().body.size() == 150'000);
}

TEST_CASE("one address has a share of the memory for bodies: the last byte of it and the one over it") {
    constexpr std::size_t kShare = 100'000;
    Fixture f;
    f.net.options.caps.body_memory_per_address_bytes_max = kShare;
    f.net.options.trusted_proxies = {*os::Cidr::Parse("127.0.0.0/8")};
    f.net.Start();
    for (const std::size_t size : {kShare - 1, kShare, kShare + 1}) {
        CAPTURE(size);
        RawClient client(f.net.port());
        REQUIRE(client.Send("POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: " + std::to_string(size) + "\r\n\r\n" +
                            std::string(size, 'a')));
        const RawAnswer answer = client.Read();
        CHECK(answer.status == (size <= kShare ? 200 : 429));
        // What it took is given back in the end, also by who was refused.
        REQUIRE(Eventually([&] { return f.net.server->figures().requests_in_flight == 0; }));
    }
    RawClient first(f.net.port());
    REQUIRE(first.Send("POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 60001\r\n\r\n" + std::string(60'000, 'a')));
    REQUIRE(Eventually([&] { return f.net.server->figures().requests_in_flight == 1; }));
    RawClient second(f.net.port());
    REQUIRE(second.Send("POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 60000\r\n\r\n" + std::string(60'000, 'b')));
    CHECK(second.Read().status == 429);
    RawClient other(f.net.port());
    REQUIRE(other.Send("POST /echo HTTP/1.1\r\nHost: t\r\nX-Forwarded-For: 192.0.2.9\r\nContent-Length: 60000\r\n\r\n" +
                       std::string(60'000, 'c')));
    CHECK(other.Read().body.size() == 60'000);
    REQUIRE(first.Send("a"));
    CHECK(first.Read().body.size() == 60'001);
}

TEST_CASE("drain: no new connections, what is under way is answered with close, then everything stops") {
    Fixture f;
    f.net.Start();
    RawClient idle(f.net.port());
    REQUIRE(idle.Send(kPing));
    CHECK(idle.Read().Field("connection").empty());
    RawClient busy(f.net.port());
    REQUIRE(busy.Send("GET /wait HTTP/1.1\r\nHost: t\r\n\r\n"));
    REQUIRE(Eventually([&] { return f.gate.waiting() == 1; }));
    bool clean = false;
    std::thread drain([&] { clean = f.net.server->Drain(10'000); });
    CHECK(idle.ServerCloses());
    CHECK(Eventually([&] { return !RawClient(f.net.port()).connected(); }));
    f.gate.Open();
    const RawAnswer answer = busy.Read();
    CHECK(answer.body == "late");
    CHECK(answer.Field("connection") == "close");
    drain.join();
    CHECK(clean);
    CHECK(busy.ServerCloses());
}

TEST_CASE("drain gives up at its deadline and says so") {
    Fixture f;
    f.net.Start();
    RawClient busy(f.net.port());
    REQUIRE(busy.Send("POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 10\r\n\r\n"));
    REQUIRE(Eventually([&] { return f.net.server->figures().requests_in_flight == 1; }));
    CHECK_FALSE(f.net.server->Drain(100));
    CHECK(busy.ServerCloses());
}

TEST_CASE("a listening socket that was handed over, blocking as systemd leaves it, serves like our own") {
    Fixture f;
    const int descriptor = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(bind(descriptor, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    REQUIRE(listen(descriptor, 16) == 0);
    f.net.options.listeners = {{{}, net::ListenKind::kPlain, descriptor}};
    f.net.Start();
    CHECK(f.net.port() != 0);
    CHECK(f.net.server->listening_descriptors() == std::vector<int>{descriptor});
    std::deque<RawClient> clients;
    for (int i = 0; i < 10; ++i) clients.emplace_back(f.net.port());
    for (RawClient& client : clients) {
        REQUIRE(client.Send(kPing));
        CHECK(client.Read().body == "pong");
    }
    CHECK(Eventually([&] { return f.net.server->OldestTurnMillis() < 1'500; }));
}

TEST_CASE("a half-closed client still gets its answers") {
    Fixture f;
    f.net.Start();
    RawClient client(f.net.port());
    REQUIRE(client.Send(std::string(kPing) + "POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 3\r\n\r\nabc"));
    client.ShutdownWrite();
    CHECK(client.Read().body == "pong");
    CHECK(client.Read().body == "abc");
    CHECK(client.ServerCloses());
}

TEST_CASE("reactors tell that they turn") {
    Fixture f;
    f.net.Start();
    CHECK(Eventually([&] { return f.net.server->OldestTurnMillis() < 1'500; }));
    bool ran = false;
    std::mutex mutex;
    REQUIRE(f.net.server->Submit(Run::kOutgoing, [&] {
        const std::lock_guard lock(mutex);
        ran = true;
    }));
    CHECK(Eventually([&] {
        const std::lock_guard lock(mutex);
        return ran;
    }));
}

}  // namespace
