// net_test_server: a net::Server with an echo socket, for clients in other languages. Prints its port; stops with its
// input.
//   GET /livez   POST /post (echo)   GET /stream?bytes=N   WebSocket /ws (echo; "room TEXT" goes to every socket)
//   WebSocket /deflate and /deflate-kept: the same with permessage-deflate, each message by itself and with context

#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <mutex>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/parse.h"
#include "net/server.h"
#include "support/test_route.h"

namespace {

using namespace rt;
using test::TestRoute;

class Anybody final : public net::Authenticator {
  public:
    Result<net::Principal> Authenticate(const net::Request& /*head*/) override { return net::Principal{}; }
};

class Always final : public net::Admission {
  public:
    Status Admit(const net::Route& /*route*/, const net::Request& /*head*/) override { return Ok(); }
};

class Letters final : public net::Body {
  public:
    explicit Letters(std::uint64_t bytes) : left_(bytes) {}
    std::optional<std::uint64_t> Size() const override { return std::nullopt; }
    Result<bool> Read(std::string& out, std::size_t bytes_max) override {
        const std::size_t size = std::min<std::uint64_t>(bytes_max, left_);
        out.append(size, 'a');
        left_ -= size;
        return left_ > 0;
    }

  private:
    std::uint64_t left_;
};

struct Room {
    std::mutex mutex;
    std::vector<std::shared_ptr<net::Socket>> sockets;
};

class Echo final : public net::SocketHandler {
  public:
    explicit Echo(Room& room) : room_(room) {}
    void OnOpen(std::shared_ptr<net::Socket> socket) override {
        socket_ = std::move(socket);
        const std::lock_guard lock(room_.mutex);
        room_.sockets.push_back(socket_);
    }
    void OnMessage(net::MessageKind kind, std::string payload) override {
        const bool to_room = payload.starts_with("room ");
        const auto shared = std::make_shared<const std::string>(to_room ? payload.substr(5) : std::move(payload));
        if (!to_room) {
            socket_->Send(kind, shared);
            return;
        }
        const std::lock_guard lock(room_.mutex);
        for (const auto& socket : room_.sockets) socket->Send(kind, shared);
    }
    void OnClose(std::uint16_t /*code*/, std::string_view /*reason*/) override {
        const std::lock_guard lock(room_.mutex);
        std::erase(room_.sockets, socket_);
    }

  private:
    Room& room_;
    std::shared_ptr<net::Socket> socket_;
};

net::RouteTable Routes() {
    net::RouteTable routes;
    routes.push_back(
        TestRoute("livez", net::Method::kGet, "/livez", net::Run::kInline,
                  [](const net::Request&) -> Result<net::Response> { return net::PlainText(200, "ok\n"); }));
    routes.push_back(TestRoute(
        "post", net::Method::kPost, "/post", net::Run::kStore,
        [](const net::Request& request) -> Result<net::Response> { return net::PlainText(200, request.body); }));
    routes.push_back(TestRoute("stream", net::Method::kGet, "/stream", net::Run::kInline,
                               [](const net::Request& request) -> Result<net::Response> {
                                   net::Response response;
                                   response.content_type = "application/octet-stream";
                                   response.stream = std::make_shared<Letters>(
                                       base::ParseUnsigned(request.Query("bytes").value_or("0")).value_or(0));
                                   return response;
                               }));
    return routes;
}

}  // namespace

int main() {
    std::signal(SIGPIPE, SIG_IGN);
    base::SystemClock clock;
    base::Metrics metrics;
    base::NullLog log;
    base::SeededRandom random(1);
    Anybody authenticator;
    Always admission;
    Room room;
    net::RateLimiter limiter({}, clock);
    const auto echo = [&room](const net::Request&) -> Result<net::SocketAnswer> {
        return net::SocketAnswer(std::make_unique<Echo>(room));
    };
    std::vector<net::SocketRoute> sockets(3);
    sockets[0] = {.name = "ws", .pattern = "/ws", .limits = {}, .subprotocols = {"echo.v1"}, .accept = echo};
    sockets[1] = {.name = "deflate", .pattern = "/deflate", .limits = {}, .subprotocols = {}, .accept = echo};
    sockets[1].compression = {.enabled = true, .bytes_min = 64};
    sockets[2] = {.name = "kept", .pattern = "/deflate-kept", .limits = {}, .subprotocols = {}, .accept = echo};
    sockets[2].compression = {.enabled = true, .keeps_context = true, .window_bits = 12, .bytes_min = 0};
    net::ServerOptions options;
    options.listeners.push_back({*os::ParseEndpoint("127.0.0.1:0"), net::ListenKind::kPlain, -1});
    options.pools.store_threads = 8;
    net::Server server(options, {Routes(), sockets, authenticator, admission, limiter, log, metrics, clock, random});
    if (const Status started = server.Start(); !started.ok()) {
        std::fprintf(stderr, "%s\n", started.error().detail.c_str());
        return 1;
    }
    std::printf("%u\n", static_cast<unsigned>(server.endpoints().front().port));
    std::fflush(stdout);
    char byte = 0;
    while (read(STDIN_FILENO, &byte, 1) > 0) {
    }
    return server.Drain(2'000) ? 0 : 3;
}
