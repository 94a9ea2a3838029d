// One SQLite connection with our security settings, a statement cache by name, and the mapping of its errors.
// Private to sql/: the only place, with the .cpp files beside it, that sees sqlite3.h.
#pragma once

#include <sqlite3.h>

#include <atomic>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "storage/sql/database.h"

namespace rt::storage::sql {

struct Context {
    const Options& options;
    const base::Clock& clock;
    base::Log& log;
    base::Metrics& metrics;
};

// What a connection has met since ClearTrouble(), worst last.
enum class Trouble : std::uint8_t {
    kNone,
    kFailed,  // an error that is no violated constraint: what the closure did so far must not be committed
    kDisk,    // an fsync failed, so written data may be lost
    kDamage,  // the file is not a sound database
};

// The error of a SQLite result code; `text` is SQLite's own message (names of tables and columns, never values).
Error ErrorOf(int result, std::string_view text, std::string_view statement);
Trouble TroubleOf(int result);

// Not thread-safe but for Cancel().
class Connection {
  public:
    enum class Role : std::uint8_t { kWriter, kReader };

    static Result<std::unique_ptr<Connection>> Open(const Context& context, Role role);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    sqlite3* handle() { return handle_; }
    bool InTransaction() const { return sqlite3_get_autocommit(handle_) == 0; }
    Status EachRow(const Statement& statement, std::span<const Param> params,
                   const std::function<bool(const Row&)>& row);
    Result<std::int64_t> Run(const Statement& statement, std::span<const Param> params);
    // A statement without parameters or rows: BEGIN, SAVEPOINT, COMMIT ...
    Status Execute(const Statement& statement);
    // A script of several statements, not cached; it may hold no transactions, attachments or pragmas (migrations).
    Status ExecuteScript(std::string_view name, const std::string& script);

    Trouble trouble() const { return trouble_; }
    void ClearTrouble() { trouble_ = Trouble::kNone; }
    // CPU time of the calling thread that statements may use from now on; 0: no limit. Then they answer
    // DEADLINE_EXCEEDED.
    void SetBudget(std::int64_t cpu_micros);
    // Thread-safe: running and later statements answer DEADLINE_EXCEEDED until Revive().
    void Cancel() { cancelled_.store(true, std::memory_order_relaxed); }
    // Asked by running statements now and then, which then end as after Cancel(). Not thread-safe.
    void StopWhen(std::function<bool()> stopped) { stopped_ = std::move(stopped); }
    void Revive() { cancelled_.store(false, std::memory_order_relaxed); }

  private:
    struct Prepared {
        sqlite3_stmt* handle = nullptr;
        std::string_view text;
        std::vector<int> indexes;  // of $1, $2, ... as SQLite numbered them
        base::Series* seconds = nullptr;
        bool busy = false;
    };
    class Use;

    Connection(const Context& context, Role role) : context_(context), role_(role) {}
    Status Configure();
    Status SetPragma(const char* set, const char* get, std::string_view want);
    Status QueryText(const char* text, std::string& out);
    Result<Prepared*> Prepare(const Statement& statement);
    Status PrepareInto(const Statement& statement, Prepared& out);
    Status Bind(const Statement& statement, const Prepared& prepared, std::span<const Param> params);
    Status Step(const Statement& statement, Prepared& prepared, const std::function<bool(const Row&)>* row);
    Status With(const Statement& statement, std::span<const Param> params, const std::function<bool(const Row&)>* row);
    Error Note(int result, std::string_view statement);
    void NoteTime(const Statement& statement, Prepared& prepared, std::int64_t began);
    static int OnProgress(void* self);
    static int OnAuthorize(void* self, int action, const char*, const char*, const char*, const char*);

    Context context_;
    Role role_;
    sqlite3* handle_ = nullptr;
    std::unordered_map<std::string_view, Prepared> statements_;
    bool own_statement_ = false;  // BEGIN, COMMIT and ROLLBACK are ours, never a closure's
    bool in_script_ = false;
    Trouble trouble_ = Trouble::kNone;
    std::atomic<bool> cancelled_{false};
    std::function<bool()> stopped_;
    std::int64_t budget_cpu_micros_ = 0;      // 0: no limit
    std::int64_t budget_end_cpu_micros_ = 0;  // 0: not yet started
};

}  // namespace rt::storage::sql
