#include "realtime/protocol/engine_payload.h"

#include "base/utf8.h"

namespace rt::realtime::protocol {
namespace {

constexpr char kSeparator = '\x1e';
constexpr std::size_t kLengthDigitsMax = 9;
constexpr unsigned char kLengthEnd = 0xFF;
constexpr unsigned char kFourByteLead = 0xF0;  // such a character is two UTF-16 code units
constexpr unsigned char kContinuationMask = 0xC0;
constexpr unsigned char kContinuation = 0x80;

// Code units of UTF-16 that the character with this first byte takes; 0 for a continuation byte.
std::size_t UnitsOf(char byte) {
    const auto value = static_cast<unsigned char>(byte);
    if ((value & kContinuationMask) == kContinuation) return 0;
    return value >= kFourByteLead ? 2 : 1;
}

std::size_t UnitsIn(std::string_view text) {
    std::size_t units = 0;
    for (const char byte : text) units += UnitsOf(byte);
    return units;
}

// Bytes of the first `units` code units of UTF-8 text; nullopt if it is shorter or a character would be cut.
std::optional<std::size_t> BytesOfUnits(std::string_view text, std::size_t units) {
    std::size_t at = 0;
    while (at < text.size()) {
        const std::size_t step = UnitsOf(text[at]);
        if (step == 0) {
            ++at;
            continue;
        }
        if (units == 0) return at;
        if (step > units) return std::nullopt;
        units -= step;
        ++at;
    }
    return units == 0 ? std::optional(at) : std::nullopt;
}

Version VersionOf(Payload payload) {
    return payload == Payload::kV4 ? Version::kV4 : Version::kV3;
}

}  // namespace

PayloadReader::Step PayloadReader::Next(Packet& packet) {
    Step step = Step::kBad;
    switch (payload_) {
        case Payload::kV4:
            step = Next4(packet);
            break;
        case Payload::kV3Text:
            step = Next3Text(packet);
            break;
        case Payload::kV3Binary:
            step = Next3Binary(packet);
            break;
    }
    began_ = true;
    if (step == Step::kBad) rest_ = {};
    return step;
}

PayloadReader::Step PayloadReader::Next4(Packet& packet) {
    // An empty body, and what follows a last separator, are packets without a type.
    if (rest_.data() == nullptr) return began_ ? Step::kEnd : Step::kBad;
    const std::size_t end = rest_.find(kSeparator);
    const std::string_view text = rest_.substr(0, end);
    rest_ = end == std::string_view::npos ? std::string_view() : rest_.substr(end + 1);
    return ReadText(text, packet) ? Step::kPacket : Step::kBad;
}

PayloadReader::Step PayloadReader::Next3Text(Packet& packet) {
    if (rest_.empty()) return began_ ? Step::kEnd : Step::kBad;
    std::size_t digits = 0;
    std::size_t units = 0;
    while (digits < rest_.size() && digits < kLengthDigitsMax && rest_[digits] >= '0' && rest_[digits] <= '9') {
        units = units * 10 + static_cast<std::size_t>(rest_[digits++] - '0');
    }
    if (digits == 0 || digits == rest_.size() || rest_[digits] != ':') return Step::kBad;
    rest_.remove_prefix(digits + 1);
    const auto bytes = BytesOfUnits(rest_, units);
    if (!bytes.has_value() || *bytes == 0) return Step::kBad;
    const std::string_view text = rest_.substr(0, *bytes);
    rest_.remove_prefix(*bytes);
    return ReadText(text, packet) ? Step::kPacket : Step::kBad;
}

PayloadReader::Step PayloadReader::Next3Binary(Packet& packet) {
    if (rest_.empty()) return began_ ? Step::kEnd : Step::kBad;
    const char mark = rest_.front();
    if (mark != 0 && mark != 1) return Step::kBad;
    std::size_t at = 1;
    std::size_t length = 0;
    while (at < rest_.size() && at <= kLengthDigitsMax && static_cast<unsigned char>(rest_[at]) <= 9) {
        length = length * 10 + static_cast<std::size_t>(rest_[at++]);
    }
    if (at == 1 || at == rest_.size() || static_cast<unsigned char>(rest_[at]) != kLengthEnd) return Step::kBad;
    rest_.remove_prefix(at + 1);
    if (length > rest_.size()) return Step::kBad;
    const std::string_view bytes = rest_.substr(0, length);
    rest_.remove_prefix(length);
    if (mark == 0 && !base::IsUtf8(bytes)) return Step::kBad;
    const auto decoded = mark == 0 ? DecodeText(bytes) : DecodeBinary(Version::kV3, bytes);
    if (!decoded.has_value()) return Step::kBad;
    packet = *decoded;
    return Step::kPacket;
}

bool PayloadReader::ReadText(std::string_view text, Packet& packet) {
    const auto read = DecodeEncoded(VersionOf(payload_), text, decoded_);
    if (read.has_value()) packet = *read;
    return read.has_value();
}

void AppendPacket(Payload payload, Form form, std::string_view frame, std::string& out) {
    if (payload == Payload::kV3Binary) {
        out += form == Form::kText ? '\0' : '\1';
        for (const char digit : std::to_string(frame.size())) out += static_cast<char>(digit - '0');
        out += static_cast<char>(kLengthEnd);
        out.append(frame);
        return;
    }
    const std::string text = form == Form::kText ? std::string(frame) : EncodeBase64(VersionOf(payload), frame);
    if (payload == Payload::kV4) {
        if (!out.empty()) out += kSeparator;
    } else {
        out.append(std::to_string(UnitsIn(text))).append(":");
    }
    out.append(text);
}

std::string UnescapeJsonp(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        const std::string_view rest = text.substr(i);
        if (rest.starts_with("\\\\n")) {
            out += "\\n";
            i += 2;
        } else if (rest.starts_with("\\n")) {
            out += '\n';
            ++i;
        } else {
            out += text[i];
        }
    }
    return out;
}

}  // namespace rt::realtime::protocol
