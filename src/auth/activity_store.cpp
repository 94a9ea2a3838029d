#include "auth/activity_store.h"

#include <algorithm>

namespace rt::auth::store {
namespace {

using storage::sql::Reader;
using storage::sql::Row;
using storage::sql::Statement;
using storage::sql::Writer;

constexpr Statement kCount{
    "active_users.count",
    "INSERT INTO active_users (period, begins, users) VALUES ($1, $2, 1)"
    " ON CONFLICT (period, begins) DO UPDATE SET users = active_users.users + 1 RETURNING users"};
constexpr Statement kForget{"active_users.forget", "DELETE FROM active_users WHERE begins < $1"};
constexpr Statement kList{"active_users.list",
                          "SELECT begins, users FROM active_users WHERE period = $1 ORDER BY begins DESC LIMIT $2"};
constexpr Statement kNow{"active_users.now", "SELECT users FROM active_users WHERE period = $1 AND begins = $2"};

}  // namespace

Status CountActivity(Writer& writer, base::Time before, base::Time now) {
    for (const domain::Period period : domain::kPeriods) {
        if (before >= domain::PeriodBegin(period, now)) continue;
        RT_TRY(const auto users, writer.FindInt(kCount, {domain::Word(period), domain::PeriodName(period, now)}));
        // The first of a day clears up.
        if (period != domain::Period::kDay || users != 1) continue;
        const auto kept = domain::PeriodName(period, now.Plus(-kActivityKeptDays * base::kMicrosPerDay));
        RT_TRY([[maybe_unused]] const auto forgotten, writer.Run(kForget, {kept}));
    }
    return Ok();
}

Result<std::vector<ActivePeriod>> ActivePeriods(Reader& reader, domain::Period period, std::int64_t rows) {
    RT_TRY(auto out, reader.All<ActivePeriod>(kList, {domain::Word(period), rows}, [](const Row& row) {
        return ActivePeriod{row.Text(0), row.Int(1)};
    }));
    std::reverse(out.begin(), out.end());
    return out;
}

Result<std::int64_t> ActiveNow(Reader& reader, domain::Period period, base::Time now) {
    RT_TRY(const auto users, reader.FindInt(kNow, {domain::Word(period), domain::PeriodName(period, now)}));
    return users.value_or(0);
}

}  // namespace rt::auth::store
