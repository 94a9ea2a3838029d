// A file's bytes without reading them into memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/result.h"

namespace rt::os {

// Read-only. The file must not become shorter meanwhile: use it for files that nobody else can reach. Movable, not
// copyable.
class Mapping {
  public:
    // `bytes` of the file from its start; an empty file gives an empty view. Does not take the descriptor.
    static Result<Mapping> Make(int descriptor, std::uint64_t bytes);
    Mapping(Mapping&& other) noexcept;
    Mapping& operator=(Mapping&&) = delete;
    Mapping(const Mapping&) = delete;
    Mapping& operator=(const Mapping&) = delete;
    ~Mapping();

    std::string_view view() const { return {static_cast<const char*>(start_), bytes_}; }

  private:
    Mapping(void* start, std::size_t bytes) : start_(start), bytes_(bytes) {}

    void* start_ = nullptr;
    std::size_t bytes_ = 0;
};

}  // namespace rt::os
