// Payloads and packets of Engine.IO: no crash, text stays text, and what is written again reads the same.
#include "realtime/protocol/engine_payload.h"

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "base/utf8.h"
#include "realtime/protocol/engine_packet.h"

namespace {

using namespace rt::realtime::protocol;

struct Held {
    PacketType type;
    Form form;
    std::string data;
    bool operator==(const Held&) const = default;
};

void Require(bool condition) {
    if (!condition) std::abort();
}

std::vector<Held> Read(Payload payload, std::string_view body) {
    std::vector<Held> packets;
    PayloadReader reader(payload, body);
    Packet packet;
    while (reader.Next(packet) == PayloadReader::Step::kPacket)
        packets.push_back({packet.type, packet.form, std::string(packet.data)});
    Require(packets.size() <= body.size());
    Require(reader.Next(packet) != PayloadReader::Step::kPacket);
    return packets;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    static_cast<void>(DecodeBinary(Version::kV3, bytes));
    static_cast<void>(UnescapeJsonp(bytes));
    for (const Payload payload : {Payload::kV4, Payload::kV3Text, Payload::kV3Binary}) {
        // The server reads text payloads only when they are UTF-8.
        if (payload != Payload::kV3Binary && !rt::base::IsUtf8(bytes)) continue;
        const auto packets = Read(payload, bytes);
        std::string again;
        for (const Held& packet : packets) {
            Require(packet.form == Form::kBinary || rt::base::IsUtf8(packet.data));
            if (packet.form == Form::kBinary && packet.type != PacketType::kMessage) return 0;
            const Version version = payload == Payload::kV4 ? Version::kV4 : Version::kV3;
            AppendPacket(
                payload, packet.form,
                packet.form == Form::kText ? EncodeText(packet.type, packet.data) : EncodeBinary(version, packet.data),
                again);
        }
        if (!packets.empty()) Require(Read(payload, again) == packets);
    }
    return 0;
}
