// WebSocket over real sockets: handshake, echo, close codes, pings, slow readers, broadcast, drain.
#include <doctest/doctest.h>

#include <algorithm>
#include <deque>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "net/ws_frames.h"
#include "support/net_harness.h"

namespace {

using namespace rt;
using net::MessageKind;
using test::Eventually;
using test::NetHarness;
using test::Over;
using test::RawAnswer;
using test::RawClient;

// Every socket that is open, and how each one ended.
struct Room {
    std::mutex mutex;
    std::vector<std::shared_ptr<net::Socket>> sockets;
    std::vector<std::pair<int, std::string>> closed;

    std::size_t open() {
        const std::lock_guard lock(mutex);
        return sockets.size();
    }
    std::size_t Broadcast(const std::shared_ptr<const std::string>& payload) {
        const std::lock_guard lock(mutex);
        std::size_t reached = 0;
        for (const auto& socket : sockets) reached += socket->Send(MessageKind::kText, payload) ? 1 : 0;
        return reached;
    }
    bool ClosedWith(int code, std::string_view reason = {}) {
        const std::lock_guard lock(mutex);
        return std::find(closed.begin(), closed.end(), std::pair<int, std::string>(code, reason)) != closed.end();
    }
};

class EchoHandler final : public net::SocketHandler {
  public:
    explicit EchoHandler(Room& room) : room_(room) {}
    void OnOpen(std::shared_ptr<net::Socket> socket) override {
        socket_ = socket;
        const std::lock_guard lock(room_.mutex);
        room_.sockets.push_back(socket);
    }
    void OnMessage(MessageKind kind, std::string payload) override {
        if (payload == "close please") {
            socket_->Close(4001, "as you wish");
            return;
        }
        socket_->Send(kind, std::make_shared<const std::string>(std::move(payload)));
    }
    void OnClose(std::uint16_t code, std::string_view reason) override {
        const std::lock_guard lock(room_.mutex);
        std::erase(room_.sockets, socket_);
        room_.closed.emplace_back(code, reason);
    }

  private:
    Room& room_;
    std::shared_ptr<net::Socket> socket_;
};

constexpr std::string_view kUpgrade =
    "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
    "dGhlIHNhbXBsZSBub25jZQ==\r\n";

struct Fixture {
    Fixture() {
        net::SocketRoute route;
        route.name = "ws";
        route.pattern = "/ws";
        route.limits.message_bytes_max = 100'000;
        route.limits.queue_bytes_max = 200'000;
        route.subprotocols = {"v2", "v1"};
        route.accept = [this](const net::Request& request) -> Result<net::SocketAnswer> {
            if (request.Query("refuse")) return Fail(Code::kForbidden);
            return net::SocketAnswer(std::make_unique<EchoHandler>(room));
        };
        net.sockets = {route};
        net.options.access.allowed_origins = {"https://friend.example"};
    }
    RawAnswer Open(RawClient& client, std::string_view fields = kUpgrade, std::string_view path = "/ws") {
        REQUIRE(client.Send("GET " + std::string(path) + " HTTP/1.1\r\nHost: t:1\r\n" + std::string(fields) + "\r\n"));
        return client.Read();
    }

