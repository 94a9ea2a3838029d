// WebSocket frames (RFC 6455 §5): a strict reader for what clients send, headers for what we send. Pure.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/utf8.h"
#include "net/websocket.h"

namespace rt::net {

inline constexpr std::uint16_t kCloseNormal = 1000;
inline constexpr std::uint16_t kCloseGoingAway = 1001;
inline constexpr std::uint16_t kCloseProtocolError = 1002;
inline constexpr std::uint16_t kCloseNoStatus = 1005;  // never on the wire
inline constexpr std::uint16_t kCloseAbnormal = 1006;  // never on the wire
inline constexpr std::uint16_t kCloseBadData = 1007;
inline constexpr std::uint16_t kClosePolicy = 1008;
inline constexpr std::uint16_t kCloseTooBig = 1009;
inline constexpr std::uint16_t kCloseInternal = 1011;
inline constexpr std::size_t kCloseReasonBytesMax = 123;
inline constexpr std::size_t kControlBytesMax = 125;

enum class Opcode : std::uint8_t { kContinuation = 0, kText = 1, kBinary = 2, kClose = 8, kPing = 9, kPong = 10 };

// May an endpoint send this code in a close frame (RFC 6455 §7.4, IANA registry)?
bool IsCloseCode(std::uint16_t code);

enum class FrameEvent : std::uint8_t { kNeedMore, kMessage, kPing, kPong, kClose, kError };

struct FrameResult {
    FrameEvent event = FrameEvent::kNeedMore;
    MessageKind kind = MessageKind::kText;  // kMessage
    std::string payload;                    // kMessage, kPing, kPong; kClose: the reason
    bool compressed = false;                // kMessage: to be inflated; a text is not yet known to be UTF-8
    std::uint16_t code = 0;                 // kClose: the client's (1005: none); kError: the one to close with
};

// What RSV1 means on this connection (RFC 7692 §6): nothing, or that a message is compressed.
enum class Rsv1 : std::uint8_t { kReserved, kCompressed };

// Reads the frames of one client. After kError or kClose nothing more may be read. Not thread-safe.
class FrameReader {
  public:
    // `message_bytes_max` holds for the bytes as they are sent, compressed or not.
    FrameReader(std::size_t message_bytes_max, std::size_t fragments_max, Rsv1 rsv1 = Rsv1::kReserved)
        : message_bytes_max_(message_bytes_max), fragments_max_(fragments_max), rsv1_(rsv1) {}

    // Takes bytes from the front of `input` up to the next event.
    FrameResult Next(std::string_view& input);

  private:
    // Sizes of the header as far as it is known; 0: more bytes are needed to know.
    std::size_t HeaderSize() const;
    bool StartsWell() const;
    std::uint16_t ReadHeader();
    std::uint16_t CheckData(Opcode opcode, std::uint64_t size);
    std::uint16_t TakePayload(std::string_view& input);
    FrameResult FinishFrame();
    FrameResult FinishClose();

    const std::size_t message_bytes_max_;
    const std::size_t fragments_max_;
    const Rsv1 rsv1_;
    std::array<std::uint8_t, 14> header_{};
    std::size_t header_size_ = 0;
    bool in_payload_ = false;
    Opcode opcode_ = Opcode::kContinuation;
    bool final_ = false;
    std::uint64_t remaining_ = 0;
    std::array<std::uint8_t, 4> mask_{};
    std::size_t mask_at_ = 0;
    std::string control_;
    std::string message_;
    bool in_message_ = false;
    bool compressed_ = false;
    MessageKind kind_ = MessageKind::kText;
    std::size_t fragments_ = 0;
    base::Utf8Validator utf8_;
};

// Header of an unmasked, unfragmented frame.
enum class Packing : std::uint8_t { kPlain, kCompressed };
std::string FrameHeader(Opcode opcode, std::size_t payload_bytes, Packing packing = Packing::kPlain);
// Payload of a close frame; the reason is cut at kCloseReasonBytesMax, between characters.
std::string ClosePayload(std::uint16_t code, std::string_view reason);

}  // namespace rt::net
