// What a request's fields say about the client: address behind trusted proxies, language, request id. Pure.
#pragma once

#include <string_view>
#include <vector>

#include "base/error.h"
#include "net/head.h"
#include "os/address.h"

namespace rt::net {

struct ClientAddress {
    os::Address address;
    bool secure = false;  // a trusted proxy says that the client came over TLS
};

// The peer, or the right-most untrusted entry of X-Forwarded-For when the peer is a trusted proxy.
ClientAddress ClientOf(const os::Address& peer, bool peer_is_proxy, const Head& head,
                       const std::vector<os::Cidr>& proxies);

// The better liked of zh and en in Accept-Language (RFC 9110 §12.5.4); zh-CN if it names neither.
base::Locale LocaleOf(std::string_view accept_language);

// 1 to 64 characters of [A-Za-z0-9._-]: fit for a log line.
bool IsRequestId(std::string_view text);

}  // namespace rt::net
