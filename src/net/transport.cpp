#include "net/transport.h"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace rt::net {
namespace {

constexpr std::size_t kSkipBytes = 512;

IoResult FromErrno() {
    return {errno == EAGAIN || errno == EWOULDBLOCK ? IoStep::kBlocked : IoStep::kFailed, 0};
}

IoResult FromTls(const crypto::TlsResult& result) {
    switch (result.step) {
        case crypto::TlsStep::kDone:
            return {IoStep::kDone, result.bytes};
        case crypto::TlsStep::kWantRead:
        case crypto::TlsStep::kWantWrite:
            return {IoStep::kBlocked, 0};
        case crypto::TlsStep::kClosed:
            return {IoStep::kEnd, 0};
        case crypto::TlsStep::kFailed:
            break;
    }
    return {IoStep::kFailed, 0};
}

}  // namespace

Transport::Transport(int descriptor, std::unique_ptr<crypto::TlsSession> session)
    : descriptor_(descriptor), session_(std::move(session)) {}

Transport::~Transport() {
    session_.reset();
    close(descriptor_);
}

IoStep Transport::Handshake() {
    return session_ ? FromTls(session_->Handshake()).step : IoStep::kDone;
}

IoResult Transport::Peek(std::span<char> out) {
    return Receive(out, MSG_PEEK);
}

IoStep Transport::Skip(std::size_t bytes) {
    std::array<char, kSkipBytes> taken;
    while (bytes > 0) {
        const IoResult result = Receive(std::span(taken).first(std::min(bytes, taken.size())), 0);
        if (result.step != IoStep::kDone) return result.step;
        bytes -= result.bytes;
    }
    return IoStep::kDone;
}

IoResult Transport::Read(std::span<char> out) {
    return session_ ? FromTls(session_->Read(out)) : Receive(out, 0);
}

IoResult Transport::Receive(std::span<char> out, int flags) {
    ssize_t size = 0;
    do {
        size = recv(descriptor_, out.data(), out.size(), flags);
    } while (size < 0 && errno == EINTR);
    if (size < 0) return FromErrno();
    return {size == 0 ? IoStep::kEnd : IoStep::kDone, static_cast<std::size_t>(size)};
}

IoResult Transport::Write(OutQueue& queue) {
    return session_ ? WriteTls(queue) : WritePlain(queue);
}

IoResult Transport::WritePlain(OutQueue& queue) {
    IoResult total{IoStep::kDone, 0};
    while (!queue.empty()) {
        std::array<iovec, OutQueue::kPiecesMax> pieces{};
        msghdr message{};
        message.msg_iov = pieces.data();
        message.msg_iovlen = queue.Gather(pieces);
        // Most answers are one piece, for which the kernel has less to look through.
        const ssize_t size = message.msg_iovlen == 1
                                 ? send(descriptor_, pieces[0].iov_base, pieces[0].iov_len, MSG_NOSIGNAL)
                                 : sendmsg(descriptor_, &message, MSG_NOSIGNAL);
        if (size < 0) {
            if (errno == EINTR) continue;
            total.step = FromErrno().step;
            break;
        }
        queue.Consume(static_cast<std::size_t>(size));
        total.bytes += static_cast<std::size_t>(size);
    }
    return total;
}

IoResult Transport::WriteTls(OutQueue& queue) {
    IoResult total{IoStep::kDone, 0};
    while (!queue.empty()) {
        const IoResult step = FromTls(session_->Write(queue.front()));
        if (step.step != IoStep::kDone) {
            total.step = step.step;
            break;
        }
        queue.Consume(step.bytes);
        total.bytes += step.bytes;
    }
    return total;
}

void Transport::ShutdownWrite() {
    if (session_) session_->CloseNotify();
    shutdown(descriptor_, SHUT_WR);
}

}  // namespace rt::net
