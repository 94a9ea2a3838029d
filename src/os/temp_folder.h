// A folder that is there only for a while.
#pragma once

#include <string>

#include "base/result.h"

namespace rt::os {

// Made for its owner alone, below TMPDIR or /tmp; removed with everything inside when the object goes.
class TempFolder {
  public:
    // UNAVAILABLE with the reason.
    static Result<TempFolder> Make(const std::string& prefix);
    TempFolder(TempFolder&& other) noexcept;
    TempFolder& operator=(TempFolder&&) = delete;
    ~TempFolder();

    const std::string& path() const { return path_; }

  private:
    explicit TempFolder(std::string path) : path_(std::move(path)) {}
    std::string path_;  // empty: moved from
};

}  // namespace rt::os
