#include "cli/commands.h"
#include "cli/output.h"
#include "cli/session.h"

namespace rt::cli {
namespace {

constexpr Column kColumns[] = {{"number", "NUMBER"},
                               {"name", "NAME"},
                               {"applied", "APPLIED"},
                               {"applied_at", "WHEN"},
                               {"duration_ms", "MS"},
                               {"product_version", "BY VERSION"},
                               {"checksum_matches", "CHECKSUM OK"}};
constexpr Column kStepColumns[] = {{"number", "NUMBER"}, {"name", "NAME"}, {"direction", "DIRECTION"}};
constexpr Column kPlanColumns[] = {{"number", "NUMBER"},
                                   {"name", "NAME"},
                                   {"direction", "DIRECTION"},
                                   {"duration_ms", "MS"},
                                   {"needs_window", "NEEDS A WINDOW"}};

Exit Report(const Invocation& invocation, const Result<json::Value>& answer, std::span<const Column> columns,
            std::string_view nothing) {
    if (!answer.ok()) return PrintError(invocation, answer.error());
    Print(invocation, *answer, answer->AsArray().empty() ? std::string(nothing) : FormatTable(*answer, columns));
    return Exit::kOk;
}

}  // namespace

Exit RunMigrateUp(const Invocation& invocation) {
    return Report(invocation, AdministerHere(invocation, "migrate.up", json::Object{}), kStepColumns,
                  "The schema is up to date.\n");
}

Exit RunMigrateDown(const Invocation& invocation) {
    if (!Agreed(invocation, "Take the last migration back? Data that only it can hold is lost.")) return Exit::kUsage;
    return Report(invocation, AdministerHere(invocation, "migrate.down", json::Object{}), kStepColumns,
                  "There is nothing to take back.\n");
}

Exit RunMigrateTo(const Invocation& invocation) {
    if (!Agreed(invocation, "Go to migration " + invocation.words[0] + "?")) return Exit::kUsage;
    return Report(invocation, AdministerHere(invocation, "migrate.to", json::Object{{"number", invocation.words[0]}}),
                  kStepColumns, "The schema is there already.\n");
}

Exit RunMigrateStatus(const Invocation& invocation) {
    return Report(invocation, Administer(invocation, "migrate.status", json::Object{}), kColumns,
                  "There are no migrations.\n");
}

Exit RunMigratePlan(const Invocation& invocation) {
    // Never asked of a running server: that one knows its own migrations, this binary may know newer ones.
    return Report(invocation, AdministerHere(invocation, "migrate.plan", json::Object{}), kPlanColumns,
                  "The schema is up to date.\n");
}

}  // namespace rt::cli
