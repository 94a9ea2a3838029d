#include "cli/session.h"

#include <cstdio>

#include "app/admin.h"
#include "app/control.h"
#include "app/data_folder.h"
#include "cli/progress.h"
#include "cli/settings.h"
#include "os/process.h"
#include "os/terminal.h"

namespace rt::cli {
namespace {

// A backup of a large store takes its time; everything that waits has a deadline all the same.
constexpr int kAnswerTimeoutMs = 3'600'000;
// Probes have less patience, and it is answered at once or something is wrong.
constexpr int kHealthTimeoutMs = 5'000;

int TimeoutOf(std::string_view command) {
    return command == "health" ? kHealthTimeoutMs : kAnswerTimeoutMs;
}

enum class Where : std::uint8_t { kAnywhere, kHere, kRunning };

Result<json::Value> Carry(const Invocation& invocation, std::string_view command, const json::Value& args,
                          Where where) {
    RT_TRY(const config::Loaded loaded, LoadSettings(invocation));
    const app::DataFolder folder{loaded.config.data_dir};
    ProgressLine progress(invocation);
    if (where != Where::kHere) {
        auto server = app::ReachControl(folder.ControlSocket());
        if (server.ok()) return app::CallControl(*server, command, args, TimeoutOf(command), progress.tell());
        if (server.error().code != Code::kUnavailable || where == Where::kRunning) return server.error();
    }
    // What `restore --into` makes elsewhere belongs to whoever asks.
    if (args.Find("into") == nullptr) RT_CHECK_OK(os::BecomeOwnerOf(folder.root));
    return app::AdministerStores(loaded.config, command, args, base::Work(nullptr, progress.tell()));
}

}  // namespace

Result<json::Value> Administer(const Invocation& invocation, std::string_view command, const json::Value& args) {
    return Carry(invocation, command, args, Where::kAnywhere);
}

Result<json::Value> AdministerHere(const Invocation& invocation, std::string_view command, const json::Value& args) {
    return Carry(invocation, command, args, Where::kHere);
}

Result<json::Value> AdministerRunning(const Invocation& invocation, std::string_view command, const json::Value& args) {
    return Carry(invocation, command, args, Where::kRunning);
}

Result<json::Value> Session::Administer(std::string_view command, const json::Value& args) {
    if (stopped_ != nullptr) return stopped_->Administer(command, args, {});
    RT_TRY(const config::Loaded loaded, LoadSettings(invocation_));
    auto server = app::ReachControl(app::DataFolder{loaded.config.data_dir}.ControlSocket());
    if (server.ok()) {
        running_ = true;
        return app::CallControl(*server, command, args, TimeoutOf(command), {});
    }
    if (server.error().code != Code::kUnavailable || running_) return server.error();
    RT_CHECK_OK(os::BecomeOwnerOf(loaded.config.data_dir));
    RT_TRY(stopped_, app::StoppedServer::Open(loaded.config));
    return stopped_->Administer(command, args, {});
}

bool Agreed(const Invocation& invocation, const std::string& question) {
    if (invocation.Has("yes") || os::Confirm(question)) return true;
    std::fprintf(stderr, "%s: nothing was done; --yes agrees without asking\n", invocation.program.c_str());
    return false;
}

}  // namespace rt::cli
