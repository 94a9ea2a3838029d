#include "files/store.h"

#include <array>

namespace rt::files::store {
namespace {

using storage::sql::Reader;
using storage::sql::Row;
using storage::sql::Statement;
using storage::sql::Writer;

#define RT_FILE_COLUMNS "id, public_id, owner, purpose, type, bytes, width, height, hash, state, created"

// The caps are part of the write: no row changes when one would be passed.
constexpr Statement kUse{"file.use",
                         "INSERT INTO file_usage (owner, files, bytes) SELECT $1, 1, $2 WHERE $2 <= $4 AND $3 >= 1"
                         " ON CONFLICT (owner) DO UPDATE SET files = file_usage.files + 1,"
                         " bytes = file_usage.bytes + $2"
                         " WHERE file_usage.files < $3 AND file_usage.bytes + $2 <= $4"};
constexpr Statement kGiveBack{"file.give_back",
                              "UPDATE file_usage SET files = files - 1, bytes = bytes - $2 WHERE owner = $1"};
constexpr Statement kInsert{"file.insert", "INSERT INTO file (" RT_FILE_COLUMNS
                                           ", scan_at)"
                                           " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11)"};
constexpr Statement kFind{"file.find", "SELECT " RT_FILE_COLUMNS " FROM file WHERE public_id = $1"};
constexpr Statement kOfOwner{"file.of_owner", "SELECT " RT_FILE_COLUMNS
                                              " FROM file WHERE owner = $1 AND ($2 = 0 OR id < $2)"
                                              " ORDER BY id DESC LIMIT $3"};
constexpr Statement kKeep{"file.keep",
                          "UPDATE file SET kept = 1 WHERE public_id = $1 AND owner = $2 AND state <> 'REFUSED'"};
constexpr Statement kClaim{"file.claim",
                           "UPDATE file SET kept = 1 WHERE public_id = $1 AND purpose = $2 AND kept = 0"
                           " AND state <> 'REFUSED'"};
constexpr Statement kRelease{"file.release", "UPDATE file SET kept = 0 WHERE public_id = $1"};
constexpr Statement kRemove{"file.remove", "DELETE FROM file WHERE id = $1 AND kept = 0"};
constexpr Statement kLoose{
    "file.loose", "SELECT " RT_FILE_COLUMNS " FROM file WHERE kept = 0 AND created < $1 ORDER BY created LIMIT $2"};
constexpr Statement kUsed{"file.used", "SELECT 1 FROM file WHERE hash = $1 AND state <> 'REFUSED' LIMIT 1"};
constexpr Statement kDue{"file.due", "SELECT " RT_FILE_COLUMNS
                                     " FROM file WHERE state = 'PENDING' AND scan_at <= $1 ORDER BY scan_at LIMIT $2"};
constexpr Statement kDecide{"file.decide", "UPDATE file SET state = $2 WHERE id = $1 AND state = 'PENDING'"};
constexpr Statement kScanAgain{"file.scan_again",
                               "UPDATE file SET scan_at = $2, scan_tries = scan_tries + 1 WHERE id = $1"};
constexpr Statement kTries{"file.scan_tries", "SELECT scan_tries FROM file WHERE id = $1"};
#undef RT_FILE_COLUMNS

constexpr std::array<std::string_view, 3> kStates{"PENDING", "READY", "REFUSED"};

File ReadFile(const Row& row) {
    File file{.id = row.Int(0),
              .public_id = row.Text(1),
              .owner = row.Int(2),
              .purpose = row.Text(3),
              .type = row.Text(4),
              .bytes = row.Int(5),
              .width = row.Int(6),
              .height = row.Int(7),
              .hash = row.Text(8),
              .created = row.Time(10)};
    const std::string state = row.Text(9);
    for (std::size_t i = 0; i < kStates.size(); ++i) {
        if (kStates.at(i) == state) file.state = static_cast<State>(i);
    }
    return file;
}

}  // namespace

std::string_view Name(State state) {
    return kStates.at(static_cast<std::size_t>(state));
}

Status Add(Writer& writer, const File& file, const Caps& caps) {
    RT_CHECK_OK(writer.RunOne(kUse, {file.owner, file.bytes, caps.files_max, caps.bytes_max}, Code::kFilesFull));
    return writer.RunOne(kInsert,
                         {file.id, file.public_id, file.owner, file.purpose, file.type, file.bytes, file.width,
                          file.height, file.hash, Name(file.state), file.created},
                         Code::kInternal);
}

Result<std::optional<File>> Find(Reader& reader, std::string_view public_id) {
    return reader.Find<File>(kFind, {public_id}, ReadFile);
}

Result<std::vector<File>> OfOwner(Reader& reader, std::int64_t owner, std::int64_t before, std::int64_t limit) {
    return reader.All<File>(kOfOwner, {owner, before, limit}, ReadFile);
}

Status KeepFor(Writer& writer, std::string_view public_id, std::int64_t owner) {
    RT_TRY(const std::int64_t changed, writer.Run(kKeep, {public_id, owner}));
    if (changed == 1) return Ok();
    RT_TRY(const auto file, Find(writer, public_id));
    return Fail(file.has_value() && file->owner == owner ? Code::kFileRefused : Code::kNotFound);
}

Result<bool> Claim(Writer& writer, std::string_view public_id, std::string_view purpose) {
    RT_TRY(const std::int64_t changed, writer.Run(kClaim, {public_id, purpose}));
    return changed == 1;
}

Status Release(Writer& writer, std::string_view public_id) {
    RT_TRY([[maybe_unused]] const std::int64_t changed, writer.Run(kRelease, {public_id}));
    return Ok();
}

Status Remove(Writer& writer, const File& file) {
    RT_CHECK_OK(writer.RunOne(kRemove, {file.id}, Code::kInvalidState));
    return writer.RunOne(kGiveBack, {file.owner, file.bytes}, Code::kInternal);
}

Result<std::int64_t> RemoveLoose(Writer& writer, base::Time until, std::int64_t limit) {
    RT_TRY(const auto loose, writer.All<File>(kLoose, {until, limit}, ReadFile));
    for (const File& file : loose) RT_CHECK_OK(Remove(writer, file));
    return static_cast<std::int64_t>(loose.size());
}

Result<bool> IsUsed(Reader& reader, std::string_view hash) {
    RT_TRY(const auto found, reader.FindInt(kUsed, {hash}));
    return found.has_value();
}

Result<std::vector<File>> DueForScan(Reader& reader, base::Time now, std::int64_t limit) {
    return reader.All<File>(kDue, {now, limit}, ReadFile);
}

Status Decide(Writer& writer, std::int64_t id, State state) {
    RT_CHECK_OK(writer.Run(kDecide, {id, Name(state)}));
    return Ok();
}

Status ScanAgain(Writer& writer, std::int64_t id, base::Time at) {
    RT_CHECK_OK(writer.Run(kScanAgain, {id, at}));
    return Ok();
}

Result<std::int64_t> ScanTries(Reader& reader, std::int64_t id) {
    RT_TRY(const auto tries, reader.FindInt(kTries, {id}));
    return tries.value_or(0);
}

}  // namespace rt::files::store
