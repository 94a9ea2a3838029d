#include "realtime/json_client.h"

#include <utility>

#include "json/json.h"
#include "realtime/protocol/socket_packet.h"

namespace rt::realtime {
namespace {

constexpr std::size_t kFrameBytesMax = 64 << 10;
constexpr std::size_t kEarlyFramesMax = 16;
constexpr std::uint16_t kCloseNormal = 1000;
constexpr std::uint16_t kCloseBadData = 1007;
constexpr std::uint16_t kClosePolicy = 1008;
constexpr std::string_view kSlowReaderReason = "slow_reader";
constexpr std::string_view kTransport = "json";

std::string_view TextOf(const json::Value& frame, std::string_view key) {
    const json::Value* const value = frame.Find(key);
    return value != nullptr && value->IsString() ? std::string_view(value->AsString()) : std::string_view();
}

// The id of a frame that wants an answer; nullopt and `good` false if it is none.
std::optional<std::uint64_t> IdOf(const json::Value& frame, bool& good) {
    const json::Value* const id = frame.Find("id");
    if (id == nullptr) return std::nullopt;
    good = id->IsInt() && id->AsInt() >= 0;
    return good ? std::optional(static_cast<std::uint64_t>(id->AsInt())) : std::nullopt;
}

// Is `text`, which is JSON values with commas between, one object?
bool IsOneObject(std::string_view text) {
    if (!text.starts_with('{') || !text.ends_with('}')) return false;
    std::size_t depth = 0;
    bool quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (quoted) {
            if (c == '\\') ++i;
            quoted = c != '"';
        } else if (c == '"') {
            quoted = true;
        } else if (c == '{' || c == '[') {
            ++depth;
        } else if (c == '}' || c == ']') {
            if (--depth == 0 && i + 1 < text.size()) return false;
        }
    }
    return true;
}

class Side final : public net::SocketHandler {
  public:
    Side(NamespaceRooms& nsp, Origin origin) : nsp_(nsp), origin_(std::move(origin)) {}

    void OnOpen(std::shared_ptr<net::Socket> socket) override {
        client_ = std::make_shared<JsonClient>(nsp_, std::move(origin_), std::move(socket));
        client_->OnOpen();
    }
    void OnMessage(net::MessageKind kind, std::string payload) override {
        if (kind == net::MessageKind::kText) {
            client_->OnText(std::move(payload));
        } else {
            client_->OnBinary();
        }
    }
    void OnClose(std::uint16_t /*code*/, std::string_view reason) override {
        if (client_) client_->OnClose(reason == kSlowReaderReason ? Reason::kSlowReader : Reason::kTransportClose);
    }

  private:
    NamespaceRooms& nsp_;
    Origin origin_;
    std::shared_ptr<JsonClient> client_;
};

}  // namespace

net::SocketRoute JsonRoute(std::string path, NamespaceRooms& nsp) {
    net::SocketRoute route;
    route.name = "realtime.json";
    route.pattern = std::move(path);
    route.limits.message_bytes_max = kFrameBytesMax;
    route.limits.queue_bytes_max = nsp.shared().options.queue_bytes_max;
    route.on_sockets = true;
    route.accept = [&nsp](const net::Request& request) -> Result<net::SocketAnswer> {
        return net::SocketAnswer(std::make_unique<Side>(
            nsp, Origin{request.query, request.headers, request.client, request.secure, request.principal}));
    };
    return route;
}

JsonClient::JsonClient(NamespaceRooms& nsp, Origin origin, std::shared_ptr<net::Socket> socket)
    : nsp_(nsp), origin_(std::move(origin)), socket_(std::move(socket)), timer_(nsp.shared().timers, *this) {}

std::shared_ptr<JsonClient> JsonClient::Self() {
    return std::static_pointer_cast<JsonClient>(shared_from_this());
}

void JsonClient::OnOpen() {
    nsp_.shared().parts.metrics.Get(Metric::kRealtimeSessions, {kTransport}).Add(1);
    timer_.Set(nsp_.shared().timers.now() + nsp_.shared().options.connect_timeout_ms * base::kMicrosPerMilli);
}

void JsonClient::OnTimer() {
    OnStrand([self = Self()] {
        if (self->phase_ == Phase::kNew || self->phase_ == Phase::kAsked) self->End(kClosePolicy);
    });
}

void JsonClient::OnText(std::string text) {
    strand_.Run([self = Self(), bytes = std::move(text)] {
        auto frame = json::Decode(bytes);
        if (!frame.ok() || !frame->IsObject()) {
            self->End(kCloseBadData);
        } else if (self->phase_ == Phase::kAsked) {
            if (self->early_.size() >= kEarlyFramesMax) {
                self->End(kClosePolicy);
            } else {
                self->early_.push_back(*std::move(frame));
            }
        } else {
            self->OnFrame(*frame);
        }
    });
}

void JsonClient::OnBinary() {
    strand_.Run([self = Self()] { self->End(kCloseUnsupported); });
}

