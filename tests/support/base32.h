// Secrets as authenticator apps read them (RFC 4648 §6, no padding).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace rt::testing {

// Of upper-case letters and 2 to 7.
inline std::string Base32Decoded(std::string_view text) {
    std::string out;
    std::uint32_t buffer = 0;
    int bits = 0;
    for (const char c : text) {
        buffer = buffer << 5 | static_cast<std::uint32_t>(c >= 'A' ? c - 'A' : c - '2' + 26);
        bits += 5;
        if (bits < 8) continue;
        bits -= 8;
        out += static_cast<char>(buffer >> bits & 0xFF);
    }
    return out;
}

}  // namespace rt::testing
