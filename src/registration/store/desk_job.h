// Work on many registrations in the background: the job, its registrations in order, and how far it has come.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "registration/store/registration_walk.h"

namespace rt::registration::store {

using JobId = Id<struct DeskJobTag>;

inline constexpr std::int64_t kLiveJobsMax = 3;                     // of an event
inline constexpr std::int64_t kJobRowsMax = 100'000;                // registrations of one job
inline constexpr std::int64_t kJobChosenMax = 1'000;                // named one by one in a request
inline constexpr std::int64_t kJobKept = 30 * base::kMicrosPerDay;  // after its end

struct DeskJob {
    JobId id;
    std::string public_id;
    EventId event;
    std::string kind;    // BULK or ANNOUNCE
    std::string action;  // APPROVE RETURN REJECT WAITLIST CANCEL TAG UNTAG, or the audience of an announcement
    std::string state;   // PREPARING RUNNING DONE FAILED CANCELLED
    std::string spec;    // JSON: filter, reason, tag, announcement
    UserId requested_by;
    std::string client;
    std::int64_t total = 0;
    std::int64_t succeeded = 0;
    std::int64_t failed = 0;
    std::int64_t cursor = 0;  // PREPARING: number to go on below; RUNNING: seq of the last item done
    std::string error;        // a code
    base::Time created;
    std::optional<base::Time> finished;

    bool IsLive() const { return state == "PREPARING" || state == "RUNNING"; }
};
// INVALID_STATE beyond kLiveJobsMax. With `chosen` it is RUNNING at once, else PREPARING.
Status InsertJob(Writer& writer, Commit& commit, const DeskJob& job, const std::vector<RegistrationId>& chosen);
Result<std::optional<DeskJob>> FindJob(Reader& reader, EventId event, std::string_view public_id);
// Newest first.
Result<std::vector<DeskJob>> JobsOf(Reader& reader, EventId event, JobId before, std::int64_t limit);
// The oldest that is not over; nullopt: none. `after`: the one looked at last, so that all get their turn.
Result<std::optional<DeskJob>> NextLiveJob(Reader& reader, JobId after);
// INVALID_STATE when it is over already.
Status CancelJob(Writer& writer, Commit& commit, const DeskJob& job);

// --- For the runner; each leaves a job that is no longer live alone and answers CONFLICT then. ---

// PREPARING: adds what the filter found; `next` as of Walk: 0 makes it RUNNING.
Status AddItems(Writer& writer, const DeskJob& job, const std::vector<WalkedRegistration>& found, std::int64_t next);
struct JobItem {
    std::int64_t seq = 0;
    RegistrationId registration;
};
Result<std::vector<JobItem>> NextItems(Reader& reader, const DeskJob& job, std::int64_t limit);
// An empty code: it went well.
Status ItemDone(Writer& writer, const DeskJob& job, const JobItem& item, std::string_view code);
// DONE without an error, FAILED with one.
Status EndJob(Writer& writer, Commit& commit, const DeskJob& job, std::string_view error);

struct ItemResult {
    std::int64_t seq = 0;
    std::string registration_public_id;
    std::int64_t friendly_no = 0;
    std::string team_name;
    std::string state;  // PENDING DONE FAILED
    std::string code;
};
enum class Results : std::uint8_t { kAll, kFailed };
Result<std::vector<ItemResult>> ResultsOf(Reader& reader, JobId job, Results which, std::int64_t after_seq,
                                          std::int64_t limit);

// Removes some rows of jobs that ended long ago; returns how many.
Result<std::int64_t> SweepJobs(Writer& writer, base::Time now, std::int64_t rows_max);

}  // namespace rt::registration::store
