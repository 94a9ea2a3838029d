#include "sheet/new_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "os/file.h"

namespace rt::sheet {

Result<std::unique_ptr<NewFile>> NewFile::Make(const std::string& path) {
    os::Fd descriptor(open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, os::kPrivateFile));
    if (!descriptor) return os::OsError("make", path, errno);
    return std::unique_ptr<NewFile>(new NewFile(path, std::move(descriptor)));
}

NewFile::~NewFile() {
    if (!whole_) unlink(path_.c_str());
}

Status NewFile::Append(std::string_view data) {
    return os::WriteAll(descriptor_.get(), data, path_);
}

Status NewFile::Finish() {
    if (fsync(descriptor_.get()) != 0) return os::OsError("sync", path_, errno);
    whole_ = true;
    return Ok();
}

}  // namespace rt::sheet
