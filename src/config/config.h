// The configuration as a plain struct, generated from options.def. A value: load, check, pass on.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rt::config {

enum class Reload : std::uint8_t { kLive, kRestart };
enum class Kind : std::uint8_t { kInt, kSeconds, kBool, kText, kList, kSecret };

struct Config {
#define RT_INT(member, key, def, min, max, reload, legacy, sentence) std::int64_t member = def;
#define RT_SECONDS(member, key, def, min, max, reload, legacy, sentence) std::int64_t member = def;
#define RT_BOOL(member, key, def, reload, legacy, sentence) bool member = def;
#define RT_TEXT(member, key, def, words, reload, legacy, sentence) std::string member = def;
#define RT_LIST(member, key, def, reload, legacy, sentence) std::vector<std::string> member;
#define RT_SECRET(member, key, reload, legacy, sentence) std::string member;
#include "config/options.def"
#undef RT_INT
#undef RT_SECONDS
#undef RT_BOOL
#undef RT_TEXT
#undef RT_LIST
#undef RT_SECRET
    // With the defaults of the lists, which a member initialiser cannot take from the table.
    static Config Defaults();
    bool Production() const {
        return profile == "production";
    }
    bool operator==(const Config&) const = default;
};

// One row of the table, for the loader and the generated texts.
struct Option {
    std::string_view key;
    Kind kind;
    std::string_view default_text;
    std::int64_t min = 0;
    std::int64_t max = 0;
    std::string_view words;
    Reload reload;
    std::string_view legacy;
    std::string_view sentence;
};

const std::vector<Option>& Options();

// The value of an option as text; secrets as "(set)" or "".
std::string ValueText(const Config& config, std::size_t option);
// A commented file with all defaults: config.toml.example.
std::string ExampleToml();

// Keys whose values differ and that only a restart applies.
std::vector<std::string_view> NeedRestart(const Config& running, const Config& wanted);

}  // namespace rt::config
