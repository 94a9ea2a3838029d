// Exports and imports in the background: the job, its progress, and what was wrong in an imported file.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "registration/store/commit.h"

namespace rt::registration::store {

using TransferId = Id<struct TransferTag>;

inline constexpr std::int64_t kLiveTransfersMax = 3;                     // of an event
inline constexpr std::int64_t kExportFilesMax = 10;                      // of an event, until they expire
inline constexpr std::int64_t kExportKept = 24 * base::kMicrosPerHour;   // the file, after it is whole
inline constexpr std::int64_t kTransferKept = 30 * base::kMicrosPerDay;  // the row, after its end
inline constexpr std::int64_t kTransferErrorsMax = 1'000;                // kept of one import

enum class TransferKind : std::uint8_t { kExport, kImport };
std::string_view Word(TransferKind kind);

struct Transfer {
    TransferId id;
    std::string public_id;
    EventId event;
    TransferKind kind = TransferKind::kExport;
    std::string action;  // CSV or XLSX; CHECK, ALL or EACH
    std::string state;   // QUEUED RUNNING DONE FAILED CANCELLED EXPIRED
    std::string spec;    // JSON
    bool sensitive = false;
    UserId requested_by;
    std::string client;
    std::int64_t total = 0;   // registrations to write, or teams in the file
    std::int64_t done = 0;    // of them, also those that failed
    std::int64_t failed = 0;  // teams that were not imported
    std::int64_t rows = 0;    // of the file
    std::int64_t errors = 0;  // found in the file; kTransferErrorsMax of them are kept
    std::int64_t bytes = 0;   // of a finished export
    std::string error;        // a code
    base::Time created;
    std::optional<base::Time> finished;
    std::optional<base::Time> expires;

    bool IsLive() const { return state == "QUEUED" || state == "RUNNING"; }
};

// INVALID_STATE beyond kLiveTransfersMax, or kExportFilesMax for an export.
Status InsertTransfer(Writer& writer, Commit& commit, const Transfer& transfer);
Result<std::optional<Transfer>> FindTransfer(Reader& reader, EventId event, TransferKind kind,
                                             std::string_view public_id);
// Newest first, with ids below `before` (0: from the newest).
Result<std::vector<Transfer>> TransfersOf(Reader& reader, EventId event, TransferKind kind, TransferId before,
                                          std::int64_t limit);
// The oldest that is not over.
Result<std::optional<Transfer>> NextTransfer(Reader& reader);
// INVALID_STATE when it is over already.
Status CancelTransfer(Writer& writer, Commit& commit, const Transfer& transfer);
// The file goes before its time. INVALID_STATE unless it is DONE.
Status DropExport(Writer& writer, Commit& commit, const Transfer& transfer);
// Somebody took the file.
Status NoteDownload(Writer& writer, Commit& commit, const Transfer& transfer);

// --- For the runner; each answers CONFLICT when the job is no longer live. ---

// RUNNING, with the figures of `transfer`.
Status SaveProgress(Writer& writer, const Transfer& transfer);
// DONE without an error, FAILED with one; an export that is DONE expires kExportKept later.
Status EndTransfer(Writer& writer, Commit& commit, const Transfer& transfer, std::string_view error);

struct TransferError {
    std::int64_t seq = 0;
    std::string sheet;
    std::int64_t row = 0;     // from 1; 0: the file
    std::int64_t column = 0;  // from 1; 0: the row
    std::string heading;
    std::string field;
    base::Text reason;
};
// Whatever an earlier run found: it begins anew.
Status ClearErrors(Writer& writer, Transfer& transfer);
// An import made this team, the next of its file. The job's counts are to be saved in the same commit.
Status AddTeam(Writer& writer, const Transfer& transfer, TeamId team);
// The last one made that is still noted; nullopt: none.
Result<std::optional<TeamId>> LastTeam(Reader& reader, TransferId transfer);
// It was taken back.
Status DropTeam(Writer& writer, TransferId transfer, TeamId team);
// Adds them after those that are there and counts all; what is beyond kTransferErrorsMax is only counted.
Status AddErrors(Writer& writer, Transfer& transfer, const std::vector<TransferError>& found);
Result<std::vector<TransferError>> ErrorsOf(Reader& reader, TransferId transfer, std::int64_t after_seq,
                                            std::int64_t limit);

// Files whose time is over; the rows become EXPIRED. At most `limit`.
Result<std::int64_t> ExpireExports(Writer& writer, base::Time now, std::int64_t limit);
// Removes some rows of jobs that ended long ago; returns how many.
Result<std::int64_t> SweepTransfers(Writer& writer, base::Time now, std::int64_t rows_max);
// Does the job still need its file? Live ones, and exports that are DONE.
Result<bool> NeedsFile(Reader& reader, std::string_view public_id);

}  // namespace rt::registration::store
