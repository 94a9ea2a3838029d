// Bytes in order, from a file, from memory, unpacked on the way.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "os/fd.h"

namespace rt::mongo {

// Not thread-safe.
class Bytes {
  public:
    virtual ~Bytes() = default;
    // Up to `size` of them; 0 at the end alone. VALIDATION_FAILED when what is packed is damaged.
    virtual Result<std::size_t> Read(char* out, std::size_t size) = 0;
};

// `text` must outlive the object.
class TextBytes final : public Bytes {
  public:
    explicit TextBytes(std::string_view text) : text_(text) {}
    Result<std::size_t> Read(char* out, std::size_t size) override;

  private:
    std::string_view text_;
};

// The bytes of `in`, or what is packed in them when they begin as gzip does (RFC 1952, several members in a row). A
// member that is cut or whose check sum is wrong is an error.
std::unique_ptr<Bytes> Unpacked(std::unique_ptr<Bytes> in);

// A file, unpacked. NOT_FOUND, INVALID_STATE if it is no regular file.
Result<std::unique_ptr<Bytes>> OpenFile(const std::string& path);

// Exactly `size` bytes appended to `out`; false when there is none left at all. VALIDATION_FAILED when there are some,
// but not enough.
Result<bool> ReadExactly(Bytes& in, std::size_t size, std::string& out);

}  // namespace rt::mongo
