#include "cli/session.h"

#include <cstdio>

#include "app/admin.h"
#include "app/control.h"
#include "app/data_folder.h"
#include "cli/settings.h"
#include "os/process.h"
#include "os/terminal.h"

namespace rt::cli {
namespace {

// A backup of a large store takes its time; everything that waits has a deadline all the same.
constexpr int kAnswerTimeoutMs = 3'600'000;

enum class Where : std::uint8_t { kAnywhere, kHere, kRunning };

Result<json::Value> Carry(const Invocation& invocation, std::string_view command, const json::Value& args,
                          Where where) {
    RT_TRY(const config::Loaded loaded, LoadSettings(invocation));
    const app::DataFolder folder{loaded.config.data_dir};
    if (where != Where::kHere) {
        auto answer = app::CallControl(folder.ControlSocket(), command, args, kAnswerTimeoutMs);
        const bool nobody = !answer.ok() && answer.error().code == Code::kUnavailable;
        if (!nobody || where == Where::kRunning) return answer;
    }
    // What `restore --into` makes elsewhere belongs to whoever asks.
    if (args.Find("into") == nullptr) RT_CHECK_OK(os::BecomeOwnerOf(folder.root));
    return app::AdministerStores(loaded.config, command, args);
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
    if (stopped_ != nullptr) return stopped_->Administer(command, args);
    RT_TRY(const config::Loaded loaded, LoadSettings(invocation_));
    auto answer =
        app::CallControl(app::DataFolder{loaded.config.data_dir}.ControlSocket(), command, args, kAnswerTimeoutMs);
    const bool nobody = !answer.ok() && answer.error().code == Code::kUnavailable;
    if (!nobody || running_) {
        running_ = true;
        return answer;
    }
    RT_CHECK_OK(os::BecomeOwnerOf(loaded.config.data_dir));
    RT_TRY(stopped_, app::StoppedServer::Open(loaded.config));
    return stopped_->Administer(command, args);
}

bool Agreed(const Invocation& invocation, const std::string& question) {
    if (invocation.Has("yes") || os::Confirm(question)) return true;
    std::fprintf(stderr, "%s: nothing was done; --yes agrees without asking\n", invocation.program.c_str());
    return false;
}

}  // namespace rt::cli
