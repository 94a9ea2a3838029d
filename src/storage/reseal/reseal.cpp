#include "storage/reseal/reseal.h"

#include <utility>

namespace rt::storage::reseal {
namespace {

constexpr std::int64_t kLookRows = 1'000;

struct Change {
    std::int64_t id = 0;
    std::string was;
    std::string is;
};

}  // namespace

Result<std::optional<std::int64_t>> Step(sql::Database& db, const Column& column, std::int64_t after, std::int64_t rows,
                                         Mode mode, Count& count) {
    std::vector<Change> changes;
    std::int64_t seen = 0;
    std::int64_t last = after;
    RT_CHECK_OK(db.Read([&](sql::Reader& reader) {
        return reader.Each(column.page, {after, rows}, [&](const sql::Row& row) {
            last = row.Int(0);
            ++seen;
            auto again = column.again(row);
            if (!again.ok()) {
                ++count.broken;
            } else if (again->has_value()) {
                ++count.old;
                if (mode == Mode::kReseal) changes.push_back({last, row.Text(1), **std::move(again)});
            }
        });
    }));
    count.values += seen;
    if (!changes.empty()) {
        RT_CHECK_OK(db.Write("reseal", [&](sql::Writer& writer) -> Status {
            // A row that was changed meanwhile was sealed with the newest key by whoever changed it, or is met again.
            for (const Change& change : changes)
                RT_CHECK_OK(writer.Run(column.update, {change.id, change.was, change.is}));
            return Ok();
        }));
    }
    return seen < rows ? std::optional<std::int64_t>() : std::optional(last);
}

Result<Count> Look(sql::Database& db, const Column& column) {
    Count count;
    std::optional<std::int64_t> next = 0;
    while (next.has_value()) {
        RT_TRY(next, Step(db, column, *next, kLookRows, Mode::kLook, count));
    }
    return count;
}

}  // namespace rt::storage::reseal
