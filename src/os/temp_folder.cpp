#include "os/temp_folder.h"

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <utility>

namespace rt::os {

Result<TempFolder> TempFolder::Make(const std::string& prefix) {
    std::error_code error;
    const std::filesystem::path base = std::filesystem::temp_directory_path(error);
    if (error) return Fail(Code::kUnavailable, "no folder for temporary files: " + error.message());
    std::string path = (base / (prefix + "XXXXXX")).string();
    if (::mkdtemp(path.data()) == nullptr)
        return Fail(Code::kUnavailable, path + ": " + std::generic_category().message(errno));
    return TempFolder(std::move(path));
}

TempFolder::TempFolder(TempFolder&& other) noexcept : path_(std::exchange(other.path_, {})) {}

TempFolder::~TempFolder() {
    if (path_.empty()) return;
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

}  // namespace rt::os
