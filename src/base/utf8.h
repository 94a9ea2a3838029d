// UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing above U+10FFFF.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace rt::base {

bool IsUtf8(std::string_view text);

// The next code point, removed from the front of `text`; nullopt at the end or on a bad sequence.
std::optional<char32_t> NextCodePoint(std::string_view& text);

// Code points in valid UTF-8; nullopt if it is not valid.
std::optional<std::size_t> CodePointCount(std::string_view text);

// No control characters (C0, DEL, C1), line separators or bidirectional overrides: fit for a name or a title.
bool IsPlainLine(std::string_view text);

// Checks a stream in pieces (a WebSocket text message across frames). Not thread-safe.
class Utf8Validator {
  public:
    // false as soon as the bytes so far cannot become valid; the object is then spent.
    bool Feed(std::string_view piece);
    // true if no sequence is open.
    bool Complete() const { return pending_ == 0; }

  private:
    int pending_ = 0;
    std::uint8_t low_ = 0x80;  // bounds of the next continuation byte
    std::uint8_t high_ = 0xBF;
};

}  // namespace rt::base
