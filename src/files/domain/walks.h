// One walk a format; see Walk() in content.h.
#pragma once

#include <optional>
#include <string_view>

#include "files/domain/content.h"

namespace rt::files::domain {

std::optional<Walked> WalkPng(std::string_view bytes);
std::optional<Walked> WalkJpeg(std::string_view bytes);
std::optional<Walked> WalkGif(std::string_view bytes);
std::optional<Walked> WalkWebp(std::string_view bytes);

// Appends [offset, offset + bytes) to the pieces, joined to the last one if it follows it.
inline void Keep(Walked& walked, std::size_t offset, std::size_t bytes) {
    if (!walked.pieces.empty() && walked.pieces.back().instead.empty() &&
        walked.pieces.back().offset + walked.pieces.back().bytes == offset) {
        walked.pieces.back().bytes += bytes;
        return;
    }
    walked.pieces.push_back({offset, bytes, {}});
}

// Numbers inside a file; the caller has checked that the bytes are there.
inline std::uint32_t Byte(std::string_view bytes, std::size_t at) {
    return static_cast<unsigned char>(bytes[at]);
}
inline std::uint32_t Big16(std::string_view bytes, std::size_t at) {
    return Byte(bytes, at) << 8 | Byte(bytes, at + 1);
}
inline std::uint32_t Big32(std::string_view bytes, std::size_t at) {
    return Big16(bytes, at) << 16 | Big16(bytes, at + 2);
}
inline std::uint32_t Little16(std::string_view bytes, std::size_t at) {
    return Byte(bytes, at) | Byte(bytes, at + 1) << 8;
}
inline std::uint32_t Little24(std::string_view bytes, std::size_t at) {
    return Little16(bytes, at) | Byte(bytes, at + 2) << 16;
}
inline std::uint32_t Little32(std::string_view bytes, std::size_t at) {
    return Little16(bytes, at) | Little16(bytes, at + 2) << 16;
}

}  // namespace rt::files::domain
