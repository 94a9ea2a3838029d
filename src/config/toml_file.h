// A TOML file as flat texts. The only door to toml11, whose known crashes are kept out by checks before it.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"

namespace rt::config {

using TomlValue = std::variant<std::int64_t, bool, std::string, std::vector<std::string>>;

struct TomlEntry {
    std::string key;  // "section.key"
    std::size_t line = 0;
    TomlValue value;
};

struct TomlFile {
    std::vector<TomlEntry> entries;
    std::vector<base::FieldError> mistakes;  // field: "FILE:LINE"
};

// `name` stands in the places of mistakes. Never throws.
TomlFile ParseToml(std::string_view text, const std::string& name);

}  // namespace rt::config
