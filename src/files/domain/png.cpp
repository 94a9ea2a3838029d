// PNG (ISO/IEC 15948) and its animated form: a signature, then chunks of length, type, data, CRC.
#include <algorithm>
#include <array>

#include "files/domain/walks.h"

namespace rt::files::domain {
namespace {

constexpr std::size_t kSignatureBytes = 8;
constexpr std::size_t kChunkExtra = 12;  // length, type, CRC
constexpr std::size_t kHeaderBytes = 13;

bool IsMetadata(std::string_view type) {
    static constexpr std::array<std::string_view, 5> kTypes{"eXIf", "tEXt", "zTXt", "iTXt", "tIME"};
    for (const std::string_view known : kTypes) {
        if (type == known) return true;
    }
    return false;
}

}  // namespace

std::optional<Walked> WalkPng(std::string_view bytes) {
    Walked walked;
    Keep(walked, 0, kSignatureBytes);
    std::size_t at = kSignatureBytes;
    bool first = true;
    while (bytes.size() - at >= kChunkExtra) {
        const std::size_t length = Big32(bytes, at);
        if (length > bytes.size() - at - kChunkExtra) return std::nullopt;
        const std::string_view type = bytes.substr(at + 4, 4);
        if (first != (type == "IHDR") || (first && length != kHeaderBytes)) return std::nullopt;
        if (first) {
            walked.picture.width = Big32(bytes, at + 8);
            walked.picture.height = Big32(bytes, at + 12);
        }
        if (type == "acTL" && length >= 8) walked.picture.frames = std::max(1U, Big32(bytes, at + 8));
        if (!IsMetadata(type)) Keep(walked, at, length + kChunkExtra);
        if (type == "IEND") return walked;
        first = false;
        at += length + kChunkExtra;
    }
    return std::nullopt;
}

}  // namespace rt::files::domain
