#include "registration/store/transfers.h"

#include <algorithm>

#include "registration/store/journal.h"

namespace rt::registration::store {
namespace {

#define RT_TRANSFER                                                                                         \
    "SELECT id, public_id, event, kind, action, state, spec, sensitive, requested_by, client, total, done," \
    " failed, rows, errors, bytes, error, created, finished, expires FROM transfer "
constexpr Statement kOne{"transfer.one", RT_TRANSFER "WHERE event = $1 AND kind = $2 AND public_id = $3"};
constexpr Statement kList{
    "transfer.list", RT_TRANSFER "WHERE event = $1 AND kind = $2 AND ($3 = 0 OR id < $3) ORDER BY id DESC LIMIT $4"};
constexpr Statement kNext{"transfer.next", RT_TRANSFER "WHERE state IN ('QUEUED', 'RUNNING') ORDER BY id LIMIT 1"};
#undef RT_TRANSFER
constexpr Statement kInsert{
    "transfer.insert",
    "INSERT INTO transfer (id, public_id, event, kind, action, state, spec, sensitive, requested_by, client, created)"
    " SELECT $1, $2, $3, $4, $5, 'QUEUED', $6, $7, $8, $9, $10 WHERE (SELECT COUNT(*) FROM transfer WHERE event = $3"
    " AND state IN ('QUEUED', 'RUNNING')) < $11 AND ($4 <> 'EXPORT' OR (SELECT COUNT(*) FROM transfer"
    " WHERE event = $3 AND kind = 'EXPORT' AND state IN ('QUEUED', 'RUNNING', 'DONE')) < $12)"};
constexpr Statement kProgress{"transfer.progress",
                              "UPDATE transfer SET state = 'RUNNING', total = $2, done = $3, failed = $4, rows = $5,"
                              " bytes = $6 WHERE id = $1 AND state IN ('QUEUED', 'RUNNING')"};
constexpr Statement kEnd{"transfer.end",
                         "UPDATE transfer SET state = $2, error = $3, finished = $4, expires = $5 WHERE id = $1"
                         " AND state IN ('QUEUED', 'RUNNING')"};
constexpr Statement kDrop{"transfer.drop",
                          "UPDATE transfer SET state = 'EXPIRED' WHERE id = $1 AND state = 'DONE'"
                          " AND kind = 'EXPORT'"};
constexpr Statement kCountErrors{"transfer.count_errors",
                                 "UPDATE transfer SET errors = errors + $2 WHERE id = $1 AND errors = $3"
                                 " AND state IN ('QUEUED', 'RUNNING')"};
constexpr Statement kError{"transfer.error",
                           "INSERT INTO transfer_error (transfer, seq, sheet, row, col, heading, field, reason_zh,"
                           " reason_en) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"};
constexpr Statement kClearCount{"transfer.clear_count",
                                "UPDATE transfer SET errors = 0 WHERE id = $1 AND state IN ('QUEUED', 'RUNNING')"};
constexpr Statement kClear{"transfer.clear_errors", "DELETE FROM transfer_error WHERE transfer = $1"};
constexpr Statement kAddTeam{"transfer.add_team",
                             "INSERT INTO transfer_team (transfer, seq, team) VALUES ($1, $2, $3)"};
constexpr Statement kLastTeam{"transfer.last_team",
                              "SELECT team FROM transfer_team WHERE transfer = $1 ORDER BY seq DESC LIMIT 1"};
constexpr Statement kDropTeam{"transfer.drop_team", "DELETE FROM transfer_team WHERE transfer = $1 AND team = $2"};
constexpr Statement kErrors{"transfer.errors",
                            "SELECT seq, sheet, row, col, heading, field, reason_zh, reason_en FROM transfer_error"
                            " WHERE transfer = $1 AND seq > $2 ORDER BY seq LIMIT $3"};
constexpr Statement kExpire{"transfer.expire",
                            "UPDATE transfer SET state = 'EXPIRED' WHERE id IN (SELECT id FROM transfer"
                            " WHERE state = 'DONE' AND expires < $1 LIMIT $2)"};
constexpr Statement kOldErrors{"transfer.sweep_errors",
                               "DELETE FROM transfer_error WHERE (transfer, seq) IN (SELECT e.transfer, e.seq"
                               " FROM transfer t JOIN transfer_error e ON e.transfer = t.id WHERE t.finished < $1"
                               " LIMIT $2)"};
constexpr Statement kOldTeams{
    "transfer.sweep_teams",
    "DELETE FROM transfer_team WHERE transfer IN (SELECT id FROM transfer WHERE finished < $1)"};
constexpr Statement kOld{"transfer.sweep",
                         "DELETE FROM transfer WHERE finished < $1 AND NOT EXISTS"
                         " (SELECT 1 FROM transfer_error e WHERE e.transfer = transfer.id)"};
constexpr Statement kNeedsFile{"transfer.needs_file",
                               "SELECT 1 FROM transfer WHERE public_id = $1 AND (state IN ('QUEUED', 'RUNNING')"
                               " OR (state = 'DONE' AND kind = 'EXPORT'))"};

Transfer ReadTransfer(const Row& row) {
    Transfer out;
    out.id = row.As<TransferId>(0);
    out.public_id = row.Text(1);
    out.event = row.As<EventId>(2);
    out.kind = row.TextView(3) == "EXPORT" ? TransferKind::kExport : TransferKind::kImport;
    out.action = row.Text(4);
    out.state = row.Text(5);
    out.spec = row.Text(6);
    out.sensitive = row.Int(7) != 0;
    out.requested_by = row.As<UserId>(8);
    out.client = row.Text(9);
    out.total = row.Int(10);
    out.done = row.Int(11);
    out.failed = row.Int(12);
    out.rows = row.Int(13);
    out.errors = row.Int(14);
    out.bytes = row.Int(15);
    out.error = row.Text(16);
    out.created = row.Time(17);
    out.finished = row.OptionalTime(18);
    out.expires = row.OptionalTime(19);
    return out;
}

Status Remember(Writer& writer, Commit& commit, std::string_view verb, const Transfer& transfer, std::string reason) {
    const json::Object what{{"kind", Word(transfer.kind)},     {"action", transfer.action},
                            {"sensitive", transfer.sensitive}, {"total", transfer.total},
                            {"rows", transfer.rows},           {"failed", transfer.failed},
                            {"errors", transfer.errors}};
    return Record(writer, commit,
                  {verb, "transfer", transfer.id.value, transfer.event, {}, json::Encode(what), std::move(reason)});
}

}  // namespace

std::string_view Word(TransferKind kind) {
    return kind == TransferKind::kExport ? "EXPORT" : "IMPORT";
}

Status InsertTransfer(Writer& writer, Commit& commit, const Transfer& transfer) {
    RT_CHECK_OK(writer.RunOne(kInsert,
                              {transfer.id, transfer.public_id, transfer.event, Word(transfer.kind), transfer.action,
                               transfer.spec, transfer.sensitive ? 1 : 0, transfer.requested_by, transfer.client,
                               commit.now, kLiveTransfersMax, kExportFilesMax},
                              Code::kInvalidState));
    return Remember(writer, commit, "transfer.create", transfer, {});
}

Result<std::optional<Transfer>> FindTransfer(Reader& reader, EventId event, TransferKind kind,
                                             std::string_view public_id) {
    return reader.Find<Transfer>(kOne, {event, Word(kind), public_id}, ReadTransfer);
}

Result<std::vector<Transfer>> TransfersOf(Reader& reader, EventId event, TransferKind kind, TransferId before,
                                          std::int64_t limit) {
    return reader.All<Transfer>(kList, {event, Word(kind), before, limit}, ReadTransfer);
}

Result<std::optional<Transfer>> NextTransfer(Reader& reader) {
    return reader.Find<Transfer>(kNext, {}, ReadTransfer);
}

Status CancelTransfer(Writer& writer, Commit& commit, const Transfer& transfer) {
    RT_CHECK_OK(writer.RunOne(kEnd, {transfer.id, "CANCELLED", "", commit.now, std::optional<base::Time>()},
                              Code::kInvalidState));
    return Remember(writer, commit, "transfer.cancel", transfer, {});
}

Status DropExport(Writer& writer, Commit& commit, const Transfer& transfer) {
    RT_CHECK_OK(writer.RunOne(kDrop, {transfer.id}, Code::kInvalidState));
    return Remember(writer, commit, "transfer.drop", transfer, {});
}

Status NoteDownload(Writer& writer, Commit& commit, const Transfer& transfer) {
    return Remember(writer, commit, "transfer.download", transfer, {});
}

Status SaveProgress(Writer& writer, const Transfer& transfer) {
    return writer.RunOne(kProgress,
                         {transfer.id, transfer.total, transfer.done, transfer.failed, transfer.rows, transfer.bytes},
                         Code::kConflict);
}

Status EndTransfer(Writer& writer, Commit& commit, const Transfer& transfer, std::string_view error) {
    const bool file = transfer.kind == TransferKind::kExport && error.empty();
    const auto expires = file ? std::optional(commit.now.Plus(kExportKept)) : std::nullopt;
    RT_CHECK_OK(SaveProgress(writer, transfer));
    RT_CHECK_OK(writer.RunOne(kEnd, {transfer.id, error.empty() ? "DONE" : "FAILED", error, commit.now, expires},
                              Code::kConflict));
    return Remember(writer, commit, "transfer.end", transfer, std::string(error));
}

Status ClearErrors(Writer& writer, Transfer& transfer) {
    RT_CHECK_OK(writer.RunOne(kClearCount, {transfer.id}, Code::kConflict));
    RT_TRY([[maybe_unused]] const auto gone, writer.Run(kClear, {transfer.id}));
    transfer.errors = 0;
    return Ok();
}

Status AddTeam(Writer& writer, const Transfer& transfer, TeamId team) {
    return writer.RunOne(kAddTeam, {transfer.id, transfer.done, team}, Code::kInternal);
}

Result<std::optional<TeamId>> LastTeam(Reader& reader, TransferId transfer) {
    return reader.Find<TeamId>(kLastTeam, {transfer}, [](const Row& row) { return row.As<TeamId>(0); });
}

Status DropTeam(Writer& writer, TransferId transfer, TeamId team) {
    return writer.RunOne(kDropTeam, {transfer, team}, Code::kInternal);
}

Status AddErrors(Writer& writer, Transfer& transfer, const std::vector<TransferError>& found) {
    if (found.empty()) return Ok();
    const auto more = static_cast<std::int64_t>(found.size());
    RT_CHECK_OK(writer.RunOne(kCountErrors, {transfer.id, more, transfer.errors}, Code::kConflict));
    std::int64_t seq = transfer.errors;
    for (const TransferError& one : found) {
        if (seq >= kTransferErrorsMax) break;
        RT_CHECK_OK(writer.RunOne(
            kError,
            {transfer.id, ++seq, one.sheet, one.row, one.column, one.heading, one.field, one.reason.zh, one.reason.en},
            Code::kInternal));
    }
    return Ok();
}

Result<std::vector<TransferError>> ErrorsOf(Reader& reader, TransferId transfer, std::int64_t after_seq,
                                            std::int64_t limit) {
    return reader.All<TransferError>(kErrors, {transfer, after_seq, limit}, [](const Row& row) {
        return TransferError{
            row.Int(0), row.Text(1), row.Int(2), row.Int(3), row.Text(4), row.Text(5), {row.Text(6), row.Text(7)}};
    });
}

Result<std::int64_t> ExpireExports(Writer& writer, base::Time now, std::int64_t limit) {
    return writer.Run(kExpire, {now, limit});
}

Result<std::int64_t> SweepTransfers(Writer& writer, base::Time now, std::int64_t rows_max) {
    const base::Time before = now.Plus(-kTransferKept);
    RT_TRY(const auto errors, writer.Run(kOldErrors, {before, rows_max}));
    if (errors > 0) return errors;
    RT_TRY([[maybe_unused]] const auto teams, writer.Run(kOldTeams, {before}));
    return writer.Run(kOld, {before});
}

Result<bool> NeedsFile(Reader& reader, std::string_view public_id) {
    RT_TRY(const auto found, reader.FindInt(kNeedsFile, {public_id}));
    return found.has_value();
}

}  // namespace rt::registration::store
