// What others have put into a folder: looked at and opened without trusting it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "os/fd.h"

namespace rt::os {

// All that lies below a folder and is no folder itself, sorted: "a/b" for path/a/b. Links are not followed; folders
// that go away meanwhile or that we may not look into are left out.
struct TreeEntry {
    std::string name;
    bool is_regular = false;  // else a link, a FIFO, ...
};
Result<std::vector<TreeEntry>> ListTree(const std::string& path);
// For reading. INVALID_STATE if it is no regular file; links are not followed, and a FIFO does not block.
Result<Fd> OpenRegularFile(const std::string& path);

// How the names of os::WriteFileAtomic() and CreateFileAtomic() end until they are renamed; the X are chosen by chance.
inline constexpr std::string_view kTemporaryEnd = ".tmp-XXXXXX";
// Is this what a crash left of such a write? By the name alone.
bool IsLeftoverName(std::string_view name);

}  // namespace rt::os
