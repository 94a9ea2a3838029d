#include "base/utf8.h"

namespace rt::base {

bool Utf8Validator::Feed(std::string_view piece) {
    for (const char c : piece) {
        const auto byte = static_cast<std::uint8_t>(c);
        if (pending_ > 0) {
            if (byte < low_ || byte > high_) return false;
            low_ = 0x80;
            high_ = 0xBF;
            --pending_;
        } else if (byte >= 0x80) {
            if (byte < 0xC2 || byte > 0xF4) return false;
            pending_ = byte < 0xE0 ? 1 : byte < 0xF0 ? 2 : 3;
            // The second byte's range excludes overlong forms, surrogates and values above U+10FFFF (RFC 3629 §4).
            if (byte == 0xE0) low_ = 0xA0;
            if (byte == 0xED) high_ = 0x9F;
            if (byte == 0xF0) low_ = 0x90;
            if (byte == 0xF4) high_ = 0x8F;
        }
    }
    return true;
}

bool IsUtf8(std::string_view text) {
    Utf8Validator validator;
    return validator.Feed(text) && validator.Complete();
}

std::optional<char32_t> NextCodePoint(std::string_view& text) {
    if (text.empty()) return std::nullopt;
    const auto lead = static_cast<std::uint8_t>(text.front());
    const std::size_t size = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (size > text.size() || !IsUtf8(text.substr(0, size))) return std::nullopt;
    char32_t point = size == 1 ? lead : lead & (0xFFU >> (size + 1));
    for (std::size_t i = 1; i < size; ++i) point = (point << 6U) | (static_cast<std::uint8_t>(text[i]) & 0x3FU);
    text.remove_prefix(size);
    return point;
}

std::optional<std::size_t> CodePointCount(std::string_view text) {
    std::size_t count = 0;
    for (; !text.empty(); ++count) {
        if (!NextCodePoint(text).has_value()) return std::nullopt;
    }
    return count;
}

bool IsPlainLine(std::string_view text) {
    while (!text.empty()) {
        const auto point = NextCodePoint(text);
        if (!point.has_value()) return false;
        const bool control = *point < 0x20 || (*point >= 0x7F && *point < 0xA0);
        const bool separator = *point == 0x2028 || *point == 0x2029;
        const bool direction = (*point >= 0x202A && *point <= 0x202E) || (*point >= 0x2066 && *point <= 0x2069);
        if (control || separator || direction || *point == 0xFEFF) return false;
    }
    return true;
}

}  // namespace rt::base
