// Reading side of a connection: its states, heads and bodies. Writing is in connection_answer.cpp.
#include "net/connection.h"

#include <sys/epoll.h>

#include <algorithm>

#include "net/proxy_protocol.h"
#include "net/socket_session.h"

namespace rt::net {
namespace {

// After so many steps the other connections of the reactor have their turn.
constexpr std::size_t kStepsMax = 64;
// A body up to this size is read away to keep the connection of a refused request; a larger one ends it.
constexpr std::uint64_t kDiscardBytesMax = 64 * 1024;
constexpr std::size_t kKeptCapacityMax = 4 * 1024;
constexpr HeadLimits kHeadLimits;

bool HasLineEnd(std::string_view bytes) {
    return bytes.find('\n') != std::string_view::npos || bytes.find('\r') != std::string_view::npos;
}

}  // namespace

Connection::Connection(Reactor& reactor, std::uint64_t id, std::unique_ptr<Transport> transport, Peer peer,
                       ListenKind kind)
    : reactor_(reactor), id_(id), transport_(std::move(transport)), peer_(std::move(peer)), kind_(kind) {
    timer_.owner = this;
}

Connection::~Connection() = default;

void Connection::Begin() {
    if (reactor_.core().options.proxy_protocol && peer_.is_proxy) state_ = State::kProxyHeader;
    SetDeadline(After(deadlines().handshake_ms));
    Pump();
}

void Connection::OnEvent(std::uint32_t events) {
    if ((events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0) readable_ = true;
    if ((events & (EPOLLRDHUP | EPOLLHUP)) != 0) peer_finished_ = true;
    if ((events & (EPOLLOUT | EPOLLHUP | EPOLLERR)) != 0) writable_ = true;
    // TLS may have to write before it can read on (an alert, a new key) and the other way round: whichever it waited
    // for, both are worth another try.
    if (transport_->is_tls()) readable_ = writable_ = readable_ || writable_;
    // Nobody is left to answer. A half-closed peer (EPOLLRDHUP alone) still reads; one that polls has hung up.
    const std::uint32_t gone = EPOLLHUP | EPOLLERR | (later_ ? EPOLLRDHUP : 0U);
    if ((events & gone) != 0 && state_ == State::kHandling) {
        Close();
        return;
    }
    Pump();
}

void Connection::Pump() {
    if (pumping_ || state_ == State::kClosed) return;
    pumping_ = true;
    unread_ = in_;
    unread_in_scratch_ = false;
    std::size_t steps = 0;
    while (Step()) {
        if (++steps < kStepsMax) continue;
        reactor_.Again(*this);
        break;
    }
    Stash();
    pumping_ = false;
}

bool Connection::Step() {
    switch (state_) {
        case State::kProxyHeader:
            return StepProxyHeader();
        case State::kHandshake:
            return StepHandshake();
        case State::kHead:
            return StepHead();
        case State::kBody:
            return StepBody();
        case State::kAnswering:
            return StepAnswer();
        case State::kLingering:
            return StepLinger();
        case State::kSocket:
            return StepSocket();
        case State::kHandling:
        case State::kClosed:
            break;
    }
    return false;
}

void Connection::Stash() {
    if (unread_in_scratch_) {
        in_.assign(unread_);
    } else if (unread_.size() < in_.size()) {
        in_.erase(0, in_.size() - unread_.size());
    }
    if (in_.empty() && in_.capacity() > kKeptCapacityMax) in_ = {};
    unread_ = {};
    unread_in_scratch_ = false;
}

bool Connection::Read() {
    if (!readable_) return false;
    if (unread_in_scratch_ && !unread_.empty()) {
        in_.assign(unread_);
        unread_ = in_;
    }
    unread_in_scratch_ = false;
    const std::span<char> scratch = reactor_.scratch();
    const IoResult result = transport_->Read(scratch);
    if (result.step == IoStep::kBlocked) {
        readable_ = false;
        return false;
    }
    if (result.step != IoStep::kDone) {
        OnEnd();
        return false;
    }
    // A short read took all there was (epoll(7)): the next bytes bring an event of their own. Not so when the end is
    // near, which has been announced already, and not so for TLS, which reads ahead.
    if (result.bytes < scratch.size() && !peer_finished_ && !transport_->is_tls()) readable_ = false;
    reactor_.core().bytes_in.Add(static_cast<std::int64_t>(result.bytes));
    const std::string_view fresh(scratch.data(), result.bytes);
    // A head is checked again only where a line may have ended: a client that sends single bytes costs no more than one
    // that does not.
    unchecked_ = unchecked_ || unread_.empty() || unread_.ends_with('\r') || HasLineEnd(fresh) ||
                 unread_.size() + fresh.size() >= kHeadLimits.head_bytes_max;
    if (unread_.empty()) {
        in_.clear();
        unread_ = fresh;
        unread_in_scratch_ = true;
    } else {
        in_.erase(0, in_.size() - unread_.size());
        in_.append(fresh);
        unread_ = in_;
    }
    return true;
}

void Connection::OnEnd() {
    Close();
}

bool Connection::StepProxyHeader() {
    const std::span<char> room = reactor_.scratch().first(kProxyHeaderBytesMax);
    const IoResult seen = transport_->Peek(room);
    if (seen.step == IoStep::kBlocked) return false;
    const ProxyHeader header = seen.step == IoStep::kDone ? ReadProxyHeader({room.data(), seen.bytes}) : ProxyHeader{};
    // What is there stays with the kernel; the next bytes bring an event of their own.
    if (header.state == ProxyHeaderState::kIncomplete && seen.step == IoStep::kDone && !peer_finished_) return false;
    if (header.state != ProxyHeaderState::kAccepted || transport_->Skip(header.size) != IoStep::kDone) {
        reactor_.core().parts.metrics.Get(Metric::kHttpBadHeads, {"proxy_header"}).Add();
        Close();
        return false;
    }
    if (header.client && !reactor_.Rename(*this, *header.client)) {
        Close();
        return false;
    }
    state_ = State::kHandshake;
    return true;
}

bool Connection::StepHandshake() {
    switch (transport_->Handshake()) {
        case IoStep::kDone:
            if (transport_->is_challenge()) {
                reactor_.core().parts.metrics.Get(Metric::kTlsHandshakes, {"challenge"}).Add();
                BeginLinger();
                return true;
            }
            if (transport_->is_tls()) reactor_.core().parts.metrics.Get(Metric::kTlsHandshakes, {"done"}).Add();
            EnterHead();
            return true;
        case IoStep::kBlocked:
            return false;
        case IoStep::kEnd:
        case IoStep::kFailed:
            reactor_.core().parts.metrics.Get(Metric::kTlsHandshakes, {"failed"}).Add();
            Close();
            break;
    }
    return false;
}

void Connection::EnterHead() {
    state_ = State::kHead;
    unchecked_ = true;
    SetDeadline(After(deadlines().idle_ms));
}

bool Connection::StepHead() {
    if (unchecked_ && !unread_.empty()) {
        Head head;
        const HeadVerdict verdict = CheckHead(unread_, kHeadLimits, head);
        if (verdict.state == HeadState::kAccepted) {
            OnHead(head);
            return true;
        }
        if (verdict.state == HeadState::kRejected) {
            OnBadHead(verdict);
            return true;
        }
        unchecked_ = false;
        if (!head_began_) {
            head_began_ = true;
            SetDeadline(After(deadlines().head_ms));
        }
    }
    if (Read()) return true;
    if (state_ == State::kHead && unread_.empty() && reactor_.core().draining) Close();
    return false;
}

void Connection::OnHead(const Head& head) {
    Core& core = reactor_.core();
    head_began_ = false;
    ++number_;
    exchange_ = std::make_shared<Exchange>();
    exchange_->began_micros = reactor_.now();
    core.in_flight.fetch_add(1, std::memory_order_relaxed);
    core.in_flight_gauge.Add(1);
    if (kind_ == ListenKind::kRedirect) {
        RedirectToHttps(core, reactor_.access_lists(), peer_, head, reactor_.NewRequestId(), *exchange_);
    } else {
        DecideAtHead(core, reactor_.access_lists(), peer_, head, reactor_.NewRequestId(), *exchange_);
    }
    if (core.draining) exchange_->close = true;
    const bool has_body = head.framing == Framing::kChunked || head.content_length > 0;
    if (exchange_->socket != nullptr && !exchange_->refusal) {
        StartSocket(head);
    } else if (has_body) {
        ExpectBody(head);
    } else {
        unread_.remove_prefix(head.size);
        Dispatch();
    }
}

void Connection::ExpectBody(const Head& head) {
    const bool refused = exchange_->refusal.has_value();
    const bool short_enough = head.framing == Framing::kLength && head.content_length <= kDiscardBytesMax;
    if (refused && (!short_enough || head.expects_continue)) {
        unread_.remove_prefix(head.size);
        exchange_->close = true;
        Dispatch();
        return;
    }
    BodyTarget target = BodyTarget::kMemory;
    if (refused) {
        target = BodyTarget::kDiscard;
    } else if (exchange_->route->body == BodyKind::kFile) {
        target = BodyTarget::kFile;
    }
    sink_ = std::make_unique<BodySink>(reactor_.core(), exchange_->client, head, exchange_->body_bytes_max, target);
    unread_.remove_prefix(head.size);
    if (head.expects_continue && unread_.empty()) {
        out_.Add(std::string("HTTP/1.1 100 Continue\r\n\r\n"));
        if (Flush() == IoStep::kFailed) {
            Close();
            return;
        }
    }
    state_ = State::kBody;
    transfer_began_ = transfer_moved_ = reactor_.now();
    transfer_bytes_ = 0;
    UpdateTransferDeadline();
}

bool Connection::StepBody() {
    if (!unread_.empty()) {
        const BodySink::State state = sink_->Feed(unread_);
        transfer_moved_ = reactor_.now();
        transfer_bytes_ = sink_->bytes();
        if (state == BodySink::State::kDone) {
            sink_->MoveInto(*exchange_);
            Dispatch();
            return true;
        }
        if (state == BodySink::State::kFailed) {
            exchange_->close = true;
            AnswerWith(sink_->error());
            return true;
        }
        UpdateTransferDeadline();
    }
    return Read();
}

void Connection::UpdateTransferDeadline() {
    const Deadlines& limits = deadlines();
    const std::int64_t earned = static_cast<std::int64_t>(transfer_bytes_) * base::kMicrosPerSecond /
                                std::max<std::int64_t>(1, limits.transfer_bytes_per_second);
    SetDeadline(std::min(transfer_moved_ + limits.stall_ms * base::kMicrosPerMilli,
                         transfer_began_ + limits.transfer_grace_ms * base::kMicrosPerMilli + earned));
}

void Connection::OnBadHead(const HeadVerdict& verdict) {
    Core& core = reactor_.core();
    core.parts.metrics.Get(Metric::kHttpBadHeads, {verdict.reason}).Add();
    ++number_;
    head_began_ = false;
    exchange_ = std::make_shared<Exchange>();
    exchange_->began_micros = reactor_.now();
    exchange_->close = true;
    exchange_->request.request_id = reactor_.NewRequestId();
    exchange_->request.client = peer_.text;
    core.in_flight.fetch_add(1, std::memory_order_relaxed);
    core.in_flight_gauge.Add(1);
    unread_ = {};
    AnswerWith(Fail(verdict.code, std::string(verdict.reason)));
}

void Connection::OnDeadline() {
    switch (state_) {
        case State::kHead:
            if (!head_began_) {
                Close();
                return;
            }
            CountTimeout("head");
            OnBadHead({HeadState::kRejected, Code::kTimeout, "head_timeout"});
            break;
        case State::kBody:
            CountTimeout("body");
            exchange_->close = true;
            AnswerWith(Fail(Code::kTimeout, "body"));
            break;
        case State::kHandling:
            CountTimeout("handler");
            AbandonHandler();
            break;
        case State::kSocket: {
            const std::shared_ptr<SocketSession> socket = socket_;
            socket->OnTimer();
            return;
        }
        case State::kProxyHeader:
        case State::kHandshake:
            CountTimeout("handshake");
            Close();
            return;
        case State::kAnswering:
            CountTimeout("answer");
            Close();
            return;
        case State::kLingering:
        case State::kClosed:
            Close();
            return;
    }
    Pump();
}

void Connection::CountTimeout(std::string_view phase) {
    reactor_.core().parts.metrics.Get(Metric::kHttpTimeouts, {phase}).Add();
}

void Connection::OnDrain() {
    if (exchange_) exchange_->close = true;
    if (state_ == State::kSocket) {
        socket_->Close(kCloseGoingAway, "server is going away");
    } else if (state_ == State::kProxyHeader || state_ == State::kHandshake) {
        Close();
    } else {
        Pump();
    }
}

void Connection::StartSocket(const Head& head) {
    socket_ = SocketSession::Open(*this, head, *exchange_);
    unread_.remove_prefix(head.size);
    if (!socket_) {
        Dispatch();
        return;
    }
    exchange_->status = 101;
    Conclude();
    state_ = State::kSocket;
    socket_->Started();
    if (reactor_.core().draining) socket_->Close(kCloseGoingAway, "server is going away");
}

bool Connection::StepSocket() {
    // It may end the connection, and with it our reference.
    const std::shared_ptr<SocketSession> socket = socket_;
    if (!unread_.empty()) socket->OnBytes(unread_);
    return state_ == State::kSocket && StepSocketOut() && Read();
}

}  // namespace rt::net
