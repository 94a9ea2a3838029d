#include "cli/commands.h"
#include "cli/output.h"
#include "cli/session.h"

namespace rt::cli {
namespace {

Exit Show(const Invocation& invocation, std::string_view command) {
    const auto answer = Administer(invocation, command, json::Object{});
    if (!answer.ok()) return PrintError(invocation, answer.error());
    static constexpr Column kColumns[] = {
        {"name", "COLUMN"}, {"values", "VALUES"}, {"old", "UNDER A FORMER KEY"}, {"broken", "DO NOT OPEN"}};
    const json::Value* under_way = answer->Find("under_way");
    const json::Value* columns = answer->Find("columns");
    const bool busy = under_way != nullptr && under_way->IsBool() && under_way->AsBool();
    Print(invocation, *answer,
          FormatTable(columns == nullptr ? json::Value(json::Array()) : *columns, kColumns) +
              (busy ? "a rotation is under way: the former key goes when nothing needs it any more\n"
                    : "no rotation is under way\n"));
    return Exit::kOk;
}

}  // namespace

Exit RunKeysField(const Invocation& invocation) {
    const std::string& verb = invocation.words[0];
    if (verb == "status") return Show(invocation, "keys.field.status");
    if (verb != "rotate") {
        const std::string message = "say rotate or status";
        return PrintError(invocation, FailText(Code::kBadRequest, {message, message}));
    }
    if (!Agreed(invocation, "Seal all personal data under a new key? Take a backup first.")) return Exit::kUsage;
    return Show(invocation, "keys.field.rotate");
}

}  // namespace rt::cli
