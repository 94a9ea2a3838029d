#include "realtime/engine.h"

#include <array>
#include <utility>
#include <vector>

#include "base/encoding.h"
#include "json/json.h"
#include "net/rate_limiter.h"
#include "os/address.h"

namespace rt::realtime {
namespace {

using protocol::Form;
using protocol::Payload;
using protocol::Version;

constexpr std::size_t kSecretIdBytes = 18;
constexpr std::string_view kText = "text/plain; charset=UTF-8";
constexpr std::string_view kSlowReaderReason = "slow_reader";

constexpr std::array<std::string_view, 6> kErrors{
    "Transport unknown", "Session ID unknown", "Bad handshake method",
    "Bad request",       "Forbidden",          "Unsupported protocol version"};

std::string_view MessageOf(EngineError error) {
    return kErrors.at(static_cast<std::size_t>(error));
}

std::string_view LabelOf(EngineError error) {
    constexpr std::array<std::string_view, 6> kLabels{"unknown_transport", "unknown_sid", "bad_method",
                                                      "bad_request",       "forbidden",   "unsupported_version"};
    return kLabels.at(static_cast<std::size_t>(error));
}

// How the reference refuses an upgrade.
net::Response RefusedUpgrade(std::string_view message) {
    net::Response answer;
    answer.status = 400;
    answer.content_type = "text/html";
    answer.body = std::string(message);
    return answer;
}

net::Response Full() {
    net::Response answer = net::PlainText(503, "too many sessions\n");
    answer.With("Retry-After", "5");
    return answer;
}

Origin OriginOf(const net::Request& request) {
    Origin origin{request.query, request.headers, request.client, request.secure, request.principal};
    // A script element of another site carries the cookie too, and what it gets could be read there.
    if (JsonpIndex(request).has_value() && origin.principal.by_cookie) origin.principal = {};
    origin.query.shrink_to_fit();
    origin.headers.shrink_to_fit();
    return origin;
}

// Like every limit of an address: an IPv6 one is its network.
std::string CountedAs(const std::string& client) {
    const auto address = os::Address::Parse(client);
    return address && !address->IsIpv4() ? net::LimitedAs(*address).Text() : client;
}

std::string_view Label(Session::Transport transport) {
    return transport == Session::Transport::kPolling ? "polling" : "websocket";
}

// A WebSocket of a session: one that begins it, or one that polling is to be given up for.
class SocketSide final : public net::SocketHandler {
  public:
    SocketSide(Engine& engine, Version version, Origin origin)
        : engine_(engine), version_(version), origin_(std::move(origin)) {}
    SocketSide(Engine& engine, std::shared_ptr<Session> session, Binary binary)
        : engine_(engine), session_(std::move(session)), binary_(binary) {}

    void OnOpen(std::shared_ptr<net::Socket> socket) override {
        socket_ = std::move(socket);
        if (session_) {
            session_->OnProbeOpen(socket_, binary_);
            return;
        }
        session_ = engine_.Begin(version_, std::exchange(origin_, {}), socket_);
        if (!session_) socket_->Close(kCloseTryAgain, {});
    }

    void OnMessage(net::MessageKind kind, std::string payload) override {
        if (session_) session_->OnSocketMessage(socket_, kind, std::move(payload));
    }

    void OnClose(std::uint16_t /*code*/, std::string_view reason) override {
        if (session_)
            session_->OnSocketClose(socket_,
                                    reason == kSlowReaderReason ? Reason::kSlowReader : Reason::kTransportClose);
    }

  private:
    static constexpr std::uint16_t kCloseTryAgain = 1013;

