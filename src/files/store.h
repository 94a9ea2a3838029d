// The rows of uploaded files. Each function is a part of one commit or one read.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "storage/sql/database.h"

namespace rt::files::store {

enum class State : std::uint8_t { kPending, kReady, kRefused };
std::string_view Name(State state);  // "PENDING", "READY", "REFUSED"

struct File {
    std::int64_t id = 0;
    std::string public_id;
    std::int64_t owner = 0;
    std::string purpose;
    std::string type;  // media type
    std::int64_t bytes = 0;
    std::int64_t width = 0;  // 0: no picture
    std::int64_t height = 0;
    std::string hash;
    State state = State::kReady;
    base::Time created;
};

struct Caps {
    std::int64_t files_max = 0;
    std::int64_t bytes_max = 0;
};

// FILES_FULL when the owner would pass a cap.
Status Add(storage::sql::Writer& writer, const File& file, const Caps& caps);
Result<std::optional<File>> Find(storage::sql::Reader& reader, std::string_view public_id);
// Newest first, before the id `before` (0: from the newest).
Result<std::vector<File>> OfOwner(storage::sql::Reader& reader, std::int64_t owner, std::int64_t before,
                                  std::int64_t limit);
// Something holds on to it from now on; NOT_FOUND unless it is the owner's, FILE_REFUSED if it did not pass the scan.
Status KeepFor(storage::sql::Writer& writer, std::string_view public_id, std::int64_t owner);
// The same for a file of this purpose that nothing holds on to yet, whoever asks: its id, which nobody can guess, is
// proof enough. false: there is no such file.
Result<bool> Claim(storage::sql::Writer& writer, std::string_view public_id, std::string_view purpose);
// Nothing holds on to it any more: it goes with the loose files.
Status Release(storage::sql::Writer& writer, std::string_view public_id);
// NOT_FOUND unless it is there, INVALID_STATE if something holds on to it.
Status Remove(storage::sql::Writer& writer, const File& file);
// Removes loose files made before `until`, at most `limit`; returns how many.
Result<std::int64_t> RemoveLoose(storage::sql::Writer& writer, base::Time until, std::int64_t limit);
Result<bool> IsUsed(storage::sql::Reader& reader, std::string_view hash);

Result<std::vector<File>> DueForScan(storage::sql::Reader& reader, base::Time now, std::int64_t limit);
// What the scan found; nothing changes if it was decided meanwhile.
Status Decide(storage::sql::Writer& writer, std::int64_t id, State state);
// No verdict: again at `at`.
Status ScanAgain(storage::sql::Writer& writer, std::int64_t id, base::Time at);
Result<std::int64_t> ScanTries(storage::sql::Reader& reader, std::int64_t id);

}  // namespace rt::files::store
