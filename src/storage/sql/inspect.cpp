#include "storage/sql/connection_internal.h"
#include "storage/sql/inspect_internal.h"

namespace rt::storage::sql {

namespace {

using Owner = std::unique_ptr<sqlite3, int (*)(sqlite3*)>;

// Calls `row` for each row of a statement made here, not by a caller.
Status Query(sqlite3* db, const std::string& text, const std::function<void(const Row&)>& row) {
    sqlite3_stmt* raw = nullptr;
    int result = sqlite3_prepare_v2(db, text.c_str(), -1, &raw, nullptr);
    const std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)> owner(raw, &sqlite3_finalize);
    while (result == SQLITE_OK || result == SQLITE_ROW) {
        result = sqlite3_step(raw);
        if (result == SQLITE_ROW) row(Row(raw));
    }
    if (result == SQLITE_DONE) return Ok();
    return ErrorOf(result, sqlite3_errmsg(db), "inspection");
}

std::string Quoted(std::string_view name) {
    std::string out = "\"";
    for (const char c : name) out.append(c == '"' ? 2 : 1, c);
    return out + "\"";
}

Status CheckWhole(sqlite3* db) {
    std::string answer;
    RT_CHECK_OK(Query(db, "PRAGMA integrity_check(1)", [&](const Row& row) { answer = row.Text(0); }));
    if (answer != "ok") return Fail(Code::kInternal, "integrity_check: " + answer);
    std::string orphan;
    RT_CHECK_OK(Query(db, "PRAGMA foreign_key_check", [&](const Row& row) { orphan = row.Text(0); }));
    if (!orphan.empty()) return Fail(Code::kInternal, "foreign_key_check: rows of " + orphan + " have no parent");
    return Ok();
}

Status ReadFacts(sqlite3* db, Inspection& out) {
    std::vector<std::string> tables;
    RT_CHECK_OK(Query(db,
                      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' "
                      "ORDER BY name",
                      [&](const Row& row) { tables.push_back(row.Text(0)); }));
    for (const std::string& table : tables) {
        RT_CHECK_OK(Query(db, "SELECT count(*) FROM " + Quoted(table),
                          [&](const Row& row) { out.rows.emplace_back(table, row.Int(0)); }));
        if (table == "schema_history") {
            RT_CHECK_OK(
                Query(db,
                      "SELECT coalesce(max(h.number), 0), coalesce(max(h.runs_with), 0) FROM schema_history h "
                      "WHERE h.outcome = 'ok' AND h.direction = 'up' AND NOT EXISTS (SELECT 1 FROM schema_history l "
                      "WHERE l.number = h.number AND l.outcome = 'ok' AND l.id > h.id)",
                      [&](const Row& row) {
                          out.schema = row.Int(0);
                          out.schema_needs = row.Int(1);
                      }));
        }
        if (table == "audit") {
            RT_CHECK_OK(Query(db, "SELECT seq, mac FROM audit ORDER BY seq DESC LIMIT 1", [&](const Row& row) {
                out.audit_seq = row.Int(0);
                out.audit_mac = row.Text(1);
            }));
        }
    }
    return Ok();
}

constexpr int kStepsBetweenLooks = 10'000;

int OnProgress(void* work) {
    return static_cast<const base::Work*>(work)->Stopped() ? 1 : 0;
}

}  // namespace

Result<Inspection> InspectFile(const std::string& path, Depth depth, const base::Work& work) {
    sqlite3* raw = nullptr;
    const int result = sqlite3_open_v2(path.c_str(), &raw,
                                       SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
    const Owner db(raw, &sqlite3_close_v2);
    if (result != SQLITE_OK) return ErrorOf(result, sqlite3_errstr(result), "open " + path);
    sqlite3_db_config(raw, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    sqlite3_db_config(raw, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
    RT_CHECK_OK(Query(raw, "PRAGMA query_only=ON", [](const Row&) {}));
    RT_CHECK_OK(Query(raw, "PRAGMA cell_size_check=ON", [](const Row&) {}));
    sqlite3_progress_handler(raw, kStepsBetweenLooks, &OnProgress, const_cast<base::Work*>(&work));
    Status status = depth == Depth::kWhole ? CheckWhole(raw) : Ok();
    Inspection out;
    if (status.ok()) status = ReadFacts(raw, out);
    RT_CHECK_OK(work.Check());
    RT_CHECK_OK(status);
    return out;
}

}  // namespace rt::storage::sql
