#include "realtime/hub.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/check.h"
#include "base/parse.h"
#include "realtime/engine.h"
#include "realtime/json_client.h"
#include "realtime/namespace_rooms.h"
#include "realtime/socketio_client.h"
#include "realtime/timers.h"

namespace rt::realtime {
namespace {

// Sends back what comes.
class Echo final : public SessionListener {
  public:
    explicit Echo(std::shared_ptr<Session> session) : session_(std::move(session)) {}
    void OnOpen() override {}
    void OnMessage(protocol::Form form, std::string_view data) override {
        const std::string bytes = form == protocol::Form::kText
                                      ? protocol::EncodeText(protocol::PacketType::kMessage, data)
                                      : protocol::EncodeBinary(session_->version(), data);
        const Frame frame{form, std::make_shared<const std::string>(bytes)};
        session_->Send({&frame, 1});
    }
    void OnClose(Reason /*reason*/) override {}

  private:
    const std::shared_ptr<Session> session_;
};

// A sixtieth of the time between two beats: what is sent late must not add up.
std::int64_t TickMicros(const HubOptions& options) {
    constexpr std::int64_t kTickMicrosMin = 1'000;
    return std::clamp(options.ping_interval_ms * base::kMicrosPerMilli / 60, kTickMicrosMin,
                      net::TimerWheel::kTickMicros);
}

// Asks another one, and looks at the heads of posts.
class Watcher final : public net::Admission {
  public:
    Watcher(net::Admission& inner, std::vector<Engine*> engines, std::size_t payload_bytes_max)
        : inner_(inner), engines_(std::move(engines)), payload_bytes_max_(payload_bytes_max) {}

    Status Admit(const net::Route& route, const net::Request& head) override {
        RT_CHECK_OK(inner_.Admit(route, head));
        if (head.method != net::Method::kPost) return Ok();
        for (Engine* const engine : engines_) {
            if (engine->Owns(head.path)) return AdmitPost(*engine, head);
        }
        return Ok();
    }

  private:
    // A body that is refused for its size never comes to the session.
    Status AdmitPost(const Engine& engine, const net::Request& head) const {
        const auto bytes = base::ParseUnsigned(head.HeaderValue("content-length"));
        if (!bytes.has_value() || *bytes > payload_bytes_max_) return Ok();
        const auto sid = head.Query("sid");
        const auto session = sid.has_value() ? engine.Find(*sid) : nullptr;
        if (!session || session->OnPostHead()) return Ok();
        return Fail(Code::kBadRequest, "two posts at a time");
    }

    net::Admission& inner_;
    const std::vector<Engine*> engines_;
    const std::size_t payload_bytes_max_;
};

}  // namespace

struct Hub::Parts {
    Parts(const HubOptions& the_options, const HubParts& the_parts)
        : options(the_options),
          parts(the_parts),
          timers_owner(std::make_shared<Timers>(the_parts.clock, TickMicros(options))),
          timers(*timers_owner),
          shared{options, parts, timers, KeptBytes(options.recovery_total_bytes_max), Offsets(parts.random)},
          socket_io("realtime.socketio", "/socket.io/", options, parts, timers,
                    [this](std::shared_ptr<Session> session) -> std::shared_ptr<SessionListener> {
                        return std::make_shared<SocketIoClient>(std::move(session), namespaces);
                    }) {
        if (!options.engine_echo) return;
        engine_io.emplace("realtime.engineio", "/engine.io/", options, parts, timers,
                          [](std::shared_ptr<Session> session) -> std::shared_ptr<SessionListener> {
                              return std::make_shared<Echo>(std::move(session));
                          });
    }

    std::vector<Engine*> Engines() {
        std::vector<Engine*> all{&socket_io};
        if (engine_io) all.push_back(&*engine_io);
        return all;
    }

    const HubOptions options;
    const HubParts parts;
    const std::shared_ptr<Timers> timers_owner;
    Timers& timers;
    HubShared shared;
    Namespaces namespaces;
    Engine socket_io;
    std::optional<Engine> engine_io;
};

Hub::Hub(HubOptions options, const HubParts& parts) : parts_(std::make_unique<Parts>(options, parts)) {}

Hub::~Hub() {
    Stop();
    for (const auto& [name, nsp] : parts_->namespaces) nsp->CloseAll();
}

Namespace& Hub::AddNamespace(std::string name, Handler& handler) {
    RT_CHECK(name.starts_with('/') && !parts_->namespaces.contains(name));
    auto nsp = std::make_unique<NamespaceRooms>(name, handler, parts_->shared);
    return *parts_->namespaces.emplace(std::move(name), std::move(nsp)).first->second;
}

Status Hub::Start() {
    return parts_->timers.Start();
}

void Hub::Stop() {
    for (Engine* const engine : parts_->Engines()) engine->Stop(Reason::kShuttingDown);
    parts_->timers.Stop();
}

net::RouteTable Hub::Routes() {
    net::RouteTable routes;
    for (Engine* const engine : parts_->Engines()) {
        for (net::Route& route : engine->Routes()) routes.push_back(std::move(route));
    }
    return routes;
}

std::vector<net::SocketRoute> Hub::Sockets() {
    std::vector<net::SocketRoute> sockets;
    for (Engine* const engine : parts_->Engines()) sockets.push_back(engine->Socket());
    const auto main = parts_->namespaces.find("/");
    if (main != parts_->namespaces.end()) sockets.push_back(JsonRoute("/ws", *main->second));
    return sockets;
}

std::unique_ptr<net::Admission> Hub::Watch(net::Admission& inner) {
    return std::make_unique<Watcher>(inner, parts_->Engines(), parts_->options.payload_bytes_max);
}

}  // namespace rt::realtime
