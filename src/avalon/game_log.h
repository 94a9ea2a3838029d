// The log of a whole game as one text, for the record: [[micros, event], ...].
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "avalon/room/archive.h"

namespace rt::avalon {

// A leader may show team after team before he decides. In a log longer than this only the last of several in a row is
// kept, so that the log can be read again.
inline constexpr std::size_t kLogEventsMax = 5'000;

std::string EncodeLog(std::span<const TimedEvent> events);
// INTERNAL when it is none of ours.
Result<std::vector<TimedEvent>> DecodeLog(std::string_view text);

}  // namespace rt::avalon
