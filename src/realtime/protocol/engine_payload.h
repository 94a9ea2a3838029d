// Payloads of Engine.IO: several packets in the body of one HTTP request or answer of the polling transport. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "realtime/protocol/engine_packet.h"

namespace rt::realtime::protocol {

// How packets stand behind each other.
enum class Payload : std::uint8_t {
    kV4,        // joined by 0x1E, binary as "b" and base64
    kV3Text,    // "<length>:<packet>", lengths in UTF-16 code units, binary as "b4" and base64
    kV3Binary,  // 0 or 1, the digits of the length in bytes, 0xFF, the packet
};

// Reads one packet after the other, so that a hostile body costs no more than itself.
class PayloadReader {
  public:
    // `body` must outlive the reader and the packets.
    PayloadReader(Payload payload, std::string_view body) : payload_(payload), rest_(body) {}

    enum class Step : std::uint8_t { kPacket, kEnd, kBad };
    // After kEnd and kBad nothing more comes. The packet's data is valid until the next call.
    Step Next(Packet& packet);

  private:
    Step Next4(Packet& packet);
    Step Next3Text(Packet& packet);
    Step Next3Binary(Packet& packet);
    // A packet in text form, which may carry binary as base64.
    bool ReadText(std::string_view text, Packet& packet);

    Payload payload_;
    std::string_view rest_;
    bool began_ = false;
    std::string decoded_;  // of base64
};

// Bytes on the wire with which one packet enters a payload: `frame` as in a WebSocket frame of that version.
void AppendPacket(Payload payload, Form form, std::string_view frame, std::string& out);

// The escapes of a JSONP form body ("d=..." decoded): a newline came as "\n", a backslash and n as "\\n".
std::string UnescapeJsonp(std::string_view text);

}  // namespace rt::realtime::protocol
