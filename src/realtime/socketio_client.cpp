#include "realtime/socketio_client.h"

#include <utility>

#include "base/encoding.h"
#include "net/target.h"
#include "realtime/engine.h"

namespace rt::realtime {
namespace {

using protocol::Form;
using protocol::SocketPacket;
using protocol::SocketType;
using protocol::Version;

// All attachments of one packet, in payloads of the largest size.
constexpr std::size_t kAttachmentPayloadsMax = 2;

std::string TextOf(const json::Value* value) {
    return value != nullptr && value->IsString() ? value->AsString() : std::string();
}

// `token=1&x=2` as an object; the first value of a name counts.
json::Value QueryObject(std::string_view query) {
    json::Object object;
    const auto pairs = net::ParseQuery(query);
    if (!pairs.ok()) return object;
    for (const auto& [name, value] : *pairs) {
        if (object.Find(name) == nullptr) object.Add(name, value);
    }
    return object;
}

}  // namespace

// A CONNECT that waits for the application.
struct SocketIoClient::Asked {
    NamespaceRooms& nsp;
    HandshakePtr handshake;
    std::string pid;
    std::string offset;
};

SocketIoClient::SocketIoClient(std::shared_ptr<Session> session, const Namespaces& namespaces)
    : session_(std::move(session)), namespaces_(namespaces), timer_(session_->engine().timers(), *this) {}

std::shared_ptr<SocketIoClient> SocketIoClient::Self() {
    return std::static_pointer_cast<SocketIoClient>(shared_from_this());
}

const HubOptions& SocketIoClient::options() const {
    return session_->engine().options();
}

void SocketIoClient::SendText(std::string text) {
    const Frame frame{Form::kText, std::make_shared<const std::string>(std::move(text))};
    session_->Send({&frame, 1});
}

void SocketIoClient::OnOpen() {
    timer_.Set(session_->engine().timers().now() + options().connect_timeout_ms * base::kMicrosPerMilli);
    if (!v4()) Connect("/", json::Object());
}

void SocketIoClient::OnTimer() {
    OnStrand([self = Self()] {
        for (const auto& [name, socket] : self->sockets_) {
            if (socket) return;
        }
        self->session_->Close(Reason::kTransportClose);
    });
}

void SocketIoClient::OnMessage(Form form, std::string_view data) {
    if (form == Form::kBinary) {
        OnAttachment(data);
        return;
    }
    auto packet = protocol::DecodeSocketPacket(data);
    if (!packet.ok() || partial_.has_value()) {
        Broken();
        return;
    }
    if (packet->attachments == 0) {
        OnPacket(*std::move(packet));
        return;
    }
    partial_ = *std::move(packet);
}

void SocketIoClient::OnAttachment(std::string_view bytes) {
    attachment_bytes_ += bytes.size();
    if (!partial_.has_value() || attachment_bytes_ > kAttachmentPayloadsMax * options().payload_bytes_max) {
        partial_.reset();
        attachments_ = {};
        Broken();
        return;
    }
    attachments_.emplace_back(bytes);
    if (attachments_.size() < partial_->attachments) return;
    attachment_bytes_ = 0;
    SocketPacket packet = *std::exchange(partial_, std::nullopt);
    OnPacket(std::move(packet));
}

void SocketIoClient::OnPacket(SocketPacket packet) {
    std::vector<std::string> attachments = std::exchange(attachments_, {});
    // Clients of protocol 4 put their query there.
    const std::size_t query = v4() ? std::string::npos : packet.nsp.find('?');
    const std::string name = packet.nsp.substr(0, query);
    const auto found = sockets_.find(name);
    const bool known = found != sockets_.end() && !(found->second && found->second->gone());
    if (packet.type == SocketType::kConnect) {
        if (known) {
            Broken();
        } else if (v4()) {
            Connect(name, packet.data.value_or(json::Object()));
        } else {
            Connect(name,
                    QueryObject(query == std::string::npos ? "" : std::string_view(packet.nsp).substr(query + 1)));
        }
        return;
    }
    if (found == sockets_.end() || !found->second || packet.type == SocketType::kConnectError) {
        Broken();
        return;
    }
    // What was on its way when we ended the namespace is dropped.
    const Socket socket = found->second;
    if (packet.type == SocketType::kDisconnect) {
        sockets_.erase(found);
        socket->Detach(this, Reason::kClientLeft);
    } else if (packet.type == SocketType::kEvent || packet.type == SocketType::kBinaryEvent) {
        OnEvent(socket, std::move(packet), std::move(attachments));
    }
}

void SocketIoClient::OnEvent(const Socket& socket, SocketPacket packet, std::vector<std::string> attachments) {
    json::Array args = std::move(packet.data->AsArray());
    Event event;
    event.name = args.front().IsString() ? args.front().AsString() : json::Encode(args.front());
    args.erase(args.begin());
    event.args = std::move(args);
    event.attachments = std::move(attachments);
    socket->Dispatch(Self(), std::move(event), packet.id);
}

void SocketIoClient::Connect(std::string_view name, json::Value auth) {
    const auto nsp = namespaces_.find(name);
    if (nsp == namespaces_.end()) {
        Refuse(std::string(name), "Invalid namespace", {});
        return;
    }
    if (sockets_.size() >= options().namespaces_per_client_max && !sockets_.contains(name)) {
        Refuse(std::string(name), "Too many namespaces", {});
        return;
    }
    sockets_.insert_or_assign(std::string(name), nullptr);
    const Origin& origin = session_->origin();
    auto handshake = std::make_shared<Handshake>();
    handshake->protocol = v4() ? Protocol::kSocketIo5 : Protocol::kSocketIo4;
    handshake->query = origin.query;
    handshake->headers = origin.headers;
    handshake->client = origin.client;
    handshake->secure = origin.secure;
    handshake->principal = origin.principal;
    auto asked = std::make_shared<Asked>(Asked{*nsp->second, nullptr, {}, {}});
    if (options().recovery && v4()) {
        // The reference merges them into the auth object; the application does not want them.
        asked->pid = TextOf(auth.Find("pid"));
        asked->offset = TextOf(auth.Find("offset"));
        auth.AsObject().Erase("pid");
        auth.AsObject().Erase("offset");
    }
    handshake->auth = std::move(auth);
    asked->handshake = handshake;
    const std::weak_ptr<Timed> weak = weak_from_this();
    asked->nsp.handler().Authorize(*handshake, Verdict([weak, asked](std::optional<net::Principal> principal,
                                                                     std::string message, json::Value data) {
        const auto self = std::static_pointer_cast<SocketIoClient>(weak.lock());
        if (!self) return;
        self->OnStrand([self, asked, principal = std::move(principal), message = std::move(message),
                        data = std::move(data)] { self->Decided(asked, principal, message, data); });
    }));
}

void SocketIoClient::OnStrand(std::function<void()> task) {
    if (session_->strand().Queue(task)) return;
    session_->engine().timers().Post([session = session_, task = std::move(task)] { session->strand().Run(task); });
}

void SocketIoClient::Decided(const std::shared_ptr<Asked>& asked, std::optional<net::Principal> principal,
                             const std::string& message, const json::Value& data) {
    const std::string& name = asked->nsp.name();
    const auto found = sockets_.find(name);
    if (over_ || found == sockets_.end() || found->second) return;
    if (!principal.has_value()) {
        sockets_.erase(found);
        Refuse(name, message, data);
        return;
    }
    timer_.Clear();
    found->second = Admit(*asked, *std::move(principal));
}

SocketIoClient::Socket SocketIoClient::Admit(const Asked& asked, net::Principal principal) {
    if (!asked.pid.empty()) {
        Socket former = asked.nsp.FindToResume(asked.pid, principal.user_id);
        const bool recovered = former && former->Reattach(Self(), asked.handshake, asked.offset);
        session_->engine().parts().metrics.Get(Metric::kRealtimeRecoveries, {recovered ? "done" : "lost"}).Add();
        if (recovered) return former;
    }
    Socket socket = asked.nsp.Make(*asked.handshake, std::move(principal));
    socket->Attach(Self(), asked.handshake);
    return socket;
}

void SocketIoClient::Refuse(const std::string& nsp, const std::string& message, const json::Value& data) {
    json::Value body;
    if (v4()) {
        json::Object object{{"message", message}};
        if (!data.IsNull()) object.Set("data", data);
        body = std::move(object);
    } else {
        body = data.IsNull() ? json::Value(message) : data;
    }
    SendText("4" + protocol::EncodeHead(SocketType::kConnectError, nsp, std::nullopt) + json::Encode(body));
}

void SocketIoClient::OnClose(Reason reason) {
    over_ = true;
    timer_.Clear();
    for (const auto& [name, socket] : std::exchange(sockets_, {})) {
        if (socket) socket->Detach(this, reason);
    }
}

// --- Link: any thread, with the lock of a socket held ---

bool SocketIoClient::Deliver(const std::string& nsp, const Message& message, const std::string& offset) {
    std::vector<Frame> frames;
    const bool kept = !offset.empty();
    const Frame text{Form::kText, kept ? message.TextWithOffset(nsp, offset) : message.Text(nsp)};
    if (message.attachments().empty()) return session_->Send({&text, 1});
    frames.push_back(text);
    for (const SharedBytes& bytes : message.attachments()) {
        frames.push_back(
            {Form::kBinary,
             v4() ? bytes : std::make_shared<const std::string>(protocol::EncodeBinary(Version::kV3, *bytes))});
    }
    return session_->Send(frames);
}

void SocketIoClient::Accepted(const std::string& nsp, const std::string& id, const std::string& pid) {
    std::string text = "4" + protocol::EncodeHead(SocketType::kConnect, nsp, std::nullopt);
    if (v4()) {
        json::Object answer{{"sid", id}};
        if (!pid.empty()) answer.Set("pid", pid);
        text += json::Encode(answer);
    }
    SendText(std::move(text));
}

void SocketIoClient::Answer(const std::string& nsp, std::uint64_t ack_id, const std::string& args_json,
                            std::vector<std::string> attachments) {
    const std::string head = protocol::EncodeHead(SocketType::kAck, nsp, ack_id, attachments.size());
    std::string text;
    text.reserve(head.size() + args_json.size() + 3);
    text.append("4").append(head).append("[").append(args_json).append("]");
    std::vector<Frame> frames{{Form::kText, std::make_shared<const std::string>(std::move(text))}};
    for (const std::string& bytes : attachments) {
        frames.push_back(
            {Form::kBinary, std::make_shared<const std::string>(protocol::EncodeBinary(session_->version(), bytes))});
    }
    session_->Send(frames);
}

void SocketIoClient::Dismiss(const std::string& nsp) {
    SendText("4" + protocol::EncodeHead(SocketType::kDisconnect, nsp, std::nullopt));
}

void SocketIoClient::Replaced(const std::string& /*nsp*/) {
    session_->Close(Reason::kTransportClose);
}

}  // namespace rt::realtime
