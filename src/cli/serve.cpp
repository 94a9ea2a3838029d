#include <cstdio>

#include "app/app.h"
#include "base/build_info.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/settings.h"
#include "log/logger.h"
#include "os/process.h"
#include "os/signals.h"
#include "os/temp_folder.h"
#include "os/terminal.h"

namespace rt::cli {
namespace {

base::Level LevelOf(std::string_view word) {
    if (word == "debug") return base::Level::Debug;
    if (word == "warn") return base::Level::Warn;
    return word == "error" ? base::Level::Error : base::Level::Info;
}

log::Options LogOptions(const config::Config& config) {
    log::Options options;
    options.version = std::string(base::BuildVersion());
    options.level = LevelOf(config.log_level);
    // A person at a terminal reads the lines of main(); journald and containers get the log itself.
    options.console = os::StdoutIsTerminal() ? -1 : 1;
    if (config.log_files) options.folder = config.log_dir.empty() ? config.data_dir + "/logs" : config.log_dir;
    options.console_requests = config.log_console_requests;
    options.combined_days = config.log_combined_days;
    options.error_days = config.log_error_days;
    options.file_bytes_max = config.log_file_bytes_max;
    return options;
}

Exit ExitOf(const Error& error) {
    if (!error.fields.empty()) return Exit::kConfig;
    return error.code == Code::kConflict ? Exit::kBusy : Exit::kCheck;
}

void Say(const std::string& line) {
    std::fprintf(stderr, "%s\n", line.c_str());
}

// On SIGHUP: all of it is applied, or nothing.
void ReloadSettings(app::App& app, base::Log& log) {
    const auto keys = app.Reload();
    if (!keys.ok()) {
        log.Error("the configuration was not reloaded", {{"mistakes", keys.error().fields.size()}});
        for (const base::FieldError& field : keys.error().fields) log.Error(field.reason.en, {{"place", field.field}});
        return;
    }
    for (const std::string_view key : *keys) log.Warn("option needs a restart", {{"option", key}});
    log.Info("the configuration was reloaded");
}

app::ServeOptions ServeOptionsOf(const Invocation& invocation, const config::Config& config, log::Logger& log) {
    app::ServeOptions options;
    options.config = config;
    options.read_config = [invocation]() -> Result<config::Config> {
        RT_TRY(config::Loaded loaded, LoadSettings(invocation));
        return std::move(loaded.config);
    };
    options.apply_to_log = [&log](const config::Config& wanted) { log.SetLevel(LevelOf(wanted.log_level)); };
    options.demo = invocation.Has("demo");
    if (invocation.Has("conformance"))
        options.conformance = invocation.Has("recovery") ? app::Conformance::kWithRecovery : app::Conformance::kOn;
    return options;
}

// The conformance server needs no set-up: without a data folder of its own it gets one that goes with it.
Result<std::optional<os::TempFolder>> FolderFor(Invocation& invocation) {
    if (!invocation.Has("conformance") || invocation.Has("data")) return std::optional<os::TempFolder>();
    RT_TRY(os::TempFolder folder, os::TempFolder::Make("roundtable-conformance-"));
    invocation.flags["data"] = {folder.path()};
    return std::optional<os::TempFolder>(std::move(folder));
}

Status CheckConformance(const Invocation& invocation, const config::Config& config) {
    if (!invocation.Has("conformance")) {
        if (!invocation.Has("recovery")) return Ok();
        return FailText(Code::kBadRequest,
                        {"--recovery 只能与 --conformance 一起使用", "--recovery goes with --conformance"});
    }
    if (config.profile != "production") return Ok();
    return FailText(Code::kInvalid, {"生产环境不能使用 --conformance",
                                     "--conformance is not for production: it asks nobody who he is"});
}

}  // namespace

Exit RunServe(const Invocation& given) {
    Invocation invocation = given;
    if (invocation.Has("explain")) {
        const std::string text = app::ExplainComponents(app::Components());
        Print(invocation, json::Object{{"components", text}}, text);
        return app::CheckComponents(app::Components()).ok() ? Exit::kOk : Exit::kFailed;
    }
    const base::SystemClock clock;
    app::Startup startup(clock);
    os::SetPrivateUmask();
    const auto environment = os::ReadEnvironment();
    auto signals = os::SignalWatch::Start();
    if (!signals.ok()) return PrintError(invocation, signals.error());
    const auto folder = FolderFor(invocation);
    if (!folder.ok()) return PrintError(invocation, folder.error());
    auto loaded = LoadSettings(invocation);
    if (loaded.ok()) {
        if (const Status fits = CheckConformance(invocation, loaded->config); !fits.ok()) loaded = fits.error();
    }
    if (!loaded.ok()) {
        const Exit exit = PrintError(invocation, loaded.error());
        return loaded.error().code == Code::kInvalid ? Exit::kConfig : exit;
    }
    base::Metrics metrics;
    auto log = log::Logger::Open(LogOptions(loaded->config), clock, metrics);
    if (!log.ok()) {
        static_cast<void>(PrintError(invocation, log.error()));
        return Exit::kCheck;
    }
    for (const std::string& notice : loaded->notices) (*log)->Info(notice);
    const os::ServiceNotifier notifier(environment);
    auto inherited = os::TakeListenSockets(environment);
    if (!inherited.ok()) return PrintError(invocation, inherited.error());
    app::ServeOptions options = ServeOptionsOf(invocation, loaded->config, **log);
    options.inherited = std::move(*inherited);
    auto app = app::App::Start(std::move(options), startup, clock, **log, metrics, notifier);
    if (!app.ok()) {
        (*log)->Error("start failed", {{"reason", app.error().detail}});
        Say("start-up checks:\n" + startup.Text());
        static_cast<void>(PrintError(invocation, app.error()));
        return ExitOf(app.error());
    }
    for (const std::string& line : (*app)->announcements()) Say(line);
    const std::int64_t ready_ms = startup.ElapsedMicros() / base::kMicrosPerMilli;
    std::string where;
    for (const std::string& url : (*app)->urls()) where.append(where.empty() ? "" : " ").append(url);
    Say("roundtable " + std::string(base::BuildVersion()) + " ready in " + std::to_string(ready_ms) + " ms on " +
        where);
    notifier.Ready("serving " + where);
    while (true) {
        const auto signal = signals->Wait(-1);
        if (signal == os::Signal::kStop) break;
        if (signal != os::Signal::kReload) continue;
        notifier.Reloading(clock.MonotonicMicros());
        ReloadSettings(**app, **log);
        notifier.Ready("serving " + where);
    }
    notifier.Stopping("draining");
    Say("stopping");
    const bool clean = (*app)->Stop();
    (*log)->Info("stopped", {{"clean", clean}});
    return Exit::kOk;
}

}  // namespace rt::cli
