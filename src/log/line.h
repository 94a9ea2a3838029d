// One log line as JSON, ready for a terminal: secrets redacted by field name, control and direction characters escaped,
// bytes that are no UTF-8 replaced, long values cut.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/log.h"
#include "log/labels.h"

namespace rt::log {

inline constexpr std::size_t kValueBytesMax = 4096;
inline constexpr std::size_t kFieldNameBytesMax = 64;
inline constexpr std::string_view kRedacted = "[redacted]";

// Is this the name of a field whose value must not be logged (redaction.def)? Yes for a name of more than 64 bytes.
bool IsRedacted(std::string_view field_name);

std::string_view LevelName(base::Level level);

// Everything behind the timestamp: `"level":"info","message":"...",<common>,"field":...}`. `common` is members of JSON
// text that every line carries, with a comma in front, or empty.
std::string LineTail(Labels& labels, base::Level level, std::string_view message, std::string_view common,
                     std::initializer_list<base::LogField> fields);

// `{"timestamp":"2026-11-22T14:24:37.123Z",` in front of the tail, and a line break behind it; takes the place of what
// `out` held.
void MakeLine(std::string& out, base::Time time, std::string_view tail);

// A JSON string with quotes, safe for a terminal.
void AppendText(std::string& out, std::string_view text);

}  // namespace rt::log
