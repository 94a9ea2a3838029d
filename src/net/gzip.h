// gzip (RFC 1952) of answers. Thread-safe.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "net/http.h"

namespace rt::net {

// Below, it is not worth the fields that tell of it; above, it would hold up a reactor.
inline constexpr std::size_t kGzipBytesMin = 1'024;
inline constexpr std::size_t kGzipBytesMax = 256 << 10;

// Compresses the body and says so in the answer's fields. Left as it is where its size is outside of the limits or
// would not become smaller.
void GzipBody(Response& response);

// The text of what the build has packed into the binary: one member, whole.
std::string UnpackEmbedded(std::string_view gzip);

}  // namespace rt::net
