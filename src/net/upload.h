// A request body that was received into a temporary file. The file has no name and goes with the object.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace rt::net {

// Written by the reactor, then read by one handler. Not thread-safe.
class UploadedFile {
  public:
    // `released` is called once, when the file goes, with its size. STORAGE_FULL or UNAVAILABLE if none can be made.
    static Result<std::shared_ptr<UploadedFile>> Make(const std::string& folder,
                                                      std::function<void(std::uint64_t)> released);
    ~UploadedFile();
    UploadedFile(const UploadedFile&) = delete;
    UploadedFile& operator=(const UploadedFile&) = delete;

    // STORAGE_FULL when the disk is; the object is then of no use.
    Status Append(std::string_view data);
    // Appends at most `bytes_max` bytes from `offset` to `out`; fewer only at the end.
    Status ReadAt(std::uint64_t offset, std::size_t bytes_max, std::string& out) const;
    std::uint64_t size() const { return size_; }
    // For linking or copying it elsewhere; stays this object's.
    int descriptor() const { return descriptor_; }

  private:
    UploadedFile(int descriptor, std::function<void(std::uint64_t)> released);

    const int descriptor_;
    std::function<void(std::uint64_t)> released_;
    std::uint64_t size_ = 0;
};

}  // namespace rt::net
