// The configuration as the words of the command line ask for it.
#pragma once

#include "base/result.h"
#include "cli/command.h"
#include "config/loader.h"

namespace rt::cli {

// Where --config, --data, --listen and --set lead. BAD_REQUEST for a --set without "=".
Result<config::Sources> SourcesOf(const Invocation& invocation);
Result<config::Loaded> LoadSettings(const Invocation& invocation);

}  // namespace rt::cli
