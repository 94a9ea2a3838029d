// Running another program.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"

namespace rt::os {

// Runs `words` (the first one is the program's path; no shell) with nothing to read, its output thrown away and an
// environment of PATH alone, and waits. Its exit code; DEADLINE_EXCEEDED when it had to be killed, UNAVAILABLE when it
// could not be started or died of a signal.
Result<int> RunCommand(const std::vector<std::string>& words, std::int64_t timeout_ms);

}  // namespace rt::os
