// TLS for connections that we open: the peer's certificate and name are always verified.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "crypto/tls.h"

namespace rt::crypto {

struct TrustOptions {
    std::string bundle_file{};  // PEM; empty: where Debian, RHEL, Alpine and their kin keep the system's
    std::string extra_file{};   // PEM; trusted besides
};

// The authorities we believe. Read on the first use (tens of milliseconds) and shared by all sessions. Thread-safe.
class TlsTrust {
  public:
    virtual ~TlsTrust() = default;
    // Reads the files now. UNAVAILABLE with the reason; the next use tries again.
    virtual Status Load() = 0;
};
std::shared_ptr<TlsTrust> MakeTlsTrust(TrustOptions options);

class TlsClientSession : public TlsSession {
  public:
    // Why the handshake failed, such as "certificate has expired"; no data of the peer's.
    virtual const std::string& Failure() const = 0;
};

// TLS 1.2 or 1.3 on a non-blocking descriptor that the session does not own. `host` is a name (sent as SNI) or the text
// of an address; the certificate must be made out to it (RFC 9525; no partial wildcards).
Result<std::unique_ptr<TlsClientSession>> NewTlsClientSession(TlsTrust& trust, int descriptor, const std::string& host);

}  // namespace rt::crypto
