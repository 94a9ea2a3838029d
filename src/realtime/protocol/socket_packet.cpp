#include "realtime/protocol/socket_packet.h"

#include <algorithm>
#include <array>

#include "base/parse.h"

namespace rt::realtime::protocol {
namespace {

constexpr std::array<std::string_view, 6> kReserved{"connect",       "connect_error", "disconnect",
                                                    "disconnecting", "newListener",   "removeListener"};
constexpr char kLastType = '6';

bool IsBinary(SocketType type) {
    return type == SocketType::kBinaryEvent || type == SocketType::kBinaryAck;
}

bool IsDigit(char c) {
    return c >= '0' && c <= '9';
}

std::size_t CountDigits(std::string_view text) {
    const auto end = std::find_if_not(text.begin(), text.end(), IsDigit);
    return static_cast<std::size_t>(end - text.begin());
}

Status ReadAttachments(std::string_view& rest, SocketPacket& packet) {
    const std::size_t digits = CountDigits(rest);
    const auto count = base::ParseUnsigned(rest.substr(0, digits));
    if (!count.has_value() || digits >= rest.size() || rest[digits] != '-')
        return Fail(Code::kBadRequest, "attachments");
    if (*count > kAttachmentsMax) return Fail(Code::kBadRequest, "too many attachments");
    packet.attachments = *count;
    rest.remove_prefix(digits + 1);
    return Ok();
}

Status ReadNamespace(std::string_view& rest, SocketPacket& packet) {
    const std::size_t comma = rest.find(',');
    const std::string_view name = rest.substr(0, comma);
    if (name.size() > kNamespaceBytesMax) return Fail(Code::kBadRequest, "namespace too long");
    packet.nsp = std::string(name);
    rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
    return Ok();
}

Status ReadId(std::string_view& rest, SocketPacket& packet) {
    const std::size_t digits = CountDigits(rest);
    const auto id = base::ParseUnsigned(rest.substr(0, digits));
    if (!id.has_value() || *id > kAckIdMax) return Fail(Code::kBadRequest, "ack id");
    packet.id = id;
    rest.remove_prefix(digits);
    return Ok();
}

bool IsEventName(const json::Value& name) {
    return name.IsNumber() || (name.IsString() && !IsReservedEvent(name.AsString()));
}

bool IsValidData(const SocketPacket& packet) {
    const auto& data = packet.data;
    switch (packet.type) {
        case SocketType::kConnect:
            return !data.has_value() || data->IsObject();
        case SocketType::kDisconnect:
            return !data.has_value();
        case SocketType::kConnectError:
            return data.has_value() && (data->IsObject() || data->IsString());
        case SocketType::kEvent:
        case SocketType::kBinaryEvent:
            return data.has_value() && data->IsArray() && !data->AsArray().empty() &&
                   IsEventName(data->AsArray().front());
        case SocketType::kAck:
        case SocketType::kBinaryAck:
            return data.has_value() && data->IsArray() && packet.id.has_value();
    }
    return false;
}

// The decoder has bounded the depth.
bool PlaceholdersFit(const json::Value& value, std::size_t attachments) {
    if (value.IsArray()) {
        return std::all_of(value.AsArray().begin(), value.AsArray().end(),
                           [&](const json::Value& element) { return PlaceholdersFit(element, attachments); });
    }
    if (!value.IsObject()) return true;
    const json::Value* const mark = value.Find("_placeholder");
    if (mark != nullptr && mark->IsBool() && mark->AsBool()) {
        const json::Value* const number = value.Find("num");
        return number != nullptr && number->IsInt() && number->AsInt() >= 0 &&
               static_cast<std::uint64_t>(number->AsInt()) < attachments;
    }
    const auto& members = value.AsObject().members();
    return std::all_of(members.begin(), members.end(),
                       [&](const json::Member& member) { return PlaceholdersFit(member.second, attachments); });
}

}  // namespace

bool IsReservedEvent(std::string_view name) {
    return std::find(kReserved.begin(), kReserved.end(), name) != kReserved.end();
}

Result<SocketPacket> DecodeSocketPacket(std::string_view text) {
    if (text.empty() || text.front() < '0' || text.front() > kLastType) return Fail(Code::kBadRequest, "packet type");
    SocketPacket packet;
    packet.type = static_cast<SocketType>(text.front() - '0');
    std::string_view rest = text.substr(1);
    if (IsBinary(packet.type)) RT_CHECK_OK(ReadAttachments(rest, packet));
    if (rest.starts_with('/')) RT_CHECK_OK(ReadNamespace(rest, packet));
    if (!rest.empty() && IsDigit(rest.front())) RT_CHECK_OK(ReadId(rest, packet));
    if (!rest.empty()) {
        RT_TRY(packet.data, json::Decode(rest));
    }
    if (!IsValidData(packet)) return Fail(Code::kBadRequest, "payload");
    if (IsBinary(packet.type) && !PlaceholdersFit(*packet.data, packet.attachments))
        return Fail(Code::kBadRequest, "placeholder");
    return packet;
}

std::string EncodeHead(SocketType type, std::string_view nsp, std::optional<std::uint64_t> id,
                       std::size_t attachments) {
    if (attachments > 0) type = type == SocketType::kAck ? SocketType::kBinaryAck : SocketType::kBinaryEvent;
    std::string head(1, static_cast<char>('0' + static_cast<char>(type)));
    if (attachments > 0) head.append(std::to_string(attachments)).append("-");
    if (nsp != "/") head.append(nsp).append(",");
    if (id.has_value()) head.append(std::to_string(*id));
    return head;
}

}  // namespace rt::realtime::protocol
