#include "realtime/protocol/engine_packet.h"

#include "base/encoding.h"
#include "json/json.h"

namespace rt::realtime::protocol {
namespace {

constexpr unsigned kTypes = 7;
constexpr char kBase64Mark = 'b';

std::optional<PacketType> TypeOf(unsigned number) {
    if (number >= kTypes) return std::nullopt;
    return static_cast<PacketType>(number);
}

}  // namespace

std::optional<Packet> DecodeText(std::string_view text) {
    if (text.empty() || text.front() < '0') return std::nullopt;
    const auto type = TypeOf(static_cast<unsigned>(text.front() - '0'));
    if (!type.has_value()) return std::nullopt;
    return Packet{*type, Form::kText, text.substr(1)};
}

std::optional<Packet> DecodeEncoded(Version version, std::string_view text, std::string& decoded) {
    if (!text.starts_with(kBase64Mark)) return DecodeText(text);
    text.remove_prefix(1);
    PacketType type = PacketType::kMessage;
    if (version == Version::kV3) {
        const auto typed = DecodeText(text);
        if (!typed.has_value()) return std::nullopt;
        type = typed->type;
        text = typed->data;
    }
    const auto bytes = base::Base64Decode(text);
    if (!bytes.has_value()) return std::nullopt;
    decoded = std::string(base::AsText(*bytes));
    return Packet{type, Form::kBinary, decoded};
}

std::optional<Packet> DecodeBinary(Version version, std::string_view bytes) {
    if (version == Version::kV4) return Packet{PacketType::kMessage, Form::kBinary, bytes};
    if (bytes.empty()) return std::nullopt;
    const auto type = TypeOf(static_cast<unsigned char>(bytes.front()));
    if (!type.has_value()) return std::nullopt;
    return Packet{*type, Form::kBinary, bytes.substr(1)};
}

std::string EncodeText(PacketType type, std::string_view data) {
    std::string out;
    out.reserve(data.size() + 1);
    out += static_cast<char>('0' + static_cast<char>(type));
    return out.append(data);
}

std::string EncodeBinary(Version version, std::string_view bytes) {
    if (version == Version::kV4) return std::string(bytes);
    std::string out;
    out.reserve(bytes.size() + 1);
    out += static_cast<char>(PacketType::kMessage);
    return out.append(bytes);
}

std::string EncodeBase64(Version version, std::string_view frame) {
    std::string out(1, kBase64Mark);
    if (version == Version::kV3 && !frame.empty()) {
        out += static_cast<char>('0' + frame.front());
        frame.remove_prefix(1);
    }
    return out.append(base::Base64Encode(base::AsBytes(frame)));
}

std::string EncodeOpen(const OpenPacket& open) {
    json::Array upgrades;
    if (open.upgrades) upgrades.emplace_back("websocket");
    return EncodeText(PacketType::kOpen, json::Encode(json::Object{{"sid", open.sid},
                                                                   {"upgrades", std::move(upgrades)},
                                                                   {"pingInterval", open.ping_interval_ms},
                                                                   {"pingTimeout", open.ping_timeout_ms},
                                                                   {"maxPayload", open.payload_bytes_max}}));
}

}  // namespace rt::realtime::protocol
