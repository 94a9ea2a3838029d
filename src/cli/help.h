// Texts generated from the command table.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "cli/command.h"

namespace rt::cli {

// All commands, one line each.
std::string HelpOverview(std::string_view program, std::span<const Command> commands);
// One command with its options, or all verbs of a group; empty if `topic` names nothing.
std::string HelpTopic(std::string_view program, std::string_view topic, std::span<const Command> commands);
// A manual page in roff (man 7 man), section 8.
std::string ManualPage(std::string_view program, std::string_view version, std::span<const Command> commands);
// A completion script; `shell` is bash, zsh or fish, else empty.
std::string CompletionScript(std::string_view program, std::string_view shell, std::span<const Command> commands);

}  // namespace rt::cli
