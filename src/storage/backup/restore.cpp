// A restore has two halves: everything is expanded and checked in restore.new, and then renamed into place. The plan
// file marks the second half, which is only renames and goes on where a crash stopped it.
#include <algorithm>

#include "base/parse.h"
#include "os/file.h"
#include "storage/backup/manifest_internal.h"
#include "storage/kv/inspect_internal.h"
#include "storage/kv/tables.h"
#include "storage/layout.h"

namespace rt::storage::backup {

namespace {

constexpr std::string_view kNewFolder = "restore.new";
constexpr std::string_view kPlanFile = "restore.plan";
constexpr std::size_t kPlanBytesMax = 256;
constexpr int kReplacedMax = 1'000;

std::string Join(const std::string& folder, std::string_view name) {
    return folder + "/" + std::string(name);
}

// Moves target/name to the folder of what is replaced, if it is there.
Status MoveAside(const std::string& target, const std::string& replaced, const std::string& name) {
    if (!os::Exists(Join(target, name))) return Ok();
    RT_CHECK_OK(os::MakeFolders(replaced));
    return os::RenameDurably(Join(target, name), Join(replaced, name));
}

Result<std::string> FreeName(const std::string& target, std::string_view id) {
    for (int number = 1; number <= kReplacedMax; ++number) {
        std::string name = "replaced-" + std::string(id) + "-" + std::to_string(number);
        if (!os::Exists(Join(target, name))) return name;
    }
    return Fail(Code::kUnavailable, "too many replaced-* folders in " + target);
}

}  // namespace

Status FinishRestore(const std::string& target) {
    const std::string plan = Join(target, kPlanFile);
    const std::string fresh = Join(target, kNewFolder);
    if (!os::Exists(plan)) return os::RemoveFolder(fresh);  // never checked to the end, or nothing there
    RT_TRY(const std::string text, os::ReadFile(plan, kPlanBytesMax));
    const std::string name(base::TrimAscii(text));
    if (!IsSafeName(name) || name.find('/') != std::string::npos) return Fail(Code::kInternal, plan + " is damaged");
    const std::string replaced = Join(target, name);
    const std::string database(kDatabaseFile);
    // The old log must be gone before the new database is there, or SQLite would apply the one to the other.
    if (os::Exists(Join(fresh, database))) {
        for (const char* suffix : {"-wal", "-shm"}) RT_CHECK_OK(MoveAside(target, replaced, database + suffix));
    }
    if (os::Exists(fresh)) {
        RT_TRY(const auto items, os::ListFolder(fresh));
        for (const std::string& item : items) {
            RT_CHECK_OK(MoveAside(target, replaced, item));
            RT_CHECK_OK(os::RenameDurably(Join(fresh, item), Join(target, item)));
        }
    }
    RT_CHECK_OK(os::RemoveFile(plan));
    RT_CHECK_OK(os::SyncFolder(target));
    return os::RemoveFolder(fresh);
}

Result<std::string> Restore(const Environment& environment, std::string_view id, const RestoreOptions& options) {
    RT_CHECK_OK(FinishRestore(options.target));
    RT_TRY(const Listed found, Find(environment, id));
    const Manifest& manifest = found.manifest;
    if (manifest.schema_needs > options.schema_known) {
        return Fail(Code::kInvalidState, "backup " + manifest.id + " has schema " + std::to_string(manifest.schema) +
                                             " (made by version " + manifest.product_version +
                                             "), which this binary does not know; install that version first");
    }
    const std::string fresh = Join(options.target, kNewFolder);
    RT_CHECK_OK(os::MakeFolders(fresh));
    Status status = ExpandAll(PathOf(environment, manifest.id), manifest, fresh, environment.work);
    if (status.ok() && !options.sessions) {
        status = kv::ClearTables(fresh + "/" + std::string(kKvFolder) + "/durable", kv::kSessionTables);
    }
    if (status.ok()) status = os::SyncFolder(fresh);
    if (!status.ok()) {
        static_cast<void>(os::RemoveFolder(fresh));
        return status.error();
    }
    RT_TRY(const std::string replaced, FreeName(options.target, manifest.id));
    RT_CHECK_OK(os::WriteFileAtomic(Join(options.target, kPlanFile), replaced + "\n"));
    RT_CHECK_OK(FinishRestore(options.target));
    environment.log.Info("restored", {{"backup", manifest.id}, {"target", options.target}});
    return os::Exists(Join(options.target, replaced)) ? Join(options.target, replaced) : std::string();
}

}  // namespace rt::storage::backup
