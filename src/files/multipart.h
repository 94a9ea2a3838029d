// multipart/form-data (RFC 7578), which some clients cannot do without: the one file in it. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace rt::files {

// The boundary of a multipart/form-data content type; nullopt if it is another type or names none.
std::optional<std::string> BoundaryOf(std::string_view content_type);

// The bytes of the first part that has a file name, as a view into `body`; nullopt if the body is malformed or holds
// no such part, or more than one.
std::optional<std::string_view> FileIn(std::string_view body, std::string_view boundary);

}  // namespace rt::files
