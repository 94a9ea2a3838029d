// Strict text to number: whole input, decimal digits only, no sign for unsigned, no overflow.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace rt::base {

std::optional<std::uint64_t> ParseUnsigned(std::string_view text);
std::optional<std::int64_t> ParseSigned(std::string_view text);

std::string_view TrimAscii(std::string_view text);
bool EqualsIgnoreAsciiCase(std::string_view a, std::string_view b);

}  // namespace rt::base
