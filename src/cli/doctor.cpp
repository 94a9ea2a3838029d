#include <algorithm>

#include "cli/commands.h"
#include "cli/output.h"
#include "cli/session.h"

namespace rt::cli {

Exit RunDoctor(const Invocation& invocation) {
    const auto answer = Administer(invocation, "doctor", json::Object{});
    if (!answer.ok()) return PrintError(invocation, answer.error());
    static constexpr Column kColumns[] = {
        {"check", "CHECK"}, {"state", "STATE"}, {"detail", "FOUND"}, {"remedy", "WHAT TO DO"}};
    Print(invocation, *answer, FormatTable(*answer, kColumns));
    const auto& rows = answer->AsArray();
    const bool failed = std::any_of(rows.begin(), rows.end(),
                                    [](const json::Value& row) { return row.Find("state")->AsString() == "fail"; });
    return failed ? Exit::kUnhealthy : Exit::kOk;
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
