#include <fcntl.h>
#include <unistd.h>
#include <zstd.h>

#include <cerrno>
#include <memory>
#include <vector>

#include "base/encoding.h"
#include "crypto/hash.h"
#include "os/file.h"
#include "os/tree.h"
#include "storage/backup/zstd_internal.h"

namespace rt::storage::backup {

namespace {

constexpr int kLevel = 3;
constexpr int kWindowLogMax = 23;  // 8 MB: the memory an expansion may use
constexpr std::size_t kPieceBytes = 256 << 10;

// Reads a file piece by piece and digests what it read.
class Source {
  public:
    static Result<Source> Open(const std::string& path) {
        RT_TRY(os::Fd fd, os::OpenRegularFile(path));
        return Source(std::move(fd), path);
    }
    // Empty at the end.
    Result<std::string_view> Next() {
        for (;;) {
            const ssize_t count = ::read(fd_.get(), piece_.data(), piece_.size());
            if (count < 0 && errno == EINTR) continue;
            if (count < 0) return os::OsError("read", path_, errno);
            const std::string_view got(piece_.data(), static_cast<std::size_t>(count));
            digest_->Update(got);
            bytes_ += got.size();
            return got;
        }
    }
    std::uint64_t bytes() const { return bytes_; }
    std::string Sha256() { return base::HexEncode(digest_->Finish()); }

  private:
    Source(os::Fd fd, std::string path) : fd_(std::move(fd)), path_(std::move(path)) {}
    os::Fd fd_;
    std::string path_;
    std::vector<char> piece_ = std::vector<char>(kPieceBytes);
    std::unique_ptr<crypto::Sha256Stream> digest_ = std::make_unique<crypto::Sha256Stream>();
    std::uint64_t bytes_ = 0;
};

// Writes a new file and digests what it wrote.
class Sink {
  public:
    static Result<Sink> Create(const std::string& path) {
        os::Fd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, os::kPrivateFile));
        if (!fd) return os::OsError("create", path, errno);
        return Sink(std::move(fd), path);
    }
    Status Write(std::string_view data) {
        digest_->Update(data);
        bytes_ += data.size();
        return os::WriteAll(fd_.get(), data, path_);
    }
    Status Sync() {
        if (::fsync(fd_.get()) == 0) return Ok();
        return os::OsError("sync", path_, errno);
    }
    std::uint64_t bytes() const { return bytes_; }
    std::string Sha256() { return base::HexEncode(digest_->Finish()); }

  private:
    Sink(os::Fd fd, std::string path) : fd_(std::move(fd)), path_(std::move(path)) {}
    os::Fd fd_;
    std::string path_;
    std::unique_ptr<crypto::Sha256Stream> digest_ = std::make_unique<crypto::Sha256Stream>();
    std::uint64_t bytes_ = 0;
};

Error ZstdError(std::size_t result, const std::string& path) {
    return Fail(Code::kInternal, "zstd " + path + ": " + ZSTD_getErrorName(result));
}

}  // namespace

Result<File> CompressFile(const std::string& from, const std::string& to, base::Meter& meter) {
    RT_TRY(Source source, Source::Open(from));
    RT_TRY(Sink sink, Sink::Create(to));
    const std::unique_ptr<ZSTD_CCtx, std::size_t (*)(ZSTD_CCtx*)> context(ZSTD_createCCtx(), &ZSTD_freeCCtx);
    ZSTD_CCtx_setParameter(context.get(), ZSTD_c_compressionLevel, kLevel);
    ZSTD_CCtx_setParameter(context.get(), ZSTD_c_checksumFlag, 1);
    std::vector<char> out(ZSTD_CStreamOutSize());
    for (bool last = false; !last;) {
        RT_TRY(const std::string_view piece, source.Next());
        RT_CHECK_OK(meter.Add(piece.size()));
        last = piece.empty();
        ZSTD_inBuffer input{piece.data(), piece.size(), 0};
        for (bool done = false; !done;) {
            ZSTD_outBuffer output{out.data(), out.size(), 0};
            const std::size_t left =
                ZSTD_compressStream2(context.get(), &output, &input, last ? ZSTD_e_end : ZSTD_e_continue);
            if (ZSTD_isError(left) != 0) return ZstdError(left, from);
            RT_CHECK_OK(sink.Write({out.data(), output.pos}));
            done = last ? left == 0 : input.pos == input.size;
        }
    }
    RT_CHECK_OK(sink.Sync());
    return File{{}, source.bytes(), source.Sha256(), sink.bytes(), sink.Sha256()};
}

Status ExpandFile(const std::string& from, const std::string& to, const File& expected, base::Meter& meter) {
    RT_TRY(Source source, Source::Open(from));
    RT_TRY(Sink sink, Sink::Create(to));
    const std::unique_ptr<ZSTD_DCtx, std::size_t (*)(ZSTD_DCtx*)> context(ZSTD_createDCtx(), &ZSTD_freeDCtx);
    ZSTD_DCtx_setParameter(context.get(), ZSTD_d_windowLogMax, kWindowLogMax);
    std::vector<char> out(ZSTD_DStreamOutSize());
    std::size_t left = 0;
    for (;;) {
        RT_TRY(const std::string_view piece, source.Next());
        if (piece.empty()) break;
        ZSTD_inBuffer input{piece.data(), piece.size(), 0};
        for (bool full = false; input.pos < input.size || full;) {
            ZSTD_outBuffer output{out.data(), out.size(), 0};
            left = ZSTD_decompressStream(context.get(), &output, &input);
            if (ZSTD_isError(left) != 0) return ZstdError(left, from);
            RT_CHECK_OK(sink.Write({out.data(), output.pos}));
            RT_CHECK_OK(meter.Add(output.pos));
            full = left != 0 && output.pos == output.size;  // after the end there is nothing to flush
            if (sink.bytes() > expected.bytes) return Fail(Code::kInternal, from + " is longer than the manifest says");
        }
    }
    if (left != 0 || source.bytes() != expected.stored_bytes || source.Sha256() != expected.stored_sha256) {
        return Fail(Code::kInternal, from + " is not the file the manifest names");
    }
    if (sink.bytes() != expected.bytes || sink.Sha256() != expected.sha256) {
        return Fail(Code::kInternal, from + " does not hold what the manifest says");
    }
    return sink.Sync();
}

}  // namespace rt::storage::backup
