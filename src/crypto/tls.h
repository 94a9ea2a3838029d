// TLS for non-blocking sockets, server side (OpenSSL). TLS 1.2 and 1.3; certificates by server name (SNI, RFC 6066 §3);
// ALPN answers http/1.1, and acme-tls/1 for names that are being validated (RFC 8737).
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "crypto/certificate.h"

namespace rt::crypto {

struct TlsPair {
    std::string certificate_pem;  // leaf first, then the chain
    std::string key_pem;
};

// Certificates and settings shared by all sessions. Thread-safe.
class TlsContext {
  public:
    virtual ~TlsContext() = default;
    // Takes effect for new connections. The first pair is for clients that name no server or one that no pair covers;
    // of several pairs for one name the first is used, an exact name goes before a wildcard. On an error all the old
    // ones stay.
    virtual Status Replace(const std::vector<TlsPair>& pairs) = 0;
    // What the leaves say, in the order given.
    virtual std::vector<CertificateInfo> Certificates() const = 0;
    // The first certificate comes from somebody: a client may believe it.
    virtual bool Vouched() const = 0;
    // Is there a certificate for this name, in any case, other than by default?
    virtual bool Covers(std::string_view server_name) const = 0;
    // Clients that offer acme-tls/1 for `name` (lower case) get this certificate and nothing else.
    virtual Status SetChallenge(const std::string& name, const TlsPair& pair) = 0;
    virtual void ClearChallenges() = 0;
    // Session tickets are sealed with a new key; those of the last two keys stay good. Call it a few times a day.
    virtual void RotateTicketKeys() = 0;
};

// VALIDATION_FAILED with the reason if certificate or key cannot be read or do not belong together.
Result<std::shared_ptr<TlsContext>> MakeTlsContext(const std::vector<TlsPair>& pairs);

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
    // After the handshake: this was a validation of RFC 8737, and nothing may follow but the end.
    virtual bool IsChallenge() const { return false; }
    // Sends close_notify, once, without waiting for the peer's.
    virtual void CloseNotify() = 0;
};

// `context` must come from MakeTlsContext; it may be destroyed before the session.
std::unique_ptr<TlsSession> NewTlsServerSession(TlsContext& context, int descriptor);

}  // namespace rt::crypto
