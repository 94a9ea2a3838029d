#include "cli/commands.h"
#include "cli/output.h"
#include "cli/session.h"

namespace rt::cli {
namespace {

constexpr Column kListColumns[] = {{"id", "ID"}, {"created", "CREATED"}, {"schema", "SCHEMA"}, {"bytes", "BYTES"}};
constexpr Column kPruneColumns[] = {{"id", "ID"}, {"kept", "KEPT"}, {"reason", "BECAUSE"}};

Exit Show(const Invocation& invocation, std::string_view command, json::Object args) {
    const auto answer = Administer(invocation, command, std::move(args));
    if (!answer.ok()) return PrintError(invocation, answer.error());
    Print(invocation, *answer, FormatObject(*answer));
    return Exit::kOk;
}

}  // namespace

Exit RunBackupCreate(const Invocation& invocation) {
    return Show(invocation, "backup.create", {});
}

Exit RunBackupShow(const Invocation& invocation) {
    return Show(invocation, "backup.show", {{"id", invocation.words[0]}});
}

Exit RunBackupVerify(const Invocation& invocation) {
    return Show(invocation, "backup.verify", {{"id", invocation.words[0]}});
}

Exit RunBackupList(const Invocation& invocation) {
    const auto answer = Administer(invocation, "backup.list", json::Object{});
    if (!answer.ok()) return PrintError(invocation, answer.error());
    Print(invocation, *answer, FormatTable(*answer, kListColumns));
    return Exit::kOk;
}

Exit RunBackupPrune(const Invocation& invocation) {
    if (!Agreed(invocation, "Remove the backups that are past their time?")) return Exit::kUsage;
    const auto answer = Administer(invocation, "backup.prune", json::Object{});
    if (!answer.ok()) return PrintError(invocation, answer.error());
    Print(invocation, *answer, FormatTable(*answer, kPruneColumns));
    return Exit::kOk;
}

Exit RunRestore(const Invocation& invocation) {
    const auto into = invocation.Value("into");
    if (!into.has_value() && !Agreed(invocation, "Replace the data by this backup? The old data is kept aside.")) {
        return Exit::kUsage;
    }
    json::Object args{{"id", invocation.words[0]}};
    if (into.has_value()) args.Set("into", *into);
    const auto answer = AdministerHere(invocation, "restore", std::move(args));
    if (!answer.ok()) return PrintError(invocation, answer.error());
    Print(invocation, *answer, FormatObject(*answer));
    return Exit::kOk;
}

}  // namespace rt::cli
