#include "ops/state_store.h"

namespace rt::ops {

namespace {

constexpr storage::sql::Statement kGet{"ops_state.get", "SELECT value FROM ops_state WHERE name = $1"};
constexpr storage::sql::Statement kPut{
    "ops_state.put",
    "INSERT INTO ops_state (name, value, changed) VALUES ($1, $2, $3)"
    " ON CONFLICT (name) DO UPDATE SET value = excluded.value, changed = excluded.changed"};

}  // namespace

Result<std::optional<std::string>> LoadState(storage::sql::Database& db, std::string_view name) {
    return db.Read([&](storage::sql::Reader& reader) {
        return reader.Find<std::string>(kGet, {name}, [](const storage::sql::Row& row) { return row.Text(0); });
    });
}

Status SaveState(storage::sql::Database& db, std::string_view name, std::string_view value, base::Time now) {
    return db.Write("ops_state.put", [&](storage::sql::Writer& writer) {
        return writer.RunOne(kPut, {name, value, now}, Code::kInternal);
    });
}

}  // namespace rt::ops
