// JPEG (ITU-T T.81): markers, most with a length, and coded data after each start of scan.
#include <algorithm>

#include "files/domain/walks.h"

namespace rt::files::domain {
namespace {

constexpr std::uint32_t kStart = 0xD8;
constexpr std::uint32_t kEnd = 0xD9;
constexpr std::uint32_t kScan = 0xDA;
constexpr std::uint32_t kApp0 = 0xE0;
constexpr std::uint32_t kApp1 = 0xE1;
constexpr std::uint32_t kApp2 = 0xE2;
constexpr std::uint32_t kApp14 = 0xEE;
constexpr std::uint32_t kApp15 = 0xEF;
constexpr std::uint32_t kComment = 0xFE;
constexpr std::uint32_t kOrientationTag = 0x0112;
constexpr std::size_t kEntryBytes = 12;
constexpr std::uint32_t kEntriesMax = 500;

// Start of frame: baseline, progressive, ... but not the tables that lie between (DHT, JPG, DAC).
bool IsFrame(std::uint32_t marker) {
    return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
}

bool HasNoLength(std::uint32_t marker) {
    return marker == 0x01 || (marker >= 0xD0 && marker <= 0xD7);
}

// Colour depends on what is kept: the profile (APP2), JFIF and Adobe's transform.
bool IsMetadata(std::uint32_t marker, std::string_view data) {
    if (marker == kComment) return true;
    if (marker < kApp0 || marker > kApp15) return false;
    if (marker == kApp0) return !data.starts_with(std::string_view("JFIF\0", 5));
    if (marker == kApp2) return !data.starts_with(std::string_view("ICC_PROFILE\0", 12));
    return marker != kApp14;
}

// 2 to 8 as EXIF has it in its first directory; 0 if it says nothing, or that the picture stands upright.
std::uint32_t OrientationOf(std::string_view app1) {
    constexpr std::string_view kExif("Exif\0\0", 6);
    if (!app1.starts_with(kExif) || app1.size() < kExif.size() + 8) return 0;
    const std::string_view tiff = app1.substr(kExif.size());
    const bool little = tiff.starts_with("II");
    const auto read16 = [&](std::size_t at) { return little ? Little16(tiff, at) : Big16(tiff, at); };
    const std::size_t directory = little ? Little32(tiff, 4) : Big32(tiff, 4);
    if (directory > tiff.size() - 2) return 0;
    const std::uint32_t entries = std::min(read16(directory), kEntriesMax);
    for (std::uint32_t i = 0; i < entries; ++i) {
        const std::size_t at = directory + 2 + i * kEntryBytes;
        if (at + kEntryBytes > tiff.size()) return 0;
        if (read16(at) != kOrientationTag) continue;
        const std::uint32_t value = read16(at + 8);
        return value >= 2 && value <= 8 ? value : 0;
    }
    return 0;
}

// An APP1 segment that says nothing but how the picture is to be turned.
std::string OrientationOnly(std::uint32_t orientation) {
    std::string segment(
        "\xff\xe1\x00\x22"
        "Exif\0\0"
        "MM\0\x2a\0\0\0\x08"
        "\0\x01"
        "\x01\x12\0\x03\0\0\0\x01",
        28);
    segment.append(1, '\0').append(1, static_cast<char>(orientation)).append(6, '\0');
    return segment;
}

// The offset of the next marker after coded data that begins at `at`; the end of the file if there is none.
std::size_t AfterCodedData(std::string_view bytes, std::size_t at) {
    while (at + 1 < bytes.size()) {
        at = bytes.find('\xff', at);
        if (at == std::string_view::npos || at + 1 >= bytes.size()) return bytes.size();
        const std::uint32_t next = Byte(bytes, at + 1);
        // A stuffed byte, a restart marker and fill bytes belong to the data.
        if (next != 0x00 && next != 0xFF && !HasNoLength(next)) return at;
        at += next == 0xFF ? 1 : 2;
    }
    return bytes.size();
}

}  // namespace

std::optional<Walked> WalkJpeg(std::string_view bytes) {
    if (bytes.size() < 4 || Byte(bytes, 1) != kStart) return std::nullopt;
    Walked walked;
    Keep(walked, 0, 2);
    bool turned = false;
    std::size_t at = 2;
    while (at + 1 < bytes.size()) {
        if (Byte(bytes, at) != 0xFF) return std::nullopt;
        const std::uint32_t marker = Byte(bytes, at + 1);
        if (marker == 0xFF) {  // fill
            ++at;
            continue;
        }
        if (marker == kEnd) {
            Keep(walked, at, 2);
            return walked.picture.width > 0 ? std::optional(walked) : std::nullopt;
        }
        if (HasNoLength(marker)) {
            Keep(walked, at, 2);
            at += 2;
            continue;
        }
        if (at + 4 > bytes.size() || marker == kStart) return std::nullopt;
        const std::size_t length = Big16(bytes, at + 2);
        if (length < 2 || length > bytes.size() - at - 2) return std::nullopt;
        const std::string_view data = bytes.substr(at + 4, length - 2);
        if (IsFrame(marker)) {
            // A second frame would be measured as the first and decoded as itself.
            if (data.size() < 6 || walked.picture.width > 0) return std::nullopt;
            walked.picture.height = Big16(data, 1);
            walked.picture.width = Big16(data, 3);
        }
        const std::uint32_t orientation = marker == kApp1 && !turned ? OrientationOf(data) : 0;
        if (orientation != 0) {
            walked.pieces.push_back({0, 0, OrientationOnly(orientation)});
            turned = true;
        }
        std::size_t end = at + 2 + length;
        if (marker == kScan) end = AfterCodedData(bytes, end);
        if (!IsMetadata(marker, data)) Keep(walked, at, end - at);
        at = end;
    }
    return std::nullopt;
}

}  // namespace rt::files::domain
