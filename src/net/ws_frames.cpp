#include "net/ws_frames.h"

#include <algorithm>
#include <utility>

namespace rt::net {
namespace {

constexpr std::uint8_t kFinalBit = 0x80;
constexpr std::uint8_t kRsv1Bit = 0x40;
constexpr std::uint8_t kRsv23Bits = 0x30;
constexpr std::uint8_t kOpcodeBits = 0x0F;
constexpr std::uint8_t kMaskBit = 0x80;
constexpr std::uint8_t kLengthBits = 0x7F;
constexpr std::uint8_t kLength16 = 126;
constexpr std::uint8_t kLength64 = 127;

FrameResult ErrorWith(std::uint16_t code) {
    return {FrameEvent::kError, MessageKind::kText, {}, false, code};
}

bool IsControl(Opcode opcode) {
    return static_cast<std::uint8_t>(opcode) >= static_cast<std::uint8_t>(Opcode::kClose);
}

bool IsKnown(std::uint8_t opcode) {
    return opcode <= 2 || (opcode >= 8 && opcode <= 10);
}

}  // namespace

bool IsCloseCode(std::uint16_t code) {
    return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999);
}

std::size_t FrameReader::HeaderSize() const {
    if (header_size_ < 2) return 0;
    const std::uint8_t length = header_[1] & kLengthBits;
    const std::size_t extended = length == kLength16 ? 2 : (length == kLength64 ? 8 : 0);
    return 2 + extended + mask_.size();
}

// The first two bytes tell most mistakes: an unmasked frame must not wait for a mask that never comes.
bool FrameReader::StartsWell() const {
    const std::uint8_t opcode = header_[0] & kOpcodeBits;
    // RSV1 belongs to the first frame of a message only.
    const bool may_rsv1 = rsv1_ == Rsv1::kCompressed && (opcode == 1 || opcode == 2);
    const std::uint8_t reserved = may_rsv1 ? kRsv23Bits : kRsv1Bit | kRsv23Bits;
    return (header_[0] & reserved) == 0 && IsKnown(opcode) && (header_[1] & kMaskBit) != 0;
}

