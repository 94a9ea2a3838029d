#include <algorithm>
#include <array>

#include "os/file.h"
#include "storage/sql/connection_internal.h"

namespace rt::storage::sql {

namespace {

constexpr int kBusyTimeoutMs = 5'000;
constexpr int kProgressSteps = 1'000;  // VM steps between two looks at budget and cancellation

struct Limit {
    int id;
    int value;
};
// Far above what our statements need, far below what a hostile text could cost.
constexpr std::array kLimits{
    Limit{SQLITE_LIMIT_LENGTH, 16 << 20},     Limit{SQLITE_LIMIT_SQL_LENGTH, 1 << 20},
    Limit{SQLITE_LIMIT_COLUMN, 128},          Limit{SQLITE_LIMIT_EXPR_DEPTH, 100},
    Limit{SQLITE_LIMIT_COMPOUND_SELECT, 16},  Limit{SQLITE_LIMIT_FUNCTION_ARG, 16},
    Limit{SQLITE_LIMIT_ATTACHED, 0},          Limit{SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 256},
    Limit{SQLITE_LIMIT_VARIABLE_NUMBER, 128}, Limit{SQLITE_LIMIT_TRIGGER_DEPTH, 8},
    Limit{SQLITE_LIMIT_WORKER_THREADS, 0},
};

struct Switch {
    int id;
    int value;
};
constexpr std::array kSwitches{
    Switch{SQLITE_DBCONFIG_DEFENSIVE, 1},
    Switch{SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
    Switch{SQLITE_DBCONFIG_ENABLE_FKEY, 1},
    Switch{SQLITE_DBCONFIG_DQS_DDL, 0},
    Switch{SQLITE_DBCONFIG_DQS_DML, 0},
    Switch{SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1},
    Switch{SQLITE_DBCONFIG_ENABLE_ATTACH_CREATE, 0},
};

struct Pragma {
    const char* set;
    const char* get;
    std::string_view want;
};
// SQLite answers a pragma it cannot honour with another value, not with an error.
constexpr std::array kPragmas{
    Pragma{"PRAGMA wal_autocheckpoint=0", "PRAGMA wal_autocheckpoint", "0"},
    Pragma{"PRAGMA busy_timeout=5000", "PRAGMA busy_timeout", "5000"},
    Pragma{"PRAGMA foreign_keys=ON", "PRAGMA foreign_keys", "1"},
    Pragma{"PRAGMA cell_size_check=ON", "PRAGMA cell_size_check", "1"},
    Pragma{"PRAGMA temp_store=MEMORY", "PRAGMA temp_store", "2"},
    Pragma{"PRAGMA mmap_size=0", "PRAGMA mmap_size", "0"},
};

// SQLite gives the log and the index the permissions of the database file, so that is made first.
Status MakePrivateFile(const Options& options) {
    if (!options.vfs.empty() || os::Exists(options.path)) return Ok();
    const Status made = os::CreateFileAtomic(options.path, {});
    return made.ok() || made.error().code == Code::kAlreadyExists ? Ok() : made;
}

}  // namespace

Result<std::unique_ptr<Connection>> Connection::Open(const Context& context, Role role) {
    if (role == Role::kWriter) RT_CHECK_OK(MakePrivateFile(context.options));
    std::unique_ptr<Connection> made(new Connection(context, role));
    const Options& options = context.options;
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
                      (role == Role::kWriter ? SQLITE_OPEN_CREATE : 0);
    const int result = sqlite3_open_v2(options.path.c_str(), &made->handle_, flags,
                                       options.vfs.empty() ? nullptr : options.vfs.c_str());
    if (result != SQLITE_OK) {
        const char* text = made->handle_ != nullptr ? sqlite3_errmsg(made->handle_) : sqlite3_errstr(result);
        return ErrorOf(result, std::string(text) + " (" + options.path + ")", "open");
    }
    RT_CHECK_OK(made->Configure());
    return made;
}

Connection::~Connection() {
    for (auto& [name, prepared] : statements_) sqlite3_finalize(prepared.handle);
    sqlite3_close_v2(handle_);
}

Status Connection::Configure() {
    sqlite3_busy_timeout(handle_, kBusyTimeoutMs);
    for (const Switch& item : kSwitches) {
        int now = -1;
        if (sqlite3_db_config(handle_, item.id, item.value, &now) != SQLITE_OK || now != item.value) {
            return Fail(Code::kInternal, "sqlite refuses security switch " + std::to_string(item.id));
        }
    }
    for (const Limit& item : kLimits) {
        sqlite3_limit(handle_, item.id, item.value);
        if (sqlite3_limit(handle_, item.id, -1) > item.value) {
            return Fail(Code::kInternal, "sqlite refuses limit " + std::to_string(item.id));
        }
    }
    if (role_ == Role::kWriter) RT_CHECK_OK(SetPragma("PRAGMA journal_mode=WAL", "PRAGMA journal_mode", "wal"));
    for (const Pragma& item : kPragmas) RT_CHECK_OK(SetPragma(item.set, item.get, item.want));
    const std::string& sync = context_.options.synchronous;
    const std::string set_sync = "PRAGMA synchronous=" + sync;
    RT_CHECK_OK(SetPragma(set_sync.c_str(), "PRAGMA synchronous", sync == "OFF" ? "0" : "2"));
    if (role_ == Role::kWriter) {
        const std::string size = std::to_string(context_.options.wal_restart_bytes);
        RT_CHECK_OK(SetPragma(("PRAGMA journal_size_limit=" + size).c_str(), "PRAGMA journal_size_limit", size));
        RT_CHECK_OK(SetPragma("PRAGMA cache_size=-16384", "PRAGMA cache_size", "-16384"));
    } else {
        RT_CHECK_OK(SetPragma("PRAGMA query_only=ON", "PRAGMA query_only", "1"));
        RT_CHECK_OK(SetPragma("PRAGMA cache_size=-4096", "PRAGMA cache_size", "-4096"));
    }
    sqlite3_set_authorizer(handle_, &Connection::OnAuthorize, this);
    sqlite3_progress_handler(handle_, kProgressSteps, &Connection::OnProgress, this);
    return Ok();
}

Status Connection::SetPragma(const char* set, const char* get, std::string_view want) {
    std::string got;
    RT_CHECK_OK(QueryText(set, got));
    RT_CHECK_OK(QueryText(get, got));
    if (got == want) return Ok();
    return Fail(Code::kInternal, std::string(set) + " was answered with '" + got + "' for " + context_.options.path +
                                     "; the file system may not support it, or another program holds the file");
}

Status Connection::QueryText(const char* text, std::string& out) {
    sqlite3_stmt* raw = nullptr;
    int result = sqlite3_prepare_v2(handle_, text, -1, &raw, nullptr);
    if (result == SQLITE_OK) result = sqlite3_step(raw);
    if (result == SQLITE_ROW) {
        const auto* value = reinterpret_cast<const char*>(sqlite3_column_text(raw, 0));
        out = value != nullptr ? value : "";
    }
    sqlite3_finalize(raw);
    if (result == SQLITE_ROW || result == SQLITE_DONE) return Ok();
    return Note(result, text);
}

int Connection::OnProgress(void* self) {
    auto& me = *static_cast<Connection*>(self);
    if (me.cancelled_.load(std::memory_order_relaxed) || (me.stopped_ && me.stopped_())) return 1;
    if (me.budget_cpu_micros_ == 0) return 0;
    // The budget starts here: most closures end before the first look and are spared the clock, which is a system call.
    const std::int64_t now = base::ThreadCpuMicros();
    if (me.budget_end_cpu_micros_ == 0) me.budget_end_cpu_micros_ = now + me.budget_cpu_micros_;
    return now > me.budget_end_cpu_micros_ ? 1 : 0;
}

int Connection::OnAuthorize(void* self, int action, const char* first, const char* /*second*/, const char* /*database*/,
                            const char* /*trigger*/) {
    const auto& me = *static_cast<Connection*>(self);
    // ALTER TABLE ADD COLUMN looks with it whether the rows of a STRICT table fit.
    if (action == SQLITE_PRAGMA && first != nullptr && std::string_view(first) == "quick_check") return SQLITE_OK;
    const bool forbidden = action == SQLITE_TRANSACTION || action == SQLITE_ATTACH || action == SQLITE_DETACH ||
                           (me.in_script_ && action == SQLITE_PRAGMA);
    return forbidden && !me.own_statement_ ? SQLITE_DENY : SQLITE_OK;
}

void Connection::SetBudget(std::int64_t cpu_micros) {
    budget_cpu_micros_ = cpu_micros;
    budget_end_cpu_micros_ = 0;
}

Error Connection::Note(int result, std::string_view statement) {
    trouble_ = std::max(trouble_, TroubleOf(result));
    return ErrorOf(result, sqlite3_errmsg(handle_), statement);
}

Status Connection::ExecuteScript(std::string_view name, const std::string& script) {
    in_script_ = true;
    const int result = sqlite3_exec(handle_, script.c_str(), nullptr, nullptr, nullptr);
    in_script_ = false;
    if (result != SQLITE_OK) return Note(result, name);
    return Ok();
}

}  // namespace rt::storage::sql
