// WebSocket (RFC 6455) for the modules above. All calls to a handler of one connection come from its reactor, one at a
// time; Send and Close may come from any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "net/http.h"

namespace rt::net {

enum class MessageKind : std::uint8_t { kText, kBinary };

// A live connection; cheap to copy (shared). Thread-safe. Calls after the end do nothing.
class Socket {
  public:
    virtual ~Socket() = default;
    // false if the connection is gone, or was dropped because its queue passed the cap (slow reader).
    // The payload is shared, so one message to a room is stored once.
    virtual bool Send(MessageKind kind, std::shared_ptr<const std::string> payload) = 0;
    // Starts the closing handshake; reason at most 123 bytes of UTF-8.
    virtual void Close(std::uint16_t code, std::string_view reason) = 0;
    virtual std::uint64_t id() const = 0;
};

class SocketHandler {
  public:
    virtual ~SocketHandler() = default;
    virtual void OnOpen(std::shared_ptr<Socket> socket) = 0;
    virtual void OnMessage(MessageKind kind, std::string payload) = 0;
    // Once, last. `code` is 1006 when the peer vanished.
    virtual void OnClose(std::uint16_t code, std::string_view reason) = 0;
};

struct SocketLimits {
    std::size_t message_bytes_max = 1 << 20;
    std::size_t fragments_max = 256;
    std::size_t queue_bytes_max = 1 << 20;
    std::int64_t ping_interval_ms = 25'000;  // 0: none; the handler sees to it that the peer is there
    std::int64_t ping_timeout_ms = 20'000;
};

// permessage-deflate (RFC 7692). Off unless a route asks for it: it costs time on the reactor, and a page that mixes a
// secret with text of an attacker in one message tells its length.
struct SocketCompression {
    bool enabled = false;
    // Windows kept between messages: smaller small messages, for up to 320 KB a connection. The client may decline.
    bool keeps_context = false;
    int window_bits = 15;  // 9 to 15, at most; for both directions
    // Smaller messages, and larger ones, are sent as they are.
    std::size_t bytes_min = 512;
    std::size_t bytes_max = 256 << 10;
};

// The handler of a connection that was accepted, or the answer to one that was not.
using SocketAnswer = std::variant<std::unique_ptr<SocketHandler>, Response>;

// An endpoint a client may upgrade on, beside the route table.
struct SocketRoute {
    std::string name;
    std::string pattern;
    SocketLimits limits;
    SocketCompression compression{};
    std::vector<std::string> subprotocols;  // the first the client offers is chosen; none: not echoed
    bool counts_messages = true;            // against RateRules::socket_messages
    bool on_sockets = false;                // as in Route
    // Accepts, or refuses: an error is answered like one of a route.
    std::function<Result<SocketAnswer>(const Request&)> accept;
};

}  // namespace rt::net
