// Packets of Socket.IO, protocols 4 and 5, inside messages of Engine.IO. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "json/json.h"

namespace rt::realtime::protocol {

enum class SocketType : std::uint8_t {
    kConnect,
    kDisconnect,
    kEvent,
    kAck,
    kConnectError,
    kBinaryEvent,
    kBinaryAck,
};

inline constexpr std::size_t kAttachmentsMax = 10;
inline constexpr std::size_t kNamespaceBytesMax = 255;
inline constexpr std::uint64_t kAckIdMax = (std::uint64_t{1} << 53) - 1;  // what JavaScript counts exactly

struct SocketPacket {
    SocketType type = SocketType::kEvent;
    std::string nsp = "/";  // with its query, if the client put one there
    std::optional<std::uint64_t> id;
    std::size_t attachments = 0;  // how many binary messages follow
    std::optional<json::Value> data;
};

// `<type>[<attachments>-][<nsp>,][<id>][JSON]`, checked against what a client may send: BAD_REQUEST with what is wrong
// in the detail. Placeholders of a binary packet index into its attachments.
Result<SocketPacket> DecodeSocketPacket(std::string_view text);

// Names of events that only the libraries themselves may raise.
bool IsReservedEvent(std::string_view name);

// Everything before the JSON: "2/custom,12", with the type of a binary packet if there are attachments.
std::string EncodeHead(SocketType type, std::string_view nsp, std::optional<std::uint64_t> id,
                       std::size_t attachments = 0);

}  // namespace rt::realtime::protocol
