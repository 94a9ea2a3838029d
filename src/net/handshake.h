// The opening handshake of a WebSocket (RFC 6455 §4). Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "net/head.h"

namespace rt::net {

// BAD_REQUEST for a bad key, a malformed list of extensions or an HTTP/1.0 request, UPGRADE_REQUIRED for a version
// other than 13, FORBIDDEN for an Origin that is neither our own host nor allowed. Programs that send no Origin pass.
Status CheckHandshake(const Head& head, const std::vector<std::string>& allowed_origins);

// Sec-WebSocket-Accept for a key.
std::string AcceptKey(std::string_view key);

// The first protocol of `offered` (Sec-WebSocket-Protocol) that is among `known`; empty if none is.
std::string ChooseProtocol(std::string_view offered, const std::vector<std::string>& known);

}  // namespace rt::net
