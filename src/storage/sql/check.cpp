#include "storage/sql/check.h"

namespace rt::storage::sql {

namespace {

constexpr Statement kIntegrity{"sql.integrity_check", "PRAGMA integrity_check(1)"};
constexpr Statement kForeignKeys{"sql.foreign_key_check", "PRAGMA foreign_key_check"};

}  // namespace

Status CheckWhole(Snapshot& snapshot) {
    std::string answer;
    RT_CHECK_OK(snapshot.reader().Each(kIntegrity, {}, [&](const Row& row) { answer = row.Text(0); }));
    if (answer != "ok") return Fail(Code::kInternal, "integrity_check: " + answer);
    std::string orphan;
    RT_CHECK_OK(snapshot.reader().Each(kForeignKeys, {}, [&](const Row& row) { orphan = row.Text(0); }));
    if (!orphan.empty()) return Fail(Code::kInternal, "rows of " + orphan + " refer to rows that are gone");
    return Ok();
}

}  // namespace rt::storage::sql