    Engine& engine_;
    Version version_ = Version::kV4;
    Origin origin_;
    std::shared_ptr<Session> session_;
    Binary binary_ = Binary::kAsIs;  // of a probe
    std::shared_ptr<net::Socket> socket_;
};

}  // namespace

net::Response ErrorAnswer(EngineError error) {
    net::Response answer;
    answer.status = error == EngineError::kForbidden ? 403 : 400;
    answer.content_type = "application/json";
    answer.body = json::Encode(json::Object{{"code", static_cast<int>(error)}, {"message", MessageOf(error)}});
    return answer;
}

std::string NewSecretId(Random& random) {
    std::array<std::uint8_t, kSecretIdBytes> bytes{};
    random.Fill(bytes);
    return base::Base64UrlEncode(bytes);
}

Engine::Engine(std::string name, std::string path, const HubOptions& options, const HubParts& parts, Timers& timers,
               MakeListener listener)
    : packets_in(parts.metrics.Get(Metric::kRealtimePackets, {"in"})),
      packets_out(parts.metrics.Get(Metric::kRealtimePackets, {"out"})),
      name_(std::move(name)),
      path_(std::move(path)),
      options_(options),
      parts_(parts),
      timers_(timers),
      make_listener_(std::move(listener)) {}

net::RouteTable Engine::Routes() {
    using net::Method;
    net::RouteTable routes;
    for (const Method method : {Method::kGet, Method::kPost, Method::kPut, Method::kPatch, Method::kDelete}) {
        net::Route route;
        route.name = name_ + "." + std::string(net::Name(method));
        route.method = method;
        route.pattern = path_;
        route.access = net::Access::kPublic;
        route.run = net::Run::kInline;
        route.rate_class = net::RateClass::kExempt;
        route.body = method == Method::kPost ? net::BodyKind::kJson : net::BodyKind::kNone;
        route.body_bytes_max = options_.payload_bytes_max;
        route.on_sockets = true;
        route.summary = "Engine.IO by long polling; see docs/realtime.md.";
        route.handler = [this](const net::Request& request) -> Result<net::Response> { return Handle(request); };
        routes.push_back(std::move(route));
    }
    return routes;
}

net::SocketRoute Engine::Socket() {
    net::SocketRoute route;
    route.name = name_;
    route.pattern = path_;
    route.limits.message_bytes_max = options_.payload_bytes_max;
    route.limits.queue_bytes_max = options_.queue_bytes_max;
    route.limits.ping_interval_ms = 0;
    route.counts_messages = false;
    route.on_sockets = true;
    route.accept = [this](const net::Request& request) -> Result<net::SocketAnswer> { return Accept(request); };
    return route;
}

bool Engine::Owns(std::string_view path) const {
    return path == path_;
}

Engine::Asked Engine::Ask(const net::Request& request, bool upgrade) const {
    const auto transport = request.Query("transport").value_or("");
    const bool socket = transport == "websocket";
    if (!socket && transport != "polling") return {EngineError::kUnknownTransport, nullptr};
    if (const auto sid = request.Query("sid"); sid.has_value()) {
        auto session = Find(*sid);
        if (!session) return {EngineError::kUnknownSid, nullptr};
        const bool fits = upgrade ? socket : !socket && session->transport() == Session::Transport::kPolling;
        if (!fits) return {EngineError::kBadRequest, nullptr};
        return {std::nullopt, std::move(session)};
    }
    if (request.method != net::Method::kGet) return {EngineError::kBadHandshakeMethod, nullptr};
    if (socket != upgrade) return {EngineError::kBadRequest, nullptr};
    const auto version = request.Query("EIO").value_or("");
    if (version == "4") return {std::nullopt, nullptr, Version::kV4};
    if (version == "3" && options_.eio3) return {std::nullopt, nullptr, Version::kV3};
    return {EngineError::kUnsupportedVersion, nullptr};
}

net::Response Engine::Handle(const net::Request& request) {
    const Asked asked = Ask(request, false);
    if (asked.error.has_value()) {
        if (!request.Query("sid").has_value()) CountHandshake(LabelOf(*asked.error));
        return ErrorAnswer(*asked.error);
    }
    if (!asked.session) return Handshake(request, asked.version);
    switch (request.method) {
        case net::Method::kGet:
            return asked.session->OnGet(request);
        case net::Method::kPost:
            return asked.session->OnPost(request);
        default: {
            net::Response answer = ErrorAnswer(EngineError::kBadRequest);
            answer.status = 405;
            answer.With("Allow", "GET, POST, OPTIONS");
            return answer;
        }
    }
}

net::Response Engine::Handshake(const net::Request& request, Version version) {
    const auto session = Begin(version, OriginOf(request), nullptr);
    if (!session) return Full();
    std::string body;
    protocol::AppendPacket(version == Version::kV4 ? Payload::kV4 : Payload::kV3Text, Form::kText,
                           protocol::EncodeOpen({session->sid(), true, options_.ping_interval_ms,
                                                 options_.ping_timeout_ms, options_.payload_bytes_max}),
                           body);
    return PollAnswer(std::move(body), kText, JsonpIndex(request));
}

net::SocketAnswer Engine::Accept(const net::Request& request) {
    Asked asked = Ask(request, true);
    if (asked.error.has_value()) {
        CountHandshake(LabelOf(*asked.error));
        return RefusedUpgrade(MessageOf(*asked.error));
    }
    if (asked.session) return std::make_unique<SocketSide>(*this, std::move(asked.session), AskedBinary(request.query));
    return std::make_unique<SocketSide>(*this, asked.version, OriginOf(request));
}

std::shared_ptr<Session> Engine::Begin(Version version, Origin origin, const std::shared_ptr<net::Socket>& socket) {
    if (!Reserve(origin.client)) {
        CountHandshake("full");
        return nullptr;
    }
    const auto transport = socket ? Session::Transport::kWebSocket : Session::Transport::kPolling;
    auto session = std::make_shared<Session>(*this, NewSecretId(parts_.random), version, transport, std::move(origin));
    {
        Shard& shard = ShardOf(session->sid());
        const std::lock_guard lock(shard.mutex);
        shard.sessions.emplace(session->sid(), session);
    }
    Count(transport, 1);
    CountHandshake("done");
    session->Open(make_listener_(session), socket);
    // One that began while Stop() went through the table.
    if (stopping_) session->Close(Reason::kShuttingDown);
    return session;
}

void Engine::Remove(const Session& session) {
    // Destroyed after the lock is released.
    std::shared_ptr<Session> removed;
    {
        Shard& shard = ShardOf(session.sid());
        const std::lock_guard lock(shard.mutex);
        const auto found = shard.sessions.find(session.sid());
        if (found == shard.sessions.end()) return;
        removed = std::move(found->second);
        shard.sessions.erase(found);
    }
    Count(removed->transport(), -1);
    Release(removed->origin().client);
}

bool Engine::Reserve(const std::string& client) {
    if (stopping_) return false;
    const std::lock_guard lock(count_mutex_);
    if (count_ >= options_.sessions_max) return false;
    std::size_t& of_client = by_client_[CountedAs(client)];
    if (options_.sessions_per_address_max > 0 && of_client >= options_.sessions_per_address_max) return false;
    ++of_client;
    ++count_;
    return true;
}

void Engine::Release(const std::string& client) {
    const std::lock_guard lock(count_mutex_);
    --count_;
    const auto found = by_client_.find(CountedAs(client));
    if (found != by_client_.end() && --found->second == 0) by_client_.erase(found);
}

std::shared_ptr<Session> Engine::Find(std::string_view sid) const {
    const Shard& shard = ShardOf(sid);
    const std::lock_guard lock(shard.mutex);
    const auto found = shard.sessions.find(std::string(sid));
    return found == shard.sessions.end() ? nullptr : found->second;
}

Engine::Shard& Engine::ShardOf(std::string_view sid) const {
    return shards_.at(std::hash<std::string_view>()(sid) % kShards);
}

void Engine::Stop(Reason reason) {
    stopping_ = true;
    std::vector<std::shared_ptr<Session>> all;
    for (Shard& shard : shards_) {
        const std::lock_guard lock(shard.mutex);
        for (const auto& [sid, session] : shard.sessions) all.push_back(session);
    }
    for (const auto& session : all) session->Close(reason);
}

void Engine::Count(Session::Transport transport, int change) {
    parts_.metrics.Get(Metric::kRealtimeSessions, {Label(transport)}).Add(change);
}

void Engine::CountHandshake(std::string_view result) const {
    parts_.metrics.Get(Metric::kRealtimeHandshakes, {result}).Add();
}

void Engine::CountUpgrade(std::string_view result) const {
    parts_.metrics.Get(Metric::kRealtimeUpgrades, {result}).Add();
}

void Engine::CountClosed(Reason reason) const {
    parts_.metrics.Get(Metric::kRealtimeClosed, {Name(reason)}).Add();
}

}  // namespace rt::realtime
