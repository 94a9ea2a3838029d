// Negotiating permessage-deflate (RFC 7692 §5 and §7.1) in the opening handshake of a WebSocket. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/head.h"
#include "net/websocket.h"

namespace rt::net {

// One extension of a Sec-WebSocket-Extensions list (RFC 6455 §9.1). Views are into the field.
struct ExtensionOffer {
    struct Parameter {
        std::string_view name;
        std::optional<std::string_view> value;  // without quotes
    };
    std::string_view name;
    std::vector<Parameter> parameters;
};

// All fields of the head together, in order; nullopt if one is no such list.
std::optional<std::vector<ExtensionOffer>> ParseExtensions(const Head& head);

// What was agreed.
struct DeflateTerms {
    bool server_keeps_context = false;
    bool client_keeps_context = false;
    int server_window_bits = 15;              // 9 to 15
    std::optional<int> client_window_bits{};  // said only to a client that offered to be told
    bool operator==(const DeflateTerms&) const = default;
};

// The first offer that can be met; nullopt: no compression. An offer with an unknown, doubled or malformed parameter is
// passed over, as is one that wants a window of 256 bytes from us, which zlib cannot do.
std::optional<DeflateTerms> ChooseDeflate(const std::vector<ExtensionOffer>& offers, const SocketCompression& ours);

// The value of the answer's field.
std::string DeflateAnswer(const DeflateTerms& terms);

}  // namespace rt::net
