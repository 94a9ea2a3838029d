#include "registration/service.h"

#include <utility>

#include "registration/public_snapshot.h"
#include "registration/store/registrations.h"
#include "registration/sweep.h"

namespace rt::registration {
namespace {

using storage::sql::Reader;
using storage::sql::Writer;

// Registrations in one commit of a job: small, so that the writer's other callers do not wait.
constexpr std::int64_t kJobRows = 50;
constexpr std::int64_t kGaugePeriodMicros = 60 * base::kMicrosPerSecond;

}  // namespace

Service::Service(Needs needs)
    : needs_(std::move(needs)), snapshot_(std::make_unique<PublicSnapshot>(needs_.db, needs_.clock, needs_.log)) {}

Service::~Service() = default;

Status Service::Start() {
    return snapshot_->Start();
}

store::Commit Service::NewCommit(const store::Actor& actor, std::size_t ids) const {
    return {actor, needs_.clock.Now(), store::IdBlock(needs_.ids, ids), needs_.trail};
}

Result<bool> Service::FinishCancelledEvents() const {
    RT_TRY(const auto cancelled, needs_.db.Read(store::CancelledEventWithRegistrations));
    if (!cancelled.has_value()) return false;
    const auto commit = NewCommit(store::Actor::Server(), kJobRows * store::kCommandIds);
    RT_TRY(const auto done, needs_.db.Write("job.cancel_event", [&](Writer& writer) {
        auto mine = commit;
        return store::CancelSomeOfEvent(writer, mine, *cancelled, "event cancelled", kJobRows);
    }));
    return done > 0;
}

Result<bool> Service::RunJobs() {
    RT_TRY(const bool more, FinishCancelledEvents());
    if (more) return true;
    const auto commit = NewCommit(store::Actor::Server(), kJobRows * store::kCommandIds);
    RT_TRY(const auto expired, needs_.db.Write("job.expire", [&](Writer& writer) {
        auto mine = commit;
        return store::ExpireSome(writer, mine, kJobRows);
    }));
    if (expired > 0) return true;
    RT_CHECK_OK(SetGauges());
    return false;
}

Status Service::SetGauges() {
    const std::int64_t now = needs_.clock.MonotonicMicros();
    if (now < gauges_due_) return Ok();
    gauges_due_ = now + kGaugePeriodMicros;
    RT_TRY(const Gauges gauges, needs_.db.Read(ReadGauges));
    needs_.metrics.Get(Metric::kQuotaDrift).Set(gauges.quota_drift);
    needs_.metrics.Get(Metric::kNegativeAvailable).Set(gauges.negative_available);
    needs_.metrics.Get(Metric::kDuplicateMembership).Set(gauges.duplicate_membership);
    return Ok();
}

}  // namespace rt::registration
