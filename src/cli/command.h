// The command line as a table: `kCommands` in commands.cpp feeds the parser, help, completion and the man page.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace rt::cli {

// Exit codes, as documented in the man page.
enum class Exit : int {
    kOk = 0,
    kFailed = 1,     // the command was understood and did not succeed
    kUsage = 2,      // wrong words on the command line
    kConfig = 3,     // the configuration has mistakes
    kCheck = 4,      // a start-up check failed; the message names the remedy
    kBusy = 5,       // another process holds the data folder
    kUnhealthy = 6,  // healthcheck, doctor: something is wrong
};

struct Flag {
    std::string_view name;   // without dashes
    std::string_view value;  // name of the value; empty for a switch
    std::string_view help;
};

// What the parser made of the words.
struct Invocation {
    std::string program;  // argv[0]'s last part: the name used in messages
    std::vector<std::string> words;
    std::map<std::string, std::vector<std::string>, std::less<>> flags;

    bool Has(std::string_view flag) const { return flags.contains(flag); }
    std::optional<std::string> Value(std::string_view flag) const;
    const std::vector<std::string>* Values(std::string_view flag) const;
};

struct Command {
    std::string_view name;       // one or two words: "backup create"
    std::string_view arguments;  // "[ID|latest]"
    int words_min = 0;
    int words_max = 0;
    std::string_view summary;
    std::span<const Flag> flags;
    Exit (*run)(const Invocation& invocation);
};

std::span<const Command> Commands();
std::span<const Flag> GlobalFlags();
// "backup" alone means "backup create", "migrate" means "migrate up".
std::string_view DefaultVerb(std::string_view word);

struct Parsed {
    const Command* command = nullptr;
    Invocation invocation;
};

// BAD_REQUEST with a message for the person when the words fit no command.
Result<Parsed> Parse(std::string_view program, std::span<const std::string> words, std::span<const Command> commands);

// The whole program: parses, runs, prints. Returns the exit code.
int Main(int argc, const char* const* argv);

}  // namespace rt::cli
