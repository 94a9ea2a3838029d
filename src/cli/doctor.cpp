#include <algorithm>

#include "cli/commands.h"
#include "cli/output.h"
#include "cli/session.h"

namespace rt::cli {

namespace {

bool AnyFailed(const json::Array& rows) {
    return std::any_of(rows.begin(), rows.end(),
                       [](const json::Value& row) { return row.Find("state")->AsString() == "fail"; });
}

}  // namespace

Exit RunDoctor(const Invocation& invocation) {
    json::Array rows;
    if (invocation.Has("repair")) {
        const auto repaired = AdministerHere(invocation, "repair", json::Object{});
        if (!repaired.ok()) return PrintError(invocation, repaired.error());
        rows = repaired->AsArray();
    }
    if (!AnyFailed(rows)) {
        const auto found = Administer(invocation, "doctor", json::Object{});
        if (!found.ok()) return PrintError(invocation, found.error());
        rows.insert(rows.end(), found->AsArray().begin(), found->AsArray().end());
    }
    static constexpr Column kColumns[] = {
        {"check", "CHECK"}, {"state", "STATE"}, {"detail", "FOUND"}, {"remedy", "WHAT TO DO"}};
    const json::Value table(rows);
    Print(invocation, table, FormatTable(table, kColumns));
    return AnyFailed(rows) ? Exit::kUnhealthy : Exit::kOk;
}

Exit RunHealthcheck(const Invocation& invocation) {
    const auto answer = AdministerRunning(invocation, "health", json::Object{});
    if (!answer.ok()) {
        static_cast<void>(PrintError(invocation, answer.error()));
        return Exit::kUnhealthy;
    }
    const std::string state = answer->Find("state")->AsString();
    const bool ready = answer->Find("ready")->AsBool();
    Print(invocation, *answer, state + (ready ? ", ready\n" : ", not ready\n"));
    const bool bad = state == "fail" || (invocation.Has("ready") && !ready);
    return bad ? Exit::kUnhealthy : Exit::kOk;
}

}  // namespace rt::cli