    Room room;
    NetHarness net{{}};
};

std::string Masked(net::Opcode opcode, std::string payload, bool final = true) {
    std::string frame = net::FrameHeader(opcode, payload.size());
    if (!final) frame[0] = static_cast<char>(frame[0] & 0x7F);
    frame[1] = static_cast<char>(frame[1] | 0x80);
    frame += "mask";
    for (std::size_t i = 0; i < payload.size(); ++i) frame += static_cast<char>(payload[i] ^ "mask"[i & 3]);
    return frame;
}

struct Frame {
    int opcode = -1;
    std::string payload;
};

Frame ReadFrame(RawClient& client) {
    const std::string head = client.ReadBytes(2);
    if (head.size() < 2) return {};
    std::uint64_t size = static_cast<unsigned char>(head[1]) & 0x7F;
    CHECK((head[1] & 0x80) == 0);  // a server does not mask
    if (size >= 126) {
        const std::string extended = client.ReadBytes(size == 126 ? 2 : 8);
        size = 0;
        for (const char c : extended) size = size << 8 | static_cast<unsigned char>(c);
    }
    return {head[0] & 0x0F, client.ReadBytes(size)};
}

int CloseCode(const Frame& frame) {
    if (frame.opcode != 8 || frame.payload.size() < 2) return -1;
    return static_cast<unsigned char>(frame.payload[0]) << 8 | static_cast<unsigned char>(frame.payload[1]);
}

TEST_CASE("the handshake answers the RFC's own example") {
    Fixture f;
    f.net.Start();
    RawClient client(f.net.port());
    const RawAnswer answer = f.Open(client, std::string(kUpgrade) + "Sec-WebSocket-Protocol: v0, v1, v2\r\n");
    CHECK(answer.status == 101);
    CHECK(answer.Field("sec-websocket-accept") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    CHECK(answer.Field("sec-websocket-protocol") == "v1");
    CHECK(answer.Field("upgrade") == "websocket");
    CHECK(answer.Field("connection") == "Upgrade");
    RawClient plain(f.net.port());
    CHECK_FALSE(f.Open(plain).Has("sec-websocket-protocol"));
}

TEST_CASE("messages of one socket: three times the limit, and one more ends it with 1008; others go on") {
    Fixture f;
    f.net.rules.socket_messages = {3, 600};
    f.net.Start();
    RawClient other(f.net.port());
    REQUIRE(f.Open(other).status == 101);
    RawClient client(f.net.port());
    REQUIRE(f.Open(client).status == 101);
    for (int i = 0; i < 9; ++i) {
        REQUIRE(client.Send(Masked(net::Opcode::kText, "hi")));
        CHECK(ReadFrame(client).payload == "hi");
    }
    // Answers to our pings and a close are no messages.
    REQUIRE(client.Send(Masked(net::Opcode::kPing, "p")));
    CHECK(ReadFrame(client).opcode == 10);
    REQUIRE(client.Send(Masked(net::Opcode::kText, "one more")));
    CHECK(CloseCode(ReadFrame(client)) == 1008);
    CHECK(f.net.metrics.Get(Metric::kSocketDrops, {"rate"}).Value() == 1);
    REQUIRE(other.Send(Masked(net::Opcode::kText, "still")));
    CHECK(ReadFrame(other).payload == "still");
}

TEST_CASE("over TLS a page that came in plain is a stranger, even of our own name") {
    Fixture f;
    f.net.UseTls();
    f.net.Start();
    RawClient own(f.net.port(), test::Over::kTls);
    CHECK(f.Open(own, std::string(kUpgrade) + "Origin: https://t:1\r\n").status == 101);
    RawClient plain(f.net.port(), test::Over::kTls);
    CHECK(f.Open(plain, std::string(kUpgrade) + "Origin: http://t:1\r\n").status == 403);
}

TEST_CASE("handshakes that are refused, with the connection still good for requests") {
    Fixture f;
    f.net.Start();
    struct Row {
        std::string fields;
        int status;
    };
    const std::string base = "Connection: Upgrade\r\nUpgrade: websocket\r\n";
    const std::string key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    for (const Row& row :
         {Row{"", 426}, Row{"Upgrade: websocket\r\n" + key + "Sec-WebSocket-Version: 13\r\n", 426},
          Row{base + key, 426}, Row{base + key + "Sec-WebSocket-Version: 8\r\n", 426},
          Row{base + "Sec-WebSocket-Version: 13\r\n", 400},
          Row{base + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAA\r\n", 400},
          Row{base + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: not base64 at all!!!!!!\r\n", 400},
          Row{std::string(kUpgrade) + "Origin: https://evil.example\r\n", 403},
          Row{std::string(kUpgrade) + "Origin: null\r\n", 403},
          Row{std::string(kUpgrade) + "Origin: https://t\r\n", 403}}) {
        CAPTURE(row.fields);
        RawClient client(f.net.port());
        CHECK(f.Open(client, row.fields).status == row.status);
        CHECK(client.StillServes());
    }
    RawClient refused(f.net.port());
    CHECK(f.Open(refused, kUpgrade, "/ws?refuse=1").status == 403);
    CHECK(refused.StillServes());
    for (const char* origin : {"https://friend.example", "http://t:1", "https://T:1"}) {
        RawClient client(f.net.port());
        CHECK(f.Open(client, std::string(kUpgrade) + "Origin: " + origin + "\r\n").status == 101);
    }
}

TEST_CASE("messages come back, fragmented ones too, with pings between, plain and over TLS") {
    for (const Over over : {Over::kPlain, Over::kTls}) {
        Fixture f;
        if (over == Over::kTls) f.net.UseTls();
        f.net.Start();
        RawClient client(f.net.port(), over);
        REQUIRE(f.Open(client).status == 101);
        for (const std::size_t size : {0UL, 5UL, 126UL, 65'536UL, 100'000UL}) {
            const std::string text(size, 'w');
            REQUIRE(client.Send(Masked(net::Opcode::kBinary, text)));
            const Frame echo = ReadFrame(client);
            CHECK(echo.opcode == 2);
            CHECK(echo.payload == text);
        }
        REQUIRE(client.Send(Masked(net::Opcode::kText, "frag", false) + Masked(net::Opcode::kPing, "now") +
                            Masked(net::Opcode::kContinuation, "ment")));
        const Frame pong = ReadFrame(client);
        CHECK(pong.opcode == 10);
        CHECK(pong.payload == "now");
        CHECK(ReadFrame(client).payload == "fragment");
        // Frames right behind the handshake, in the same segment.
        RawClient eager(f.net.port(), over);
        REQUIRE(eager.Send("GET /ws HTTP/1.1\r\nHost: t:1\r\n" + std::string(kUpgrade) + "\r\n" +
                           Masked(net::Opcode::kText, "early")));
        CHECK(eager.Read().status == 101);
        CHECK(ReadFrame(eager).payload == "early");
    }
}

TEST_CASE("closing: by the client, by the handler, by an error; the handler hears it once") {
    Fixture f;
    f.net.Start();
    RawClient polite(f.net.port());
    REQUIRE(f.Open(polite).status == 101);
    REQUIRE(polite.Send(Masked(net::Opcode::kClose, std::string("\x03\xE8", 2) + "bye")));
    CHECK(CloseCode(ReadFrame(polite)) == 1000);
    CHECK(polite.ServerCloses());
    CHECK(Eventually([&] { return f.room.ClosedWith(1000, "bye"); }));

    RawClient silent(f.net.port());
    REQUIRE(f.Open(silent).status == 101);
    REQUIRE(silent.Send(Masked(net::Opcode::kClose, "")));
    const Frame empty = ReadFrame(silent);
    CHECK(empty.opcode == 8);
    CHECK(empty.payload.empty());
    CHECK(Eventually([&] { return f.room.ClosedWith(1005); }));

    RawClient asking(f.net.port());
    REQUIRE(f.Open(asking).status == 101);
    REQUIRE(asking.Send(Masked(net::Opcode::kText, "close please")));
    const Frame wish = ReadFrame(asking);
    CHECK(CloseCode(wish) == 4001);
    CHECK(wish.payload.substr(2) == "as you wish");
    REQUIRE(
        asking.Send(Masked(net::Opcode::kText, "too late") + Masked(net::Opcode::kClose, std::string("\x0F\xA1", 2))));
    CHECK(asking.ServerCloses());

    struct Row {
        std::string bytes;
        int code;
    };
    for (const Row& row : {Row{std::string("\x81\x01x", 3), 1002}, Row{Masked(net::Opcode::kText, "\xFF"), 1007},
                           Row{Masked(net::Opcode::kBinary, std::string(100'001, 'x')), 1009},
                           Row{Masked(net::Opcode::kContinuation, "x"), 1002}}) {
        RawClient client(f.net.port());
        REQUIRE(f.Open(client).status == 101);
        static_cast<void>(client.Send(row.bytes));
        CHECK(CloseCode(ReadFrame(client)) == row.code);
        CHECK(client.ServerCloses());
        CHECK(Eventually([&] { return f.room.ClosedWith(row.code); }));
    }
    {
        RawClient vanishing(f.net.port());
        REQUIRE(f.Open(vanishing).status == 101);
    }
    CHECK(Eventually([&] { return f.room.ClosedWith(1006); }));
    CHECK(Eventually([&] { return f.room.open() == 0; }));
    CHECK(Eventually([&] { return f.net.server->figures().sockets == 0; }));
    const std::lock_guard lock(f.room.mutex);
    CHECK(f.room.closed.size() == 8);
}

TEST_CASE("a peer that does not answer the closing handshake is cut off") {
    Fixture f;
    f.net.options.deadlines.close_handshake_ms = 150;
    f.net.Start();
    RawClient client(f.net.port());
    REQUIRE(f.Open(client).status == 101);
    REQUIRE(client.Send(Masked(net::Opcode::kText, "close please")));
    CHECK(CloseCode(ReadFrame(client)) == 4001);
    CHECK(client.ServerCloses());
}

TEST_CASE("pings: answered ones keep the connection, silence ends it") {
    Fixture f;
    f.net.sockets[0].limits.ping_interval_ms = 100;
    f.net.sockets[0].limits.ping_timeout_ms = 1'500;  // a busy machine answers late
    f.net.Start();
    RawClient alive(f.net.port());
    RawClient dead(f.net.port());
    REQUIRE(f.Open(alive).status == 101);
    REQUIRE(f.Open(dead).status == 101);
    for (int i = 0; i < 6; ++i) {
        CHECK(ReadFrame(alive).opcode == 9);
        REQUIRE(alive.Send(Masked(net::Opcode::kPong, "")));
    }
    CHECK(dead.ServerCloses());
    CHECK(f.net.metrics.Get(Metric::kSocketDrops, {"ping_timeout"}).Value() == 1);
    REQUIRE(alive.Send(Masked(net::Opcode::kText, "still here")));
    Frame frame = ReadFrame(alive);
    while (frame.opcode == 9) frame = ReadFrame(alive);
    CHECK(frame.payload == "still here");
}

TEST_CASE("a slow reader is dropped, the others of the room get every message, and the payload is stored once") {
    Fixture f;
    f.net.Start();
    RawClient slow(f.net.port());
    slow.SetReceiveBuffer(4'096);
    REQUIRE(f.Open(slow).status == 101);
    std::deque<RawClient> readers;
    for (int i = 0; i < 4; ++i) REQUIRE(f.Open(readers.emplace_back(f.net.port())).status == 101);
    REQUIRE(Eventually([&] { return f.room.open() == 5; }));
    const auto payload = std::make_shared<const std::string>(50'000, 'm');
    int sent = 0;
    // Until the slow one's kernel buffers and its queue are full.
    while (f.room.open() == 5 && sent < 2'000) {
        f.room.Broadcast(payload);
        ++sent;
        for (RawClient& reader : readers) CHECK(ReadFrame(reader).payload.size() == payload->size());
    }
    CHECK(Eventually([&] { return f.room.open() == 4; }));
    CHECK(f.net.metrics.Get(Metric::kSocketDrops, {"slow_reader"}).Value() == 1);
    CHECK(f.room.ClosedWith(1006, "slow_reader"));
    CHECK(f.room.Broadcast(payload) == 4);
    for (RawClient& reader : readers) CHECK(ReadFrame(reader).payload.size() == payload->size());
    CHECK(Eventually([&] { return payload.use_count() == 1; }));
}

TEST_CASE("a handle outlives its connection, and sending from many threads is safe") {
    Fixture f;
    f.net.Start();
    std::shared_ptr<net::Socket> kept;
    {
        RawClient client(f.net.port());
        REQUIRE(f.Open(client).status == 101);
        REQUIRE(Eventually([&] { return f.room.open() == 1; }));
        kept = f.room.sockets.front();
        const auto payload = std::make_shared<const std::string>("x");
        std::vector<std::thread> threads;
        for (int t = 0; t < 4; ++t) {
            threads.emplace_back([&] {
                for (int i = 0; i < 500; ++i) kept->Send(MessageKind::kText, payload);
            });
        }
        for (std::thread& thread : threads) thread.join();
        for (int i = 0; i < 2'000; ++i) REQUIRE(ReadFrame(client).payload == "x");
    }
    CHECK(Eventually([&] { return f.room.open() == 0; }));
    CHECK_FALSE(kept->Send(MessageKind::kText, std::make_shared<const std::string>("x")));
    f.net.server.reset();
    kept->Close(1000, "");
    CHECK_FALSE(kept->Send(MessageKind::kText, std::make_shared<const std::string>("x")));
}

TEST_CASE("drain says 1001 to sockets") {
    Fixture f;
    f.net.Start();
    RawClient client(f.net.port());
    REQUIRE(f.Open(client).status == 101);
    bool clean = false;
    std::thread drain([&] { clean = f.net.server->Drain(10'000); });
    CHECK(CloseCode(ReadFrame(client)) == 1001);
    REQUIRE(client.Send(Masked(net::Opcode::kClose, std::string("\x03\xE9", 2))));
    CHECK(client.ServerCloses());
    drain.join();
    CHECK(clean);
}

}  // namespace
