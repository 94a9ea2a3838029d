// A range of an open file as an answer.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "net/http.h"

namespace rt::net {

class FileBody final : public Body {
  public:
    // Takes `descriptor` over. Bytes [offset, offset + bytes) of the file.
    FileBody(int descriptor, std::uint64_t offset, std::uint64_t bytes);
    ~FileBody() override;
    FileBody(const FileBody&) = delete;
    FileBody& operator=(const FileBody&) = delete;

    std::optional<std::uint64_t> Size() const override { return total_; }
    // INTERNAL if the file became shorter meanwhile.
    Result<bool> Read(std::string& out, std::size_t bytes_max) override;

  private:
    const int descriptor_;
    const std::uint64_t total_;
    std::uint64_t offset_;
    std::uint64_t left_;
};

// A whole file, or what If-None-Match, Range and If-Range ask of it (RFC 9110 §13, §14; one range, else the whole).
// For routes with `serves_ranges`. `path` is trusted. NOT_FOUND unless it is a regular file.
Result<Response> ServeFile(const Request& request, const std::string& path, std::string_view content_type);

// Files below `folder` (web-root/ of the data folder): the request's parameter `rest` names one. Symbolic links, hidden
// names and whatever leaves the folder are NOT_FOUND.
Result<Response> ServeFolder(const Request& request, const std::string& folder);

// By the name's extension; application/octet-stream if unknown.
std::string_view ContentTypeOf(std::string_view name);

}  // namespace rt::net