void JsonClient::OnFrame(const json::Value& frame) {
    if (phase_ == Phase::kOver) return;
    const std::string_view type = TextOf(frame, "t");
    if (type == "ping") {
        Send(R"({"t":"pong"})");
        return;
    }
    if (phase_ == Phase::kNew) {
        const json::Value* const auth = frame.Find("auth");
        const bool hello = type == "hello";
        // Who is known by his first request need not say hello.
        if (!hello) early_.push_back(frame);
        Introduce(hello && auth != nullptr && auth->IsObject() ? *auth : json::Object());
        return;
    }
    const bool good = type == "cmd" ? OnCommand(frame) : type == "resume" && OnResume(frame);
    if (!good) End(kCloseBadData);
}

void JsonClient::Introduce(json::Value auth) {
    phase_ = Phase::kAsked;
    auto handshake = std::make_shared<Handshake>();
    handshake->protocol = Protocol::kJson;
    handshake->auth = std::move(auth);
    handshake->query = origin_.query;
    handshake->headers = origin_.headers;
    handshake->client = origin_.client;
    handshake->secure = origin_.secure;
    handshake->principal = origin_.principal;
    const std::weak_ptr<Timed> weak = weak_from_this();
    nsp_.handler().Authorize(*handshake, Verdict([weak, handshake](std::optional<net::Principal> principal,
                                                                   std::string message, json::Value data) {
        const auto self = std::static_pointer_cast<JsonClient>(weak.lock());
        if (!self) return;
        self->OnStrand([self, handshake, principal = std::move(principal), message = std::move(message),
                        data = std::move(data)] { self->Decided(handshake, principal, message, data); });
    }));
}

void JsonClient::OnStrand(std::function<void()> task) {
    if (strand_.Queue(task)) return;
    nsp_.shared().timers.Post([self = Self(), task = std::move(task)] { self->strand_.Run(task); });
}

void JsonClient::Decided(const HandshakePtr& handshake, std::optional<net::Principal> principal,
                         const std::string& message, const json::Value& data) {
    if (phase_ != Phase::kAsked) return;
    timer_.Clear();
    if (!principal.has_value()) {
        json::Object error{{"t", "error"}, {"message", message}};
        if (!data.IsNull()) error.Set("data", data);
        Send(json::Encode(error));
        End(kClosePolicy);
        return;
    }
    phase_ = Phase::kIn;
    client_ = nsp_.Make(*handshake, *std::move(principal));
    client_->Attach(Self(), handshake);
    for (const json::Value& frame : std::exchange(early_, {})) OnFrame(frame);
}

bool JsonClient::OnCommand(const json::Value& frame) {
    bool good = true;
    const auto id = IdOf(frame, good);
    Event event;
    event.name = std::string(TextOf(frame, "name"));
    if (!good || event.name.empty() || protocol::IsReservedEvent(event.name)) return false;
    if (const json::Value* const data = frame.Find("data")) event.args.push_back(*data);
    client_->Dispatch(Self(), std::move(event), id);
    return true;
}

bool JsonClient::OnResume(const json::Value& frame) {
    bool good = true;
    const auto id = IdOf(frame, good);
    const json::Value* const seq = frame.Find("seq");
    const std::string_view room = TextOf(frame, "roomId");
    if (!good || room.empty() || (seq != nullptr && !seq->IsInt())) return false;
    json::Object data{{"roomId", room}};
    if (seq != nullptr) data.Set("seq", *seq);
    client_->Dispatch(Self(), {"room:resume", {std::move(data)}, {}}, id);
    return true;
}

void JsonClient::OnClose(Reason reason) {
    nsp_.shared().parts.metrics.Get(Metric::kRealtimeSessions, {kTransport}).Add(-1);
    strand_.Run([self = Self(), reason] {
        self->phase_ = Phase::kOver;
        self->timer_.Clear();
        if (const auto client = std::exchange(self->client_, nullptr)) client->Detach(self.get(), reason);
    });
}

void JsonClient::End(std::uint16_t code) {
    phase_ = Phase::kOver;
    timer_.Clear();
    socket_->Close(code, {});
}

// --- Link: any thread, with the lock of a socket held ---

void JsonClient::Send(std::string text) {
    socket_->Send(net::MessageKind::kText, std::make_shared<const std::string>(std::move(text)));
}

bool JsonClient::Deliver(const std::string& /*nsp*/, const Message& message, const std::string& /*offset*/) {
    return socket_->Send(net::MessageKind::kText, message.Json());
}

void JsonClient::Accepted(const std::string& /*nsp*/, const std::string& id, const std::string& /*pid*/) {
    Send(json::Encode(json::Object{{"t", "welcome"}, {"id", id}}));
}

void JsonClient::Answer(const std::string& /*nsp*/, std::uint64_t ack_id, const std::string& args_json,
                        std::vector<std::string> /*attachments*/) {
    std::string text = R"({"t":"ack","id":)" + std::to_string(ack_id);
    if (IsOneObject(args_json)) {
        // The members of the answer stand beside ours.
        if (args_json.size() > 2) text.append(",").append(args_json, 1, args_json.size() - 2);
    } else {
        text.append(",\"data\":[").append(args_json).append("]");
    }
    Send(text.append("}"));
}

void JsonClient::Dismiss(const std::string& /*nsp*/) {
    Send(R"({"t":"bye"})");
    socket_->Close(kCloseNormal, {});
}

}  // namespace rt::realtime
