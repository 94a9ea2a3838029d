#include "app/file_records.h"

#include <utility>

namespace rt::app {
namespace {

constexpr std::int64_t kFilesMax = 1'000;  // in one export; the cap of one person is lower by default

}  // namespace

Result<json::Value> FileRecords::Export(auth::UserId user) {
    RT_TRY(const auto files, files_.OfOwner(user.value, 0, kFilesMax));
    json::Array rows;
    for (const files::store::File& file : files) {
        rows.emplace_back(json::Object{{"id", file.public_id},
                                       {"purpose", file.purpose},
                                       {"type", file.type},
                                       {"bytes", file.bytes},
                                       {"created", base::FormatRfc3339(file.created)}});
    }
    return json::Value(std::move(rows));
}

Result<std::optional<base::Text>> FileRecords::Blocker(storage::sql::Reader& /*reader*/, auth::UserId /*user*/,
                                                       base::Time /*now*/) {
    return std::optional<base::Text>();
}

auth::EraseFn FileRecords::PrepareErase(auth::UserId /*user*/, base::Time /*now*/) {
    return [](storage::sql::Writer&) { return Ok(); };
}

}  // namespace rt::app
