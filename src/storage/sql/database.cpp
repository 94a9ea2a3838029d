#include "storage/sql/database.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <mutex>

#include "os/file.h"
#include "storage/sql/checkpointer_internal.h"
#include "storage/sql/connection_internal.h"
#include "storage/sql/group_writer_internal.h"
#include "storage/sql/reader_pool_internal.h"
#include "storage/sql/watched.h"

namespace rt::storage::sql {

namespace {

constexpr Statement kBegin{"sql.snapshot_begin", "BEGIN"};
constexpr Statement kEnd{"sql.snapshot_end", "COMMIT"};
constexpr Statement kDataVersion{"sql.data_version", "PRAGMA data_version"};
constexpr Statement kPin{"sql.snapshot_pin", "SELECT count(*) FROM sqlite_schema"};

}  // namespace

struct Database::State {
    State(Options given, const base::Clock& clock, base::Log& log, base::Metrics& metrics)
        : options(std::move(given)),
          context{options, clock, log, metrics},
          readers(context),
          writer(context, wal),
          checkpointer(context, wal, writer, readers) {}

    const Options options;
    const Context context;
    WalState wal;
    ReaderPool readers;
    GroupWriter writer;
    Checkpointer checkpointer;  // ends first
    std::mutex version_mutex;
    std::unique_ptr<Connection> version;  // never writes, so every commit is another's to it
};

Database::Database(std::unique_ptr<State> state) : state_(std::move(state)) {}
Database::~Database() = default;

Result<std::unique_ptr<Database>> Database::Open(Options options, const base::Clock& clock, base::Log& log,
                                                 base::Metrics& metrics) {
    if (sqlite3_threadsafe() == 0) return Fail(Code::kInternal, "sqlite was built without thread safety");
    auto state = std::make_unique<State>(std::move(options), clock, log, metrics);
    RT_CHECK_OK(state->writer.Open());
    RT_CHECK_OK(state->readers.OpenAll([&writer = state->writer] { writer.ReportTrouble(Trouble::kDamage); }));
    RT_CHECK_OK(state->checkpointer.Open());
    RT_TRY(state->version, Connection::Open(state->context, Connection::Role::kReader));
    state->writer.Start();
    state->checkpointer.Start();
    return std::unique_ptr<Database>(new Database(std::move(state)));
}

bool Database::read_only() const {
    return state_->writer.read_only();
}

std::int64_t Database::wal_bytes() const {
    return state_->checkpointer.wal_bytes();
}

std::size_t Database::queue_depth() const {
    return state_->writer.queue_depth();
}

const Options& Database::options() const {
    return state_->options;
}

Status Database::ReadErased(const std::function<void(Reader&)>& fn) {
    return state_->readers.Run(fn);
}

Status Database::WriteErased(std::string_view name, const std::function<Status(Writer&)>& fn) {
    return state_->writer.Submit(name, fn);
}

Result<std::int64_t> Database::DataVersion() {
    const std::lock_guard lock(state_->version_mutex);
    RT_TRY(const auto version, Reader(*state_->version).FindInt(kDataVersion, {}));
    if (!version.has_value()) return Fail(Code::kInternal, "PRAGMA data_version returned nothing");
    return *version;
}

void Database::GuardCheckpoints(std::function<bool()> holds) {
    state_->checkpointer.Guard(std::move(holds));
}

Status Database::AtBarrier(const std::function<void()>& fn) {
    return state_->writer.AtBarrier(fn);
}

Result<std::unique_ptr<Snapshot>> Database::OpenSnapshot() {
    RT_TRY(auto connection, Connection::Open(state_->context, Connection::Role::kReader));
    std::unique_ptr<Snapshot> snapshot(new Snapshot(std::move(connection), &state_->wal.snapshots));
    RT_CHECK_OK(snapshot->Renew());
    return snapshot;
}

Status Database::CopyTo(const std::string& path) {
    RT_TRY(const auto snapshot, OpenSnapshot());
    return snapshot->CopyTo(path);
}

Status Database::CopyFile(const Options& options, const std::string& path, const base::Clock& clock, base::Log& log,
                          base::Metrics& metrics) {
    const Context context{options, clock, log, metrics};
    RT_TRY(auto connection, Connection::Open(context, Connection::Role::kReader));
    Snapshot snapshot(std::move(connection), nullptr);
    RT_CHECK_OK(snapshot.Renew());
    return snapshot.CopyTo(path);
}

Snapshot::Snapshot(std::unique_ptr<Connection> connection, std::atomic<int>* counted)
    : connection_(std::move(connection)), reader_(*connection_), counted_(counted) {
    if (counted_ != nullptr) counted_->fetch_add(1);
}

Snapshot::~Snapshot() {
    if (counted_ != nullptr) counted_->fetch_sub(1);
}

Status Snapshot::Renew() {
    if (connection_->InTransaction()) RT_CHECK_OK(connection_->Execute(kEnd));
    RT_CHECK_OK(connection_->Execute(kBegin));
    return connection_->Execute(kPin);
}

Status Snapshot::CopyTo(const std::string& path) {
    return sql::CopyTo(*this, path, {});
}

}  // namespace rt::storage::sql
