// How a command reaches the data: through the control socket of the running server, else on the stores directly.
#pragma once

#include <string_view>

#include "base/result.h"
#include "cli/command.h"
#include "json/json.h"

namespace rt::cli {

// Carries out an administrative command (app/admin.h) wherever the data is, and returns its answer.
Result<json::Value> Administer(const Invocation& invocation, std::string_view command, const json::Value& args);

// The same by this process; CONFLICT if the command needs the folder for itself and a server runs.
Result<json::Value> AdministerHere(const Invocation& invocation, std::string_view command, const json::Value& args);

// The same on a running server only.
Result<json::Value> AdministerRunning(const Invocation& invocation, std::string_view command, const json::Value& args);

// true with --yes or after a person agreed; else prints why nothing was done.
bool Agreed(const Invocation& invocation, const std::string& question);

}  // namespace rt::cli
