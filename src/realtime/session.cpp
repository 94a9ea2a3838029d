#include "realtime/session.h"

#include <algorithm>
#include <utility>

#include "realtime/engine.h"

namespace rt::realtime {
namespace {

using protocol::Form;
using protocol::PacketType;
using protocol::Version;

constexpr std::size_t kFrameOverheadBytes = 64;
// What a ping may be late before the client gets more time for its answer.
constexpr std::int64_t kBeatSlackMicros = 100'000;
constexpr std::int64_t kLeaveMicros = 30 * base::kMicrosPerSecond;
constexpr std::uint16_t kCloseNormal = 1000;
constexpr std::uint16_t kClosePolicy = 1008;

net::MessageKind KindOf(Form form) {
    return form == Form::kText ? net::MessageKind::kText : net::MessageKind::kBinary;
}

Frame TextFrame(PacketType type, std::string_view data = {}) {
    return {Form::kText, std::make_shared<const std::string>(protocol::EncodeText(type, data))};
}

}  // namespace

Binary AskedBinary(const std::vector<std::pair<std::string, std::string>>& query) {
    const auto asks = [](const auto& pair) { return pair.first == "b64" && !pair.second.empty(); };
    return std::any_of(query.begin(), query.end(), asks) ? Binary::kAsBase64 : Binary::kAsIs;
}

Session::Session(Engine& engine, std::string sid, Version version, Transport transport, Origin origin)
    : engine_(engine),
      sid_(std::move(sid)),
      version_(version),
      origin_(std::move(origin)),
      transport_(transport),
      asked_binary_(AskedBinary(origin_.query)),
      socket_binary_(asked_binary_),
      timer_(engine.timers(), *this) {}

Session::~Session() = default;

void Session::Open(std::shared_ptr<SessionListener> listener, const std::shared_ptr<net::Socket>& socket) {
    const HubOptions& options = engine_.options();
    listener_ = std::move(listener);
    {
        const std::lock_guard lock(mutex_);
        socket_ = socket;
        if (socket_) {
            Put({Form::kText,
                 std::make_shared<const std::string>(protocol::EncodeOpen(
                     {sid_, false, options.ping_interval_ms, options.ping_timeout_ms, options.payload_bytes_max}))});
        }
        Revive();
        Arm();
    }
    strand_.Run([this] { listener_->OnOpen(); });
}

bool Session::Send(std::span<const Frame> frames) {
    Lock lock(mutex_);
    if (stage_ != Stage::kOpen) return false;
    engine_.packets_out.Add(static_cast<std::int64_t>(frames.size()));
    if (transport_ == Transport::kWebSocket) {
        // Where it fails the connection is gone or going, and OnSocketClose follows.
        return std::all_of(frames.begin(), frames.end(), [&](const Frame& frame) { return Transmit(frame); });
    }
    Parting parting;
    std::size_t bytes = queue_bytes_;
    for (const Frame& frame : frames) bytes += frame.bytes->size() + kFrameOverheadBytes;
    const bool fits = bytes <= engine_.options().queue_bytes_max;
    if (fits) {
        for (const Frame& frame : frames) Put(frame);
        if (posts_ == 0) Flush(parting);
    } else {
        End(Reason::kSlowReader, parting);
    }
    Finish(lock, std::move(parting));
    return fits;
}

bool Session::Writable() {
    const std::lock_guard lock(mutex_);
    return stage_ == Stage::kOpen && (transport_ == Transport::kWebSocket || (poll_ && queue_.empty()));
}

Session::Transport Session::transport() {
    const std::lock_guard lock(mutex_);
    return transport_;
}

void Session::Close(Reason reason) {
    Lock lock(mutex_);
    if (stage_ != Stage::kOpen) return;
    Parting parting;
    if (transport_ == Transport::kWebSocket) {
        End(reason, parting);
    } else {
        Put(TextFrame(PacketType::kClose));
        if (poll_) {
            Flush(parting);
            End(reason, parting);
        } else {
            stage_ = Stage::kLeaving;
            leave_at_ = engine_.timers().now() + kLeaveMicros;
            DropProbe("closed");
            Told(reason, parting);
            Arm();
        }
    }
    Finish(lock, std::move(parting));
}

void Session::Fail(Reason reason) {
    Lock lock(mutex_);
    if (stage_ == Stage::kClosed) return;
    Parting parting;
    End(reason, parting);
    Finish(lock, std::move(parting));
}

bool Session::OnPacket(const protocol::Packet& packet) {
    if (told_ || listener_ == nullptr) return false;
    engine_.packets_in.Add();
    switch (packet.type) {
        case PacketType::kMessage: {
            net::RateLimiter* const limiter = engine_.parts().limiter;
            if (limiter != nullptr && !limiter->TakeMessage(messages_full_at_)) {
                Fail(Reason::kTooManyMessages);
                return false;
            }
            // The listener lives through its call, also when it ends the session.
            const auto listener = listener_;
            listener->OnMessage(packet.form, packet.data);
            return !told_;
        }
        case PacketType::kPing:
        case PacketType::kPong:
            return OnBeat(packet);
        case PacketType::kClose:
            OnClientClose();
            return false;
        case PacketType::kOpen:
        case PacketType::kUpgrade:
        case PacketType::kNoop:
            return true;
    }
    return true;
}

// In protocol 4 the server asks and the client answers, in protocol 3 the reverse.
bool Session::OnBeat(const protocol::Packet& packet) {
    const PacketType expected = version_ == Version::kV4 ? PacketType::kPong : PacketType::kPing;
    if (packet.type != expected) {
        Fail(Reason::kTransportError);
        return false;
    }
    Lock lock(mutex_);
    if (stage_ != Stage::kOpen) return false;
    Revive();
    Parting parting;
    if (version_ == Version::kV3) {
        Put(TextFrame(PacketType::kPong, packet.data));
        if (posts_ == 0) Flush(parting);
    }
    Arm();
    Finish(lock, std::move(parting));
    return true;
}

void Session::OnTimer() {
    Lock lock(mutex_);
    if (stage_ == Stage::kClosed) return;
    Parting parting;
    const std::int64_t now = engine_.timers().now();
    if (stage_ == Stage::kLeaving) {
        if (now >= leave_at_) End(Reason::kTransportClose, parting);
    } else if (!Late(now, parting)) {
        if (probe_ && now >= probe_dead_at_) DropProbe("timeout");
        if (noop_at_ != 0 && now >= noop_at_) {
            noop_at_ = 0;
            if (poll_) {
                parting.answer = AnswerPoll(PacketType::kNoop);
                parting.poll = std::move(poll_);
            }
        }
        if (version_ == Version::kV4 && dead_at_ == 0 && now >= beat_due_) {
            Put(TextFrame(PacketType::kPing));
            dead_at_ =
                std::max(beat_due_, now - kBeatSlackMicros) + engine_.options().ping_timeout_ms * base::kMicrosPerMilli;
            if (posts_ == 0) Flush(parting);
        }
    }
    Arm();
    Finish(lock, std::move(parting));
}

// --- with the mutex held ---

void Session::Put(const Frame& frame) {
    if (transport_ == Transport::kWebSocket) {
        if (socket_) Transmit(frame);
        return;
    }
    queue_bytes_ += frame.bytes->size() + kFrameOverheadBytes;
    queue_.push_back(frame);
}

bool Session::Transmit(const Frame& frame) {
    if (frame.form == Form::kBinary && socket_binary_ == Binary::kAsBase64) {
        return socket_->Send(net::MessageKind::kText,
                             std::make_shared<const std::string>(protocol::EncodeBase64(version_, *frame.bytes)));
    }
    return socket_->Send(KindOf(frame.form), frame.bytes);
}

void Session::End(Reason reason, Parting& parting) {
    stage_ = Stage::kClosed;
    if (poll_) {
        parting.answer = AnswerPoll(PacketType::kClose);
        parting.poll = std::move(poll_);
    }
    if (farewell_) parting.farewell = std::move(farewell_);
    if (socket_) socket_->Close(reason == Reason::kTooManyMessages ? kClosePolicy : kCloseNormal, {});
    socket_.reset();
    DropProbe("closed");
    queue_ = {};
    queue_bytes_ = 0;
    timer_.Clear();
    parting.remove = true;
    Told(reason, parting);
}

void Session::Told(Reason reason, Parting& parting) {
    if (!told_.exchange(true)) parting.closed = reason;
}

void Session::Revive() {
    const HubOptions& options = engine_.options();
    const std::int64_t next = engine_.timers().now() + options.ping_interval_ms * base::kMicrosPerMilli;
    if (version_ == Version::kV4) {
        dead_at_ = 0;
        beat_due_ = next;
    } else {
        dead_at_ = next + options.ping_timeout_ms * base::kMicrosPerMilli;
    }
}

bool Session::Late(std::int64_t now, Parting& parting) {
    if (stage_ != Stage::kOpen || dead_at_ == 0 || now < dead_at_) return false;
    End(Reason::kPingTimeout, parting);
    return true;
}

void Session::Arm() {
    if (stage_ == Stage::kClosed) return;
    if (stage_ == Stage::kLeaving) {
        timer_.Set(leave_at_);
        return;
    }
    std::int64_t due = dead_at_ != 0 ? dead_at_ : beat_due_;
    if (probe_) due = std::min(due, probe_dead_at_);
    if (noop_at_ != 0) due = std::min(due, noop_at_);
    timer_.Set(due);
}

void Session::Finish(Lock& lock, Parting parting) {
    lock.unlock();
    if (parting.poll) parting.poll->Answer(std::move(parting.answer));
    if (parting.farewell) parting.farewell->Answer(PostedAnswer());
    if (parting.remove) engine_.Remove(*this);
    if (!parting.closed.has_value()) return;
    engine_.CountClosed(*parting.closed);
    auto self = std::static_pointer_cast<Session>(shared_from_this());
    engine_.timers().Post([self, reason = *parting.closed] {
        self->strand_.Run([self, reason] {
            if (const auto listener = std::exchange(self->listener_, nullptr)) listener->OnClose(reason);
        });
    });
}

}  // namespace rt::realtime
