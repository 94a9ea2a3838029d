// A file that is written piece by piece and is there only if it became whole.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "os/fd.h"

namespace rt::sheet {

// Not thread-safe.
class NewFile {
  public:
    // For its owner only. INTERNAL when there is such a file already.
    static Result<std::unique_ptr<NewFile>> Make(const std::string& path);
    // Removes it unless Finish() was well.
    ~NewFile();
    NewFile(const NewFile&) = delete;
    NewFile& operator=(const NewFile&) = delete;

    Status Append(std::string_view data);  // STORAGE_FULL
    Status Finish();

  private:
    NewFile(std::string path, os::Fd descriptor) : path_(std::move(path)), descriptor_(std::move(descriptor)) {}

    const std::string path_;
    os::Fd descriptor_;
    bool whole_ = false;
};

}  // namespace rt::sheet
