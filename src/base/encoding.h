// Bytes as text: hex, base64, base64url (RFC 4648) and Crockford base32. Decoders are strict.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rt::base {

using Bytes = std::vector<std::uint8_t>;

std::span<const std::uint8_t> AsBytes(std::string_view text);
std::string_view AsText(std::span<const std::uint8_t> bytes);

std::string HexEncode(std::span<const std::uint8_t> bytes);
std::optional<Bytes> HexDecode(std::string_view text);

// With padding.
std::string Base64Encode(std::span<const std::uint8_t> bytes);
// Requires padding and zero spare bits.
std::optional<Bytes> Base64Decode(std::string_view text);
// Without padding.
std::string Base64UrlEncode(std::span<const std::uint8_t> bytes);
// Refuses padding, other characters and non-zero spare bits, so every text has one decoding and the reverse.
std::optional<Bytes> Base64UrlDecode(std::string_view text);

// Lower case, five bits a character; the size must be a multiple of 5 bytes.
std::string Base32Encode(std::span<const std::uint8_t> bytes);
// Lower-cases and maps the look-alikes i, l, o; nullopt on any other character.
std::optional<std::string> Base32Normalise(std::string_view text);

// application/x-www-form-urlencoded and URI escapes: "%41" to "A"; nullopt on a broken escape.
std::optional<std::string> PercentDecode(std::string_view text, bool plus_is_space);
// Escapes everything but RFC 3986 unreserved characters.
std::string PercentEncode(std::string_view text);

}  // namespace rt::base
