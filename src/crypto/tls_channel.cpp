#include <openssl/x509_vfy.h>

#include "crypto/tls_channel_internal.h"

namespace rt::crypto {

TlsResult TlsChannel::Handshake() {
    return Run([this](std::size_t& /*bytes*/) { return SSL_do_handshake(ssl_.get()); });
}

TlsResult TlsChannel::Read(std::span<char> out) {
    return Run([&](std::size_t& bytes) { return SSL_read_ex(ssl_.get(), out.data(), out.size(), &bytes); });
}

TlsResult TlsChannel::Write(std::string_view data) {
    // OpenSSL leaves a write of nothing undefined.
    if (data.empty()) return {TlsStep::kDone, 0};
    if (write_closed_) return {TlsStep::kFailed, 0};
    return Run([&](std::size_t& bytes) { return SSL_write_ex(ssl_.get(), data.data(), data.size(), &bytes); });
}

void TlsChannel::CloseNotify() {
    if (broken_ || write_closed_ || SSL_in_init(ssl_.get()) == 1) return;
    write_closed_ = true;
    ERR_clear_error();
    SSL_shutdown(ssl_.get());
    ERR_clear_error();
}

template <class Call>
TlsResult TlsChannel::Run(Call call) {
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
            return Break();
    }
}

// After a fatal error nothing may be sent, close_notify included.
TlsResult TlsChannel::Break() {
    broken_ = true;
    const long verdict = SSL_get_verify_result(ssl_.get());
    failure_ = verdict == X509_V_OK ? TakeErrorText() : X509_verify_cert_error_string(verdict);
    ERR_clear_error();
    return {TlsStep::kFailed, 0};
}

}  // namespace rt::crypto
