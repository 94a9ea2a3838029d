#include "registration/store/desk_job.h"

#include "registration/store/journal.h"

namespace rt::registration::store {
namespace {

#define RT_JOB                                                                                                \
    "SELECT id, public_id, event, kind, action, state, spec, requested_by, client, total, succeeded, failed," \
    " cursor, error, created, finished FROM desk_job "
constexpr Statement kOne{"desk_job.one", RT_JOB "WHERE event = $1 AND public_id = $2"};
constexpr Statement kList{"desk_job.list", RT_JOB "WHERE event = $1 AND ($2 = 0 OR id < $2) ORDER BY id DESC LIMIT $3"};
constexpr Statement kLive{"desk_job.live", RT_JOB
                          "WHERE state IN ('PREPARING', 'RUNNING') AND id > $1"
                          " ORDER BY id LIMIT 1"};
#undef RT_JOB
constexpr Statement kInsert{
    "desk_job.insert",
    "INSERT INTO desk_job (id, public_id, event, kind, action, state, spec, requested_by, client, total, created)"
    " SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11 WHERE (SELECT COUNT(*) FROM desk_job WHERE event = $3"
    " AND state IN ('PREPARING', 'RUNNING')) < $12"};
constexpr Statement kItem{"desk_job.item",
                          "INSERT INTO desk_job_item (job, seq, registration, state, code)"
                          " VALUES ($1, $2, $3, 'PENDING', '')"};
constexpr Statement kPrepared{"desk_job.prepared",
                              "UPDATE desk_job SET total = total + $2, cursor = $3, state = $4 WHERE id = $1"
                              " AND state = 'PREPARING' AND cursor = $5 AND total + $2 <= $6"};
constexpr Statement kNext{"desk_job.next",
                          "SELECT seq, registration FROM desk_job_item WHERE job = $1 AND seq > $2 ORDER BY seq"
                          " LIMIT $3"};
constexpr Statement kItemDone{"desk_job.item_done",
                              "UPDATE desk_job_item SET state = $3, code = $4 WHERE job = $1 AND seq = $2"};
constexpr Statement kAdvance{"desk_job.advance",
                             "UPDATE desk_job SET cursor = $2, succeeded = succeeded + $3, failed = failed + $4"
                             " WHERE id = $1 AND state = 'RUNNING' AND cursor = $2 - 1"};
constexpr Statement kEnd{"desk_job.end",
                         "UPDATE desk_job SET state = $2, error = $3, finished = $4 WHERE id = $1"
                         " AND state IN ('PREPARING', 'RUNNING')"};
constexpr Statement kResults{"desk_job.results",
                             "SELECT i.seq, r.public_id, r.friendly_no, t.name, i.state, i.code FROM desk_job_item i"
                             " JOIN registration r ON r.id = i.registration JOIN team t ON t.id = r.team"
                             " WHERE i.job = $1 AND i.seq > $2 ORDER BY i.seq LIMIT $3"};
constexpr Statement kFailures{"desk_job.failures",
                              "SELECT i.seq, r.public_id, r.friendly_no, t.name, i.state, i.code FROM desk_job_item i"
                              " JOIN registration r ON r.id = i.registration JOIN team t ON t.id = r.team"
                              " WHERE i.job = $1 AND i.seq > $2 AND i.state = 'FAILED' ORDER BY i.seq LIMIT $3"};
constexpr Statement kOldItems{"desk_job.sweep_items",
                              "DELETE FROM desk_job_item WHERE (job, seq) IN (SELECT i.job, i.seq FROM desk_job j"
                              " JOIN desk_job_item i ON i.job = j.id WHERE j.finished < $1 LIMIT $2)"};
constexpr Statement kOldJobs{"desk_job.sweep",
                             "DELETE FROM desk_job WHERE finished < $1 AND NOT EXISTS"
                             " (SELECT 1 FROM desk_job_item i WHERE i.job = desk_job.id)"};

DeskJob ReadJob(const Row& row) {
    DeskJob out;
    out.id = row.As<JobId>(0);
    out.public_id = row.Text(1);
    out.event = row.As<EventId>(2);
    out.kind = row.Text(3);
    out.action = row.Text(4);
    out.state = row.Text(5);
    out.spec = row.Text(6);
    out.requested_by = row.As<UserId>(7);
    out.client = row.Text(8);
    out.total = row.Int(9);
    out.succeeded = row.Int(10);
    out.failed = row.Int(11);
    out.cursor = row.Int(12);
    out.error = row.Text(13);
    out.created = row.Time(14);
    out.finished = row.OptionalTime(15);
    return out;
}

std::string Figures(const DeskJob& job) {
    return json::Encode(json::Object{{"kind", job.kind},
                                     {"action", job.action},
                                     {"total", job.total},
                                     {"succeeded", job.succeeded},
                                     {"failed", job.failed}});
}

Status Remember(Writer& writer, Commit& commit, std::string_view action, const DeskJob& job, std::string reason) {
    return Record(writer, commit, {action, "desk_job", job.id.value, job.event, {}, Figures(job), std::move(reason)});
}

}  // namespace

Status InsertJob(Writer& writer, Commit& commit, const DeskJob& job, const std::vector<RegistrationId>& chosen) {
    const auto total = static_cast<std::int64_t>(chosen.size());
    RT_TRY(const auto inserted, writer.Run(kInsert, {job.id, job.public_id, job.event, job.kind, job.action,
                                                     chosen.empty() ? "PREPARING" : "RUNNING", job.spec,
                                                     job.requested_by, job.client, total, commit.now, kLiveJobsMax}));
    if (inserted != 1) return Fail(Code::kInvalidState, "too many jobs of this event are under way");
    std::int64_t seq = 0;
    for (const RegistrationId one : chosen) RT_CHECK_OK(writer.RunOne(kItem, {job.id, ++seq, one}, Code::kInternal));
    return Remember(writer, commit, "desk_job.create", job, {});
}

Result<std::optional<DeskJob>> FindJob(Reader& reader, EventId event, std::string_view public_id) {
    return reader.Find<DeskJob>(kOne, {event, public_id}, ReadJob);
}

Result<std::vector<DeskJob>> JobsOf(Reader& reader, EventId event, JobId before, std::int64_t limit) {
    return reader.All<DeskJob>(kList, {event, before, limit}, ReadJob);
}

Result<std::optional<DeskJob>> NextLiveJob(Reader& reader, JobId after) {
    return reader.Find<DeskJob>(kLive, {after}, ReadJob);
}

Status CancelJob(Writer& writer, Commit& commit, const DeskJob& job) {
    RT_CHECK_OK(writer.RunOne(kEnd, {job.id, "CANCELLED", "", commit.now}, Code::kInvalidState));
    return Remember(writer, commit, "desk_job.cancel", job, {});
}

Status AddItems(Writer& writer, const DeskJob& job, const std::vector<WalkedRegistration>& found, std::int64_t next) {
    std::int64_t seq = job.total;
    const auto more = static_cast<std::int64_t>(found.size());
    const bool done = next == 0;
    RT_CHECK_OK(writer.RunOne(kPrepared,
                              {job.id, more, done ? 0 : next, done ? "RUNNING" : "PREPARING", job.cursor, kJobRowsMax},
                              Code::kConflict));
    for (const WalkedRegistration& one : found) {
        RT_CHECK_OK(writer.RunOne(kItem, {job.id, ++seq, one.id}, Code::kInternal));
    }
    return Ok();
}

Result<std::vector<JobItem>> NextItems(Reader& reader, const DeskJob& job, std::int64_t limit) {
    return reader.All<JobItem>(kNext, {job.id, job.cursor, limit}, [](const Row& row) {
        return JobItem{row.Int(0), row.As<RegistrationId>(1)};
    });
}

Status ItemDone(Writer& writer, const DeskJob& job, const JobItem& item, std::string_view code) {
    const bool well = code.empty();
    RT_CHECK_OK(writer.RunOne(kAdvance, {job.id, item.seq, well ? 1 : 0, well ? 0 : 1}, Code::kConflict));
    return writer.RunOne(kItemDone, {job.id, item.seq, well ? "DONE" : "FAILED", code}, Code::kInternal);
}

Status EndJob(Writer& writer, Commit& commit, const DeskJob& job, std::string_view error) {
    RT_CHECK_OK(writer.RunOne(kEnd, {job.id, error.empty() ? "DONE" : "FAILED", error, commit.now}, Code::kConflict));
    return Remember(writer, commit, "desk_job.end", job, std::string(error));
}

Result<std::vector<ItemResult>> ResultsOf(Reader& reader, JobId job, Results which, std::int64_t after_seq,
                                          std::int64_t limit) {
    return reader.All<ItemResult>(
        which == Results::kAll ? kResults : kFailures, {job, after_seq, limit}, [](const Row& row) {
            return ItemResult{row.Int(0), row.Text(1), row.Int(2), row.Text(3), row.Text(4), row.Text(5)};
        });
}

Result<std::int64_t> SweepJobs(Writer& writer, base::Time now, std::int64_t rows_max) {
    const base::Time before = now.Plus(-kJobKept);
    RT_TRY(const auto items, writer.Run(kOldItems, {before, rows_max}));
    if (items > 0) return items;
    return writer.Run(kOldJobs, {before});
}

}  // namespace rt::registration::store
