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
constexpr Column kPlanColumns[] = {{"number", "NUMBER"}, {"name", "NAME"}, {"direction", "DIRECTION"}};

Exit Report(const Invocation& invocation, const Result<json::Value>& answer, std::span<const Column> columns,
            std::string_view nothing) {
    if (!answer.ok()) return PrintError(invocation, answer.error());
    Print(invocation, *answer, answer->AsArray().empty() ? std::string(nothing) : FormatTable(*answer, columns));
    return Exit::kOk;
}

}  // namespace

Exit RunMigrateUp(const Invocation& invocation) {
    return Report(invocation, AdministerStopped(invocation, "migrate.up", json::Object{}), kPlanColumns,
                  "The schema is up to date.\n");
}

Exit RunMigrateDown(const Invocation& invocation) {
    if (!Agreed(invocation, "Take the last migration back? Data that only it can hold is lost.")) return Exit::kUsage;
    return Report(invocation, AdministerStopped(invocation, "migrate.down", json::Object{}), kPlanColumns,
                  "There is nothing to take back.\n");
}

Exit RunMigrateTo(const Invocation& invocation) {
    if (!Agreed(invocation, "Go to migration " + invocation.words[0] + "?")) return Exit::kUsage;
    return Report(invocation,
                  AdministerStopped(invocation, "migrate.to", json::Object{{"number", invocation.words[0]}}),
                  kPlanColumns, "The schema is there already.\n");
}

Exit RunMigrateStatus(const Invocation& invocation) {
    return Report(invocation, Administer(invocation, "migrate.status", json::Object{}), kColumns,
                  "There are no migrations.\n");
}

Exit RunMigratePlan(const Invocation& invocation) {
    return Report(invocation, Administer(invocation, "migrate.plan", json::Object{}), kPlanColumns,
                  "The schema is up to date.\n");
}

}  // namespace rt::cli
