#include "registration/lottery.h"

#include "cli/commands.h"
#include "cli/output.h"
#include "os/file.h"
#include "os/terminal.h"

namespace rt::cli {
namespace {

// The list of the largest event is a few MB.
constexpr std::size_t kFileBytesMax = 64 * 1024 * 1024;

}  // namespace

Exit RunLotteryVerify(const Invocation& invocation) {
    const std::string& path = invocation.words[0];
    const auto text = path == "-" ? os::ReadStdin(kFileBytesMax) : os::ReadFile(path, kFileBytesMax);
    if (!text.ok()) return PrintError(invocation, text.error());
    const auto entries = registration::VerifyLottery(*text);
    if (!entries.ok()) return PrintError(invocation, entries.error());
    const auto count = static_cast<std::int64_t>(*entries);
    Print(
        invocation, json::Object{{"entries", count}, {"verified", true}},
        "the seed is the one committed to, and all " + std::to_string(count) + " entries stand in their drawn order\n");
    return Exit::kOk;
}

}  // namespace rt::cli
