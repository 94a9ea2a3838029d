// The certificates that a server answers with, each in an SSL_CTX of its own, chosen by the name in the ClientHello.
// For the .cpp files of crypto/ only.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/certificate.h"
#include "crypto/openssl_internal.h"
#include "crypto/tls.h"
#include "crypto/tls_tickets_internal.h"

namespace rt::crypto {

// What a ClientHello asks for.
struct HelloWishes {
    std::string server_name;  // lower case; empty: none
    bool acme_tls_1 = false;  // ALPN offers acme-tls/1
};

// Reads the raw extensions, inside the callback of SSL_CTX_set_client_hello_cb. What is malformed counts as absent:
// OpenSSL refuses it right after.
HelloWishes ReadHello(SSL* session);

// Immutable, shared by the sessions that began with it.
class CertificateSet {
  public:
    // `tickets` must outlive the set. VALIDATION_FAILED if one pair is bad or there is none.
    static Result<std::shared_ptr<const CertificateSet>> Make(const std::vector<TlsPair>& pairs, TicketKeys& tickets,
                                                              void (*prepare)(SSL_CTX& context));

    SSL_CTX& first() const { return *contexts_.front(); }
    // For a name in lower case; the first one when no certificate covers it.
    SSL_CTX& Find(const std::string& server_name) const;
    // For a name in any case.
    bool Covers(std::string_view server_name) const;
    const std::vector<CertificateInfo>& infos() const { return infos_; }

  private:
    SSL_CTX* Named(const std::string& server_name) const;

    std::vector<SslContextPtr> contexts_;
    std::vector<CertificateInfo> infos_;
    std::map<std::string, SSL_CTX*, std::less<>> by_name_;  // "*.example.org" for wildcards
};

// An SSL_CTX with our protocol settings and one certificate.
Result<SslContextPtr> MakeContext(const TlsPair& pair, TicketKeys& tickets);

}  // namespace rt::crypto
