#include "app/repair.h"

#include <string>

#include "app/data_folder.h"
#include "app/stores.h"
#include "auth/service.h"
#include "os/file.h"
#include "storage/kv/check.h"
#include "storage/sql/repair.h"

namespace rt::app {
namespace {

struct Bench {
    const config::Config& config;
    const DataFolder folder;
    const base::SystemClock clock;
    base::NullLog log;
    base::Metrics metrics;
};

json::Object RowOf(std::string_view check, std::string_view state, std::string detail, std::string_view remedy) {
    return {{"check", check}, {"state", state}, {"detail", std::move(detail)}, {"remedy", remedy}};
}

json::Object MendDatabase(Bench& bench) {
    constexpr std::string_view kName = "repair of the database";
    if (!os::Exists(bench.folder.Database())) return RowOf(kName, "ok", "there is none yet", "");
    const auto keep = [&] {
        return SnapshotBefore(bench.config, bench.folder, "before repair", bench.clock, bench.log, bench.metrics);
    };
    const auto found =
        storage::sql::Repair(DatabaseOptions(bench.config, bench.folder), keep, bench.clock, bench.log, bench.metrics);
    if (!found.ok()) return RowOf(kName, "fail", found.error().detail, "restore the last backup: `restore latest`");
    if (found->empty()) return RowOf(kName, "ok", "nothing was wrong", "");
    return RowOf(
        kName, "ok",
        "indexes were built anew (" + found->front() + "); a copy from before lies in " + bench.folder.Backups(), "");
}

// The server makes a new one when it starts. What was signed out or revoked was noted there only, so all that was ever
// given out ends.
Status SetFastSideAside(Bench& bench, const std::string& aside) {
    RT_CHECK_OK(os::RenameDurably(bench.folder.Kv(), aside));
    RT_TRY(const auto db, storage::sql::Database::Open(DatabaseOptions(bench.config, bench.folder), bench.clock,
                                                       bench.log, bench.metrics));
    return auth::EndEverySession(*db, bench.clock.Now());
}

json::Object MendFastSide(Bench& bench) {
    constexpr std::string_view kName = "repair of the fast side";
    const Status whole = storage::kv::CheckWhole(bench.folder.Kv());
    if (whole.ok()) return RowOf(kName, "ok", "nothing was wrong", "");
    if (whole.error().code != Code::kReadOnly) {
        return RowOf(kName, "fail", whole.error().detail, "check the rights of the folder kv");
    }
    const std::string aside = bench.folder.Kv() + ".damaged-" + FileStamp(bench.clock.Now());
    const Status set = SetFastSideAside(bench, aside);
    if (!set.ok()) return RowOf(kName, "fail", set.error().detail, "restore the last backup: `restore latest`");
    return RowOf(kName, "ok", "it was damaged and lies in " + aside + " now; everybody signs in again", "");
}

}  // namespace

Result<json::Value> RepairStores(const config::Config& config, const json::Value& /*args*/, const base::Work& work) {
    Bench bench{config, DataFolder{config.data_dir}, {}, {}, {}};
    RT_TRY(const auto lock, TakeFolder(bench.folder));
    RT_CHECK_OK(PrepareFolder(bench.folder));
    json::Array rows;
    work.Tell({"repairing the database", 0, 2});
    rows.emplace_back(MendDatabase(bench));
    work.Tell({"repairing the fast side", 1, 2});
    rows.emplace_back(MendFastSide(bench));
    return json::Value(std::move(rows));
}

}  // namespace rt::app
