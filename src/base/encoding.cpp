#include "base/encoding.h"

#include <array>

#include "base/check.h"

namespace rt::base {
namespace {

constexpr std::string_view kHex = "0123456789abcdef";
constexpr std::string_view kBase64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kBase64Url = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::string_view kBase32 = "0123456789abcdefghjkmnpqrstvwxyz";

using DecodeTable = std::array<std::int8_t, 256>;

constexpr DecodeTable MakeTable(std::string_view alphabet) {
    DecodeTable table{};
    table.fill(-1);
    for (std::size_t i = 0; i < alphabet.size(); ++i) {
        table[static_cast<unsigned char>(alphabet[i])] = static_cast<std::int8_t>(i);
    }
    return table;
}

constexpr DecodeTable kBase64Table = MakeTable(kBase64);
constexpr DecodeTable kBase64UrlTable = MakeTable(kBase64Url);

int HexDigit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

// Groups of `bits` bits, most significant first; spare bits are zero.
std::string EncodeBits(std::span<const std::uint8_t> bytes, std::string_view alphabet, unsigned bits) {
    std::string out;
    out.reserve(bytes.size() * 8 / bits + 1);
    std::uint32_t buffer = 0;
    unsigned filled = 0;
    for (const std::uint8_t byte : bytes) {
        buffer = (buffer << 8U) | byte;
        filled += 8;
        for (; filled >= bits; filled -= bits) out += alphabet[(buffer >> (filled - bits)) & ((1U << bits) - 1)];
    }
    if (filled > 0) out += alphabet[(buffer << (bits - filled)) & ((1U << bits) - 1)];
    return out;
}

std::optional<Bytes> DecodeSixBits(std::string_view text, const DecodeTable& table) {
    if (text.size() % 4 == 1) return std::nullopt;
    Bytes out;
    out.reserve(text.size() * 3 / 4);
    std::uint32_t buffer = 0;
    unsigned filled = 0;
    for (const char c : text) {
        const int value = table[static_cast<unsigned char>(c)];
        if (value < 0) return std::nullopt;
        buffer = (buffer << 6U) | static_cast<std::uint32_t>(value);
        filled += 6;
        if (filled >= 8) {
            filled -= 8;
            out.push_back(static_cast<std::uint8_t>(buffer >> filled));
        }
    }
    if ((buffer & ((1U << filled) - 1)) != 0) return std::nullopt;
    return out;
}

bool IsUnreserved(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
           c == '_' || c == '~';
}

}  // namespace

std::span<const std::uint8_t> AsBytes(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::string_view AsText(std::span<const std::uint8_t> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::string HexEncode(std::span<const std::uint8_t> bytes) {
    std::string out;
    out.reserve(bytes.size() * 2);
    for (const std::uint8_t byte : bytes) {
        out += kHex[byte >> 4U];
        out += kHex[byte & 15U];
    }
    return out;
}

std::optional<Bytes> HexDecode(std::string_view text) {
    if (text.size() % 2 != 0) return std::nullopt;
    Bytes out;
    out.reserve(text.size() / 2);
    for (std::size_t i = 0; i < text.size(); i += 2) {
        const int high = HexDigit(text[i]);
        const int low = HexDigit(text[i + 1]);
        if (high < 0 || low < 0) return std::nullopt;
        out.push_back(static_cast<std::uint8_t>(high * 16 + low));
    }
    return out;
}

std::string Base64Encode(std::span<const std::uint8_t> bytes) {
    std::string out = EncodeBits(bytes, kBase64, 6);
    while (out.size() % 4 != 0) out += '=';
    return out;
}

std::optional<Bytes> Base64Decode(std::string_view text) {
    if (text.size() % 4 != 0) return std::nullopt;
    for (int i = 0; i < 2 && !text.empty() && text.back() == '='; ++i) text.remove_suffix(1);
    return DecodeSixBits(text, kBase64Table);
}

std::string Base64UrlEncode(std::span<const std::uint8_t> bytes) {
    return EncodeBits(bytes, kBase64Url, 6);
}

std::optional<Bytes> Base64UrlDecode(std::string_view text) {
    return DecodeSixBits(text, kBase64UrlTable);
}

std::string Base32Encode(std::span<const std::uint8_t> bytes) {
    RT_CHECK(bytes.size() % 5 == 0);
    return EncodeBits(bytes, kBase32, 5);
}

std::optional<std::string> Base32Normalise(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (char c : text) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
        if (c == 'i' || c == 'l') c = '1';
        if (c == 'o') c = '0';
        if (kBase32.find(c) == std::string_view::npos) return std::nullopt;
        out += c;
    }
    return out;
}

std::optional<std::string> PercentDecode(std::string_view text, bool plus_is_space) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '+' && plus_is_space) {
            out += ' ';
        } else if (text[i] != '%') {
            out += text[i];
        } else {
            if (i + 2 >= text.size()) return std::nullopt;
            const int high = HexDigit(text[i + 1]);
            const int low = HexDigit(text[i + 2]);
            if (high < 0 || low < 0) return std::nullopt;
            out += static_cast<char>(high * 16 + low);
            i += 2;
        }
    }
    return out;
}

std::string PercentEncode(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        if (IsUnreserved(c)) {
            out += c;
        } else {
            const auto byte = static_cast<unsigned char>(c);
            out += '%';
            out += "0123456789ABCDEF"[byte >> 4U];
            out += "0123456789ABCDEF"[byte & 15U];
        }
    }
    return out;
}

}  // namespace rt::base
