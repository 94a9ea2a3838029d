#include "cli/commands.h"
#include "cli/output.h"
#include "cli/session.h"

namespace rt::cli {
namespace {

std::string TextOf(const json::Value& object, std::string_view key) {
    const json::Value* value = object.Find(key);
    return value != nullptr && value->IsString() ? value->AsString() : std::string();
}

std::string Joined(const json::Value& object, std::string_view key) {
    std::string out;
    const json::Value* list = object.Find(key);
    if (list == nullptr || !list->IsArray()) return out;
    for (const json::Value& text : list->AsArray()) out.append(out.empty() ? "" : ", ").append(text.AsString());
    return out;
}

std::string StatusText(const json::Value& answer) {
    json::Array rows;
    for (const json::Value& row : answer.Find("certificates")->AsArray()) {
        rows.push_back(json::Object{{"names", Joined(row, "names")},
                                    {"source", TextOf(row, "source")},
                                    {"issuer", TextOf(row, "issuer")},
                                    {"not_after", TextOf(row, "not_after")}});
    }
    static constexpr Column kColumns[] = {
        {"names", "NAMES"}, {"source", "FROM"}, {"issuer", "ISSUER"}, {"not_after", "VALID UNTIL"}};
    std::string out = rows.empty() ? "Nothing is served over TLS.\n" : FormatTable(json::Value(rows), kColumns);
    const json::Value& acme = *answer.Find("acme");
    const std::string names = Joined(acme, "names");
    if (names.empty()) return out + "ACME is off: acme.names is not set.\n";
    out.append("ACME for ").append(names).append(" at ").append(TextOf(acme, "directory")).append("\n");
    if (acme.Find("order_under_way")->AsBool()) out.append("  an order is under way\n");
    if (const std::string renewal = TextOf(acme, "renew_at"); !renewal.empty())
        out.append("  renewal: ").append(renewal).append("\n");
    if (const std::string error = TextOf(acme, "error"); !error.empty()) {
        out.append("  last attempt: ").append(error).append("\n  next attempt: ").append(TextOf(acme, "next_attempt"));
        out.append("\n");
    }
    return out;
}

Exit Ask(const Invocation& invocation, std::string_view command) {
    const auto answer = AdministerRunning(invocation, command, json::Object{});
    if (!answer.ok()) return PrintError(invocation, answer.error());
    Print(invocation, *answer, StatusText(*answer));
    return Exit::kOk;
}

}  // namespace

Exit RunAcmeStatus(const Invocation& invocation) {
    return Ask(invocation, "acme.status");
}

Exit RunAcmeRenew(const Invocation& invocation) {
    return Ask(invocation, "acme.renew");
}

}  // namespace rt::cli
