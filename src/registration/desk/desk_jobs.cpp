#include "registration/desk/desk_jobs.h"

#include <chrono>

#include "os/thread.h"
#include "registration/store/deadlines.h"
#include "registration/store/search_index.h"

namespace rt::registration {
namespace {

using storage::sql::Writer;

constexpr std::int64_t kIndexRows = 50;
constexpr std::int64_t kIndexMicrosMax = 500'000;
constexpr std::int64_t kBulkMicrosMax = 1'000'000;
constexpr std::int64_t kTeamsAtOnce = 50;
constexpr std::int64_t kDeadlinePeriodMicros = 60 * base::kMicrosPerSecond;
constexpr std::int64_t kSweepPeriodMicros = 60 * base::kMicrosPerSecond;
constexpr std::int64_t kSweepRows = 2'000;

}  // namespace

Status DeskJobs::Run() {
    RT_CHECK_OK(Index());
    RT_CHECK_OK(TellOfDeadlines());
    return Sweep();
}

Status DeskJobs::RunBulk() {
    const auto& clock = service_.needs().clock;
    const std::int64_t until = clock.MonotonicMicros() + kBulkMicrosMax;
    bool more = true;
    while (more && !Stopped() && clock.MonotonicMicros() < until) {
        RT_TRY(more, bulk_.Step());
    }
    return Ok();
}

Status DeskJobs::RunTransfers() {
    const auto& clock = service_.needs().clock;
    const std::int64_t until = clock.MonotonicMicros() + kBulkMicrosMax;
    os::GiveWay way;
    bool more = true;
    while (more && !Stopped() && clock.MonotonicMicros() < until) {
        RT_TRY(more, transfers_.Step());
        if (more) Wait(way.RestMicros());
    }
    return Ok();
}

void DeskJobs::Stop() {
    {
        const std::scoped_lock lock(mutex_);
        stopped_ = true;
    }
    stop_asked_.notify_all();
}

bool DeskJobs::Stopped() {
    const std::scoped_lock lock(mutex_);
    return stopped_;
}

void DeskJobs::Wait(std::int64_t micros) {
    std::unique_lock lock(mutex_);
    stop_asked_.wait_for(lock, std::chrono::microseconds(micros), [&] { return stopped_; });
}

// A team or a member takes about 100 µs; chunks are small, so that the writer's other callers do not wait.
Status DeskJobs::Index() {
    const auto& needs = service_.needs();
    const std::int64_t until = needs.clock.MonotonicMicros() + kIndexMicrosMax;
    RT_TRY(bool more, needs.db.Read(store::HasSearchQueue));
    while (more && needs.clock.MonotonicMicros() < until) {
        RT_TRY(const auto done, needs.db.Write("search.index", [&](Writer& writer) {
            const auto keys = [&](MemberId member, FormVersionId version, std::string_view data,
                                  const std::optional<std::string>& sensitive) {
                return keys_.Of(writer, member, version, data, sensitive);
            };
            return store::IndexSome(writer, keys, kIndexRows);
        }));
        more = done == kIndexRows;
    }
    return Ok();
}

// One chunk a second while there is somebody to tell, else a look a minute.
Status DeskJobs::TellOfDeadlines() {
    const std::int64_t now = service_.needs().clock.MonotonicMicros();
    if (now < deadlines_due_) return Ok();
    const auto commit = service_.NewCommit(store::Actor::Server(), kTeamsAtOnce);
    RT_TRY(const auto told, service_.needs().db.Write("job.deadlines", [&](Writer& writer) {
        auto mine = commit;
        return store::TellDeadlines(writer, mine, kTeamsAtOnce);
    }));
    if (told == 0) deadlines_due_ = now + kDeadlinePeriodMicros;
    return Ok();
}

Status DeskJobs::Sweep() {
    const std::int64_t now = service_.needs().clock.MonotonicMicros();
    if (now < sweep_due_) return Ok();
    sweep_due_ = now + kSweepPeriodMicros;
    RT_TRY(swept_, service_.needs().db.Write("inbox.sweep", [&](Writer& writer) {
        return store::SweepInbox(writer, swept_, service_.needs().clock.Now(), kSweepRows);
    }));
    RT_CHECK_OK(service_.needs().db.Write("desk_job.sweep", [&](Writer& writer) {
        return store::SweepJobs(writer, service_.needs().clock.Now(), kSweepRows);
    }));
    return Ok();
}

}  // namespace rt::registration
