#include "storage/sql/repair.h"

#include "storage/sql/connection_internal.h"

namespace rt::storage::sql {

namespace {

constexpr Statement kFind{"sql.find_damage", "PRAGMA integrity_check(100)"};
static_assert(kFindingsMax == 100);
constexpr Statement kRebuild{"sql.reindex", "REINDEX"};

Result<std::vector<std::string>> FindDamage(Connection& connection) {
    Reader reader(connection);
    std::vector<std::string> found;
    RT_CHECK_OK(reader.Each(kFind, {}, [&](const Row& row) { found.push_back(row.Text(0)); }));
    if (found.size() == 1 && found.front() == "ok") found.clear();
    return found;
}

}  // namespace

Result<std::vector<std::string>> Repair(const Options& options, const std::function<Status()>& before,
                                        const base::Clock& clock, base::Log& log, base::Metrics& metrics) {
    RT_TRY(const auto connection, Connection::Open({options, clock, log, metrics}, Connection::Role::kWriter));
    RT_TRY(auto found, FindDamage(*connection));
    if (found.empty()) return found;
    RT_CHECK_OK(before());
    RT_CHECK_OK(connection->Execute(kRebuild));
    RT_TRY(const auto left, FindDamage(*connection));
    if (!left.empty()) return Fail(Code::kReadOnly, "integrity_check: " + left.front());
    return found;
}

}  // namespace rt::storage::sql
