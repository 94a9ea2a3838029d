// Reads the configuration: defaults < TOML < .env < environment < flags. All mistakes are told at once, each with its
// place and the nearest valid name. Not thread-safe (reads files).
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "config/config.h"

namespace rt::config {

struct Sources {
    std::string toml_path;                                   // empty: none
    bool toml_required = false;                              // named by the person, so it must be there
    std::string dotenv_path = ".env";                        // read if it is there
    std::map<std::string, std::string> environment;          // the process's
    std::vector<std::pair<std::string, std::string>> flags;  // "section.key", text
};

struct Loaded {
    Config config;
    std::vector<std::string> origins;  // one an option, in table order: "default", "FILE:LINE", "environment NAME", ...
    std::vector<std::string> notices;  // for the log: variables of the original services that have no use here
};

inline constexpr std::size_t kConfigBytesMax = 1 << 20;

// VALIDATION_FAILED with one field per mistake.
Result<Loaded> Load(const Sources& sources);

// The environment of this process.
std::map<std::string, std::string> ProcessEnvironment();

}  // namespace rt::config