// 0, or the code to close with.
std::uint16_t FrameReader::ReadHeader() {
    final_ = (header_[0] & kFinalBit) != 0;
    opcode_ = static_cast<Opcode>(header_[0] & kOpcodeBits);

    const std::uint8_t length = header_[1] & kLengthBits;
    std::uint64_t size = length;
    std::size_t at = 2;
    if (length >= kLength16) {
        const std::size_t end = at + (length == kLength16 ? 2 : 8);
        for (size = 0; at < end; ++at) size = size << 8 | header_.at(at);
        // The shortest form is the only one (§5.2).
        if (size < (length == kLength16 ? 126U : 65'536U) || size >> 63 != 0) return kCloseProtocolError;
    }
    std::copy_n(header_.begin() + static_cast<std::ptrdiff_t>(at), mask_.size(), mask_.begin());
    mask_at_ = 0;
    remaining_ = size;
    in_payload_ = true;
    if (!IsControl(opcode_)) return CheckData(opcode_, size);
    return final_ && size <= kControlBytesMax ? 0 : kCloseProtocolError;
}

std::uint16_t FrameReader::CheckData(Opcode opcode, std::uint64_t size) {
    if ((opcode == Opcode::kContinuation) != in_message_) return kCloseProtocolError;
    if (!in_message_) {
        in_message_ = true;
        kind_ = opcode == Opcode::kText ? MessageKind::kText : MessageKind::kBinary;
        compressed_ = (header_[0] & kRsv1Bit) != 0;
        fragments_ = 0;
        message_.clear();
        utf8_ = {};
    }
    if (++fragments_ > fragments_max_ || size > message_bytes_max_ - message_.size()) return kCloseTooBig;
    return 0;
}

std::uint16_t FrameReader::TakePayload(std::string_view& input) {
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(remaining_, input.size()));
    std::string& target = IsControl(opcode_) ? control_ : message_;
    const std::size_t before = target.size();
    target.append(input.substr(0, size));
    input.remove_prefix(size);
    remaining_ -= size;
    for (std::size_t i = before; i < target.size(); ++i, ++mask_at_) {
        target[i] = static_cast<char>(static_cast<std::uint8_t>(target[i]) ^ mask_[mask_at_ & 3]);
    }
    const bool text = !IsControl(opcode_) && kind_ == MessageKind::kText && !compressed_;
    return text && !utf8_.Feed(std::string_view(target).substr(before)) ? kCloseBadData : 0;
}

FrameResult FrameReader::FinishFrame() {
    in_payload_ = false;
    header_size_ = 0;
    switch (opcode_) {
        case Opcode::kClose:
            return FinishClose();
        case Opcode::kPing:
            return {FrameEvent::kPing, kind_, std::exchange(control_, {}), false, 0};
        case Opcode::kPong:
            return {FrameEvent::kPong, kind_, std::exchange(control_, {}), false, 0};
        default:
            break;
    }
    if (!final_) return {};
    in_message_ = false;
    if (kind_ == MessageKind::kText && !compressed_ && !utf8_.Complete()) return ErrorWith(kCloseBadData);
    return {FrameEvent::kMessage, kind_, std::exchange(message_, {}), compressed_, 0};
}

FrameResult FrameReader::FinishClose() {
    if (control_.empty()) return {FrameEvent::kClose, kind_, {}, false, kCloseNoStatus};
    if (control_.size() == 1) return ErrorWith(kCloseProtocolError);
    const auto code = static_cast<std::uint16_t>(static_cast<std::uint8_t>(control_[0]) << 8 |
                                                 static_cast<std::uint8_t>(control_[1]));
    if (!IsCloseCode(code)) return ErrorWith(kCloseProtocolError);
    std::string reason = control_.substr(2);
    if (!base::IsUtf8(reason)) return ErrorWith(kCloseBadData);
    return {FrameEvent::kClose, kind_, std::move(reason), false, code};
}

FrameResult FrameReader::Next(std::string_view& input) {
    while (true) {
        if (!in_payload_) {
            std::size_t wanted = HeaderSize();
            while (!input.empty() && (wanted == 0 || header_size_ < wanted)) {
                header_.at(header_size_++) = static_cast<std::uint8_t>(input.front());
                input.remove_prefix(1);
                if (header_size_ == 2 && !StartsWell()) return ErrorWith(kCloseProtocolError);
                if (wanted == 0) wanted = HeaderSize();
            }
            if (wanted == 0 || header_size_ < wanted) return {};
            if (const std::uint16_t code = ReadHeader(); code != 0) return ErrorWith(code);
        }
        if (const std::uint16_t code = TakePayload(input); code != 0) return ErrorWith(code);
        if (remaining_ > 0) return {};
        FrameResult result = FinishFrame();
        if (result.event != FrameEvent::kNeedMore) return result;
    }
}

std::string FrameHeader(Opcode opcode, std::size_t payload_bytes, Packing packing) {
    std::string header;
    const int rsv1 = packing == Packing::kCompressed ? kRsv1Bit : 0;
    header += static_cast<char>(kFinalBit | rsv1 | static_cast<std::uint8_t>(opcode));
    std::size_t length_bytes = 0;
    if (payload_bytes < kLength16) {
        header += static_cast<char>(payload_bytes);
    } else if (payload_bytes < 65'536) {
        header += static_cast<char>(kLength16);
        length_bytes = 2;
    } else {
        header += static_cast<char>(kLength64);
        length_bytes = 8;
    }
    for (std::size_t i = length_bytes; i > 0; --i) {
        header += static_cast<char>(payload_bytes >> (8 * (i - 1)) & 0xFF);
    }
    return header;
}

std::string ClosePayload(std::uint16_t code, std::string_view reason) {
    if (reason.size() > kCloseReasonBytesMax) {
        std::size_t size = kCloseReasonBytesMax;
        while (size > 0 && (static_cast<std::uint8_t>(reason[size]) & 0xC0) == 0x80) --size;
        reason = reason.substr(0, size);
    }
    std::string payload;
    payload += static_cast<char>(code >> 8);
    payload += static_cast<char>(code & 0xFF);
    return payload.append(reason);
}

}  // namespace rt::net
