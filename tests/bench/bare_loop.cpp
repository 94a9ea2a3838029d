// bare_loop: writes the very rows that a run of the server wrote, with nothing but SQLite and one thread.
//
// It compares a copy of the server's database from before the run with one from after it, keeps every new row and every
// changed column in memory, then writes them again into the copy from before: for each registration its rows, for each
// batch of registrations one commit, with the server's pragmas and its rule for the write-ahead log. What it reaches is
// what the disk and SQLite allow. Prints JSON.
#include <sqlite3.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace {

constexpr std::int64_t kWalRestartBytes = 32LL << 20;
constexpr char kCountedTable[] = "registration";
constexpr char kTimedTable[] = "lease";  // renewed by the clock, whether anybody registers or not
// So few changed rows are counters and heads of chains, which every registration writes; more are work beside them.
constexpr std::size_t kSharedRowsMax = 4;

[[noreturn]] void Fail(const std::string& message) {
    std::fprintf(stderr, "bare_loop: %s\n", message.c_str());
    std::exit(1);
}

struct FreeValue {
    void operator()(sqlite3_value* value) const { sqlite3_value_free(value); }
};
using Value = std::unique_ptr<sqlite3_value, FreeValue>;
using Row = std::vector<Value>;

struct Close {
    void operator()(sqlite3* db) const { sqlite3_close(db); }
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Database = std::unique_ptr<sqlite3, Close>;
using Statement = std::unique_ptr<sqlite3_stmt, Close>;

Database Open(const std::string& path) {
    sqlite3* db = nullptr;
    if (sqlite3_open_v2(path.c_str(), &db, SQLITE_OPEN_READWRITE, nullptr) != SQLITE_OK) Fail("cannot open " + path);
    return Database(db);
}

void Run(sqlite3* db, const std::string& sql) {
    if (sqlite3_exec(db, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) Fail(sql + ": " + sqlite3_errmsg(db));
}

Statement Prepare(sqlite3* db, const std::string& sql) {
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v3(db, sql.c_str(), -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr) != SQLITE_OK) {
        Fail(sql + ": " + sqlite3_errmsg(db));
    }
    return Statement(statement);
}

std::vector<Row> Select(sqlite3* db, const std::string& sql) {
    const Statement statement = Prepare(db, sql);
    std::vector<Row> rows;
    while (sqlite3_step(statement.get()) == SQLITE_ROW) {
        Row& row = rows.emplace_back();
        for (int i = 0; i < sqlite3_column_count(statement.get()); ++i) {
            row.emplace_back(sqlite3_value_dup(sqlite3_column_value(statement.get(), i)));
        }
    }
    return rows;
}

std::string Text(const Value& value) {
    const auto* text = reinterpret_cast<const char*>(sqlite3_value_text(value.get()));
    return text == nullptr ? "" : text;
}

std::string Join(const std::vector<std::string>& parts, const std::string& between) {
    std::string out;
    for (const std::string& part : parts) out += (out.empty() ? "" : between) + part;
    return out;
}

struct Table {
    std::string name;
    std::vector<std::string> columns;
    std::vector<std::string> key;
};

std::vector<Table> Tables(sqlite3* db) {
    std::vector<Table> out;
    for (const Row& row : Select(db,
                                 "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' "
                                 "AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name")) {
        Table table{Text(row[0]), {}, {}};
        for (const Row& column :
             Select(db, "SELECT '\"' || name || '\"', pk FROM pragma_table_info('" + table.name + "')")) {
            table.columns.push_back(Text(column[0]));
            if (sqlite3_value_int(column[1].get()) > 0) table.key.push_back(Text(column[0]));
        }
        if (!table.key.empty()) out.push_back(std::move(table));
    }
    return out;
}

// One prepared statement with the rows of parameters it is run with, in order.
struct Writes {
    std::string what;  // "insert audit", "update team"
    Statement statement;
    std::vector<Row> rows;
    bool every_time = false;  // each registration runs all rows (a counter that all change), else its share of them
};

std::string SameKey(const Table& table) {
    std::vector<std::string> parts;
    for (const std::string& column : table.key) parts.push_back("o." + column + " = n." + column);
    return Join(parts, " AND ");
}

Writes Inserts(sqlite3* after, sqlite3* target, const Table& table) {
    Writes out{"insert " + table.name, nullptr, {}, false};
    out.rows = Select(after, "SELECT " + Join(table.columns, ", ") + " FROM main.\"" + table.name +
                                 "\" n WHERE NOT EXISTS (SELECT 1 FROM old.\"" + table.name + "\" o WHERE " +
                                 SameKey(table) + ") ORDER BY " + Join(table.key, ", "));
    std::vector<std::string> marks(table.columns.size(), "?");
    out.statement = Prepare(target, "INSERT INTO \"" + table.name + "\" (" + Join(table.columns, ", ") + ") VALUES (" +
                                        Join(marks, ", ") + ")");
    return out;
}

// Columns that differ anywhere are written for every changed row.
Writes Updates(sqlite3* after, sqlite3* target, const Table& table) {
    Writes out{"update " + table.name, nullptr, {}, false};
    const std::string joined =
        " FROM main.\"" + table.name + "\" n JOIN old.\"" + table.name + "\" o ON " + SameKey(table);
    std::vector<std::string> changed;
    std::vector<std::string> differs;
    for (const std::string& column : table.columns) {
        const std::string test = "n." + column + " IS NOT o." + column;
        if (Select(after, "SELECT 1" + joined + " WHERE " + test + " LIMIT 1").empty()) continue;
        changed.push_back(column);
        differs.push_back(test);
    }
    if (changed.empty()) return out;
    std::vector<std::string> sets;
    std::vector<std::string> wheres;
    std::vector<std::string> selected;
    for (const std::string& column : changed) sets.push_back(column + " = ?");
    for (const std::string& column : table.key) wheres.push_back(column + " = ?");
    for (const std::string& column : changed) selected.push_back("n." + column);
    for (const std::string& column : table.key) selected.push_back("n." + column);
    out.rows = Select(after, "SELECT " + Join(selected, ", ") + joined + " WHERE " + Join(differs, " OR "));
    out.statement =
        Prepare(target, "UPDATE \"" + table.name + "\" SET " + Join(sets, ", ") + " WHERE " + Join(wheres, " AND "));
    return out;
}

std::vector<Writes> Difference(sqlite3* after, sqlite3* target, std::size_t& registrations) {
    std::vector<Writes> out;
    for (const Table& table : Tables(after)) {
        if (table.name == kTimedTable) continue;
        out.push_back(Inserts(after, target, table));
        if (table.name == kCountedTable) registrations = out.back().rows.size();
        out.push_back(Updates(after, target, table));
    }
    std::erase_if(out, [](const Writes& writes) { return writes.rows.empty(); });
    for (Writes& writes : out) {
        writes.every_time = writes.what.starts_with("update") && writes.rows.size() <= kSharedRowsMax;
    }
    return out;
}

void Write(sqlite3* db, Writes& writes, std::size_t row) {
    sqlite3_stmt* statement = writes.statement.get();
    int index = 0;
    for (const Value& value : writes.rows[row]) sqlite3_bind_value(statement, ++index, value.get());
    if (sqlite3_step(statement) != SQLITE_DONE) Fail(writes.what + ": " + sqlite3_errmsg(db));
    sqlite3_reset(statement);
}

void WriteRegistration(sqlite3* db, std::vector<Writes>& all, std::size_t number, std::size_t registrations) {
    for (Writes& writes : all) {
        const std::size_t rows = writes.rows.size();
        const std::size_t first = writes.every_time ? 0 : number * rows / registrations;
        const std::size_t end = writes.every_time ? rows : (number + 1) * rows / registrations;
        for (std::size_t row = first; row < end; ++row) Write(db, writes, row);
    }
}

int NoteWal(void* bytes, sqlite3* db, const char*, int pages) {
    static_cast<void>(db);
    *static_cast<std::int64_t*>(bytes) = std::int64_t{pages} * 4096;
    return SQLITE_OK;
}

double WriteAll(sqlite3* db, std::vector<Writes>& all, std::size_t registrations, std::size_t batch) {
    std::int64_t wal_bytes = 0;
    sqlite3_wal_hook(db, NoteWal, &wal_bytes);
    const auto began = std::chrono::steady_clock::now();
    for (std::size_t first = 0; first < registrations; first += batch) {
        Run(db, "BEGIN IMMEDIATE");
        for (std::size_t i = first; i < std::min(first + batch, registrations); ++i) {
            WriteRegistration(db, all, i, registrations);
        }
        Run(db, "COMMIT");
        if (wal_bytes > kWalRestartBytes) {
            sqlite3_wal_checkpoint_v2(db, nullptr, SQLITE_CHECKPOINT_RESTART, nullptr, nullptr);
        }
    }
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 4) Fail("usage: bare_loop BEFORE AFTER BATCH      (BEFORE is written to)");
    const auto batch = static_cast<std::size_t>(std::clamp(std::atol(argv[3]), 1L, 4096L));
    const Database after = Open(argv[2]);
    Run(after.get(), std::string("ATTACH '") + argv[1] + "' AS old");
    const Database target = Open(argv[1]);
    Run(target.get(),
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;"
        "PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = -16384; PRAGMA cell_size_check = ON");
    std::size_t registrations = 0;
    std::vector<Writes> all = Difference(after.get(), target.get(), registrations);
    if (registrations == 0) Fail("no new registration between the two copies");
    Run(after.get(), "DETACH old");
    const double seconds = WriteAll(target.get(), all, registrations, batch);
    std::printf("{\"registrations\":%zu,\"seconds\":%.6f,\"batch\":%zu,\"rows\":{", registrations, seconds, batch);
    const char* comma = "";
    for (const Writes& writes : all) {
        const double each = writes.every_time
                                ? static_cast<double>(writes.rows.size())
                                : static_cast<double>(writes.rows.size()) / static_cast<double>(registrations);
        std::printf("%s\"%s\":%.2f", comma, writes.what.c_str(), each);
        comma = ",";
    }
    std::printf("}}\n");
    return 0;
}
