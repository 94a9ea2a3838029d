#include "cli/commands.h"
#include "cli/output.h"
#include "cli/session.h"
#include "cli/settings.h"

namespace rt::cli {

Exit RunConfigCheck(const Invocation& invocation) {
    const auto loaded = LoadSettings(invocation);
    if (!loaded.ok()) {
        const Exit exit = PrintError(invocation, loaded.error());
        return loaded.error().code == Code::kInvalid ? Exit::kConfig : exit;
    }
    json::Array notices;
    std::string text;
    for (const std::string& notice : loaded->notices) {
        notices.push_back(notice);
        text.append("note: ").append(notice).append("\n");
    }
    Print(invocation, json::Object{{"valid", true}, {"notices", std::move(notices)}},
          text + "The configuration is valid.\n");
    return Exit::kOk;
}

Exit RunConfigShow(const Invocation& invocation) {
    const auto loaded = LoadSettings(invocation);
    if (!loaded.ok()) {
        const Exit exit = PrintError(invocation, loaded.error());
        return loaded.error().code == Code::kInvalid ? Exit::kConfig : exit;
    }
    json::Array rows;
    for (std::size_t i = 0; i < config::Options().size(); ++i) {
        rows.push_back(json::Object{{"option", config::Options()[i].key},
                                    {"value", config::ValueText(loaded->config, i)},
                                    {"from", loaded->origins[i]}});
    }
    static constexpr Column kColumns[] = {{"option", "OPTION"}, {"value", "VALUE"}, {"from", "FROM"}};
    const json::Value table(std::move(rows));
    Print(invocation, table, FormatTable(table, kColumns));
    return Exit::kOk;
}

Exit RunConfigExample(const Invocation& invocation) {
    const std::string text = config::ExampleToml();
    Print(invocation, json::Object{{"toml", text}}, text);
    return Exit::kOk;
}

Exit RunConfigReload(const Invocation& invocation) {
    const auto answer = AdministerRunning(invocation, "config.reload", json::Object{});
    if (!answer.ok()) return PrintError(invocation, answer.error());
    std::string text = "The configuration was read again.\n";
    if (const json::Value* keys = answer->Find("need_restart"); keys != nullptr) {
        for (const json::Value& key : keys->AsArray())
            text.append("needs a restart: ").append(key.AsString()).append("\n");
    }
    Print(invocation, *answer, text);
    return Exit::kOk;
}

}  // namespace rt::cli
