#include "storage/sql/watched.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <utility>

#include "os/file.h"
#include "storage/sql/connection_internal.h"

namespace rt::storage::sql {

namespace {

constexpr int kPagesAtOnce = 1'000;

// The connection of a reader is for the code of this folder only.
class Opened : public Reader {
  public:
    explicit Opened(const Reader& reader) : Reader(reader) {}
    Connection& connection() { return connection_; }
};

}  // namespace

// The source stays inside its read transaction, so the steps see one view and are never restarted by writes.
Status CopyTo(Snapshot& snapshot, const std::string& path, const base::Work& work) {
    RT_CHECK_OK(os::CreateFileAtomic(path, {}));
    sqlite3* target = nullptr;
    int result = sqlite3_open_v2(path.c_str(), &target, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
    if (result == SQLITE_OK) result = sqlite3_exec(target, "PRAGMA synchronous=OFF", nullptr, nullptr, nullptr);
    sqlite3* source = Opened(snapshot.reader()).connection().handle();
    sqlite3_backup* backup = result == SQLITE_OK ? sqlite3_backup_init(target, "main", source, "main") : nullptr;
    if (result == SQLITE_OK && backup == nullptr) result = sqlite3_errcode(target);
    while (result == SQLITE_OK && !work.Stopped()) {
        result = sqlite3_backup_step(backup, kPagesAtOnce);
        const auto pages = static_cast<std::uint64_t>(sqlite3_backup_pagecount(backup));
        const auto left = static_cast<std::uint64_t>(sqlite3_backup_remaining(backup));
        work.Tell({"copying the database", pages - left, pages});
    }
    if (backup != nullptr) sqlite3_backup_finish(backup);
    const std::string text = result == SQLITE_DONE ? "" : sqlite3_errstr(result);
    sqlite3_close_v2(target);
    if (result != SQLITE_DONE) {
        static_cast<void>(os::RemoveFile(path));  // half a copy helps nobody, least of all on a full disk
        RT_CHECK_OK(work.Check());
        return ErrorOf(result, text, "copy to " + path);
    }
    const os::Fd file(::open(path.c_str(), O_RDWR | O_CLOEXEC));
    if (!file || ::fsync(file.get()) != 0) return os::OsError("sync", path, errno);
    return os::SyncFolder(os::ParentFolder(path));
}

void StopWhen(Snapshot& snapshot, std::function<bool()> stopped) {
    Opened(snapshot.reader()).connection().StopWhen(std::move(stopped));
}

}  // namespace rt::storage::sql
