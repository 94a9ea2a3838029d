#include "os/tree.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

namespace rt::os {

Result<std::vector<TreeEntry>> ListTree(const std::string& path) {
    namespace fs = std::filesystem;
    std::vector<TreeEntry> entries;
    std::vector<std::string> folders{""};  // relative, with a slash at the end
    while (!folders.empty()) {
        const std::string folder = std::move(folders.back());
        folders.pop_back();
        std::error_code error;
        fs::directory_iterator at(path + "/" + folder, fs::directory_options::skip_permission_denied, error);
        for (; !error && at != fs::directory_iterator(); at.increment(error)) {
            const std::string name = folder + at->path().filename().string();
            std::error_code gone;
            const fs::file_type type = at->symlink_status(gone).type();
            if (gone || type == fs::file_type::not_found) continue;
            if (type == fs::file_type::directory) {
                folders.push_back(name + "/");
            } else {
                entries.push_back({name, type == fs::file_type::regular});
            }
        }
        const bool went_away = error == std::errc::no_such_file_or_directory && !folder.empty();
        if (error && !went_away) return OsError("list the folder", path + "/" + folder, error.value());
    }
    std::sort(entries.begin(), entries.end(),
              [](const TreeEntry& left, const TreeEntry& right) { return left.name < right.name; });
    return entries;
}

Result<Fd> OpenRegularFile(const std::string& path) {
    Fd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    if (!fd) return OsError("open", path, errno);
    struct stat info {};
    if (fstat(fd.get(), &info) != 0) return OsError("look at", path, errno);
    if (!S_ISREG(info.st_mode)) return Fail(Code::kInvalidState, path + " is not a regular file");
    return fd;
}

bool IsLeftoverName(std::string_view name) {
    const std::string_view mark = kTemporaryEnd.substr(0, kTemporaryEnd.find('X'));
    return name.size() > kTemporaryEnd.size() + 1 && name.front() == '.' &&
           name.substr(name.size() - kTemporaryEnd.size(), mark.size()) == mark;
}

}  // namespace rt::os
