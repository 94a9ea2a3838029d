#include "os/mapping.h"

#include <sys/mman.h>

#include <cerrno>
#include <utility>

#include "os/fd.h"

namespace rt::os {

Result<Mapping> Mapping::Make(int descriptor, std::uint64_t bytes) {
    if (bytes == 0) return Mapping(nullptr, 0);
    void* const start = mmap(nullptr, static_cast<std::size_t>(bytes), PROT_READ, MAP_PRIVATE, descriptor, 0);
    if (start == MAP_FAILED) return OsError("map", "a file", errno);
    return Mapping(start, static_cast<std::size_t>(bytes));
}

Mapping::Mapping(Mapping&& other) noexcept
    : start_(std::exchange(other.start_, nullptr)), bytes_(std::exchange(other.bytes_, 0)) {}

Mapping::~Mapping() {
    if (start_ != nullptr) munmap(start_, bytes_);
}

}  // namespace rt::os
