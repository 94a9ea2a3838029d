#include <openssl/pem.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "crypto/tls_certificates_internal.h"

namespace rt::crypto {
namespace {

// Forward secrecy and authenticated encryption only; TLS 1.3 has nothing else.
constexpr const char* kTls12Suites =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"
    "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";
constexpr const char* kGroups = "X25519:P-256:P-384";
// 112 bits and more: RSA from 2048, no SHA-1 in signatures.
constexpr int kSecurityLevel = 2;
constexpr std::string_view kAcmeTls1 = "acme-tls/1";
constexpr unsigned char kHostName = 0;  // NameType, RFC 6066 §3

Error Refused(const std::string& what) {
    return Fail(Code::kInvalid, what + ": " + TakeErrorText());
}

std::string LowerCase(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return out;
}

// Takes a vector with a length of `length_bytes` before it; nullopt if it is cut off.
std::optional<std::string_view> TakeVector(std::string_view& bytes, std::size_t length_bytes) {
    if (bytes.size() < length_bytes) return std::nullopt;
    std::size_t size = 0;
    for (std::size_t i = 0; i < length_bytes; ++i) size = size * 256 + static_cast<unsigned char>(bytes[i]);
    bytes.remove_prefix(length_bytes);
    if (bytes.size() < size) return std::nullopt;
    const std::string_view out = bytes.substr(0, size);
    bytes.remove_prefix(size);
    return out;
}

std::string_view ExtensionOf(SSL* session, unsigned type) {
    const unsigned char* data = nullptr;
    std::size_t size = 0;
    if (SSL_client_hello_get0_ext(session, type, &data, &size) != 1) return {};
    return {reinterpret_cast<const char*>(data), size};
}

std::string ReadServerName(std::string_view extension) {
    auto list = TakeVector(extension, 2);
    if (!list || list->empty() || static_cast<unsigned char>(list->front()) != kHostName) return {};
    list->remove_prefix(1);
    const auto name = TakeVector(*list, 2);
    return name ? LowerCase(*name) : std::string();
}

bool OffersAcme(std::string_view extension) {
    auto list = TakeVector(extension, 2);
    while (list && !list->empty()) {
        const auto protocol = TakeVector(*list, 1);
        if (!protocol) return false;
        if (*protocol == kAcmeTls1) return true;
    }
    return false;
}

Status LoadCertificate(SSL_CTX& context, const TlsPair& pair) {
    const BioPtr bio = ReadBio(pair.certificate_pem);
    const CertificatePtr leaf(PEM_read_bio_X509(bio.get(), nullptr, NoPassphrase, nullptr));
    if (leaf == nullptr) return Refused("the certificate file holds no certificate in PEM form");
    const ChainPtr chain(sk_X509_new_null());
    while (X509* next = PEM_read_bio_X509(bio.get(), nullptr, NoPassphrase, nullptr)) {
        if (sk_X509_push(chain.get(), next) == 0) return Refused("the certificate chain cannot be read");
    }
    const bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
    if (!at_end) return Refused("the certificate chain cannot be read");
    ERR_clear_error();

    const BioPtr key_bio = ReadBio(pair.key_pem);
    const KeyPtr key(PEM_read_bio_PrivateKey(key_bio.get(), nullptr, NoPassphrase, nullptr));
    if (key == nullptr) return Refused("the key file holds no unencrypted private key in PEM form");
    if (X509_check_private_key(leaf.get(), key.get()) != 1)
        return Refused("certificate and key do not belong together");
    if (SSL_CTX_use_cert_and_key(&context, leaf.get(), key.get(), chain.get(), 1) != 1) {
        return Refused("the certificate cannot be used");
    }
    return Ok();
}

}  // namespace

HelloWishes ReadHello(SSL* session) {
    return {ReadServerName(ExtensionOf(session, TLSEXT_TYPE_server_name)),
            OffersAcme(ExtensionOf(session, TLSEXT_TYPE_application_layer_protocol_negotiation))};
}

Result<SslContextPtr> MakeContext(const TlsPair& pair, TicketKeys& tickets) {
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
    if (SSL_CTX_set_min_proto_version(&c, TLS1_2_VERSION) != 1 || SSL_CTX_set_cipher_list(&c, kTls12Suites) != 1 ||
        SSL_CTX_set1_groups_list(&c, kGroups) != 1) {
        return Fail(Code::kInternal, "TLS: " + TakeErrorText());
    }
    tickets.AttachTo(c);
    RT_CHECK_OK(LoadCertificate(c, pair));
    return context;
}

Result<std::shared_ptr<const CertificateSet>> CertificateSet::Make(const std::vector<TlsPair>& pairs,
                                                                   TicketKeys& tickets,
                                                                   void (*prepare)(SSL_CTX& context)) {
    if (pairs.empty()) return Fail(Code::kInvalid, "no certificate");
    auto set = std::make_shared<CertificateSet>();
    for (const TlsPair& pair : pairs) {
        RT_TRY(SslContextPtr context, MakeContext(pair, tickets));
        prepare(*context);
        RT_TRY(CertificateInfo info, DescribeCertificate(pair.certificate_pem));
        for (const std::string& name : info.names) set->by_name_.emplace(LowerCase(name), context.get());
        set->contexts_.push_back(std::move(context));
        set->infos_.push_back(std::move(info));
    }
    return std::shared_ptr<const CertificateSet>(std::move(set));
}

SSL_CTX& CertificateSet::Find(const std::string& server_name) const {
    if (contexts_.size() == 1) return first();
    SSL_CTX* const found = Named(server_name);
    return found != nullptr ? *found : first();
}

bool CertificateSet::Covers(std::string_view server_name) const {
    return Named(LowerCase(server_name)) != nullptr;
}

SSL_CTX* CertificateSet::Named(const std::string& server_name) const {
    if (const auto exact = by_name_.find(server_name); exact != by_name_.end()) return exact->second;
    // A wildcard stands for one label (RFC 6125 §6.4.3).
    const std::size_t dot = server_name.find('.');
    if (dot == std::string::npos || dot == 0) return nullptr;
    const auto wildcard = by_name_.find("*" + server_name.substr(dot));
    return wildcard != by_name_.end() ? wildcard->second : nullptr;
}

}  // namespace rt::crypto
