#include "net/gzip.h"

#include <zlib.h>

#include <cstdint>
#include <utility>

#include "base/check.h"

namespace rt::net {
namespace {

// Quickly rather than well.
constexpr int kLevel = Z_BEST_SPEED;
constexpr int kGzipWindowBits = 15 + 16;
constexpr int kMemoryLevel = 8;

}  // namespace

void GzipBody(Response& response) {
    std::string& body = response.body;
    if (body.size() < kGzipBytesMin || body.size() > kGzipBytesMax) return;
    z_stream z{};
    if (deflateInit2(&z, kLevel, Z_DEFLATED, kGzipWindowBits, kMemoryLevel, Z_DEFAULT_STRATEGY) != Z_OK) return;
    std::string packed(body.size(), '\0');
    z.next_in = reinterpret_cast<Bytef*>(body.data());
    z.avail_in = static_cast<uInt>(body.size());
    z.next_out = reinterpret_cast<Bytef*>(packed.data());
    z.avail_out = static_cast<uInt>(packed.size());
    const bool smaller = deflate(&z, Z_FINISH) == Z_STREAM_END;
    packed.resize(z.total_out);
    deflateEnd(&z);
    if (!smaller) return;
    body = std::move(packed);
    response.With("Content-Encoding", "gzip");
    response.With("Vary", "Accept-Encoding");
}

std::string UnpackEmbedded(std::string_view gzip) {
    std::uint32_t size = 0;  // its last field, little-endian
    RT_CHECK(gzip.size() > sizeof size);
    for (int i = 1; i <= 4; ++i) size = size << 8 | static_cast<unsigned char>(gzip[gzip.size() - i]);
    std::string text(size, '\0');
    z_stream z{};
    RT_CHECK(inflateInit2(&z, kGzipWindowBits) == Z_OK);
    z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(gzip.data()));
    z.avail_in = static_cast<uInt>(gzip.size());
    z.next_out = reinterpret_cast<Bytef*>(text.data());
    z.avail_out = size;
    RT_CHECK(inflate(&z, Z_FINISH) == Z_STREAM_END);
    inflateEnd(&z);
    return text;
}

}  // namespace rt::net
