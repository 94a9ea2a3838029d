// version, help, completion, manual: what the program says of itself.
#include "base/build_info.h"
#include "cli/commands.h"
#include "cli/help.h"
#include "cli/output.h"

namespace rt::cli {

Exit RunVersion(const Invocation& invocation) {
    json::Array libraries;
    for (const base::LinkedLibrary& library : base::LinkedLibraries()) {
        libraries.push_back(
            json::Object{{"name", library.name}, {"version", library.version}, {"source", library.source}});
    }
    const json::Value rows(std::move(libraries));
    std::string text = "roundtable " + std::string(base::BuildVersion()) + "\n";
    if (invocation.Has("libraries")) {
        static constexpr Column kColumns[] = {{"name", "LIBRARY"}, {"version", "VERSION"}, {"source", "FROM"}};
        text += FormatTable(rows, kColumns);
    }
    Print(invocation, json::Object{{"version", base::BuildVersion()}, {"libraries", rows}}, text);
    return Exit::kOk;
}

Exit RunCompletion(const Invocation& invocation) {
    const std::string script = CompletionScript(invocation.program, invocation.words[0], Commands());
    if (script.empty()) {
        const std::string message = "there is no completion for `" + invocation.words[0] + "`: bash, zsh or fish";
        return PrintError(invocation, FailText(Code::kBadRequest, {message, message}));
    }
    Print(invocation, json::Object{{"script", script}}, script);
    return Exit::kOk;
}

Exit RunManual(const Invocation& invocation) {
    const std::string page = ManualPage("roundtable", base::BuildVersion(), Commands());
    Print(invocation, json::Object{{"page", page}}, page);
    return Exit::kOk;
}

Exit RunHelp(const Invocation& invocation) {
    std::string topic;
    for (const std::string& word : invocation.words) topic.append(topic.empty() ? "" : " ").append(word);
    const std::string text =
        topic.empty() ? HelpOverview(invocation.program, Commands()) : HelpTopic(invocation.program, topic, Commands());
    if (text.empty()) {
        const std::string message = "there is no command `" + topic + "`, see `help`";
        return PrintError(invocation, FailText(Code::kBadRequest, {message, message}));
    }
    Print(invocation, json::Object{{"help", text}}, text);
    return Exit::kOk;
}

int Main(int argc, const char* const* argv) {
    const std::string_view path = argc > 0 ? argv[0] : "roundtable";
    const auto slash = path.rfind('/');
    const std::string_view program = slash == std::string_view::npos ? path : path.substr(slash + 1);
    const std::vector<std::string> words(argv + (argc > 0 ? 1 : 0), argv + argc);
    auto parsed = Parse(program, words, Commands());
    if (!parsed.ok()) {
        Invocation nothing;
        nothing.program = std::string(program);
        return static_cast<int>(PrintError(nothing, parsed.error()));
    }
    return static_cast<int>(parsed->command->run(parsed->invocation));
}

}  // namespace rt::cli
