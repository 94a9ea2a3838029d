#include "cli/settings.h"

namespace rt::cli {
namespace {

constexpr const char* kDefaultConfig = "/etc/roundtable/config.toml";

}  // namespace

Result<config::Sources> SourcesOf(const Invocation& invocation) {
    config::Sources sources;
    sources.environment = config::ProcessEnvironment();
    if (const auto path = invocation.Value("config")) {
        sources.toml_path = *path;
        sources.toml_required = true;
    } else {
        // A data folder of one's own is a deployment of one's own: the machine's configuration is not for it. Otherwise
        // it is read if it is there, and a person who may not read it is told so instead of being shown defaults.
        if (!invocation.Has("data")) sources.toml_path = kDefaultConfig;
    }
    if (const auto* settings = invocation.Values("set")) {
        for (const std::string& setting : *settings) {
            const auto equals = setting.find('=');
            if (equals == std::string::npos) {
                const std::string message = "--set wants SECTION.KEY=VALUE, not `" + setting + "`";
                return FailText(Code::kBadRequest, {message, message});
            }
            sources.flags.emplace_back(setting.substr(0, equals), setting.substr(equals + 1));
        }
    }
    if (const auto data = invocation.Value("data")) sources.flags.emplace_back("data.dir", *data);
    if (const auto* listen = invocation.Values("listen")) {
        std::string joined;
        for (const std::string& address : *listen) joined.append(joined.empty() ? "" : ",").append(address);
        sources.flags.emplace_back("server.listen", joined);
    }
    return sources;
}

Result<config::Loaded> LoadSettings(const Invocation& invocation) {
    RT_TRY(const config::Sources sources, SourcesOf(invocation));
    return config::Load(sources);
}

}  // namespace rt::cli
