// Writing side of a connection: answers, pulled bodies, the end.

#include <array>
#include <charconv>

#include "net/connection.h"
#include "net/security_fields.h"
#include "net/socket_session.h"

namespace rt::net {
namespace {

// A fatal alert, internal_error, which goes out in plain before a handshake (RFC 8446 §6): no handshake is spent on a
// connection that is not served.
constexpr std::string_view kTlsRefusal("\x15\x03\x01\x00\x02\x02\x50", 7);
constexpr std::size_t kPieceBytes = 64 * 1024;
// A client that goes on sending after the last answer is cut off here.
constexpr std::size_t kLingerBytesMax = 4 * 1024 * 1024;

std::string ChunkOf(std::string_view bytes) {
    std::array<char, 20> size{};
    const auto end = std::to_chars(size.data(), size.data() + size.size(), bytes.size(), 16).ptr;
    std::string chunk(size.data(), end);
    chunk.append("\r\n").append(bytes).append("\r\n");
    return chunk;
}

}  // namespace

void Connection::BeginRefused() {
    refused_ = true;
    if (kind_ == ListenKind::kTls) {
        out_.Add(std::string(kTlsRefusal));
    } else {
        out_.Add(
            std::string("HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain; charset=utf-8\r\n"
                        "Content-Length: 21\r\nRetry-After: 5\r\nCache-Control: no-store\r\nConnection: close\r\n") +
            std::string(SecurityFieldLines()) + "\r\ntoo many connections\n");
    }
    state_ = State::kAnswering;
    SetDeadline(After(deadlines().linger_ms));
    Pump();
}

void Connection::Dispatch() {
    state_ = State::kHandling;
    Exchange& exchange = *exchange_;
    if (exchange.IsInline()) {
        EngineAnswer answer = Answer(reactor_.core(), reactor_.engine(), exchange, reactor_.date());
        if (answer.later) {
            Await(answer.later);
        } else {
            BeginAnswer(std::move(answer));
        }
        return;
    }
    SetDeadline(After(deadlines().handler_ms));
    if (SubmitHandler()) return;
    const bool hash = exchange.route->run == Run::kHash;
    Error error = Fail(hash ? Code::kTooManyRequests : Code::kUnavailable, "queue full");
    error.retry_after_s = 1;
    AnswerWith(error);
}

bool Connection::SubmitHandler() {
    return reactor_.core()
        .PoolOf(exchange_->route->run)
        .Submit([reactor = &reactor_, id = id_, number = number_, exchange = exchange_](Engine& engine) {
            Core& core = reactor->core();
            const std::string date = base::FormatHttpDate(core.parts.clock.Now());
            auto answer = std::make_shared<EngineAnswer>(Answer(core, engine, *exchange, date));
            reactor->Post([reactor, id, number, answer] {
                if (Connection* connection = reactor->Find(id)) connection->OnAnswer(number, std::move(*answer));
            });
        });
}

void Connection::AnswerWith(const Error& error) {
    BeginAnswer(AnswerError(reactor_.core(), reactor_.engine(), *exchange_, error, reactor_.date()));
}

void Connection::Await(const std::shared_ptr<Later>& later) {
    SetDeadline(After(deadlines().handler_ms));
    later_ = later;
    later->Begin([reactor = &reactor_, id = id_, number = number_](Response response) {
        reactor->Post([reactor, id, number, response = std::move(response)]() mutable {
            if (Connection* connection = reactor->Find(id)) connection->OnLater(number, std::move(response));
        });
    });
}

void Connection::OnLater(std::uint64_t number, Response response) {
    if (number != number_ || state_ != State::kHandling || !later_) return;
    later_.reset();
    exchange_->refusal = std::move(response);
    BeginAnswer(Answer(reactor_.core(), reactor_.engine(), *exchange_, reactor_.date()));
    Pump();
}

// The worker still has the exchange: the client gets an answer of its own, and what the worker brings later is dropped.
void Connection::AbandonHandler() {
    if (const auto later = std::exchange(later_, nullptr)) later->Abandon();
    const Exchange& late = *exchange_;
    auto instead = std::make_shared<Exchange>();
    instead->route = late.route;
    instead->lines = late.lines;
    instead->rate = late.rate;
    instead->began_micros = late.began_micros;
    instead->minor_version = late.minor_version;
    instead->close = true;
    instead->request.method = late.request.method;
    instead->request.client = late.request.client;
    instead->request.request_id = late.request.request_id;
    instead->request.locale = late.request.locale;
    instead->request.secure = late.request.secure;
    instead->request.principal = late.request.principal;
    exchange_ = std::move(instead);
    ++number_;
    AnswerWith(Fail(Code::kDeadline));
}

void Connection::OnAnswer(std::uint64_t number, EngineAnswer answer) {
    if (number != number_ || state_ != State::kHandling) return;
    BeginAnswer(std::move(answer));
    Pump();
}

void Connection::BeginAnswer(EngineAnswer answer) {
    exchange_->bytes_out = answer.head.size() + answer.Text().size();
    out_.Add(std::move(answer.head));
    out_.Add(std::move(answer.body));
    if (answer.shared) out_.Add(std::move(answer.shared));
    stream_ = std::move(answer.stream);
    stream_chunked_ = answer.chunked;
    stream_left_ = stream_ ? stream_->Size() : std::nullopt;
    if (answer.until_close) exchange_->close = true;
    state_ = State::kAnswering;
    transfer_began_ = transfer_moved_ = reactor_.now();
    transfer_bytes_ = 0;
}

IoStep Connection::Flush() {
    if (out_.empty()) return IoStep::kDone;
    if (!writable_) return IoStep::kBlocked;
    const IoResult result = transport_->Write(out_);
    if (result.bytes > 0) {
        transfer_bytes_ += result.bytes;
        transfer_moved_ = reactor_.now();
        reactor_.core().bytes_out.Add(static_cast<std::int64_t>(result.bytes));
    }
    if (result.step == IoStep::kBlocked) writable_ = false;
    return result.step;
}

bool Connection::StepAnswer() {
    const IoStep step = Flush();
    if (step != IoStep::kDone && step != IoStep::kBlocked) {
        Close();
        return false;
    }
    if (stream_ && !piece_pending_ && out_.bytes() < kPieceBytes) RequestPiece();
    if (state_ != State::kAnswering) return false;
    if (step == IoStep::kBlocked) {
        if (!refused_) UpdateTransferDeadline();
        return false;
    }
    if (stream_) {
        // Our own worker is what is awaited.
        SetDeadline(After(deadlines().handler_ms));
        return false;
    }
    Finish();
    return true;
}

void Connection::RequestPiece() {
    piece_pending_ =
        reactor_.core().bodies.Submit([reactor = &reactor_, id = id_, number = number_, body = stream_](Engine&) {
            auto piece = std::make_shared<Piece>();
            piece->bytes.reserve(kPieceBytes);
            const Result<bool> more = body->Read(piece->bytes, kPieceBytes);
            piece->failed = !more.ok() || piece->bytes.size() > kPieceBytes;
            piece->more = more.ok() && *more;
            if (!more.ok()) reactor->core().parts.log.Error("answer broke off", {{"detail", more.error().detail}});
            reactor->Post([reactor, id, number, piece] {
                if (Connection* connection = reactor->Find(id)) connection->OnPiece(number, std::move(*piece));
            });
        });
    if (!piece_pending_) Close();
}

void Connection::OnPiece(std::uint64_t number, Piece piece) {
    if (number != number_ || state_ != State::kAnswering || !stream_) return;
    piece_pending_ = false;
    bool broken = piece.failed;
    if (stream_left_) {
        // What does not match the length that was promised cannot be repaired any more.
        broken = broken || piece.bytes.size() > *stream_left_ || (!piece.more && piece.bytes.size() < *stream_left_);
        if (!broken) *stream_left_ -= piece.bytes.size();
    }
    if (broken) {
        Close();
        return;
    }
    // The rate that is asked of the client does not count the time our own worker took.
    if (out_.empty()) transfer_moved_ = reactor_.now();
    exchange_->bytes_out += piece.bytes.size();
    if (stream_chunked_) {
        if (!piece.bytes.empty()) out_.Add(ChunkOf(std::move(piece.bytes)));
        if (!piece.more) out_.Add(std::string("0\r\n\r\n"));
    } else {
        out_.Add(std::move(piece.bytes));
    }
    if (!piece.more) stream_.reset();
    Pump();
}

void Connection::Finish() {
    if (!exchange_) {
        BeginLinger();
        return;
    }
    const bool close = exchange_->close;
    Conclude();
    if (close) {
        BeginLinger();
    } else {
        EnterHead();
    }
}

void Connection::Conclude() {
    Core& core = reactor_.core();
    const std::int64_t duration = core.parts.clock.MonotonicMicros() - exchange_->began_micros;
    reactor_.CountExchange(*exchange_, duration);
    LogAccess(core, *exchange_, duration);
    DropExchange();
}

void Connection::DropExchange() {
    if (!exchange_) return;
    exchange_.reset();
    sink_.reset();
    stream_.reset();
    Core& core = reactor_.core();
    core.in_flight.fetch_sub(1, std::memory_order_relaxed);
    core.in_flight_gauge.Add(-1);
}

void Connection::BeginLinger() {
    transport_->ShutdownWrite();
    state_ = State::kLingering;
    lingered_ = 0;
    SetDeadline(After(deadlines().linger_ms));
}

bool Connection::StepLinger() {
    lingered_ += unread_.size();
    unread_ = {};
    if (lingered_ > kLingerBytesMax) {
        Close();
        return false;
    }
    return Read();
}

void Connection::Close() {
    if (state_ == State::kClosed) return;
    state_ = State::kClosed;
    reactor_.wheel().Clear(timer_);
    ++number_;
    if (const auto later = std::exchange(later_, nullptr)) later->Abandon();
    DropExchange();
    if (socket_) socket_->Detach();
    socket_.reset();
    reactor_.Retire(*this);
}

bool Connection::StepSocketOut() {
    const IoStep step = Flush();
    if (step != IoStep::kDone && step != IoStep::kBlocked) {
        Close();
        return false;
    }
    socket_->OnWritten(out_.bytes());
    if (socket_->finished() && out_.empty()) {
        socket_->Detach();
        socket_.reset();
        BeginLinger();
    }
    return true;
}

}  // namespace rt::net
