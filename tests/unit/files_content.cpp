#include <doctest/doctest.h>

#include <string>

#include "files/domain/content.h"
#include "files/multipart.h"

namespace rt::files {
namespace {

using domain::Sniff;
using domain::Type;
using domain::Walk;
using domain::Walked;

std::string Big(std::uint32_t value) {
    std::string out;
    for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<char>(value >> shift & 0xFF));
    return out;
}
std::string Little(std::uint32_t value, int bytes = 4) {
    std::string out;
    for (int i = 0; i < bytes; ++i) out.push_back(static_cast<char>(value >> (8 * i) & 0xFF));
    return out;
}

std::string Chunk(std::string_view type, const std::string& data) {
    return Big(static_cast<std::uint32_t>(data.size())) + std::string(type) + data + "crc!";
}
std::string Png(std::uint32_t width, std::uint32_t height, const std::string& more = {}) {
    return "\x89PNG\r\n\x1a\n" + Chunk("IHDR", Big(width) + Big(height) + std::string("\x08\x06\0\0\0", 5)) + more +
           Chunk("IDAT", "data") + Chunk("IEND", "");
}

std::string Segment(int marker, const std::string& data) {
    const std::size_t length = data.size() + 2;
    std::string out = "\xff";
    out.push_back(static_cast<char>(marker));
    out.push_back(static_cast<char>(length >> 8));
    out.push_back(static_cast<char>(length & 0xFF));
    return out + data;
}
std::string Frame(int width, int height, int marker = 0xC0) {
    std::string data = "\x08";
    for (const int side : {height, width}) {
        data.push_back(static_cast<char>(side >> 8));
        data.push_back(static_cast<char>(side & 0xFF));
    }
    return Segment(marker, data + std::string("\x01\x01\x11\x00", 4));
}
std::string Jpeg(int width, int height, const std::string& more = {}) {
    return "\xff\xd8" + Segment(0xE0, std::string("JFIF\0\1\1\0\0\1\0\1\0\0", 14)) + more + Frame(width, height) +
           Segment(0xDA, "scan head") + std::string("coded\xff\x00more\xff\xd0rest", 17) + "\xff\xd9";
}
// An EXIF segment with the orientation and a place, little-endian.
std::string Exif(int orientation) {
    std::string tiff = "II" + Little(42, 2) + Little(8) + Little(2, 2);
    tiff += Little(0x0112, 2) + Little(3, 2) + Little(1) + Little(static_cast<std::uint32_t>(orientation), 4);
    tiff += Little(0x8825, 2) + Little(4, 2) + Little(1) + Little(38);
    return Segment(0xE1, std::string("Exif\0\0", 6) + tiff + Little(0) + "GPS 31.2304N 121.4737E");
}

std::string Gif(int width, int height, int frames, const std::string& more = {}) {
    std::string out = "GIF89a" + Little(static_cast<std::uint32_t>(width), 2) +
                      Little(static_cast<std::uint32_t>(height), 2) + std::string("\x80\0\0", 3) + "rgbrgb" + more;
    for (int i = 0; i < frames; ++i) {
        out += "\x2c" + Little(0, 4) + Little(static_cast<std::uint32_t>(width), 2) +
               Little(static_cast<std::uint32_t>(height), 2) + std::string("\0\x02\x02", 3) + "xy" +
               std::string(1, '\0');
    }
    return out + ";";
}

std::string WebpChunk(std::string_view type, const std::string& data) {
    return std::string(type) + Little(static_cast<std::uint32_t>(data.size())) + data +
           std::string(data.size() & 1U, '\0');
}
std::string Webp(std::uint32_t width, std::uint32_t height, const std::string& more = {}) {
    const std::string body =
        "WEBP" + WebpChunk("VP8X", std::string("\x2c\0\0\0", 4) + Little(width - 1, 3) + Little(height - 1, 3)) +
        WebpChunk("VP8 ", std::string("\0\0\0\x9d\x01\x2a", 6) + Little(width, 2) + Little(height, 2) + "coded") + more;
    return "RIFF" + Little(static_cast<std::uint32_t>(body.size())) + body;
}

std::string Kept(const std::string& bytes, const Walked& walked) {
    std::string out;
    for (const domain::Piece& piece : walked.pieces) {
        out += piece.instead.empty() ? bytes.substr(piece.offset, piece.bytes) : piece.instead;
    }
    return out;
}

TEST_CASE("what a file is, is told by its bytes; what browsers run is never taken") {
    CHECK(Sniff(Png(1, 1)) == Type::kPng);
    CHECK(Sniff(Jpeg(1, 1)) == Type::kJpeg);
    CHECK(Sniff(Gif(1, 1, 1)) == Type::kGif);
    CHECK(Sniff(Webp(1, 1)) == Type::kWebp);
    CHECK(Sniff("%PDF-1.7\n") == Type::kPdf);
    for (const char* text : {"",
                             "<",
                             "<html>",
                             "<!doctype html>",
                             "<svg xmlns='http://www.w3.org/2000/svg'>",
                             "<?xml version='1.0'?>",
                             "alert(1)",
                             "#!/bin/sh",
                             "MZ",
                             "\x7f"
                             "ELF",
                             "PK\x03\x04",
                             "\x89PN",
                             "GIF90a",
                             "GIF8",
                             "\xff\xd8",
                             "RIFF",
                             "RIFF....AVI ",
                             " %PDF-1.7",
                             "\xef\xbb\xbf<html>",
                             "BM",
                             "II*",
                             "{\"a\":1}",
                             "\x1f\x8b"}) {
        CAPTURE(text);
        CHECK_FALSE(Sniff(text).has_value());
    }
}

TEST_CASE("pictures are measured by their own words, all frames counted") {
    struct Row {
        Type type;
        std::string bytes;
        std::uint32_t width, height, frames;
    };
    for (const Row& row :
         {Row{Type::kPng, Png(640, 480), 640, 480, 1},
          Row{Type::kPng, Png(9, 9, Chunk("acTL", Big(500) + Big(0))), 9, 9, 500},
          Row{Type::kPng, Png(4'000'000'000U, 4'000'000'000U), 4'000'000'000U, 4'000'000'000U, 1},
          Row{Type::kJpeg, Jpeg(640, 480), 640, 480, 1},
          Row{Type::kJpeg, Jpeg(65535, 65535, std::string(3, '\xff')), 65535, 65535, 1},
          Row{Type::kGif, Gif(320, 200, 3), 320, 200, 3}, Row{Type::kWebp, Webp(1920, 1080), 1920, 1080, 1}}) {
        const auto walked = Walk(row.type, row.bytes);
        CAPTURE(row.width);
        REQUIRE(walked.has_value());
        CHECK(walked->picture.width == row.width);
        CHECK(walked->picture.height == row.height);
        CHECK(walked->picture.frames == row.frames);
    }
    CHECK(Walk(Type::kPng, Png(4'000'000'000U, 4'000'000'000U))->picture.Pixels() > domain::kPixelsMax);
}

TEST_CASE("places, comments and what follows the picture are left out") {
    const std::string jpeg =
        Jpeg(2, 2,
             Exif(1) + Segment(0xE1, "http://ns.adobe.com/xap/1.0/ GPS") + Segment(0xED, "Photoshop 3.0 GPS") +
                 Segment(0xFE, "GPS") + Segment(0xE2, std::string("MPF\0 GPS", 8))) +
        Jpeg(1, 1, Exif(1)) + "GPS";
    const std::string kept = Kept(jpeg, *Walk(Type::kJpeg, jpeg));
    CHECK(kept.find("GPS") == std::string::npos);
    CHECK(kept == Jpeg(2, 2));

    const std::string profile = Segment(0xE2, std::string("ICC_PROFILE\0 rgb", 16)) + Segment(0xEE, "Adobe");
    CHECK(Kept(Jpeg(2, 2, profile), *Walk(Type::kJpeg, Jpeg(2, 2, profile))) == Jpeg(2, 2, profile));

    const std::string png = Png(2, 2, Chunk("eXIf", "GPS") + Chunk("tEXt", "GPS") + Chunk("gAMA", "keep")) + "GPS";
    CHECK(Kept(png, *Walk(Type::kPng, png)) == Png(2, 2, Chunk("gAMA", "keep")));

    const std::string rounds = std::string("\x21\xff\x0bNETSCAPE2.0\x03\x01\0\0\0", 19);
    const std::string gif = Gif(2, 2, 1, rounds + std::string("\x21\xfe\x03GPS\0", 7)) + "GPS";
    CHECK(Kept(gif, *Walk(Type::kGif, gif)) == Gif(2, 2, 1, rounds));

    const std::string webp = Webp(2, 2, WebpChunk("EXIF", "GPS") + WebpChunk("XMP ", "GPS!")) + "GPS";
    std::string plain = Webp(2, 2);
    plain[20] = '\x20';  // the flags of VP8X without EXIF and XMP
    CHECK(Kept(webp, *Walk(Type::kWebp, webp)) == plain);
}

TEST_CASE("a JPEG keeps the way it is to be turned") {
    for (const int orientation : {0, 1, 2, 6, 8, 9}) {
        CAPTURE(orientation);
        const std::string jpeg = Jpeg(2, 2, Exif(orientation));
        const std::string kept = Kept(jpeg, *Walk(Type::kJpeg, jpeg));
        CHECK(kept.find("GPS") == std::string::npos);
        const bool turned = orientation >= 2 && orientation <= 8;
        CHECK(kept.size() == Jpeg(2, 2).size() + (turned ? 36 : 0));
        // What was kept says the same when it is read again.
        CHECK(Kept(kept, *Walk(Type::kJpeg, kept)) == kept);
    }
}

TEST_CASE("damaged pictures are refused wherever they are cut, and nothing is read outside") {
    for (const auto& [type, whole] : {std::pair{Type::kPng, Png(9, 9, Chunk("tEXt", "x"))},
                                      {Type::kJpeg, Jpeg(9, 9, Exif(6))},
                                      {Type::kGif, Gif(9, 9, 2)},
                                      {Type::kWebp, Webp(9, 9, WebpChunk("EXIF", "x"))}}) {
        CHECK(Walk(type, whole).has_value());
        for (std::size_t size = 12; size < whole.size(); ++size) {
            CAPTURE(size);
            CHECK_FALSE(Walk(type, whole.substr(0, size)).has_value());
        }
        // Every byte changed to both extremes: an answer, whatever it is, and kept pieces inside the file.
        for (std::size_t at = 12; at < whole.size(); ++at) {
            for (const char value : {'\0', '\x7f', '\xff'}) {
                std::string changed = whole;
                changed[at] = value;
                const auto walked = Walk(type, changed);
                if (!walked) continue;
                for (const domain::Piece& piece : walked->pieces) REQUIRE(piece.offset + piece.bytes <= changed.size());
            }
        }
    }
    // A second frame of another size is not let through behind the first.
    CHECK_FALSE(Walk(Type::kJpeg, Jpeg(2, 2, Frame(60'000, 60'000))).has_value());
    CHECK_FALSE(Walk(Type::kPdf, "%PDF-1.7").has_value());
}

TEST_CASE("the file of a form") {
    CHECK(BoundaryOf("multipart/form-data; boundary=abc") == "abc");
    CHECK(BoundaryOf("Multipart/Form-Data; charset=utf-8; Boundary=\"a-b\"") == "a-b");
    for (const char* type : {"", "text/plain", "multipart/form-data", "multipart/mixed; boundary=a",
                             "multipart/form-data; boundary=", "multipart/form-data; boundary=a b",
                             "multipart/form-data; boundary=\"\""}) {
        CAPTURE(type);
        CHECK_FALSE(BoundaryOf(type).has_value());
    }
    const std::string field = "--b\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\nvalue\r\n";
    const std::string file =
        "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"../../a.php\"\r\nContent-Type: "
        "image/png\r\n\r\n"
        "by\r\ntes\r\n--a\r\n";
    CHECK(FileIn(field + file + "--b--\r\n", "b") == "by\r\ntes\r\n--a");
    CHECK(FileIn(file + field + "--b--", "b") == "by\r\ntes\r\n--a");
    for (const std::string& bad : {std::string(), std::string("--b--"), field + "--b--", file, file + file + "--b--",
                                   "x" + file + "--b--", file + "--b", std::string("--b\r\n\r\n"),
                                   std::string("--b\r\n") + std::string(5'000, 'a') + "\r\n\r\nx\r\n--b--"}) {
        CHECK_FALSE(FileIn(bad, "b").has_value());
    }
}

}  // namespace
}  // namespace rt::files
