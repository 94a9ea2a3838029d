#include "crypto/tls.h"

#include <atomic>
#include <map>
#include <mutex>
#include <utility>

#include "crypto/openssl_internal.h"
#include "crypto/tls_certificates_internal.h"
#include "crypto/tls_channel_internal.h"
#include "crypto/tls_tickets_internal.h"

namespace rt::crypto {
namespace {

constexpr std::string_view kHttp11 = "\x08http/1.1";
constexpr std::string_view kAcmeTls1 =
    "\x0a"
    "acme-tls/1";

using Challenges = std::map<std::string, SslContextPtr, std::less<>>;

// What a session needs from its context; it stays while the session does.
struct Shared {
    std::shared_ptr<TicketKeys> tickets;  // freed last
    std::shared_ptr<const CertificateSet> certificates;
    std::shared_ptr<const Challenges> challenges;
};

class Session final : public TlsSession {
  public:
    Session(SslPtr ssl, Shared shared) : shared_(std::move(shared)), channel_(std::move(ssl)) {
        SSL_set_app_data(channel_.ssl(), this);
    }

    static Session& Of(SSL* ssl) { return *static_cast<Session*>(SSL_get_app_data(ssl)); }

    // In the ClientHello: the certificate for the name, or that of a validation.
    void Choose(const HelloWishes& wishes) {
        challenge_ = false;
        if (wishes.acme_tls_1) {
            const auto found = shared_.challenges->find(wishes.server_name);
            challenge_ = found != shared_.challenges->end();
            if (challenge_) SSL_set_SSL_CTX(channel_.ssl(), found->second.get());
        }
        if (!challenge_) SSL_set_SSL_CTX(channel_.ssl(), &shared_.certificates->Find(wishes.server_name));
    }

    bool IsChallenge() const override { return challenge_; }

    TlsResult Handshake() override { return channel_.Handshake(); }
    TlsResult Read(std::span<char> out) override { return channel_.Read(out); }
    TlsResult Write(std::string_view data) override { return channel_.Write(data); }
    void CloseNotify() override { channel_.CloseNotify(); }

  private:
    Shared shared_;  // the callbacks use it; freed after the channel
    TlsChannel channel_;
    bool challenge_ = false;
};

int OnHello(SSL* session, int* /*alert*/, void* /*context*/) {
    Session::Of(session).Choose(ReadHello(session));
    return SSL_CLIENT_HELLO_SUCCESS;
}

// The choice was made in OnHello; this says that the name was used.
int OnServerName(SSL* /*session*/, int* /*alert*/, void* /*context*/) {
    return SSL_TLSEXT_ERR_OK;
}

int OnAlpn(SSL* session, const unsigned char** out, unsigned char* out_size, const unsigned char* offered,
           unsigned offered_size, void* /*context*/) {
    const std::string_view protocol = Session::Of(session).IsChallenge() ? kAcmeTls1 : kHttp11;
    unsigned char* chosen = nullptr;
    const auto* ours = reinterpret_cast<const unsigned char*>(protocol.data());
    const int found =
        SSL_select_next_proto(&chosen, out_size, ours, static_cast<unsigned>(protocol.size()), offered, offered_size);
    *out = chosen;
    // A client that offers only protocols we do not speak is told so (RFC 7301 §3.2).
    return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

void Prepare(SSL_CTX& context) {
    SSL_CTX_set_client_hello_cb(&context, OnHello, nullptr);
    SSL_CTX_set_tlsext_servername_callback(&context, OnServerName);
    SSL_CTX_set_alpn_select_cb(&context, OnAlpn, nullptr);
}

class Context final : public TlsContext {
  public:
    Status Replace(const std::vector<TlsPair>& pairs) override {
        RT_TRY(auto made, CertificateSet::Make(pairs, *tickets_, Prepare));
        const std::lock_guard lock(mutex_);
        certificates_ = std::move(made);
        vouched_ = !certificates_->infos().front().self_signed;
        return Ok();
    }

    std::vector<CertificateInfo> Certificates() const override {
        const std::lock_guard lock(mutex_);
        return certificates_->infos();
    }

    bool Vouched() const override { return vouched_.load(std::memory_order_relaxed); }

    bool Covers(std::string_view server_name) const override {
        const std::shared_ptr<const CertificateSet> set = Parts().certificates;
        return set->Covers(server_name);
    }

    Status SetChallenge(const std::string& name, const TlsPair& pair) override {
        RT_TRY(SslContextPtr made, MakeContext(pair, *tickets_));
        Prepare(*made);
        const std::lock_guard lock(mutex_);
        auto next = std::make_shared<Challenges>();
        for (const auto& [other, context] : *challenges_) {
            if (other == name) continue;
            SSL_CTX_up_ref(context.get());
            next->emplace(other, context.get());
        }
        next->emplace(name, std::move(made));
        challenges_ = std::move(next);
        return Ok();
    }

    void ClearChallenges() override {
        const std::lock_guard lock(mutex_);
        challenges_ = std::make_shared<const Challenges>();
    }

    void RotateTicketKeys() override { tickets_->Rotate(); }

    Shared Parts() const {
        const std::lock_guard lock(mutex_);
        return {tickets_, certificates_, challenges_};
    }

  private:
    const std::shared_ptr<TicketKeys> tickets_ = std::make_shared<TicketKeys>();
    std::atomic<bool> vouched_{false};
    mutable std::mutex mutex_;
    std::shared_ptr<const CertificateSet> certificates_;
    std::shared_ptr<const Challenges> challenges_ = std::make_shared<const Challenges>();
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

Result<std::shared_ptr<TlsContext>> MakeTlsContext(const std::vector<TlsPair>& pairs) {
    auto context = std::make_shared<Context>();
    RT_CHECK_OK(context->Replace(pairs));
    return std::shared_ptr<TlsContext>(std::move(context));
}

std::unique_ptr<TlsSession> NewTlsServerSession(TlsContext& context, int descriptor) {
    // Context is the only implementation.
    Shared shared = static_cast<const Context&>(context).Parts();
    SslPtr ssl(SSL_new(&shared.certificates->first()));
    if (ssl == nullptr || SSL_set_fd(ssl.get(), descriptor) != 1) {
        ERR_clear_error();
        return std::make_unique<DeadSession>();
    }
    SSL_set_accept_state(ssl.get());
    return std::make_unique<Session>(std::move(ssl), std::move(shared));
}

}  // namespace rt::crypto
