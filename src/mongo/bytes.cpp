#include "mongo/bytes.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace rt::mongo {
namespace {

constexpr std::size_t kChunkBytes = 64U << 10;
constexpr int kGzipWindow = 15 + 16;  // zlib: the largest window, gzip alone

Error Damaged(const char* what) {
    return base::FailText(Code::kInvalid, {what, what});
}

class FileBytes final : public Bytes {
  public:
    FileBytes(os::Fd fd, std::string path) : fd_(std::move(fd)), path_(std::move(path)) {}

    Result<std::size_t> Read(char* out, std::size_t size) override {
        while (true) {
            const auto got = ::read(fd_.get(), out, size);
            if (got >= 0) return static_cast<std::size_t>(got);
            if (errno != EINTR) return os::OsError("read", path_, errno);
        }
    }

  private:
    os::Fd fd_;
    std::string path_;
};

class GzipBytes final : public Bytes {
  public:
    explicit GzipBytes(std::unique_ptr<Bytes> in) : in_(std::move(in)) {}
    ~GzipBytes() override {
        if (mode_ == Mode::kPacked) inflateEnd(&stream_);
    }
    GzipBytes(const GzipBytes&) = delete;
    GzipBytes& operator=(const GzipBytes&) = delete;

    Result<std::size_t> Read(char* out, std::size_t size) override {
        if (mode_ == Mode::kUnknown) RT_CHECK_OK(Begin());
        if (mode_ == Mode::kPlain) return Plain(out, size);
        return Inflate(out, size);
    }

  private:
    enum class Mode : std::uint8_t { kUnknown, kPlain, kPacked };

    Status Begin() {
        std::size_t have = 0;
        while (have < 2) {
            RT_TRY(const auto got, in_->Read(buffer_.data() + have, buffer_.size() - have));
            if (got == 0) break;
            have += got;
        }
        stream_.next_in = reinterpret_cast<Bytef*>(buffer_.data());
        stream_.avail_in = static_cast<uInt>(have);
        const bool packed = have >= 2 && buffer_[0] == '\x1f' && buffer_[1] == '\x8b';
        if (packed && inflateInit2(&stream_, kGzipWindow) != Z_OK) return Fail(Code::kInternal, "inflateInit2");
        mode_ = packed ? Mode::kPacked : Mode::kPlain;
        return Ok();
    }

    Result<std::size_t> Plain(char* out, std::size_t size) {
        if (stream_.avail_in == 0) return in_->Read(out, size);
        const auto given = std::min<std::size_t>(size, stream_.avail_in);
        std::memcpy(out, stream_.next_in, given);
        stream_.next_in += given;
        stream_.avail_in -= static_cast<uInt>(given);
        return given;
    }

    // More input, unless there is some; false at the end of the file.
    Result<bool> Fill() {
        if (stream_.avail_in > 0) return true;
        RT_TRY(const auto got, in_->Read(buffer_.data(), buffer_.size()));
        stream_.next_in = reinterpret_cast<Bytef*>(buffer_.data());
        stream_.avail_in = static_cast<uInt>(got);
        return got > 0;
    }

    Result<std::size_t> Inflate(char* out, std::size_t size) {
        stream_.next_out = reinterpret_cast<Bytef*>(out);
        stream_.avail_out = static_cast<uInt>(std::min<std::size_t>(size, kChunkBytes));
        const uInt wanted = stream_.avail_out;
        while (stream_.avail_out == wanted && wanted > 0) {
            RT_TRY(const bool more, Fill());
            if (!more && ended_) return std::size_t{0};
            if (!more) return Damaged("the gzip file is cut short");
            if (ended_ && inflateReset(&stream_) != Z_OK) return Fail(Code::kInternal, "inflateReset");
            ended_ = false;
            const int result = inflate(&stream_, Z_NO_FLUSH);
            ended_ = result == Z_STREAM_END;
            if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR) {
                return Damaged("the gzip file is damaged");
            }
        }
        return static_cast<std::size_t>(wanted - stream_.avail_out);
    }

    std::unique_ptr<Bytes> in_;
    Mode mode_ = Mode::kUnknown;
    bool ended_ = false;  // between two members
    z_stream stream_{};
    std::array<char, kChunkBytes> buffer_{};
};

}  // namespace

Result<std::size_t> TextBytes::Read(char* out, std::size_t size) {
    const auto given = std::min(size, text_.size());
    std::memcpy(out, text_.data(), given);
    text_.remove_prefix(given);
    return given;
}

std::unique_ptr<Bytes> Unpacked(std::unique_ptr<Bytes> in) {
    return std::make_unique<GzipBytes>(std::move(in));
}

Result<std::unique_ptr<Bytes>> OpenFile(const std::string& path) {
    os::Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!fd) return os::OsError("open", path, errno);
    struct stat info {};
    if (::fstat(fd.get(), &info) != 0) return os::OsError("look at", path, errno);
    if (!S_ISREG(info.st_mode)) return Fail(Code::kInvalidState, path + " is no regular file");
    return Unpacked(std::make_unique<FileBytes>(std::move(fd), path));
}

Result<bool> ReadExactly(Bytes& in, std::size_t size, std::string& out) {
    const std::size_t begin = out.size();
    while (out.size() - begin < size) {
        const std::size_t have = out.size();
        // Little by little: what a length promises need not be there.
        out.resize(have + std::min(size - (have - begin), kChunkBytes));
        auto got = in.Read(out.data() + have, out.size() - have);
        out.resize(have + (got.ok() ? *got : 0));
        if (!got.ok()) return got.error();
        if (*got == 0 && out.size() == begin) return false;
        if (*got == 0) return Damaged("the file is cut short");
    }
    return true;
}

}  // namespace rt::mongo
