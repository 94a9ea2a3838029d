// A connected non-blocking socket, plain or TLS. Owns the descriptor. Not thread-safe.
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "crypto/tls.h"
#include "net/out_queue.h"

namespace rt::net {

// kBlocked: try again after the next readiness event. kEnd: the peer will send nothing more.
enum class IoStep : std::uint8_t { kDone, kBlocked, kEnd, kFailed };

struct IoResult {
    IoStep step = IoStep::kFailed;
    std::size_t bytes = 0;
};

class Transport {
  public:
    // Without a session the socket is plain.
    Transport(int descriptor, std::unique_ptr<crypto::TlsSession> session);
    ~Transport();
    Transport(const Transport&) = delete;
    Transport& operator=(const Transport&) = delete;

    bool is_tls() const { return session_ != nullptr; }
    // After the handshake: a validation of TLS-ALPN-01, which ends here.
    bool is_challenge() const { return session_ != nullptr && session_->IsChallenge(); }
    // kDone once the connection may be used; at once without TLS.
    IoStep Handshake();
    // Before the handshake: what has arrived, without taking it; then takes `bytes` of it.
    IoResult Peek(std::span<char> out);
    IoStep Skip(std::size_t bytes);
    IoResult Read(std::span<char> out);
    // Writes from the front of the queue and drops what was written.
    IoResult Write(OutQueue& queue);
    // Tells the peer that nothing more will come; reading goes on.
    void ShutdownWrite();

  private:
    IoResult Receive(std::span<char> out, int flags);
    IoResult WritePlain(OutQueue& queue);
    IoResult WriteTls(OutQueue& queue);

    const int descriptor_;
    std::unique_ptr<crypto::TlsSession> session_;
};

}  // namespace rt::net
