#include "registration/service.h"

#include <array>
#include <utility>

#include "base/encoding.h"
#include "registration/domain/calendar.h"
#include "registration/live.h"
#include "registration/lottery.h"
#include "registration/public_snapshot.h"
#include "registration/retention.h"
#include "registration/store/admission.h"
#include "registration/store/invites.h"
#include "registration/store/queries.h"
#include "registration/store/registrations.h"
#include "registration/store/roster.h"
#include "registration/store/waitlist.h"
#include "registration/sweep.h"
#include "registration/tally.h"

namespace rt::registration {
namespace {

using storage::sql::Reader;
using storage::sql::Statement;
using storage::sql::Writer;

constexpr Statement kInLines{"waitlist.waiting_all", "SELECT SUM(waiting) FROM waitlist_line"};
constexpr Statement kInQueues{"admission.waiting_all",
                              "SELECT SUM(a.last - a.served) FROM admission a JOIN event e ON e.id = a.event"
                              " WHERE e.state = 'PUBLISHED' AND e.admission = 'RATE' AND (e.reg_close > $1 OR EXISTS"
                              " (SELECT 1 FROM division d WHERE d.event = e.id AND d.reg_close > $1))"};

// Registrations in one commit of a job: small, so that the writer's other callers do not wait.
constexpr std::int64_t kJobRows = 50;
constexpr std::int64_t kLinesAtOnce = 20;
constexpr int kDrawChunks = 20;  // in one call
constexpr std::int64_t kGaugePeriodMicros = 60 * base::kMicrosPerSecond;
constexpr std::int64_t kTotalsPeriodMicros = 15 * base::kMicrosPerSecond;

template <class E>
json::Object ByWord(const std::vector<std::pair<E, std::int64_t>>& counts) {
    json::Object out;
    for (const auto& [state, number] : counts) out.Set(std::string(Word(state)), number);
    return out;
}

}  // namespace

Service::Service(Needs needs)
    : needs_(std::move(needs)),
      snapshot_(std::make_unique<PublicSnapshot>(needs_.db, needs_.privacy, needs_.clock, needs_.log)),
      live_(std::make_unique<Live>(*snapshot_, needs_.db, needs_.clock, needs_.log)),
      tally_(std::make_unique<Tally>(needs_)) {}

Service::~Service() = default;

Status Service::Start() {
    RT_CHECK_OK(tally_->Begin());
    RT_CHECK_OK(snapshot_->Start());
    live_->Start();
    return Ok();
}

store::Commit Service::NewCommit(const store::Actor& actor, std::size_t ids) const {
    return {actor, needs_.clock.Now(), store::IdBlock(needs_.ids, ids), needs_.trail, needs_.privacy};
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
    RT_CHECK_OK(tally_->Run(*snapshot_));
    RT_TRY(const bool more, FinishCancelledEvents());
    if (more) return true;
    struct Chunk {
        std::string_view name;
        Result<std::int64_t> (*run)(Writer&, store::Commit&, std::int64_t registrations_max);
        std::string_view offer_result;  // of each, in the figures; empty: none
    };
    for (const Chunk& chunk : {Chunk{"job.expire", store::ExpireSome, {}},
                               {"job.return", store::ReturnSomeDeficient, {}},
                               {"job.expire_offers", store::ExpireOffers, "expired"},
                               {"job.close_lines", store::CloseLines, {}},
                               {"job.lock_rosters", store::LockSomeRosters, {}},
                               {"job.expire_invitations", store::ExpireSomeInvitations, {}}}) {
        const auto commit = NewCommit(store::Actor::Server(), kJobRows * store::kCommandIds);
        RT_TRY(const auto done, needs_.db.Write(chunk.name, [&](Writer& writer) {
            auto mine = commit;
            return chunk.run(writer, mine, kJobRows);
        }));
        if (!chunk.offer_result.empty()) needs_.metrics.Get(Metric::kWaitlistOffers, {chunk.offer_result}).Add(done);
        if (done > 0) return true;
    }
    RT_CHECK_OK(TendAdmission());
    RT_TRY(const bool drawn, Draw());
    if (drawn) return true;
    RT_TRY(const bool served, ServeLines());
    if (served) return true;
    // Days matter here, not seconds: as seldom as the gauges.
    if (needs_.clock.MonotonicMicros() >= gauges_due_) {
        RT_TRY(const bool erased, EraseDueAnswers(*this));
        if (erased) return true;
    }
    RT_CHECK_OK(SetGauges());
    return false;
}

// What became free without anybody's doing: a longer skip, a team that is complete again, the rest of a large release.
Result<bool> Service::ServeLines() const {
    RT_TRY(const auto due, needs_.db.Read([&](Reader& reader) {
        return store::LinesToServe(reader, needs_.clock.Now(), kLinesAtOnce);
    }));
    for (const EventId event : due) {
        const auto commit = NewCommit(store::Actor::Server(), store::kCommandIds);
        RT_CHECK_OK(needs_.db.Write("job.serve_line", [&](Writer& writer) {
            auto mine = commit;
            return store::ServeLine(writer, mine, event);
        }));
    }
    return !due.empty();
}

// Seeds for events that were published, and the next ones of every open queue.
Status Service::TendAdmission() const {
    RT_TRY(const auto fresh,
           needs_.db.Read([](Reader& reader) { return store::EventsToPrepare(reader, kLinesAtOnce); }));
    for (const EventId event : fresh) {
        std::array<std::uint8_t, 32> bytes{};
        needs_.random.Fill(bytes);
        const std::string seed = base::HexEncode(bytes);
        const auto commit = NewCommit(store::Actor::Server(), 1);
        RT_CHECK_OK(needs_.db.Write("job.prepare_admission", [&](Writer& writer) {
            auto mine = commit;
            return store::PrepareAdmission(writer, mine, event, seed);
        }));
    }
    RT_TRY(const auto queues, needs_.db.Read([&](Reader& reader) {
        return store::QueuesToServe(reader, needs_.clock.Now(), kLinesAtOnce);
    }));
    for (const store::Event& event : queues) {
        const auto commit = NewCommit(store::Actor::Server(), 1);
        RT_TRY([[maybe_unused]] const bool moved, needs_.db.Write("job.serve_queue", [&](Writer& writer) {
            auto mine = commit;
            return store::ServeQueue(writer, mine, event);
        }));
    }
    return Ok();
}

// A part of the draw that is under way; true when more is left.
Result<bool> Service::Draw() const {
    RT_TRY(const auto event, needs_.db.Read(store::EventInDraw));
    if (!event.has_value()) return false;
    RT_TRY(const auto order, needs_.db.Read([&](Reader& reader) -> Result<std::vector<std::string>> {
        RT_TRY(const auto row, store::FindAdmission(reader, *event));
        RT_TRY(auto pool, store::PoolOf(reader, *event));
        return OrderOf(row->seed, std::move(pool)).order;
    }));
    for (int chunk = 0; chunk < kDrawChunks; ++chunk) {
        const auto commit = NewCommit(store::Actor::Server(), kJobRows * store::kCommandIds);
        RT_TRY(const auto done, needs_.db.Write("job.draw", [&](Writer& writer) {
            auto mine = commit;
            return store::DrawSome(writer, mine, *event, order, kJobRows);
        }));
        if (done == 0) break;
    }
    return true;
}

std::vector<net::SocketRoute> Sockets(Service& service, const ApiOptions& options) {
    return {service.live().Route(options.base)};
}

Result<json::Object> Service::Totals() {
    const std::lock_guard lock(totals_mutex_);
    const std::int64_t now = needs_.clock.MonotonicMicros();
    if (now < totals_due_) return totals_;
    RT_TRY(const auto totals,
           needs_.db.Read([&](Reader& reader) { return store::ReadTotals(reader, needs_.clock.Now()); }));
    json::Array days;
    for (const auto& [day, number] : totals.by_day) {
        const std::string text = FormatDate(DateInShanghai({day * base::kMicrosPerDay}));
        days.push_back(json::Object{{"day", text}, {"count", number}});
    }
    totals_ = json::Object{{"events", ByWord(totals.events)},
                           {"registrations", ByWord(totals.registrations)},
                           {"by_day", std::move(days)}};
    totals_due_ = now + kTotalsPeriodMicros;
    return totals_;
}

Status Service::SetGauges() {
    const std::int64_t now = needs_.clock.MonotonicMicros();
    if (now < gauges_due_) return Ok();
    gauges_due_ = now + kGaugePeriodMicros;
    RT_TRY(const Gauges gauges, needs_.db.Read(ReadGauges));
    needs_.metrics.Get(Metric::kQuotaDrift).Set(gauges.quota_drift);
    needs_.metrics.Get(Metric::kNegativeAvailable).Set(gauges.negative_available);
    needs_.metrics.Get(Metric::kDuplicateMembership).Set(gauges.duplicate_membership);
    RT_TRY(const auto lines, needs_.db.Read([](Reader& reader) { return reader.FindInt(kInLines, {}); }));
    needs_.metrics.Get(Metric::kWaitlistEntries).Set(lines.value_or(0));
    RT_TRY(const auto queues,
           needs_.db.Read([this](Reader& reader) { return reader.FindInt(kInQueues, {needs_.clock.Now()}); }));
    needs_.metrics.Get(Metric::kAdmissionWaiting).Set(queues.value_or(0));
    return Ok();
}

}  // namespace rt::registration
