#include "crypto/tls_client.h"

#include <array>
#include <mutex>
#include <utility>

#include "crypto/openssl_internal.h"
#include "crypto/tls_channel_internal.h"

namespace rt::crypto {
namespace {

// Debian and Alpine, RHEL by its old and its new path, and the one LibreSSL left behind.
constexpr std::array kBundles{"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt",
                              "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", "/etc/ssl/cert.pem"};
constexpr int kSecurityLevel = 2;

Error Unreadable(const std::string& file) {
    return Fail(Code::kUnavailable, "no certificate authority could be read from " + file + ": " + TakeErrorText());
}

Status LoadBundle(X509_STORE& store, const TrustOptions& options) {
    if (!options.bundle_file.empty()) {
        if (X509_STORE_load_file(&store, options.bundle_file.c_str()) != 1) return Unreadable(options.bundle_file);
        return Ok();
    }
    for (const char* file : kBundles) {
        if (X509_STORE_load_file(&store, file) == 1) return Ok();
        ERR_clear_error();
    }
    // With an authority of one's own the system's may be missing (an empty chroot).
    if (!options.extra_file.empty()) return Ok();
    return Fail(Code::kUnavailable,
                "no bundle of certificate authorities was found: install ca-certificates, or set "
                "outgoing.ca_file");
}

Result<SslContextPtr> MakeClientContext(const TrustOptions& options) {
    SslContextPtr context(SSL_CTX_new(TLS_client_method()));
    if (context == nullptr) return Fail(Code::kInternal, "TLS: " + TakeErrorText());
    SSL_CTX& c = *context;
    SSL_CTX_set_security_level(&c, kSecurityLevel);
    SSL_CTX_set_options(&c, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
    SSL_CTX_set_mode(&c, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_verify(&c, SSL_VERIFY_PEER, nullptr);
    if (SSL_CTX_set_min_proto_version(&c, TLS1_2_VERSION) != 1) return Fail(Code::kInternal, "TLS: " + TakeErrorText());
    X509_STORE& store = *SSL_CTX_get_cert_store(&c);
    RT_CHECK_OK(LoadBundle(store, options));
    if (!options.extra_file.empty() && X509_STORE_load_file(&store, options.extra_file.c_str()) != 1)
        return Unreadable(options.extra_file);
    ERR_clear_error();
    return context;
}

class Trust final : public TlsTrust {
  public:
    explicit Trust(TrustOptions options) : options_(std::move(options)) {}

    Status Load() override {
        const std::lock_guard lock(mutex_);
        return LoadLocked();
    }

    // A session keeps its SSL_CTX alive by itself.
    Result<SslPtr> NewSession() {
        const std::lock_guard lock(mutex_);
        RT_CHECK_OK(LoadLocked());
        return SslPtr(SSL_new(context_.get()));
    }

  private:
    Status LoadLocked() {
        if (context_ != nullptr) return Ok();
        RT_TRY(context_, MakeClientContext(options_));
        return Ok();
    }

    const TrustOptions options_;
    std::mutex mutex_;
    SslContextPtr context_;
};

class ClientSession final : public TlsClientSession {
  public:
    explicit ClientSession(SslPtr ssl) : channel_(std::move(ssl)) {}

    TlsResult Handshake() override { return channel_.Handshake(); }
    TlsResult Read(std::span<char> out) override { return channel_.Read(out); }
    TlsResult Write(std::string_view data) override { return channel_.Write(data); }
    void CloseNotify() override { channel_.CloseNotify(); }
    const std::string& Failure() const override { return channel_.failure(); }

  private:
    TlsChannel channel_;
};

// The name that the certificate must bear.
bool SetPeerName(SSL& ssl, const std::string& host) {
    X509_VERIFY_PARAM* param = SSL_get0_param(&ssl);
    if (X509_VERIFY_PARAM_set1_ip_asc(param, host.c_str()) == 1) return true;
    ERR_clear_error();
    X509_VERIFY_PARAM_set_hostflags(param, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    return X509_VERIFY_PARAM_set1_host(param, host.c_str(), host.size()) == 1 &&
           SSL_set_tlsext_host_name(&ssl, host.c_str()) == 1;
}

}  // namespace

std::shared_ptr<TlsTrust> MakeTlsTrust(TrustOptions options) {
    return std::make_shared<Trust>(std::move(options));
}

Result<std::unique_ptr<TlsClientSession>> NewTlsClientSession(TlsTrust& trust, int descriptor,
                                                              const std::string& host) {
    // Trust is the only implementation.
    RT_TRY(SslPtr ssl, static_cast<Trust&>(trust).NewSession());
    if (host.empty() || ssl == nullptr || SSL_set_fd(ssl.get(), descriptor) != 1 || !SetPeerName(*ssl, host))
        return Fail(Code::kInternal, "TLS: " + TakeErrorText());
    SSL_set_connect_state(ssl.get());
    return std::unique_ptr<TlsClientSession>(std::make_unique<ClientSession>(std::move(ssl)));
}

}  // namespace rt::crypto
