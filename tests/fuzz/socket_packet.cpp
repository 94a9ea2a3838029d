// Packets of Socket.IO: no crash, every cap held, and what is written again reads the same.
#include "realtime/protocol/socket_packet.h"

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using namespace rt::realtime::protocol;

void Require(bool condition) {
    if (!condition) std::abort();
}

bool IsBinary(SocketType type) {
    return type == SocketType::kBinaryEvent || type == SocketType::kBinaryAck;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const auto packet = DecodeSocketPacket(bytes);
    if (!packet.ok()) return 0;
    Require(packet->attachments <= kAttachmentsMax && (packet->attachments == 0 || IsBinary(packet->type)));
    Require(packet->nsp.starts_with('/') && packet->nsp.size() <= kNamespaceBytesMax);
    Require(!packet->id.has_value() || *packet->id <= kAckIdMax);
    // A binary packet without attachments is written as a plain one.
    SocketType type = packet->type;
    if (type == SocketType::kBinaryEvent) type = SocketType::kEvent;
    if (type == SocketType::kBinaryAck) type = SocketType::kAck;
    std::string again = EncodeHead(type, packet->nsp, packet->id, packet->attachments);
    if (packet->data.has_value()) again += rt::json::Encode(*packet->data);
    const auto second = DecodeSocketPacket(again);
    Require(second.ok() && second->nsp == packet->nsp && second->id == packet->id &&
            second->attachments == packet->attachments && second->data == packet->data);
    return 0;
}
