// What a command prints: a table for people, JSON for machines.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "cli/command.h"
#include "json/json.h"

namespace rt::cli {

struct Column {
    std::string_view key;  // member of each row object
    std::string_view title;
};

// A table of an array of objects, columns as wide as their widest cell (East Asian characters count two).
std::string FormatTable(const json::Value& rows, std::span<const Column> columns);
// "key  value" lines of one object.
std::string FormatObject(const json::Value& object);

// Columns a terminal needs for UTF-8 text.
std::size_t DisplayWidth(std::string_view text);

// Prints `value` as JSON with --json, else `text`.
void Print(const Invocation& invocation, const json::Value& value, std::string_view text);
// "program: message" to standard error (with --json an object), and the exit code for it.
Exit PrintError(const Invocation& invocation, const base::Error& error);

}  // namespace rt::cli
