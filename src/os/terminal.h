// The person at the terminal, if there is one.
#pragma once

#include <string>

#include "base/result.h"

namespace rt::os {

bool StdinIsTerminal();
bool StdoutIsTerminal();
bool StderrIsTerminal();

// A line typed without echo, asked twice. INVALID when the two differ.
Result<std::string> AskNewPassword();
// The first line of standard input without its end; at most 4 KB.
Result<std::string> ReadStdinLine();
// All of standard input. BODY_TOO_LARGE beyond `bytes_max`.
Result<std::string> ReadStdin(std::size_t bytes_max);
// true for "y" or "yes" typed at a terminal; false without one.
bool Confirm(const std::string& question);

}  // namespace rt::os
