#include <algorithm>

#include "base/parse.h"
#include "os/file.h"
#include "storage/backup/manifest_internal.h"
#include "storage/backup/zstd_internal.h"
#include "storage/kv/inspect_internal.h"
#include "storage/layout.h"
#include "storage/sql/inspect_internal.h"

namespace rt::storage::backup {

namespace {

constexpr std::size_t kVerifiedBytesMax = 64;

Result<Listed> ReadOne(const Environment& environment, const std::string& id) {
    const std::string folder = PathOf(environment, id) + "/";
    RT_TRY(const std::string text, os::ReadFile(folder + std::string(kManifestFile), kManifestBytesMax));
    Listed out;
    RT_TRY(out.manifest, DecodeManifest(text));
    out.stored_bytes = out.manifest.StoredBytes();
    if (out.manifest.id != id) return Fail(Code::kInternal, "the manifest names backup " + out.manifest.id);
    const auto verified = os::ReadFile(folder + std::string(kVerifiedFile), kVerifiedBytesMax);
    if (verified.ok()) {
        const auto time = base::ParseRfc3339(base::TrimAscii(*verified));
        if (time.ok()) out.verified = *time;
    }
    return out;
}

template <class Counts>
Status CheckCounts(const Counts& found, const Counts& expected, std::string_view what) {
    if (found == expected) return Ok();
    for (const auto& [name, count] : expected) {
        const auto at =
            std::find_if(found.begin(), found.end(), [&key = name](const auto& item) { return item.first == key; });
        const std::string has = at == found.end() ? "nothing" : std::to_string(at->second);
        if (at == found.end() || at->second != count) {
            return Fail(Code::kInternal, std::string(what) + " " + name + " has " + has + ", the manifest says " +
                                             std::to_string(count));
        }
    }
    return Fail(Code::kInternal, "more " + std::string(what) + "s than the manifest names");
}

}  // namespace

Result<os::FileLock> LockFolder(const Environment& environment) {
    RT_CHECK_OK(os::MakeFolders(environment.folder));
    auto lock = os::FileLock::Acquire(environment.folder + "/.lock");
    if (lock.ok() || lock.error().code != Code::kConflict) return lock;
    return FailText(Code::kConflict,
                    {"正在备份、校验或清理，请稍候", "Backups are being made, checked or removed, please wait"},
                    lock.error().detail);
}

bool InProgress(const Environment& environment) {
    const auto lock = LockFolder(environment);
    return !lock.ok();
}

std::string PathOf(const Environment& environment, std::string_view id) {
    return environment.folder + "/" + std::string(id);
}

Result<std::vector<Listed>> List(const Environment& environment) {
    std::vector<Listed> out;
    if (!os::Exists(environment.folder)) return out;
    RT_TRY(const auto names, os::ListFolder(environment.folder));
    for (auto name = names.rbegin(); name != names.rend(); ++name) {
        if (!IsId(*name)) continue;
        auto one = ReadOne(environment, *name);
        if (one.ok()) {
            one->manifest.files = {};  // of many backups they would fill the memory
            out.push_back(std::move(*one));
        } else {
            environment.log.Warn("not a backup", {{"backup", *name}, {"detail", one.error().detail}});
        }
    }
    return out;
}

Result<Listed> Find(const Environment& environment, std::string_view id) {
    if (id == "latest") {
        RT_TRY(auto all, List(environment));
        if (all.empty()) return Fail(Code::kNotFound, "there is no backup in " + environment.folder);
        return ReadOne(environment, all.front().manifest.id);
    }
    if (!IsId(id)) return Fail(Code::kInvalid, "not the id of a backup");
    if (!os::Exists(PathOf(environment, id))) return Fail(Code::kNotFound, "there is no backup " + std::string(id));
    return ReadOne(environment, std::string(id));
}

Status ExpandAll(const std::string& backup, const Manifest& manifest, const std::string& into, const base::Work& work) {
    const std::string database(kDatabaseFile);
    const std::string kv_file = std::string(kKvFolder) + "/durable/data.mdb";
    for (const std::string& needed : {database, kv_file}) {
        const auto is_it = [&](const File& file) { return file.name == needed; };
        if (std::none_of(manifest.files.begin(), manifest.files.end(), is_it)) {
            return Fail(Code::kInternal, "the backup has no " + needed);
        }
    }
    std::uint64_t bytes = 0;
    for (const File& file : manifest.files) bytes += file.bytes;
    base::Meter meter(work, "expanding", bytes);
    for (const File& file : manifest.files) {
        const std::string target = into + "/" + file.name;
        RT_CHECK_OK(os::MakeFolders(os::ParentFolder(target)));
        RT_CHECK_OK(ExpandFile(backup + "/" + file.name + std::string(kStoredSuffix), target, file, meter));
        RT_CHECK_OK(os::SyncFolder(os::ParentFolder(target)));
    }
    work.Tell({"checking", 0, 0});
    RT_TRY(const auto facts, sql::InspectFile(into + "/" + database, sql::Depth::kWhole, work));
    RT_CHECK_OK(CheckCounts(facts.rows, manifest.rows, "table"));
    if (facts.audit_seq != manifest.audit_seq || facts.audit_mac != manifest.audit_mac) {
        return Fail(Code::kInternal, "the audit chain ends elsewhere than the manifest says");
    }
    RT_TRY(auto keys, kv::InspectFolder(os::ParentFolder(into + "/" + kv_file)));
    auto expected = manifest.keys;
    std::sort(keys.begin(), keys.end());
    std::sort(expected.begin(), expected.end());
    return CheckCounts(keys, expected, "fast table");
}

bool IsDamage(const Error& error) {
    return error.code != Code::kUnavailable && error.code != Code::kStorageFull && error.code != Code::kReadOnly;
}

Status Verify(const Environment& environment, std::string_view id) {
    RT_TRY(const auto lock, LockFolder(environment));
    RT_TRY(const Listed found, Find(environment, id));
    const std::string backup = PathOf(environment, found.manifest.id);
    const std::string temporary = environment.folder + "/" + std::string(kVerifyPrefix) + found.manifest.id;
    RT_CHECK_OK(os::RemoveFolder(temporary));
    RT_CHECK_OK(os::MakeFolders(temporary));
    const Status status = ExpandAll(backup, found.manifest, temporary, environment.work);
    RT_CHECK_OK(os::RemoveFolder(temporary));
    if (!status.ok() && !IsDamage(status.error())) return status.error();
    const std::string mark = backup + "/" + std::string(kVerifiedFile);
    if (!status.ok()) {
        static_cast<void>(os::RemoveFile(mark));
        environment.log.Error("backup is bad", {{"backup", found.manifest.id}, {"detail", status.error().detail}});
        return status.error();
    }
    return os::WriteFileAtomic(mark, base::FormatRfc3339(environment.clock.Now()) + "\n");
}

}  // namespace rt::storage::backup
