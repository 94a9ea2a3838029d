// TLS for non-blocking sockets, server side (OpenSSL). TLS 1.2 and 1.3; ALPN answers http/1.1.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace rt::crypto {

struct TlsOptions {
    std::string certificate_pem;  // leaf first, then the chain
    std::string key_pem;
};

// Certificates and settings shared by all sessions. Thread-safe.
class TlsContext {
  public:
    virtual ~TlsContext() = default;
    // Takes effect for new connections; on an error the old certificate stays.
    virtual Status Replace(const TlsOptions& options) = 0;
    // notAfter of the leaf, microseconds UTC.
    virtual std::int64_t ExpiresMicros() const = 0;
    // Session tickets are sealed with a new key; those of the last two keys stay good. Call it a few times a day.
    virtual void RotateTicketKeys() = 0;
};

// VALIDATION_FAILED with the reason if certificate or key cannot be read or do not belong together.
Result<std::shared_ptr<TlsContext>> MakeTlsContext(const TlsOptions& options);

enum class TlsStep : std::uint8_t { kDone, kWantRead, kWantWrite, kClosed, kFailed };

struct TlsResult {
    TlsStep step = TlsStep::kFailed;
    std::size_t bytes = 0;  // kDone of Read and Write
};

// One connection on a non-blocking descriptor that it does not own. Not thread-safe. Buffers are freed while idle.
class TlsSession {
  public:
    virtual ~TlsSession() = default;
    virtual TlsResult Handshake() = 0;
    // kClosed: the peer said close_notify. Read until kWantRead: decrypted bytes may wait here while the descriptor is
    // quiet.
    virtual TlsResult Read(std::span<char> out) = 0;
    // May write a part. After kWantWrite the same bytes must come again (at another address is fine).
    virtual TlsResult Write(std::string_view data) = 0;
    // Sends close_notify, once, without waiting for the peer's.
    virtual void CloseNotify() = 0;
};

// `context` must come from MakeTlsContext; it may be destroyed before the session.
std::unique_ptr<TlsSession> NewTlsServerSession(TlsContext& context, int descriptor);

}  // namespace rt::crypto
