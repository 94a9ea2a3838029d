#include <openssl/core_names.h>
#include <openssl/params.h>

#include <algorithm>
#include <string>

#include "crypto/hash.h"
#include "crypto/tls_tickets_internal.h"

namespace rt::crypto {
namespace {

// Answers of the callback, SSL_CTX_set_tlsext_ticket_key_evp_cb(3).
constexpr int kFailed = -1;
constexpr int kUnknown = 0;
constexpr int kUse = 1;
constexpr int kUseAndRenew = 2;
constexpr std::size_t kIvBytes = 16;

bool SetMacKey(EVP_MAC_CTX* mac, std::array<std::uint8_t, 32> key) {
    std::string digest = "SHA256";
    std::array<OSSL_PARAM, 3> parameters{OSSL_PARAM_construct_octet_string(OSSL_MAC_PARAM_KEY, key.data(), key.size()),
                                         OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.data(), 0),
                                         OSSL_PARAM_construct_end()};
    return EVP_MAC_CTX_set_params(mac, parameters.data()) == 1;
}

}  // namespace

void TicketKeys::Rotate() {
    SystemRandom random;
    Key key{};
    random.Fill(key.name);
    random.Fill(key.cipher);
    random.Fill(key.mac);
    const std::lock_guard lock(mutex_);
    keys_.insert(keys_.begin(), key);
    if (keys_.size() > kKept) keys_.resize(kKept);
}

void TicketKeys::AttachTo(SSL_CTX& context) {
    SSL_CTX_set_app_data(&context, this);
    SSL_CTX_set_tlsext_ticket_key_evp_cb(&context, OnTicket);
}

int TicketKeys::OnTicket(SSL* session, unsigned char* name, unsigned char* iv, EVP_CIPHER_CTX* cipher, EVP_MAC_CTX* mac,
                         int sealing) {
    auto* keys = static_cast<TicketKeys*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(session)));
    if (sealing == 1) return keys->Seal(name, iv, cipher, mac);
    const int opened = keys->Open(name, iv, cipher, mac);
    // A client of TLS 1.3 uses a ticket once (RFC 8446 §C.4): without a fresh one it could come back only every other
    // time.
    return opened == kUse && SSL_version(session) == TLS1_3_VERSION ? kUseAndRenew : opened;
}

int TicketKeys::Seal(unsigned char* name, unsigned char* iv, EVP_CIPHER_CTX* cipher, EVP_MAC_CTX* mac) {
    SystemRandom random;
    random.Fill({iv, kIvBytes});
    const std::lock_guard lock(mutex_);
    const Key& key = keys_.front();
    std::copy(key.name.begin(), key.name.end(), name);
    const bool done =
        EVP_EncryptInit_ex(cipher, EVP_aes_256_cbc(), nullptr, key.cipher.data(), iv) == 1 && SetMacKey(mac, key.mac);
    return done ? kUse : kFailed;
}

int TicketKeys::Open(const unsigned char* name, const unsigned char* iv, EVP_CIPHER_CTX* cipher, EVP_MAC_CTX* mac) {
    const std::lock_guard lock(mutex_);
    const auto key = std::find_if(keys_.begin(), keys_.end(),
                                  [&](const Key& k) { return std::equal(k.name.begin(), k.name.end(), name); });
    if (key == keys_.end()) return kUnknown;
    const bool done =
        EVP_DecryptInit_ex(cipher, EVP_aes_256_cbc(), nullptr, key->cipher.data(), iv) == 1 && SetMacKey(mac, key->mac);
    if (!done) return kFailed;
    return key == keys_.begin() ? kUse : kUseAndRenew;
}

}  // namespace rt::crypto
