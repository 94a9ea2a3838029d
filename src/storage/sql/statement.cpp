#include <algorithm>

#include "base/parse.h"
#include "storage/sql/connection_internal.h"

namespace rt::storage::sql {

// Gives the statement back, reset and without bindings, however the caller leaves.
class Connection::Use {
  public:
    explicit Use(Prepared& prepared) : prepared_(prepared) { prepared_.busy = true; }
    ~Use() {
        sqlite3_reset(prepared_.handle);
        sqlite3_clear_bindings(prepared_.handle);
        prepared_.busy = false;
    }
    Use(const Use&) = delete;
    Use& operator=(const Use&) = delete;

  private:
    Prepared& prepared_;
};

Status Connection::PrepareInto(const Statement& statement, Prepared& out) {
    const char* rest = nullptr;
    const int result = sqlite3_prepare_v3(handle_, statement.text.data(), static_cast<int>(statement.text.size()),
                                          SQLITE_PREPARE_PERSISTENT, &out.handle, &rest);
    if (result != SQLITE_OK) return Note(result, statement.name);
    const std::string_view tail(rest, static_cast<std::size_t>(statement.text.end() - rest));
    if (out.handle == nullptr || !base::TrimAscii(tail).empty()) {
        sqlite3_finalize(out.handle);
        out.handle = nullptr;
        trouble_ = std::max(trouble_, Trouble::kFailed);
        return Fail(Code::kInternal, std::string(statement.name) + " must be exactly one statement");
    }
    out.text = statement.text;
    out.seconds = &context_.metrics.Get(Metric::kSqlStatement, {statement.name});
    // "$1" is a name to SQLite, numbered by its first appearance.
    const int count = sqlite3_bind_parameter_count(out.handle);
    for (int number = 1; number <= count; ++number) {
        out.indexes.push_back(sqlite3_bind_parameter_index(out.handle, ("$" + std::to_string(number)).c_str()));
    }
    return Ok();
}

Result<Connection::Prepared*> Connection::Prepare(const Statement& statement) {
    auto [at, fresh] = statements_.try_emplace(statement.name);
    if (fresh) {
        const Status status = PrepareInto(statement, at->second);
        if (!status.ok()) {
            statements_.erase(at);
            return status.error();
        }
    }
    if (at->second.text != statement.text) {
        trouble_ = std::max(trouble_, Trouble::kFailed);
        return Fail(Code::kInternal, "two statements are named " + std::string(statement.name));
    }
    return &at->second;
}

Status Connection::Bind(const Statement& statement, const Prepared& prepared, std::span<const Param> params) {
    int result = prepared.indexes.size() == params.size() ? SQLITE_OK : SQLITE_RANGE;
    for (std::size_t i = 0; i < params.size() && result == SQLITE_OK; ++i) {
        const int index = prepared.indexes[i];
        if (index == 0) {
            result = SQLITE_RANGE;
            break;
        }
        result = std::visit(
            [&](const auto& value) {
                using Kind = std::decay_t<decltype(value)>;
                if constexpr (std::is_same_v<Kind, std::nullptr_t>) {
                    return sqlite3_bind_null(prepared.handle, index);
                } else if constexpr (std::is_same_v<Kind, std::int64_t>) {
                    return sqlite3_bind_int64(prepared.handle, index, value);
                } else if constexpr (std::is_same_v<Kind, double>) {
                    return sqlite3_bind_double(prepared.handle, index, value);
                } else if constexpr (std::is_same_v<Kind, Blob>) {
                    const char* data = value.bytes.empty() ? "" : value.bytes.data();
                    return sqlite3_bind_blob64(prepared.handle, index, data, value.bytes.size(), SQLITE_STATIC);
                } else {
                    const char* data = value.empty() ? "" : value.data();
                    return sqlite3_bind_text64(prepared.handle, index, data, value.size(), SQLITE_STATIC, SQLITE_UTF8);
                }
            },
            params[i].data());
    }
    if (result == SQLITE_OK) return Ok();
    if (result != SQLITE_RANGE) return Note(result, statement.name);
    trouble_ = std::max(trouble_, Trouble::kFailed);
    return Fail(Code::kInternal, std::string(statement.name) + " has " + std::to_string(prepared.indexes.size()) +
                                     " parameters and must name them $1, $2, ...; it was given " +
                                     std::to_string(params.size()));
}

Status Connection::Step(const Statement& statement, Prepared& prepared, const std::function<bool(const Row&)>* row) {
    for (;;) {
        const int result = sqlite3_step(prepared.handle);
        if (result == SQLITE_DONE) return Ok();
        if (result != SQLITE_ROW) return Note(result, statement.name);
        if (row != nullptr && !(*row)(Row(prepared.handle))) return Ok();
    }
}

Status Connection::With(const Statement& statement, std::span<const Param> params,
                        const std::function<bool(const Row&)>* row) {
    if (cancelled_.load(std::memory_order_relaxed)) {
        trouble_ = std::max(trouble_, Trouble::kFailed);
        return Fail(Code::kDeadline, std::string(statement.name) + " came after its transaction was interrupted");
    }
    RT_TRY(Prepared * prepared, Prepare(statement));
    const std::int64_t began = context_.clock.MonotonicMicros();
    if (prepared->busy) {  // run inside its own row callback
        Prepared second;
        RT_CHECK_OK(PrepareInto(statement, second));
        const std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)> owner(second.handle, &sqlite3_finalize);
        RT_CHECK_OK(Bind(statement, second, params));
        return Step(statement, second, row);
    }
    const Use use(*prepared);
    RT_CHECK_OK(Bind(statement, *prepared, params));
    Status status = Step(statement, *prepared, row);
    NoteTime(statement, *prepared, began);
    return status;
}

void Connection::NoteTime(const Statement& statement, Prepared& prepared, std::int64_t began) {
    const std::int64_t micros = context_.clock.MonotonicMicros() - began;
    prepared.seconds->ObserveMicros(micros);
    if (micros < context_.options.slow_statement_micros) return;
    context_.metrics.Get(Metric::kSqlSlow, {statement.name}).Add();
    context_.log.Warn("slow statement", {{"statement", statement.name}, {"micros", micros}});
}

Status Connection::EachRow(const Statement& statement, std::span<const Param> params,
                           const std::function<bool(const Row&)>& row) {
    return With(statement, params, &row);
}

Result<std::int64_t> Connection::Run(const Statement& statement, std::span<const Param> params) {
    const std::int64_t before = sqlite3_total_changes64(handle_);
    RT_CHECK_OK(With(statement, params, nullptr));
    return sqlite3_total_changes64(handle_) == before ? 0 : sqlite3_changes64(handle_);
}

Status Connection::Execute(const Statement& statement) {
    own_statement_ = true;
    Status status = With(statement, {}, nullptr);
    own_statement_ = false;
    return status;
}

}  // namespace rt::storage::sql
