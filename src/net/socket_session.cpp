#include "net/socket_session.h"

#include <exception>

#include "net/connection.h"
#include "net/handshake.h"

namespace rt::net {
namespace {

Result<SocketAnswer> AskRoute(const Core& core, const SocketRoute& route, const Request& request) {
    try {
        return route.accept(request);
    } catch (const std::exception& error) {
        core.parts.log.Error("socket route threw", {{"route", route.name}, {"error", error.what()}});
    } catch (...) {
        core.parts.log.Error("socket route threw", {{"route", route.name}});
    }
    return Fail(Code::kInternal);
}

std::string HandshakeAnswer(const Head& head, const Exchange& exchange, const std::optional<DeflateTerms>& deflate,
                            const std::string& date) {
    std::string answer =
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ";
    answer.append(AcceptKey(head.Value("sec-websocket-key"))).append("\r\n");
    const std::string protocol = ChooseProtocol(head.Value("sec-websocket-protocol"), exchange.socket->subprotocols);
    if (!protocol.empty()) answer.append("Sec-WebSocket-Protocol: ").append(protocol).append("\r\n");
    if (deflate.has_value()) answer.append("Sec-WebSocket-Extensions: ").append(DeflateAnswer(*deflate)).append("\r\n");
    answer.append("Date: ").append(date).append("\r\nX-Request-Id: ").append(exchange.request.request_id);
    return answer.append("\r\n\r\n");
}

}  // namespace

std::shared_ptr<SocketSession> SocketSession::Open(Connection& connection, const Head& head, Exchange& exchange) {
    Core& core = connection.reactor().core();
    Result<SocketAnswer> asked = AskRoute(core, *exchange.socket, exchange.request);
    if (!asked.ok()) {
        exchange.refusal = Failure(asked.error(), exchange.request.locale, exchange.request.request_id);
        return nullptr;
    }
    if (auto* const refusal = std::get_if<Response>(&*asked)) {
        exchange.refusal = std::move(*refusal);
        exchange.close = true;
        return nullptr;
    }
    auto handler = std::get<std::unique_ptr<SocketHandler>>(*std::move(asked));
    // A malformed list was refused at the head.
    const auto deflate =
        ChooseDeflate(ParseExtensions(head).value_or(std::vector<ExtensionOffer>()), exchange.socket->compression);
    connection.out().Add(HandshakeAnswer(head, exchange, deflate, connection.reactor().date()));
    const std::uint64_t id = core.next_socket_id.fetch_add(1) + 1;
    core.sockets.fetch_add(1);
    core.sockets_gauge.Add(1);
    return std::make_shared<SocketSession>(connection, *exchange.socket, std::move(handler), id, deflate);
}

SocketSession::SocketSession(Connection& connection, const SocketRoute& route, std::unique_ptr<SocketHandler> handler,
                             std::uint64_t id, const std::optional<DeflateTerms>& deflate)
    : route_(route),
      id_(id),
      handler_(std::move(handler)),
      connection_(&connection),
      connection_id_(connection.id()),
      frames_(route.limits.message_bytes_max, route.limits.fragments_max,
              deflate.has_value() ? Rsv1::kCompressed : Rsv1::kReserved),
      deflate_(deflate),
      reactor_(&connection.reactor()) {}

bool SocketSession::Send(MessageKind kind, std::shared_ptr<const std::string> payload) {
    return Enqueue(kind == MessageKind::kText ? Opcode::kText : Opcode::kBinary, std::move(payload));
}

void SocketSession::Close(std::uint16_t code, std::string_view reason) {
    Enqueue(Opcode::kClose, std::make_shared<const std::string>(ClosePayload(code, reason)));
}

bool SocketSession::Enqueue(Opcode opcode, std::shared_ptr<const std::string> payload) {
    const std::lock_guard lock(mutex_);
    if (reactor_ == nullptr || overflowed_) return false;
    const std::size_t waiting = queue_bytes_ + unsent_bytes_.load(std::memory_order_relaxed);
    if (opcode != Opcode::kClose && waiting + payload->size() > route_.limits.queue_bytes_max) {
        overflowed_ = true;
    } else {
        queue_bytes_ += payload->size();
        queue_.push_back({opcode, std::move(payload)});
    }
    if (!scheduled_) {
        scheduled_ = true;
        // The session lives until the task has run, the connection perhaps not.
        reactor_->PostFlush([self = shared_from_this()] { self->Flush(); });
    }
    return !overflowed_;
}

void SocketSession::Flush() {
    std::vector<Outgoing> queue;
    bool overflowed = false;
    {
        const std::lock_guard lock(mutex_);
        queue.swap(queue_);
        // Counted as unsent from here on.
        unsent_bytes_.fetch_add(std::exchange(queue_bytes_, 0), std::memory_order_relaxed);
        scheduled_ = false;
        overflowed = overflowed_;
    }
    if (connection_ == nullptr) return;
    if (overflowed) {
        Drop("slow_reader");
        return;
    }
    for (Outgoing& outgoing : queue) {
        if (close_sent_) break;
        if (outgoing.opcode == Opcode::kClose) {
            SendClose(0, *outgoing.payload);
            break;
        }
        connection_->reactor().core().socket_messages_out.Add();
        SendMessage(outgoing.opcode, std::move(outgoing.payload));
    }
    connection_->Pump();
}

void SocketSession::SendMessage(Opcode opcode, std::shared_ptr<const std::string> payload) {
    auto packed = deflate_.has_value() ? Pack(payload) : nullptr;
    const Packing packing = packed == nullptr ? Packing::kPlain : Packing::kCompressed;
    if (packed == nullptr) packed = std::move(payload);
    connection_->out().Add(FrameHeader(opcode, packed->size(), packing));
    connection_->out().Add(std::move(packed));
}

std::shared_ptr<const std::string> SocketSession::Pack(const std::shared_ptr<const std::string>& payload) {
    const SocketCompression& ours = route_.compression;
    if (payload->size() < ours.bytes_min || payload->size() > ours.bytes_max) return nullptr;
    if (!deflate_->server_keeps_context) {
        return connection_->reactor().deflate().Deflate(payload, deflate_->server_window_bits);
    }
    if (own_deflater_ == nullptr) own_deflater_ = std::make_unique<MessageDeflater>(deflate_->server_window_bits);
    std::string packed;
    // Sent even where it is larger: the window has it now.
    if (!own_deflater_->Deflate(*payload, DeflateContext::kKept, packed)) return nullptr;
    return std::make_shared<const std::string>(std::move(packed));
}

FrameResult SocketSession::Unpack(const FrameResult& frame) {
    const bool keeps = deflate_->client_keeps_context;
    if (keeps && own_inflater_ == nullptr) own_inflater_ = std::make_unique<MessageInflater>();
    MessageInflater& inflater = keeps ? *own_inflater_ : connection_->reactor().deflate().inflater();
    std::string plain;
    const auto error = [](std::uint16_t code) { return FrameResult{FrameEvent::kError, {}, {}, false, code}; };
    switch (inflater.Inflate(frame.payload, keeps ? DeflateContext::kKept : DeflateContext::kFresh,
                             route_.limits.message_bytes_max, plain)) {
        case InflateResult::kTooBig:
            return error(kCloseTooBig);
        case InflateResult::kBad:
            return error(kCloseBadData);
        case InflateResult::kNoMemory:
            return error(kCloseInternal);
        case InflateResult::kDone:
            break;
    }
    if (frame.kind == MessageKind::kText && !base::IsUtf8(plain)) return error(kCloseBadData);
    return {FrameEvent::kMessage, frame.kind, std::move(plain), false, 0};
}

void SocketSession::SendNow(Opcode opcode, std::string payload) {
    connection_->out().Add(FrameHeader(opcode, payload.size()));
    connection_->out().Add(std::move(payload));
}

// `reason` is the whole payload when `code` is 0.
void SocketSession::SendClose(std::uint16_t code, std::string_view reason) {
    if (close_sent_) return;
    close_sent_ = true;
    SendNow(Opcode::kClose, code == 0 ? std::string(reason) : ClosePayload(code, reason));
    const Deadlines& deadlines = connection_->reactor().core().options.deadlines;
    connection_->SetDeadline(connection_->reactor().now() + deadlines.close_handshake_ms * base::kMicrosPerMilli);
}

void SocketSession::Drop(std::string_view reason) {
    Connection* const connection = connection_;
    connection->reactor().core().parts.metrics.Get(Metric::kSocketDrops, {reason}).Add();
    close_reason_ = reason;
    connection->Close();
}

void SocketSession::Started() {
    heard_at_ = connection_->reactor().now();
    OnTimer();
    handler_->OnOpen(shared_from_this());
}

void SocketSession::OnBytes(std::string_view& input) {
    heard_at_ = connection_->reactor().now();
    ping_sent_ = false;
    while (connection_ != nullptr && !finished_) {
        FrameResult frame = frames_.Next(input);
        if (frame.event == FrameEvent::kNeedMore) return;
        // What comes after our close frame is not looked into.
        if (frame.compressed && !close_sent_) frame = Unpack(frame);
        OnFrame(std::move(frame));
    }
    input = {};
}

void SocketSession::OnFrame(FrameResult frame) {
    switch (frame.event) {
        case FrameEvent::kMessage:
            // What comes after our close frame is not for the handler any more.
            if (close_sent_) return;
            connection_->reactor().core().socket_messages_in.Add();
            if (route_.counts_messages && !connection_->reactor().core().parts.limiter.TakeMessage(messages_full_at_)) {
                connection_->reactor().core().parts.metrics.Get(Metric::kSocketDrops, {"rate"}).Add();
                close_code_ = kClosePolicy;
                SendClose(kClosePolicy, "too many messages");
                return;
            }
            handler_->OnMessage(frame.kind, std::move(frame.payload));
            return;
        case FrameEvent::kPing:
            if (close_sent_) return;
            if (connection_->out().bytes() > route_.limits.queue_bytes_max) {
                Drop("slow_reader");
                return;
            }
            SendNow(Opcode::kPong, std::move(frame.payload));
            return;
        case FrameEvent::kPong:
        case FrameEvent::kNeedMore:
            return;
        case FrameEvent::kClose:
            close_code_ = frame.code;
            close_reason_ = std::move(frame.payload);
            SendClose(0, frame.code == kCloseNoStatus ? std::string() : ClosePayload(frame.code, {}));
            finished_ = true;
            return;
        case FrameEvent::kError:
            connection_->reactor().core().parts.metrics.Get(Metric::kSocketDrops, {"protocol"}).Add();
            close_code_ = frame.code;
            SendClose(frame.code, {});
            finished_ = true;
            return;
    }
}

void SocketSession::OnTimer() {
    Reactor& reactor = connection_->reactor();
    if (close_sent_) {
        connection_->Close();
        return;
    }
    const SocketLimits& limits = route_.limits;
    if (limits.ping_interval_ms == 0) {
        connection_->ClearDeadline();
        return;
    }
    const std::int64_t interval = limits.ping_interval_ms * base::kMicrosPerMilli;
    const std::int64_t timeout = limits.ping_timeout_ms * base::kMicrosPerMilli;
    if (ping_sent_ && reactor.now() >= heard_at_ + interval + timeout) {
        Drop("ping_timeout");
        return;
    }
    if (!ping_sent_ && reactor.now() >= heard_at_ + interval) {
        ping_sent_ = true;
        SendNow(Opcode::kPing, {});
        connection_->SetDeadline(reactor.now() + timeout);
        connection_->Pump();
        return;
    }
    connection_->SetDeadline(heard_at_ + interval + (ping_sent_ ? timeout : 0));
}

void SocketSession::Detach() {
    {
        const std::lock_guard lock(mutex_);
        if (reactor_ == nullptr) return;
        reactor_ = nullptr;
        queue_.clear();
    }
    Core& core = connection_->reactor().core();
    core.sockets.fetch_sub(1);
    core.sockets_gauge.Add(-1);
    connection_ = nullptr;
    const std::unique_ptr<SocketHandler> handler = std::move(handler_);
    handler->OnClose(close_code_, close_reason_);
}

}  // namespace rt::net
