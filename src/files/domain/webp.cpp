// WebP: a RIFF file of chunks with little-endian lengths, padded to even.
#include <algorithm>
#include <utility>

#include "files/domain/walks.h"

namespace rt::files::domain {
namespace {

constexpr std::size_t kFileHeader = 12;
constexpr std::size_t kChunkHeader = 8;
constexpr std::uint32_t kExifFlag = 0x08;
constexpr std::uint32_t kXmpFlag = 0x04;
constexpr std::uint32_t kSideBits = 0x3FFF;

void Measure(std::string_view type, std::string_view data, Picture& picture) {
    if (type == "VP8 " && data.size() >= 10) {
        picture.width = std::max(picture.width, Little16(data, 6) & kSideBits);
        picture.height = std::max(picture.height, Little16(data, 8) & kSideBits);
    } else if (type == "VP8L" && data.size() >= 5) {
        const std::uint32_t bits = Little32(data, 1);
        picture.width = std::max(picture.width, (bits & kSideBits) + 1);
        picture.height = std::max(picture.height, (bits >> 14 & kSideBits) + 1);
    } else if (type == "VP8X" && data.size() >= 10) {
        picture.width = std::max(picture.width, Little24(data, 4) + 1);
        picture.height = std::max(picture.height, Little24(data, 7) + 1);
    } else if (type == "ANMF" && data.size() >= 16) {
        ++picture.frames;
        picture.width = std::max(picture.width, Little24(data, 6) + 1);
        picture.height = std::max(picture.height, Little24(data, 9) + 1);
    }
}

void Little(std::string& out, std::uint64_t value) {
    for (int shift = 0; shift < 32; shift += 8) out.push_back(static_cast<char>(value >> shift & 0xFF));
}

}  // namespace

std::optional<Walked> WalkWebp(std::string_view bytes) {
    const std::size_t whole = Little32(bytes, 4) + kChunkHeader;
    if (whole > bytes.size() || whole < kFileHeader) return std::nullopt;
    Walked walked;
    walked.picture.frames = 0;
    walked.pieces.emplace_back();  // the header, when the size is known
    std::uint64_t kept = 4;
    bool has_image = false;
    for (std::size_t at = kFileHeader; at < whole;) {
        if (whole - at < kChunkHeader) return std::nullopt;
        const std::size_t length = Little32(bytes, at + 4);
        const std::size_t padded = length + (length & 1U);
        if (padded > whole - at - kChunkHeader) return std::nullopt;
        const std::string_view type = bytes.substr(at, 4);
        const std::string_view data = bytes.substr(at + kChunkHeader, length);
        Measure(type, data, walked.picture);
        has_image = has_image || type == "VP8 " || type == "VP8L" || type == "ANMF";
        if (type == "VP8X" && !data.empty()) {
            // The flags must not promise what is left out.
            std::string chunk(bytes.substr(at, kChunkHeader + padded));
            chunk[kChunkHeader] = static_cast<char>(Byte(data, 0) & ~(kExifFlag | kXmpFlag));
            walked.pieces.push_back({0, 0, std::move(chunk)});
            kept += kChunkHeader + padded;
        } else if (type != "EXIF" && type != "XMP ") {
            Keep(walked, at, kChunkHeader + padded);
            kept += kChunkHeader + padded;
        }
        at += kChunkHeader + padded;
    }
    if (!has_image) return std::nullopt;
    walked.picture.frames = std::max(1U, walked.picture.frames);
    std::string& header = walked.pieces.front().instead;
    header = "RIFF";
    Little(header, kept);
    header.append("WEBP");
    return walked;
}

}  // namespace rt::files::domain
