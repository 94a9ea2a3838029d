// GIF (87a, 89a): a screen, then extensions and images made of sub-blocks, then a trailer.
#include <algorithm>

#include "files/domain/walks.h"

namespace rt::files::domain {
namespace {

constexpr std::size_t kScreenBytes = 13;
constexpr std::size_t kImageBytes = 10;
constexpr std::uint32_t kTableFlag = 0x80;
constexpr char kExtension = '\x21';
constexpr char kImage = '\x2c';
constexpr char kTrailer = '\x3b';

std::size_t TableBytes(std::uint32_t flags) {
    return (flags & kTableFlag) != 0 ? std::size_t{3} << ((flags & 7U) + 1) : 0;
}

// The offset after the sub-blocks that begin at `at`; npos if they do not end.
std::size_t AfterBlocks(std::string_view bytes, std::size_t at) {
    while (at < bytes.size()) {
        const std::size_t size = Byte(bytes, at);
        at += 1 + size;
        if (size == 0) return at;
    }
    return std::string_view::npos;
}

// Comments, and what programs add, but for the number of rounds of an animation.
bool IsMetadata(std::string_view bytes, std::size_t at) {
    const std::uint32_t label = Byte(bytes, at + 1);
    if (label == 0xFE) return true;
    return label == 0xFF && bytes.substr(at + 3, 11) != "NETSCAPE2.0";
}

}  // namespace

std::optional<Walked> WalkGif(std::string_view bytes) {
    if (bytes.size() < kScreenBytes) return std::nullopt;
    Walked walked;
    walked.picture = {Little16(bytes, 6), Little16(bytes, 8), 0};
    std::size_t at = kScreenBytes + TableBytes(Byte(bytes, 10));
    if (at > bytes.size()) return std::nullopt;
    Keep(walked, 0, at);
    while (at < bytes.size()) {
        if (bytes[at] == kTrailer) {
            Keep(walked, at, 1);
            return walked.picture.frames > 0 ? std::optional(walked) : std::nullopt;
        }
        std::size_t end = std::string_view::npos;
        bool keep = true;
        if (bytes[at] == kExtension && bytes.size() - at > 3) {
            keep = !IsMetadata(bytes, at);
            end = AfterBlocks(bytes, at + 2);
        } else if (bytes[at] == kImage && bytes.size() - at > kImageBytes) {
            ++walked.picture.frames;
            // A frame may be larger than the screen says.
            walked.picture.width = std::max(walked.picture.width, Little16(bytes, at + 5));
            walked.picture.height = std::max(walked.picture.height, Little16(bytes, at + 7));
            end = AfterBlocks(bytes, at + kImageBytes + TableBytes(Byte(bytes, at + 9)) + 1);
        }
        if (end == std::string_view::npos || end > bytes.size()) return std::nullopt;
        if (keep) Keep(walked, at, end - at);
        at = end;
    }
    return std::nullopt;
}

}  // namespace rt::files::domain
