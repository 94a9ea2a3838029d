#include <cstdio>

#include "avalon/replay.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "os/file.h"
#include "os/terminal.h"

namespace rt::cli {
namespace {

// A hundred thousand games of three KB each.
constexpr std::size_t kFileBytesMax = 320 * 1024 * 1024;

}  // namespace

Exit RunAvalonReplay(const Invocation& invocation) {
    const std::string& path = invocation.words[0];
    const auto text = path == "-" ? os::ReadStdin(kFileBytesMax) : os::ReadFile(path, kFileBytesMax);
    if (!text.ok()) return PrintError(invocation, text.error());
    // JSON in any case: what reads a game on file is a program.
    const bool legal =
        avalon::ReplayFile(*text, [](std::string_view line) { std::fwrite(line.data(), 1, line.size(), stdout); });
    return legal ? Exit::kOk : Exit::kFailed;
}

}  // namespace rt::cli
