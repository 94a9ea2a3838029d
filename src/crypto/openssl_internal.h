// Owners for OpenSSL objects and its error queue as text. For the .cpp files of crypto/ only.
#pragma once

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>
#include <string_view>

namespace rt::crypto {

template <auto Free>
struct OpenSslDeleter {
    template <class T>
    void operator()(T* object) const {
        Free(object);
    }
};

inline void FreeChain(STACK_OF(X509) * chain) {
    sk_X509_pop_free(chain, X509_free);
}

using BioPtr = std::unique_ptr<BIO, OpenSslDeleter<BIO_free_all>>;
using CertificatePtr = std::unique_ptr<X509, OpenSslDeleter<X509_free>>;
using ChainPtr = std::unique_ptr<STACK_OF(X509), OpenSslDeleter<FreeChain>>;
using CipherPtr = std::unique_ptr<EVP_CIPHER_CTX, OpenSslDeleter<EVP_CIPHER_CTX_free>>;
using KeyPtr = std::unique_ptr<EVP_PKEY, OpenSslDeleter<EVP_PKEY_free>>;
using SslContextPtr = std::unique_ptr<SSL_CTX, OpenSslDeleter<SSL_CTX_free>>;
using SslPtr = std::unique_ptr<SSL, OpenSslDeleter<SSL_free>>;

// The reason of the newest error in this thread's queue, which is then empty.
inline std::string TakeErrorText() {
    const unsigned long code = ERR_peek_last_error();
    ERR_clear_error();
    const char* reason = code == 0 ? nullptr : ERR_reason_error_string(code);
    return reason == nullptr ? "unknown reason" : reason;
}

inline BioPtr ReadBio(std::string_view data) {
    return BioPtr(BIO_new_mem_buf(data.data(), static_cast<int>(data.size())));
}

// Instead of OpenSSL's own callback, which asks at the terminal.
inline int NoPassphrase(char* /*buffer*/, int /*size*/, int /*writing*/, void* /*context*/) {
    return -1;
}

}  // namespace rt::crypto
