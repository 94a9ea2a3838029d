#include "os/file.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <system_error>

#include "os/tree.h"

namespace rt::os {
namespace {

// ".name.tmp-XXXXXX" beside `path`; the descriptor and the name that mkostemp chose.
struct Temporary {
    Fd fd;
    std::string path;
};

std::string BaseName(const std::string& path) {
    return path.substr(path.find_last_of('/') + 1);
}

Result<Temporary> MakeTemporary(const std::string& path) {
    std::string name = ParentFolder(path) + "/." + BaseName(path) + std::string(kTemporaryEnd);
    Fd fd(mkostemp(name.data(), O_CLOEXEC));
    if (!fd) return OsError("create a file in", ParentFolder(path), errno);
    return Temporary{std::move(fd), std::move(name)};
}

Status FillTemporary(const Temporary& temporary, std::string_view data, unsigned mode) {
    RT_CHECK_OK(WriteAll(temporary.fd.get(), data, temporary.path));
    if (fchmod(temporary.fd.get(), mode) != 0) return OsError("set the mode of", temporary.path, errno);
    if (fsync(temporary.fd.get()) != 0) return OsError("sync", temporary.path, errno);
    return Ok();
}

Status Write(const std::string& path, std::string_view data, unsigned mode, unsigned rename_flags) {
    RT_TRY(const Temporary temporary, MakeTemporary(path));
    Status status = FillTemporary(temporary, data, mode);
    if (status.ok() && renameat2(AT_FDCWD, temporary.path.c_str(), AT_FDCWD, path.c_str(), rename_flags) != 0) {
        status = errno == EEXIST ? Fail(Code::kAlreadyExists, path + " exists") : OsError("write", path, errno);
    }
    if (!status.ok()) {
        unlink(temporary.path.c_str());
        return status;
    }
    return SyncFolder(ParentFolder(path));
}

Result<struct stat> Stat(const std::string& path) {
    struct stat info {};
    if (stat(path.c_str(), &info) != 0) return OsError("look at", path, errno);
    return info;
}

}  // namespace

std::string ParentFolder(const std::string& path) {
    const std::size_t slash = path.find_last_of('/');
    if (slash == std::string::npos) return ".";
    return slash == 0 ? "/" : path.substr(0, slash);
}

Result<std::string> ReadFile(const std::string& path, std::size_t bytes_max) {
    // O_NONBLOCK: a FIFO in the place of a file must not hang the start.
    const Fd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!fd) return OsError("read", path, errno);
    struct stat info {};
    if (fstat(fd.get(), &info) != 0) return OsError("read", path, errno);
    if (!S_ISREG(info.st_mode)) return Fail(Code::kInvalidState, "cannot read " + path + ": not a regular file");
    std::string out;
    // Files of /proc and /sys say that they are empty, so the size is only a hint.
    std::size_t chunk = static_cast<std::size_t>(info.st_size) + 1;
    while (out.size() <= bytes_max) {
        const std::size_t had = out.size();
        // One byte more than allowed shows that the file is too large.
        out.resize(had + std::min(std::max<std::size_t>(chunk, 4096) - 1, bytes_max - had) + 1);
        const ssize_t got = read(fd.get(), out.data() + had, out.size() - had);
        out.resize(had + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
        if (got < 0 && errno != EINTR) return OsError("read", path, errno);
        if (got == 0) return out;
        chunk = 65536;
    }
    return Fail(Code::kBodyTooLarge, path + " is larger than " + std::to_string(bytes_max) + " bytes");
}

Status WriteAll(int fd, std::string_view data, std::string_view name_for_errors) {
    while (!data.empty()) {
        const ssize_t put = write(fd, data.data(), data.size());
        if (put < 0 && errno != EINTR) return OsError("write", name_for_errors, errno);
        if (put > 0) data.remove_prefix(static_cast<std::size_t>(put));
    }
    return Ok();
}

Status WriteFileAtomic(const std::string& path, std::string_view data, unsigned mode) {
    return Write(path, data, mode, 0);
}

Status CreateFileAtomic(const std::string& path, std::string_view data, unsigned mode) {
    return Write(path, data, mode, RENAME_NOREPLACE);
}

Status MakeFolders(const std::string& path, unsigned mode) {
    struct stat info {};
    if (stat(path.c_str(), &info) == 0) {
        return S_ISDIR(info.st_mode) ? Ok() : Status(OsError("create the folder", path, ENOTDIR));
    }
    const std::string parent = ParentFolder(path);
    if (parent != path && parent != ".") RT_CHECK_OK(MakeFolders(parent, mode));
    if (mkdir(path.c_str(), mode) != 0 && errno != EEXIST) return OsError("create the folder", path, errno);
    return SyncFolder(parent);
}

Status RemoveFile(const std::string& path) {
    if (unlink(path.c_str()) != 0 && errno != ENOENT) return OsError("remove", path, errno);
    return Ok();
}

Status RemoveFolder(const std::string& path) {
    std::error_code error;
    std::filesystem::remove_all(path, error);
    if (error) return OsError("remove", path, error.value());
    return Ok();
}

Status RenameDurably(const std::string& from, const std::string& to) {
    if (rename(from.c_str(), to.c_str()) != 0) return OsError("rename " + from + " to", to, errno);
    RT_CHECK_OK(SyncFolder(ParentFolder(to)));
    return ParentFolder(from) == ParentFolder(to) ? Ok() : SyncFolder(ParentFolder(from));
}

Status SyncFolder(const std::string& path) {
    const Fd fd(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!fd) return OsError("open the folder", path, errno);
    if (fsync(fd.get()) != 0) return OsError("sync the folder", path, errno);
    return Ok();
}

bool Exists(const std::string& path) {
    return access(path.c_str(), F_OK) == 0;
}

Result<std::uint64_t> FileSize(const std::string& path) {
    RT_TRY(const auto info, Stat(path));
    return static_cast<std::uint64_t>(info.st_size);
}

Result<std::vector<std::string>> ListFolder(const std::string& path) {
    std::vector<std::string> names;
    std::error_code error;
    std::filesystem::directory_iterator entries(path, error);
    for (; !error && entries != std::filesystem::directory_iterator(); entries.increment(error)) {
        names.push_back(entries->path().filename().string());
    }
    if (error) return OsError("list the folder", path, error.value());
    std::sort(names.begin(), names.end());
    return names;
}

Status CheckFolder(const std::string& path, FolderRule rule) {
    RT_TRY(const auto info, Stat(path));
    if (!S_ISDIR(info.st_mode)) return Fail(Code::kInvalidState, path + " is not a folder");
    if (info.st_uid != geteuid()) {
        return Fail(Code::kInvalidState, path + " belongs to user " + std::to_string(info.st_uid) + ", not to user " +
                                             std::to_string(geteuid()) + "; remedy: chown -R it, or run as its owner");
    }
    const mode_t refused = rule == FolderRule::kNobodyReads ? S_IRWXG | S_IRWXO : S_IWGRP | S_IWOTH;
    if ((info.st_mode & refused) == 0) return Ok();
    return Fail(Code::kInvalidState, path + " is open to other users; remedy: chmod " +
                                         (rule == FolderRule::kNobodyReads ? "go-rwx " : "go-w ") + path);
}

Status CheckSecretFile(const std::string& path) {
    RT_TRY(const auto info, Stat(path));
    if (!S_ISREG(info.st_mode)) return Fail(Code::kInvalidState, path + " is not a regular file");
    const bool others = (info.st_mode & S_IRWXO) != 0 || (info.st_mode & S_IWGRP) != 0;
    if (!others && (info.st_uid == geteuid() || info.st_uid == 0)) return Ok();
    return Fail(Code::kInvalidState, path + " holds a secret and is open to other users; remedy: chmod 0600 " + path);
}

}  // namespace rt::os
