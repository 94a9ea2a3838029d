// What both ends of a TLS connection do alike with their SSL object. For the .cpp files of crypto/ only.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "crypto/openssl_internal.h"
#include "crypto/tls.h"

namespace rt::crypto {

// The steps of TlsSession on one SSL object, which it owns. Not thread-safe.
class TlsChannel {
  public:
    explicit TlsChannel(SslPtr ssl) : ssl_(std::move(ssl)) {}

    SSL* ssl() const { return ssl_.get(); }
    TlsResult Handshake();
    TlsResult Read(std::span<char> out);
    TlsResult Write(std::string_view data);
    // The last thing that is sent; what the peer still sends can be read.
    void CloseNotify();
    // Why it broke; empty while it has not. No data of the peer's.
    const std::string& failure() const { return failure_; }

  private:
    template <class Call>
    TlsResult Run(Call call);
    TlsResult Break();

    SslPtr ssl_;
    bool broken_ = false;
    bool write_closed_ = false;
    std::string failure_;
};

}  // namespace rt::crypto
