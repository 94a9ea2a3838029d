// An error as JSON and back, for what keeps it or hands it to another process. By wire code: the numbers of codes
// change between versions. `detail` goes along only where it is asked for; it is for logs.
#pragma once

#include <cstdint>

#include "base/error.h"
#include "json/json.h"

namespace rt::json {

enum class ErrorDetail : std::uint8_t { kLeaveOut, kKeep };

// {"code":"QUOTA_FULL","zh":"...","en":"...","fields":[{"field":"...","zh":"...","en":"..."}]}
Object EncodeError(const Error& error, ErrorDetail detail);
// INTERNAL for what EncodeError of no version has written.
Error DecodeError(const Value& value);

}  // namespace rt::json
