#include "files/domain/content.h"

#include <algorithm>
#include <array>

#include "files/domain/walks.h"

namespace rt::files::domain {
namespace {

constexpr std::array<TypeInfo, 5> kTypes{{
    {Type::kPng, "image/png", "png", true},
    {Type::kJpeg, "image/jpeg", "jpg", true},
    {Type::kGif, "image/gif", "gif", true},
    {Type::kWebp, "image/webp", "webp", true},
    {Type::kPdf, "application/pdf", "pdf", false},
}};

}  // namespace

const TypeInfo& Info(Type type) {
    return kTypes.at(static_cast<std::size_t>(type));
}

std::optional<Type> TypeOf(std::string_view media_type) {
    const auto found =
        std::find_if(kTypes.begin(), kTypes.end(), [&](const TypeInfo& info) { return info.media_type == media_type; });
    return found == kTypes.end() ? std::nullopt : std::optional(found->type);
}

std::optional<Type> Sniff(std::string_view bytes) {
    if (bytes.starts_with("\x89PNG\r\n\x1a\n")) return Type::kPng;
    if (bytes.starts_with("\xff\xd8\xff")) return Type::kJpeg;
    if (bytes.starts_with("GIF87a") || bytes.starts_with("GIF89a")) return Type::kGif;
    if (bytes.starts_with("RIFF") && bytes.size() >= 12 && bytes.substr(8, 4) == "WEBP") return Type::kWebp;
    if (bytes.starts_with("%PDF-")) return Type::kPdf;
    return std::nullopt;
}

std::optional<Walked> Walk(Type type, std::string_view bytes) {
    switch (type) {
        case Type::kPng:
            return WalkPng(bytes);
        case Type::kJpeg:
            return WalkJpeg(bytes);
        case Type::kGif:
            return WalkGif(bytes);
        case Type::kWebp:
            return WalkWebp(bytes);
        case Type::kPdf:
            break;
    }
    return std::nullopt;
}

}  // namespace rt::files::domain
