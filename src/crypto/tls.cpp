#include "crypto/tls.h"

#include <openssl/pem.h>

#include <array>
#include <mutex>
#include <utility>

#include "crypto/certificate.h"
#include "crypto/openssl_internal.h"
#include "crypto/tls_tickets_internal.h"

namespace rt::crypto {
namespace {

// Forward secrecy and authenticated encryption only; TLS 1.3 has nothing else.
constexpr const char* kTls12Suites =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"
    "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";
constexpr const char* kGroups = "X25519:P-256:P-384";
// 112 bits and more: RSA from 2048, no SHA-1 in signatures.
constexpr int kSecurityLevel = 2;
constexpr std::string_view kHttp11 = "\x08http/1.1";

int OnAlpn(SSL* /*session*/, const unsigned char** out, unsigned char* out_size, const unsigned char* offered,
           unsigned offered_size, void* /*context*/) {
    unsigned char* chosen = nullptr;
    const auto* ours = reinterpret_cast<const unsigned char*>(kHttp11.data());
    const int found = SSL_select_next_proto(&chosen, out_size, ours, kHttp11.size(), offered, offered_size);
    *out = chosen;
    // A client that offers only protocols we do not speak is told so (RFC 7301 §3.2).
    return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

Error Refused(const std::string& what) {
    return Fail(Code::kInvalid, what + ": " + TakeErrorText());
}

Status LoadCertificate(SSL_CTX& context, const TlsOptions& options) {
    const BioPtr bio = ReadBio(options.certificate_pem);
    const CertificatePtr leaf(PEM_read_bio_X509(bio.get(), nullptr, NoPassphrase, nullptr));
    if (leaf == nullptr) return Refused("the certificate file holds no certificate in PEM form");
    const ChainPtr chain(sk_X509_new_null());
    while (X509* next = PEM_read_bio_X509(bio.get(), nullptr, NoPassphrase, nullptr)) {
        if (sk_X509_push(chain.get(), next) == 0) return Refused("the certificate chain cannot be read");
    }
    const bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
    if (!at_end) return Refused("the certificate chain cannot be read");
    ERR_clear_error();

    const BioPtr key_bio = ReadBio(options.key_pem);
    const KeyPtr key(PEM_read_bio_PrivateKey(key_bio.get(), nullptr, NoPassphrase, nullptr));
    if (key == nullptr) return Refused("the key file holds no unencrypted private key in PEM form");
    if (X509_check_private_key(leaf.get(), key.get()) != 1)
        return Refused("certificate and key do not belong together");
    if (SSL_CTX_use_cert_and_key(&context, leaf.get(), key.get(), chain.get(), 1) != 1) {
        return Refused("the certificate cannot be used");
    }
    return Ok();
}

Result<SslContextPtr> MakeContext(const TlsOptions& options, TicketKeys& tickets) {
    SslContextPtr context(SSL_CTX_new(TLS_server_method()));
    if (context == nullptr) return Fail(Code::kInternal, "TLS: " + TakeErrorText());
    SSL_CTX& c = *context;
    SSL_CTX_set_security_level(&c, kSecurityLevel);
    SSL_CTX_set_options(&c, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE |
                                SSL_OP_PRIORITIZE_CHACHA);
    SSL_CTX_set_mode(&c,
                     SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_session_cache_mode(&c, SSL_SESS_CACHE_OFF);  // tickets need no memory here
    SSL_CTX_set_num_tickets(&c, 1);
    SSL_CTX_set_alpn_select_cb(&c, OnAlpn, nullptr);
    if (SSL_CTX_set_min_proto_version(&c, TLS1_2_VERSION) != 1 || SSL_CTX_set_cipher_list(&c, kTls12Suites) != 1 ||
        SSL_CTX_set1_groups_list(&c, kGroups) != 1) {
        return Fail(Code::kInternal, "TLS: " + TakeErrorText());
    }
    tickets.AttachTo(c);
    RT_CHECK_OK(LoadCertificate(c, options));
    return context;
}

class Context final : public TlsContext {
  public:
    Status Replace(const TlsOptions& options) override {
        RT_TRY(SslContextPtr made, MakeContext(options, *tickets_));
        RT_TRY(const CertificateInfo info, DescribeCertificate(options.certificate_pem));
        const std::lock_guard lock(mutex_);
        context_ = std::move(made);
        expires_ = info.not_after;
        return Ok();
    }

    std::int64_t ExpiresMicros() const override {
        const std::lock_guard lock(mutex_);
        return expires_.micros;
    }

    void RotateTicketKeys() override { tickets_->Rotate(); }

    // A session keeps its SSL_CTX alive by itself.
    SslPtr NewSession() const {
        const std::lock_guard lock(mutex_);
        return SslPtr(SSL_new(context_.get()));
    }
    const std::shared_ptr<TicketKeys>& tickets() const { return tickets_; }

  private:
    const std::shared_ptr<TicketKeys> tickets_ = std::make_shared<TicketKeys>();
    mutable std::mutex mutex_;
    SslContextPtr context_;
    base::Time expires_;
};

class Session final : public TlsSession {
  public:
    Session(SslPtr ssl, std::shared_ptr<TicketKeys> tickets) : tickets_(std::move(tickets)), ssl_(std::move(ssl)) {}

    TlsResult Handshake() override {
        return Run([&](std::size_t& /*bytes*/) { return SSL_do_handshake(ssl_.get()); });
    }

    TlsResult Read(std::span<char> out) override {
        return Run([&](std::size_t& bytes) { return SSL_read_ex(ssl_.get(), out.data(), out.size(), &bytes); });
    }

    TlsResult Write(std::string_view data) override {
        // OpenSSL leaves a write of nothing undefined.
        if (data.empty()) return {TlsStep::kDone, 0};
        return Run([&](std::size_t& bytes) { return SSL_write_ex(ssl_.get(), data.data(), data.size(), &bytes); });
    }

    void CloseNotify() override {
        if (broken_ || SSL_in_init(ssl_.get()) == 1) return;
        broken_ = true;
        ERR_clear_error();
        SSL_shutdown(ssl_.get());
        ERR_clear_error();
    }

  private:
    template <class Call>
    TlsResult Run(Call call) {
        if (broken_) return {TlsStep::kFailed, 0};
        // SSL_get_error looks at the thread's error queue, which another session may have left filled.
        ERR_clear_error();
        std::size_t bytes = 0;
        const int result = call(bytes);
        if (result > 0) return {TlsStep::kDone, bytes};
        switch (SSL_get_error(ssl_.get(), result)) {
            case SSL_ERROR_WANT_READ:
                return {TlsStep::kWantRead, 0};
            case SSL_ERROR_WANT_WRITE:
                return {TlsStep::kWantWrite, 0};
            case SSL_ERROR_ZERO_RETURN:
                return {TlsStep::kClosed, 0};
            default:
                // After a fatal error nothing may be sent, close_notify included.
                broken_ = true;
                ERR_clear_error();
                return {TlsStep::kFailed, 0};
        }
    }

    std::shared_ptr<TicketKeys> tickets_;  // the context's callback uses them; freed after ssl_
    SslPtr ssl_;
    bool broken_ = false;
};

// Stands in for a session that could not be made (out of memory): every step fails.
class DeadSession final : public TlsSession {
  public:
    TlsResult Handshake() override { return {}; }
    TlsResult Read(std::span<char> /*out*/) override { return {}; }
    TlsResult Write(std::string_view /*data*/) override { return {}; }
    void CloseNotify() override {}
};

}  // namespace

Result<std::shared_ptr<TlsContext>> MakeTlsContext(const TlsOptions& options) {
    auto context = std::make_shared<Context>();
    RT_CHECK_OK(context->Replace(options));
    return std::shared_ptr<TlsContext>(std::move(context));
}

std::unique_ptr<TlsSession> NewTlsServerSession(TlsContext& context, int descriptor) {
    // Context is the only implementation.
    const auto& own = static_cast<const Context&>(context);
    SslPtr ssl = own.NewSession();
    if (ssl == nullptr || SSL_set_fd(ssl.get(), descriptor) != 1) {
        ERR_clear_error();
        return std::make_unique<DeadSession>();
    }
    SSL_set_accept_state(ssl.get());
    return std::make_unique<Session>(std::move(ssl), own.tickets());
}

}  // namespace rt::crypto
