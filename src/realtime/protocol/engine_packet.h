// Packets of Engine.IO, protocols 3 and 4: one packet, as it stands in a WebSocket frame. Pure.
// Source: the protocol documents of Engine.IO 3 and 4; what they leave open is as in the reference implementation.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rt::realtime::protocol {

enum class Version : std::uint8_t { kV3 = 3, kV4 = 4 };

enum class PacketType : std::uint8_t { kOpen, kClose, kPing, kPong, kMessage, kUpgrade, kNoop };

enum class Form : std::uint8_t { kText, kBinary };

// A view into the bytes it was read from. For text, `data` is without the type digit; for binary, the bare bytes.
struct Packet {
    PacketType type = PacketType::kNoop;
    Form form = Form::kText;
    std::string_view data;
};

// nullopt: no packet. `text` must be UTF-8 already.
std::optional<Packet> DecodeText(std::string_view text);
// The same, where binary may come as base64 ("bAQID", in protocol 3 "b4AQID"). Its bytes are kept in `decoded`, which
// must outlive the packet.
std::optional<Packet> DecodeEncoded(Version version, std::string_view text, std::string& decoded);
// Protocol 4: a message; protocol 3: the type stands in the first byte.
std::optional<Packet> DecodeBinary(Version version, std::string_view bytes);

// "4hello".
std::string EncodeText(PacketType type, std::string_view data = {});
// The frame of a binary message.
std::string EncodeBinary(Version version, std::string_view bytes);

// A binary frame as text, for a client that takes no binary.
std::string EncodeBase64(Version version, std::string_view frame);

// What the open packet tells.
struct OpenPacket {
    std::string_view sid;
    bool upgrades = false;  // to WebSocket
    std::int64_t ping_interval_ms = 0;
    std::int64_t ping_timeout_ms = 0;
    std::size_t payload_bytes_max = 0;
};
// `0{"sid":...}`, with exactly the keys of the reference.
std::string EncodeOpen(const OpenPacket& open);

}  // namespace rt::realtime::protocol
