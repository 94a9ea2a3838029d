// The hub as an application sees it: rooms, users, acknowledgements, verdicts, recovery. Clients are handed in below
// the network, frame by frame.
#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/log.h"
#include "base/metrics.h"
#include "base/random.h"
#include "realtime/hub.h"

namespace {

using namespace rt;
using namespace rt::realtime;

constexpr std::chrono::seconds kWait{10};

// Calls `test` until it holds; false if it does not within the time.
bool Eventually(const std::function<bool()>& test) {
    const auto deadline = std::chrono::steady_clock::now() + kWait;
    while (!test()) {
        if (std::chrono::steady_clock::now() > deadline) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return true;
}

// What the network would write.
class Wire final : public net::Socket {
  public:
    bool Send(net::MessageKind /*kind*/, std::shared_ptr<const std::string> payload) override {
        const std::lock_guard lock(mutex_);
        sent_.push_back(std::move(payload));
        return true;
    }
    void Close(std::uint16_t code, std::string_view /*reason*/) override { close_code = code; }
    std::uint64_t id() const override { return 1; }

    std::vector<std::string> Texts() const {
        const std::lock_guard lock(mutex_);
        std::vector<std::string> texts;
        for (const auto& payload : sent_) texts.push_back(*payload);
        return texts;
    }
    std::string Last() const {
        const std::lock_guard lock(mutex_);
        return sent_.empty() ? std::string() : *sent_.back();
    }
    const std::string* LastBytes() const {
        const std::lock_guard lock(mutex_);
        return sent_.back().get();
    }
    std::atomic<int> close_code{0};

  private:
    mutable std::mutex mutex_;
    std::vector<std::shared_ptr<const std::string>> sent_;
};

// Lets in whoever gives a number as `user`, and keeps what happens.
class Table final : public Handler {
  public:
    void Authorize(const Handshake& handshake, Verdict verdict) override {
        const json::Value* const user = handshake.auth.Find("user");
        if (handshake.auth.Find("later") != nullptr) {
            const std::lock_guard lock(mutex);
            verdicts.push_back(std::move(verdict));
        } else if (user == nullptr) {
            verdict.Refuse("who are you?", json::Object{{"code", "UNAUTHENTICATED"}});
            verdict.Accept({});
        } else {
            net::Principal principal;
            principal.user_id = user->AsInt();
            verdict.Accept(principal);
        }
    }
    void OnConnect(const SocketPtr& socket, const Handshake&, bool recovered) override {
        const std::lock_guard lock(mutex);
        sockets[socket->id()] = socket;
        last = socket;
        events.push_back(recovered ? "recovered" : "connect");
    }
    void OnEvent(const SocketPtr& socket, Event event, Ack ack) override {
        if (event.name == "join") socket->Join(event.args.at(0).AsString());
        const std::lock_guard lock(mutex);
        events.push_back(event.name);
        acks.push_back(std::move(ack));
    }
    void OnDisconnect(const SocketPtr&, Reason reason) override {
        const std::lock_guard lock(mutex);
        events.emplace_back(Name(reason));
    }
    bool Saw(std::string_view event) {
        const std::lock_guard lock(mutex);
        return std::find(events.begin(), events.end(), event) != events.end();
    }

    std::mutex mutex;
    std::map<std::string, SocketPtr> sockets;
    SocketPtr last;
    std::vector<std::string> events;
    std::vector<Ack> acks;
    std::vector<Verdict> verdicts;
};

struct Fixture {
    explicit Fixture(const HubOptions& options = {})
        : hub(options, {.log = log, .metrics = metrics, .clock = clock, .random = random}),
          nsp(hub.AddNamespace("/", table)) {
        REQUIRE(hub.Start().ok());
        for (net::SocketRoute& route : hub.Sockets()) routes[route.pattern] = std::move(route);
    }

    base::NullLog log;
    base::Metrics metrics;
    base::ManualClock clock{Time{1'000'000'000}};
    base::SeededRandom random{1};
    Table table;
    Hub hub;
    Namespace& nsp;
    std::map<std::string, net::SocketRoute> routes;
};

class Client {
  public:
    Client(Fixture& fixture, const std::string& path, const std::string& first) : wire(std::make_shared<Wire>()) {
        net::Request request;
        request.path = path;
        request.client = "192.0.2.1";
        request.query = {{"EIO", "4"}, {"transport", "websocket"}};
        auto answer = fixture.routes.at(path).accept(request);
        REQUIRE(answer.ok());
        side_ = std::get<std::unique_ptr<net::SocketHandler>>(*std::move(answer));
        side_->OnOpen(wire);
        Say(first);
        if (fixture.table.last) socket = fixture.table.last;
    }
    ~Client() { Leave(); }
    void Say(std::string text) { side_->OnMessage(net::MessageKind::kText, std::move(text)); }
    void Leave() {
        if (side_) side_->OnClose(1006, {});
        side_.reset();
    }

    std::shared_ptr<Wire> wire;
    SocketPtr socket;

  private:
    std::unique_ptr<net::SocketHandler> side_;
};

Client Enter(Fixture& fixture, int user) {
    return {fixture, "/socket.io/", "40{\"user\":" + std::to_string(user) + "}"};
}

// The value of a member of the last CONNECT answer.
std::string Told(const Wire& wire, const std::string& key) {
    for (const std::string& text : wire.Texts()) {
        if (!text.starts_with("40{")) continue;
        const auto answer = json::Decode(text.substr(2));
        if (const json::Value* const value = answer.value().Find(key)) return value->AsString();
    }
    return {};
}

TEST_CASE("a message to a room is encoded once and reaches every member but one") {
    Fixture fixture({.recovery = false});
    Client a = Enter(fixture, 1);
    Client b = Enter(fixture, 2);
    Client c = Enter(fixture, 3);
    Client plain(fixture, "/ws", R"({"t":"hello","auth":{"user":4}})");
    for (Client* one : {&a, &b, &c, &plain}) CHECK(one->socket->Join("room"));
    const auto message = MakeMessage("room:event", json::Object{{"seq", 7}}, {.seq = 7});
    CHECK(fixture.nsp.EmitToRoom("room", message, c.socket->id()) == 3);
    CHECK(a.wire->Last() == R"(42["room:event",{"seq":7}])");
    CHECK(a.wire->LastBytes() == b.wire->LastBytes());
    CHECK(c.wire->Last().starts_with("40{"));
    CHECK(plain.wire->Last() == R"({"t":"ev","seq":7,"name":"room:event","data":{"seq":7}})");
    b.socket->Leave("room");
    CHECK(fixture.nsp.EmitToRoom("room", message) == 3);
    CHECK(fixture.nsp.EmitToRoom("elsewhere", message) == 0);
    CHECK(fixture.nsp.EmitToAll(MakeEncodedMessage("all", R"({"x":1})")) == 4);
    CHECK(b.wire->Last() == R"(42["all",{"x":1}])");
    a.Leave();
    CHECK(Eventually([&] { return fixture.nsp.Members("room").size() == 2; }));
    CHECK(fixture.nsp.size() == 3);
    CHECK_FALSE(a.socket->Emit(message));
    CHECK_FALSE(a.socket->Join("room"));
}

TEST_CASE("a socket is in as many rooms as the limit says") {
    Fixture fixture;
    Client client = Enter(fixture, 1);
    for (std::size_t i = 0; i < kRoomsPerSocketMax - 1; ++i) REQUIRE(client.socket->Join("room" + std::to_string(i)));
    CHECK(client.socket->Join("the last"));
    CHECK_FALSE(client.socket->Join("one too many"));
    CHECK(client.socket->Join("the last"));
    CHECK(fixture.nsp.Members("one too many").empty());
    client.socket->Leave("room0");
    CHECK(client.socket->Join("one too many"));
}

TEST_CASE("the newest socket of a user takes a room over") {
    Fixture fixture;
    Client phone = Enter(fixture, 7);
    Client laptop = Enter(fixture, 7);
    Client other = Enter(fixture, 8);
    CHECK(fixture.nsp.TakeOver("room", phone.socket) == nullptr);
    CHECK(fixture.nsp.TakeOver("room", other.socket) == nullptr);
    CHECK(fixture.nsp.TakeOver("room", laptop.socket) == phone.socket);
    CHECK(fixture.nsp.TakeOver("room", laptop.socket) == nullptr);
    CHECK(fixture.nsp.Members("room").size() == 2);
    CHECK(fixture.nsp.SocketsOf(7).size() == 2);
    phone.Leave();
    CHECK(Eventually([&] { return fixture.nsp.SocketsOf(7) == std::vector<SocketPtr>{laptop.socket}; }));
    CHECK(fixture.nsp.Find(laptop.socket->id()) == laptop.socket);
    Client nobody = Enter(fixture, 0);
    Client no_one = Enter(fixture, 0);
    CHECK(fixture.nsp.TakeOver("room", nobody.socket) == nullptr);
    CHECK(fixture.nsp.TakeOver("room", no_one.socket) == nullptr);
    CHECK(fixture.nsp.SocketsOf(0).empty());
}

TEST_CASE("an acknowledgement is sent once, to who asked") {
    Fixture fixture;
    Client client = Enter(fixture, 1);
    client.Say(R"(425["vote",{"approve":true}])");
    client.Say(R"(42["no answer wanted"])");
    REQUIRE(fixture.table.acks.size() == 2);
    CHECK_FALSE(fixture.table.acks[1].wanted());
    fixture.table.acks[1].Send(1);
    const Ack ack = fixture.table.acks[0];
    std::thread([ack] { ack.Send(json::Object{{"ok", true}}); }).join();
    CHECK(client.wire->Last() == R"(435[{"ok":true}])");
    const std::size_t sent = client.wire->Texts().size();
    ack.Send(json::Object{{"ok", false}});
    fixture.table.acks[0].SendAll({1, 2});
    CHECK(client.wire->Texts().size() == sent);
    client.Say(R"(426["vote"])");
    client.Leave();
    fixture.table.acks[2].Send(1);
    CHECK(client.wire->Texts().size() == sent);
}

TEST_CASE("the application decides who comes in, also later and elsewhere") {
    Fixture fixture;
    Client nobody(fixture, "/socket.io/", "40");
    CHECK(nobody.wire->Last() == R"(44{"message":"who are you?","data":{"code":"UNAUTHENTICATED"}})");
    CHECK(fixture.table.sockets.empty());
    Client plain(fixture, "/ws", R"({"t":"hello"})");
    CHECK(plain.wire->Last() == R"({"t":"error","message":"who are you?","data":{"code":"UNAUTHENTICATED"}})");
    CHECK(plain.wire->close_code == 1008);

    Client patient(fixture, "/socket.io/", R"(40{"later":true})");
    REQUIRE(fixture.table.verdicts.size() == 1);
    CHECK(fixture.table.sockets.empty());
    std::thread([&] { fixture.table.verdicts[0].Accept({}); }).join();
    CHECK(Eventually([&] { return fixture.table.Saw("connect"); }));
    fixture.table.verdicts[0].Refuse("too late");
    CHECK(patient.wire->Last().starts_with("40{"));

    Client gone(fixture, "/socket.io/", R"(40{"later":true})");
    gone.Leave();
    CHECK(Eventually([&] { return fixture.metrics.Get(Metric::kRealtimeSessions, {"websocket"}).Value() == 2; }));
    fixture.table.verdicts[1].Accept({});
    Client after = Enter(fixture, 1);
    CHECK(fixture.table.sockets.size() == 2);
}

TEST_CASE("whoever holds a lock may put a socket out") {
    Fixture fixture;
    Client client = Enter(fixture, 1);
    {
        // OnDisconnect takes this lock.
        const std::lock_guard lock(fixture.table.mutex);
        client.socket->Disconnect();
        CHECK_FALSE(client.socket->connected());
    }
    CHECK(client.wire->Last() == "41");
    CHECK(Eventually([&] { return fixture.table.Saw("server namespace disconnect"); }));
    client.Say(R"(42["not heard"])");
    CHECK_FALSE(fixture.table.Saw("not heard"));
    client.Say(R"(40{"user":1})");
    CHECK(client.wire->Last().starts_with("40{"));
}

TEST_CASE("a client that comes back keeps its rooms and gets what it missed, for as long as it may") {
    Fixture fixture;
    Client first = Enter(fixture, 1);
    first.socket->Join("room");
    const std::string pid = Told(*first.wire, "pid");
    REQUIRE_FALSE(pid.empty());
    fixture.nsp.EmitToRoom("room", MakeMessage("n", 0));
    const std::string seen = first.wire->Last();
    const auto packet = json::Decode(seen.substr(2));
    const std::string offset = packet.value().AsArray().back().AsString();
    first.Leave();
    CHECK(Eventually([&] { return fixture.table.Saw("transport close"); }));
    CHECK_FALSE(first.socket->connected());
    for (int n = 1; n <= 3; ++n) fixture.nsp.EmitToRoom("room", MakeMessage("n", n));
    fixture.nsp.EmitToRoom("room", MakeMessage("n", 99, {.delivery = Delivery::kVolatile}));
    const std::string resume = "\"pid\":\"" + pid + "\",\"offset\":\"" + offset + "\"}";

    Client thief(fixture, "/socket.io/", "40{\"user\":2," + resume);
    CHECK(Told(*thief.wire, "sid") != first.socket->id());
    CHECK(thief.wire->Texts().size() == 2);

    Client back(fixture, "/socket.io/", "40{\"user\":1," + resume);
    CHECK(Told(*back.wire, "sid") == first.socket->id());
    CHECK(fixture.table.Saw("recovered"));
    const auto texts = back.wire->Texts();
    REQUIRE(texts.size() == 5);
    for (int n = 1; n <= 3; ++n)
        CHECK(texts[static_cast<std::size_t>(n) + 1].starts_with(R"(42["n",)" + std::to_string(n) + ",\""));

    back.Leave();
    REQUIRE(Eventually([&] { return !first.socket->connected(); }));
    fixture.clock.Advance(119 * base::kMicrosPerSecond);
    std::this_thread::sleep_for(std::chrono::milliseconds(120));
    CHECK(fixture.nsp.Find(first.socket->id()) != nullptr);
    fixture.clock.Advance(2 * base::kMicrosPerSecond);
    CHECK(Eventually([&] { return fixture.nsp.Find(first.socket->id()) == nullptr; }));
    CHECK(fixture.nsp.Members("room").empty());
    CHECK_FALSE(first.socket->Emit(MakeMessage("n", 4)));
}

TEST_CASE("what is kept for a recovery is bounded for one client and for all") {
    HubOptions options;
    options.recovery_messages_max = 3;
    Fixture fixture(options);
    const auto missed = [&](Fixture& where, int count) {
        Client client = Enter(where, 1);
        client.socket->Emit(MakeMessage("n", 0));
        const auto packet = json::Decode(client.wire->Last().substr(2));
        const std::string resume = "\"pid\":\"" + Told(*client.wire, "pid") + "\",\"offset\":\"" +
                                   packet.value().AsArray().back().AsString() + "\"}";
        for (int n = 0; n < count; ++n) client.socket->Emit(MakeMessage("n", n));
        client.Leave();
        Client back(where, "/socket.io/", "40{\"user\":1," + resume);
        return Told(*back.wire, "sid") == client.socket->id();
    };
    CHECK(missed(fixture, 1));
    CHECK(missed(fixture, 2));
    CHECK_FALSE(missed(fixture, 3));

    options = {};
    options.recovery_total_bytes_max = 2'000;
    Fixture small(options);
    CHECK(missed(small, 1));
    CHECK_FALSE(missed(small, 10));
    Client other = Enter(small, 2);
    CHECK(other.socket->Emit(MakeMessage("n", 1)));
}

TEST_CASE("two emits by one thread arrive in that order at every member, whatever others do") {
    Fixture fixture({.recovery = false});
    constexpr int kEmits = 300;
    std::vector<std::unique_ptr<Client>> clients;
    for (int user = 1; user <= 8; ++user) {
        clients.emplace_back(new Client(fixture, "/socket.io/", "40{\"user\":" + std::to_string(user) + "}"));
        clients.back()->socket->Join("room");
    }
    std::atomic<bool> stop{false};
    std::thread churn([&] {
        while (!stop) {
            Client passing = Enter(fixture, 99);
            passing.Say(R"(42["join","room"])");
        }
    });
    std::vector<std::thread> emitters;
    for (const char* name : {"a", "b"}) {
        emitters.emplace_back([&, name] {
            for (int n = 0; n < kEmits; ++n) fixture.nsp.EmitToRoom("room", MakeMessage(name, n));
        });
    }
    for (std::thread& emitter : emitters) emitter.join();
    stop = true;
    churn.join();
    for (const auto& client : clients) {
        std::map<char, int> next;
        for (const std::string& text : client->wire->Texts()) {
            if (!text.starts_with("42[\"")) continue;
            CHECK(text == std::string("42[\"") + text[4] + "\"," + std::to_string(next[text[4]]++) + "]");
        }
        CHECK(next == std::map<char, int>{{'a', kEmits}, {'b', kEmits}});
    }
}

TEST_CASE("the handler's calls for one socket do not overlap") {
    class Slow final : public Handler {
      public:
        void Authorize(const Handshake&, Verdict verdict) override { verdict.Accept({}); }
        void OnConnect(const SocketPtr& socket, const Handshake&, bool) override { one = socket; }
        void OnEvent(const SocketPtr&, Event, Ack) override {
            if (inside.exchange(true)) overlapped = true;
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
            inside = false;
            ++calls;
        }
        void OnDisconnect(const SocketPtr&, Reason) override {
            if (inside) overlapped = true;
            ++calls;
        }
        SocketPtr one;
        std::atomic<bool> inside{false};
        std::atomic<bool> overlapped{false};
        std::atomic<int> calls{0};
    };
    Fixture fixture;
    Slow slow;
    Hub hub({}, {.log = fixture.log, .metrics = fixture.metrics, .clock = fixture.clock, .random = fixture.random});
    hub.AddNamespace("/", slow);
    REQUIRE(hub.Start().ok());
    for (net::SocketRoute& route : hub.Sockets()) fixture.routes[route.pattern] = std::move(route);
    Client client(fixture, "/socket.io/", "40");
    std::thread put_out([&] {
        while (slow.calls < 20) std::this_thread::yield();
        slow.one->Disconnect();
    });
    for (int n = 0; n < 50; ++n) client.Say(R"(42["e"])");
    put_out.join();
    CHECK(Eventually([&] { return slow.calls >= 21; }));
    CHECK_FALSE(slow.overlapped);
    client.Leave();
    hub.Stop();
}

TEST_CASE("sockets that an application still holds outlive the hub") {
    SocketPtr connected;
    SocketPtr detached;
    {
        Fixture fixture;
        Client one = Enter(fixture, 1);
        Client two = Enter(fixture, 2);
        connected = one.socket;
        detached = two.socket;
        detached->Emit(MakeMessage("n", 1));
        connected->Join("room");
        two.Leave();
        REQUIRE(Eventually([&] { return !detached->connected(); }));
    }
    for (const SocketPtr& socket : {connected, detached}) {
        CHECK_FALSE(socket->Emit(MakeMessage("n", 2)));
        CHECK_FALSE(socket->Join("room"));
        socket->Leave("room");
        socket->Disconnect();
    }
}

TEST_CASE("stopping says so to everybody and lets nobody in") {
    Fixture fixture;
    Client client = Enter(fixture, 1);
    fixture.hub.Stop();
    CHECK(fixture.table.Saw("server shutting down"));
    CHECK(client.wire->close_code == 1000);
    Client late(fixture, "/socket.io/", "40");
    CHECK(late.wire->close_code == 1013);
}

}  // namespace
