// The WebSocket transport of a session, and the way to it from polling.
#include <utility>

#include "realtime/engine.h"
#include "realtime/session.h"

namespace rt::realtime {
namespace {

using protocol::Form;
using protocol::PacketType;
using protocol::Version;

constexpr std::uint16_t kCloseNormal = 1000;
constexpr std::string_view kProbe = "probe";

constexpr std::int64_t kMomentMicros = 10'000;

std::optional<protocol::Packet> Decode(Version version, net::MessageKind kind, std::string_view payload,
                                       std::string& decoded) {
    return kind == net::MessageKind::kText ? protocol::DecodeEncoded(version, payload, decoded)
                                           : protocol::DecodeBinary(version, payload);
}

}  // namespace

void Session::OnProbeOpen(const std::shared_ptr<net::Socket>& socket, Binary binary) {
    {
        const std::lock_guard lock(mutex_);
        if (stage_ == Stage::kOpen && transport_ == Transport::kPolling && !probe_) {
            probe_ = socket;
            probe_binary_ = binary;
            poll_before_probe_ = poll_ != nullptr;
            probe_dead_at_ = engine_.timers().now() + engine_.options().upgrade_timeout_ms * base::kMicrosPerMilli;
            Arm();
            return;
        }
    }
    socket->Close(kCloseNormal, {});
}

void Session::OnSocketMessage(const std::shared_ptr<net::Socket>& socket, net::MessageKind kind, std::string payload) {
    bool probing = false;
    {
        const std::lock_guard lock(mutex_);
        probing = socket == probe_;
        if (!probing && socket != socket_) return;
        // Whatever protocol 3 sends is a sign of life.
        if (!probing && version_ == Version::kV3) Revive();
    }
    auto self = std::static_pointer_cast<Session>(shared_from_this());
    strand_.Run([self, socket, kind, probing, bytes = std::move(payload)] {
        std::string decoded;
        const auto packet = Decode(self->version_, kind, bytes, decoded);
        if (probing) {
            self->OnProbePacket(socket, packet.value_or(protocol::Packet{}));
        } else if (packet.has_value()) {
            self->OnPacket(*packet);
        } else {
            self->Fail(Reason::kParseError);
        }
    });
}

void Session::OnProbePacket(const std::shared_ptr<net::Socket>& socket, const protocol::Packet& packet) {
    Lock lock(mutex_);
    if (socket != probe_) return;
    Parting parting;
    if (packet.type == PacketType::kPing && packet.data == kProbe) {
        probed_ = true;
        probe_->Send(net::MessageKind::kText,
                     std::make_shared<const std::string>(protocol::EncodeText(PacketType::kPong, kProbe)));
        // The client stops polling once its GET is answered.
        if (poll_) EndPollSoon();
    } else if (packet.type == PacketType::kUpgrade) {
        Upgrade(parting);
    } else {
        DropProbe("refused");
    }
    Finish(lock, std::move(parting));
}

// Not at once: a client's GET and the packet by which it gives up polling come on two connections, and so perhaps by
// two reactors. What it sent first decides.
void Session::EndPollSoon() {
    noop_at_ = engine_.timers().now() + kMomentMicros;
    Arm();
}

void Session::Upgrade(Parting& parting) {
    socket_ = std::move(probe_);
    probed_ = false;
    probe_dead_at_ = 0;
    transport_ = Transport::kWebSocket;
    engine_.Count(Transport::kPolling, -1);
    engine_.Count(Transport::kWebSocket, 1);
    engine_.CountUpgrade("done");
    noop_at_ = 0;
    socket_binary_ = probe_binary_;
    if (poll_) {
        // Which of the two the client sent first is certain only of a GET that waited for a while or was here when the
        // WebSocket opened: one that was sent after the packet is refused, as those are that come later.
        const bool before = poll_before_probe_ || engine_.timers().now() - poll_at_ >= kMomentMicros;
        parting.answer = before ? AnswerPoll(PacketType::kNoop) : ErrorAnswer(EngineError::kBadRequest);
        parting.poll = std::move(poll_);
    }
    for (const Frame& frame : queue_) Put(frame);
    queue_ = {};
    queue_bytes_ = 0;
}

void Session::DropProbe(std::string_view result) {
    if (!probe_) return;
    engine_.CountUpgrade(result);
    probe_->Close(kCloseNormal, {});
    probe_.reset();
    probed_ = false;
    probe_dead_at_ = 0;
    noop_at_ = 0;
}

void Session::OnSocketClose(const std::shared_ptr<net::Socket>& socket, Reason reason) {
    Lock lock(mutex_);
    Parting parting;
    if (socket == probe_) {
        DropProbe("closed");
    } else if (socket == socket_) {
        End(reason, parting);
    }
    Finish(lock, std::move(parting));
}

}  // namespace rt::realtime
