#include "app/admin_backups.h"

#include "auth/service.h"
#include "json/reader.h"
#include "os/file.h"

namespace rt::app {
namespace {

namespace backup = storage::backup;

json::Object Summary(const backup::Manifest& manifest, std::uint64_t bytes) {
    return {{"id", manifest.id},
            {"created", base::FormatRfc3339(manifest.finished)},
            {"reason", manifest.reason},
            {"product_version", manifest.product_version},
            {"schema", manifest.schema},
            {"bytes", static_cast<std::int64_t>(bytes)},
            {"duration_ms", (manifest.finished.micros - manifest.began.micros) / base::kMicrosPerMilli}};
}

json::Object Counts(const std::vector<std::pair<std::string, std::int64_t>>& counts) {
    json::Object out;
    for (const auto& [name, count] : counts) out.Set(name, count);
    return out;
}

Result<std::string> IdOf(const json::Value& args) {
    json::Reader in(args);
    std::string id = in.Text("id");
    RT_CHECK_OK(in.Finish());
    return id;
}

}  // namespace

Result<json::Value> CreateBackup(Services& services, const json::Value& args, const base::Work& work) {
    json::Reader in(args);
    const std::string reason = in.OptionalText("reason").value_or("by hand");
    RT_CHECK_OK(in.Finish());
    RT_TRY(const backup::Manifest manifest, services.backups->CreateHere(reason, work));
    return json::Value(Summary(manifest, manifest.StoredBytes()));
}

Result<json::Value> ListBackups(Services& services, const json::Value& /*args*/) {
    RT_TRY(const auto listed, backup::List(services.BackupEnvironment()));
    json::Array rows;
    for (const backup::Listed& one : listed) {
        json::Object row = Summary(one.manifest, one.stored_bytes);
        row.Set("verified", one.verified.micros == 0 ? json::Value() : json::Value(base::FormatRfc3339(one.verified)));
        rows.emplace_back(std::move(row));
    }
    return json::Value(std::move(rows));
}

Result<json::Value> ShowBackup(Services& services, const json::Value& args) {
    RT_TRY(const std::string id, IdOf(args));
    RT_TRY(const backup::Listed one, backup::Find(services.BackupEnvironment(), id));
    json::Object out = Summary(one.manifest, one.stored_bytes);
    out.Set("verified", one.verified.micros == 0 ? json::Value() : json::Value(base::FormatRfc3339(one.verified)));
    out.Set("audit_seq", one.manifest.audit_seq);
    out.Set("rows", Counts(one.manifest.rows));
    out.Set("keys", Counts(one.manifest.keys));
    json::Array files;
    for (const backup::File& file : one.manifest.files) {
        files.push_back(json::Object{
            {"name", file.name}, {"bytes", static_cast<std::int64_t>(file.bytes)}, {"sha256", file.sha256}});
    }
    out.Set("files", std::move(files));
    return json::Value(std::move(out));
}

Result<json::Value> VerifyBackup(Services& services, const json::Value& args, const base::Work& work) {
    RT_TRY(const std::string id, IdOf(args));
    RT_TRY(const backup::Listed one, services.backups->VerifyHere(id, work));
    return json::Value(json::Object{{"id", one.manifest.id}, {"verified", base::FormatRfc3339(one.verified)}});
}

Result<json::Value> PruneBackups(Services& services, const json::Value& /*args*/, const base::Work& /*work*/) {
    RT_TRY(const auto decisions, services.backups->PruneHere());
    json::Array rows;
    for (const backup::Decision& one : decisions) {
        rows.push_back(json::Object{{"id", one.id}, {"kept", one.keep}, {"reason", one.why}});
    }
    return json::Value(std::move(rows));
}

Result<json::Value> RestoreBackup(const config::Config& config, const json::Value& args, const base::Work& work) {
    json::Reader in(args);
    const std::string id = in.Text("id");
    const auto into = in.OptionalText("into");
    RT_CHECK_OK(in.Finish());
    const DataFolder folder{config.data_dir};
    const DataFolder target{into.value_or(config.data_dir)};
    RT_TRY(const os::FileLock lock, TakeFolder(target));
    RT_TRY(const auto migrations, AllMigrations());
    const base::SystemClock clock;
    base::NullLog log;
    base::Metrics metrics;
    const backup::Environment environment{
        .folder = folder.Backups(), .clock = clock, .log = log, .metrics = metrics, .work = work};
    RT_TRY(const backup::Listed found, backup::Find(environment, id));
    RT_TRY(const std::string replaced,
           backup::Restore(environment, found.manifest.id,
                           {.target = target.root, .schema_known = migrations.empty() ? 0 : migrations.back().number}));
    config::Config restored = config;
    restored.data_dir = target.root;
    RT_TRY(const auto db, storage::sql::Database::Open(DatabaseOptions(restored, target), clock, log, metrics));
    RT_CHECK_OK(auth::EndEverySession(*db, clock.Now()));
    return json::Value(json::Object{{"id", found.manifest.id},
                                    {"of", base::FormatRfc3339(found.manifest.finished)},
                                    {"restored_into", target.root},
                                    {"old_data_kept_in", replaced.empty() ? json::Value() : json::Value(replaced)}});
}

}  // namespace rt::app
