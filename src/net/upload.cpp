#include "net/upload.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace rt::net {
namespace {

constexpr mode_t kOwnerOnly = 0600;

int OpenUnnamed(const std::string& folder) {
    const int descriptor = open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, kOwnerOnly);
    if (descriptor >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL)) return descriptor;
    std::string path = folder + "/upload-XXXXXX";
    const int named = mkostemp(path.data(), O_CLOEXEC);
    if (named >= 0) unlink(path.c_str());
    return named;
}

Error FromErrno(const char* what) {
    const bool full = errno == ENOSPC || errno == EDQUOT || errno == EFBIG;
    return Fail(full ? Code::kStorageFull : Code::kUnavailable, std::string(what) + ": " + std::strerror(errno));
}

}  // namespace

Result<std::shared_ptr<UploadedFile>> UploadedFile::Make(const std::string& folder,
                                                         std::function<void(std::uint64_t)> released) {
    const int descriptor = OpenUnnamed(folder);
    if (descriptor < 0) {
        const Error error = FromErrno("temporary file");
        released(0);
        return error;
    }
    return std::shared_ptr<UploadedFile>(new UploadedFile(descriptor, std::move(released)));
}

UploadedFile::UploadedFile(int descriptor, std::function<void(std::uint64_t)> released)
    : descriptor_(descriptor), released_(std::move(released)) {}

UploadedFile::~UploadedFile() {
    close(descriptor_);
    released_(size_);
}

Status UploadedFile::Append(std::string_view data) {
    while (!data.empty()) {
        const ssize_t written = write(descriptor_, data.data(), data.size());
        if (written < 0) {
            if (errno == EINTR) continue;
            return FromErrno("write of an upload");
        }
        size_ += static_cast<std::uint64_t>(written);
        data.remove_prefix(static_cast<std::size_t>(written));
    }
    return Ok();
}

Status UploadedFile::ReadAt(std::uint64_t offset, std::size_t bytes_max, std::string& out) const {
    const std::size_t before = out.size();
    out.resize(before + bytes_max);
    std::size_t got = 0;
    while (got < bytes_max) {
        const ssize_t size =
            pread(descriptor_, out.data() + before + got, bytes_max - got, static_cast<off_t>(offset + got));
        if (size < 0 && errno == EINTR) continue;
        if (size < 0) return FromErrno("read of an upload");
        if (size == 0) break;
        got += static_cast<std::size_t>(size);
    }
    out.resize(before + got);
    return Ok();
}

}  // namespace rt::net
