// What an uploaded file is, by its bytes alone: type, size of the picture, and which parts to keep. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rt::files::domain {

enum class Type : std::uint8_t { kPng, kJpeg, kGif, kWebp, kPdf };

// The table of what is taken. Formats that browsers run (HTML, SVG, scripts) are not in it.
struct TypeInfo {
    Type type;
    std::string_view media_type;
    std::string_view extension;  // without the point
    bool is_image;
};
const TypeInfo& Info(Type type);
// The type of the table with this media type; nullopt if there is none.
std::optional<Type> TypeOf(std::string_view media_type);

// By the first bytes, whatever name or type came along; nullopt for all that is not in the table.
std::optional<Type> Sniff(std::string_view bytes);

struct Picture {
    std::uint32_t width = 0;
    std::uint32_t height = 0;
    std::uint32_t frames = 1;
    std::uint64_t Pixels() const { return std::uint64_t{width} * height * frames; }
};

inline constexpr std::uint32_t kSideMax = 16'384;
inline constexpr std::uint64_t kPixelsMax = 100'000'000;  // all frames together: what decoding it would unfold

// A piece of the file that is kept, or bytes that stand in its place.
struct Piece {
    std::size_t offset = 0;
    std::size_t bytes = 0;
    std::string instead;  // not empty: this, and nothing of the file
};

// A picture walked through to its end. What is kept leaves out text, places, cameras and previews (EXIF, XMP, IPTC,
// comments), and whatever follows the picture; a JPEG keeps its orientation, pictures keep their colour profile.
struct Walked {
    Picture picture;
    std::vector<Piece> pieces;
};
// nullopt if the file is damaged: a length points outside, a part is missing, there is no end.
std::optional<Walked> Walk(Type type, std::string_view bytes);

}  // namespace rt::files::domain
