#include "storage/sql/connection_internal.h"

namespace rt::storage::sql {

namespace {

sqlite3_stmt* Handle(void* statement) {
    return static_cast<sqlite3_stmt*>(statement);
}

}  // namespace

bool Row::IsNull(int column) const {
    return sqlite3_column_type(Handle(statement_), column) == SQLITE_NULL;
}

std::int64_t Row::Int(int column) const {
    RT_CHECK(sqlite3_column_type(Handle(statement_), column) == SQLITE_INTEGER);
    return sqlite3_column_int64(Handle(statement_), column);
}

double Row::Real(int column) const {
    RT_CHECK(sqlite3_column_type(Handle(statement_), column) == SQLITE_FLOAT);
    return sqlite3_column_double(Handle(statement_), column);
}

std::string_view Row::TextView(int column) const {
    const int type = sqlite3_column_type(Handle(statement_), column);
    RT_CHECK(type == SQLITE_TEXT || type == SQLITE_BLOB);
    const auto* data = static_cast<const char*>(sqlite3_column_blob(Handle(statement_), column));
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(Handle(statement_), column));
    return data == nullptr ? std::string_view() : std::string_view(data, size);
}

std::string Row::Text(int column) const {
    return std::string(TextView(column));
}

std::optional<std::int64_t> Row::OptionalInt(int column) const {
    if (IsNull(column)) return std::nullopt;
    return Int(column);
}

std::optional<std::string> Row::OptionalText(int column) const {
    if (IsNull(column)) return std::nullopt;
    return Text(column);
}

std::optional<base::Time> Row::OptionalTime(int column) const {
    if (IsNull(column)) return std::nullopt;
    return Time(column);
}

Status Reader::EachRow(const Statement& statement, std::span<const Param> params,
                       const std::function<bool(const Row&)>& row) {
    return connection_.EachRow(statement, params, row);
}

Result<std::optional<std::int64_t>> Reader::FindInt(const Statement& statement, std::initializer_list<Param> params) {
    std::optional<std::int64_t> out;
    RT_CHECK_OK(Each(statement, params, [&](const Row& row) {
        out = row.OptionalInt(0);
        return false;
    }));
    return out;
}

Result<std::int64_t> Writer::Run(const Statement& statement, std::initializer_list<Param> params) {
    return connection_.Run(statement, {params.begin(), params.size()});
}

Status Writer::RunOne(const Statement& statement, std::initializer_list<Param> params, Code otherwise) {
    RT_TRY(const std::int64_t rows, Run(statement, params));
    if (rows == 1) return Ok();
    return Fail(otherwise, std::string(statement.name) + " changed " + std::to_string(rows) + " rows");
}

}  // namespace rt::storage::sql
