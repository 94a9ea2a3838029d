#include <zstd.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <system_error>

#include "log/rolling_file.h"

namespace rt::log {
namespace {

namespace fs = std::filesystem;

// Log lines repeat so much that higher levels are slower and no smaller.
constexpr int kCompressionLevel = 1;

struct FreeStream {
    void operator()(ZSTD_CCtx* stream) const { ZSTD_freeCCtx(stream); }
};

// Feeds one piece (the last one ends the frame) and writes what comes out.
bool Feed(ZSTD_CCtx& stream, std::string_view piece, ZSTD_EndDirective end, std::string& room, std::ofstream& to) {
    ZSTD_inBuffer in{piece.data(), piece.size(), 0};
    while (true) {
        ZSTD_outBuffer out{room.data(), room.size(), 0};
        const std::size_t left = ZSTD_compressStream2(&stream, &out, &in, end);
        if (ZSTD_isError(left) != 0) return false;
        to.write(room.data(), static_cast<std::streamsize>(out.pos));
        if (!to) return false;
        if (end == ZSTD_e_end ? left == 0 : in.pos == in.size) return true;
    }
}

bool Pack(const std::string& from_path, const std::string& to_path) {
    std::ifstream from(from_path, std::ios::binary);
    std::ofstream to(to_path, std::ios::binary | std::ios::trunc);
    const std::unique_ptr<ZSTD_CCtx, FreeStream> stream(ZSTD_createCCtx());
    if (!from || !to || stream == nullptr) return false;
    ZSTD_CCtx_setParameter(stream.get(), ZSTD_c_compressionLevel, kCompressionLevel);
    ZSTD_CCtx_setParameter(stream.get(), ZSTD_c_checksumFlag, 1);
    std::string piece(ZSTD_CStreamInSize(), '\0');
    std::string room(ZSTD_CStreamOutSize(), '\0');
    while (from) {
        from.read(piece.data(), static_cast<std::streamsize>(piece.size()));
        const std::string_view got(piece.data(), static_cast<std::size_t>(from.gcount()));
        if (!Feed(*stream, got, from ? ZSTD_e_continue : ZSTD_e_end, room, to)) return false;
    }
    to.close();
    return from.eof() && !to.fail();
}

}  // namespace

Status PackFile(const std::string& path) {
    const std::string temporary = path + ".tmp";
    std::error_code error;
    if (!Pack(path, temporary)) {
        fs::remove(temporary, error);
        return Fail(Code::kInternal, "cannot pack " + path);
    }
    // The mode of the log holds for the packed file too.
    fs::permissions(temporary, fs::status(path, error).permissions(), error);
    fs::rename(temporary, path + ".zst", error);
    if (error) return Fail(Code::kInternal, "cannot name " + path + ".zst: " + error.message());
    fs::remove(path, error);
    return Ok();
}

}  // namespace rt::log
