// The regular work: admission first, then some of what is due of every kind and every event in turn, so that no event
// waits for what another has to do, or for what cannot be done.
#include <algorithm>
#include <array>
#include <utility>

#include "base/encoding.h"
#include "registration/domain/reason_codes.h"
#include "registration/lottery.h"
#include "registration/retention.h"
#include "registration/retention_people.h"
#include "registration/service.h"
#include "registration/store/admission.h"
#include "registration/store/invites.h"
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
constexpr std::int64_t kQueuesAtOnce = 200;
constexpr int kDrawChunks = 20;  // at once: each time the whole pool is put in order
// Of each second: the rest is for those who ask.
constexpr std::int64_t kBudgetMicros = base::kMicrosPerSecond / 2;
constexpr std::int64_t kGaugePeriodMicros = 60 * base::kMicrosPerSecond;

Result<std::int64_t> CancelSome(Writer& writer, store::Commit& commit, EventId event, std::int64_t registrations_max) {
    return store::CancelSomeOfEvent(writer, commit, event, kReasonEventCancelled, registrations_max);
}

// A kind of work that is due by time, or was left over: of which events, and some of it in one commit.
struct Kind {
    std::string_view name;
    Result<std::vector<EventId>> (*events)(Reader&, base::Time now);
    Result<std::int64_t> (*run)(Writer&, store::Commit&, EventId, std::int64_t rows_max);
    std::string_view offer_result{};  // of each, in the figures; empty: none
};
constexpr std::array kKinds{
    Kind{"job.cancel_event", store::CancelledEventsWithRegistrations, CancelSome},
    Kind{"job.expire", store::EventsToExpire, store::ExpireSome},
    Kind{"job.return", store::EventsToReturn, store::ReturnSomeDeficient},
    Kind{"job.expire_offers", store::EventsWithDueOffers, store::ExpireOffers, "expired"},
    Kind{"job.close_lines", store::EventsToClose, store::CloseLine},
    Kind{"job.lock_rosters", store::EventsToLock, store::LockSomeRosters},
    Kind{"job.expire_invitations", store::EventsWithInvitationsToExpire, store::ExpireSomeInvitations},
};
// These two come in another way.
constexpr std::size_t kDraw = kKinds.size();
constexpr std::size_t kServeLine = kDraw + 1;

std::string_view NameOf(std::size_t kind) {
    if (kind == kDraw) return "job.draw";
    return kind == kServeLine ? "job.serve_line" : kKinds.at(kind).name;
}

}  // namespace

Result<bool> Service::FinishCancelledEvent(EventId event) const {
    RT_TRY(const auto done, RunPiece({event, 0}));
    return done > 0;
}

// Keeps the first, and logs each.
void Service::Note(Turn& turn, std::string_view job, EventId event, const Status& status) const {
    if (status.ok()) return;
    needs_.log.Warn("registration job failed", {{"job", job},
                                                {"event", event.value},
                                                {"code", base::Info(status.error().code).wire},
                                                {"detail", status.error().detail}});
    if (turn.first_error.ok()) turn.first_error = status;
}

std::vector<Service::Piece> Service::DuePieces(Turn& turn) {
    const base::Time now = needs_.clock.Now();
    std::vector<Piece> out;
    const auto add = [&](std::size_t kind, const Result<std::vector<EventId>>& events) {
        if (!events.ok()) Note(turn, NameOf(kind), {}, events.error());
        if (!events.ok()) return;
        for (const EventId event : *events) out.push_back({event, kind});
    };
    for (std::size_t kind = 0; kind < kKinds.size(); ++kind) {
        add(kind, needs_.db.Read([&](Reader& reader) { return kKinds.at(kind).events(reader, now); }));
    }
    add(kDraw, needs_.db.Read([&](Reader& reader) { return store::EventsInDraw(reader, now); }));
    add(kServeLine, needs_.db.Read([&](Reader& reader) -> Result<std::vector<EventId>> {
        RT_TRY(const auto lines, store::FindLinesToServe(reader, now, line_after_, kLinesAtOnce));
        line_after_ = lines.last;
        return lines.events;
    }));
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    // On from where the last turn ended.
    std::rotate(out.begin(), std::upper_bound(out.begin(), out.end(), last_piece_), out.end());
    return out;
}

Result<std::int64_t> Service::RunPiece(const Piece& piece) const {
    if (piece.kind == kDraw) return Draw(piece.event);
    const auto commit = NewCommit(store::Actor::Server(), kJobRows * store::kCommandIds);
    if (piece.kind == kServeLine) {
        RT_CHECK_OK(needs_.db.Write(NameOf(kServeLine), [&](Writer& writer) {
            auto mine = commit;
            return store::ServeLine(writer, mine, piece.event);
        }));
        return 1;
    }
    const Kind& kind = kKinds.at(piece.kind);
    RT_TRY(const auto done, needs_.db.Write(kind.name, [&](Writer& writer) {
        auto mine = commit;
        return kind.run(writer, mine, piece.event, kJobRows);
    }));
    if (!kind.offer_result.empty()) needs_.metrics.Get(Metric::kWaitlistOffers, {kind.offer_result}).Add(done);
    return done;
}

// Some of each; true when more may be left.
bool Service::RunRound(Turn& turn) {
    bool more = false;
    for (const Piece& piece : DuePieces(turn)) {
        if (std::find(turn.failed.begin(), turn.failed.end(), piece) != turn.failed.end()) continue;
        const auto done = RunPiece(piece);
        last_piece_ = piece;
        if (!done.ok()) turn.failed.push_back(piece);
        if (!done.ok()) Note(turn, NameOf(piece.kind), piece.event, done.error());
        more = more || (done.ok() && *done > 0);
        if (needs_.clock.MonotonicMicros() >= turn.until) break;
    }
    return more;
}

Result<bool> Service::RunJobs() {
    Turn turn;
    turn.until = needs_.clock.MonotonicMicros() + kBudgetMicros;
    TendAdmission(turn);
    bool more = RunRound(turn);
    if (!more) more = TendRest(turn);
    RT_CHECK_OK(turn.first_error);
    return more;
}

Status Service::RunJobsForAWhile() {
    Turn turn;
    turn.until = needs_.clock.MonotonicMicros() + kBudgetMicros;
    TendAdmission(turn);
    while (RunRound(turn) && needs_.clock.MonotonicMicros() < turn.until) {
    }
    TendRest(turn);
    return turn.first_error;
}

Status Service::RunTally() {
    return tally_->Run(*snapshot_);
}

// Days matter here, not seconds.
bool Service::TendRest(Turn& turn) {
    if (needs_.clock.MonotonicMicros() < gauges_due_) return false;
    const auto erased = EraseDueAnswers(*this);
    if (!erased.ok()) Note(turn, "erase answers", {}, erased.error());
    if (erased.ok() && *erased) return true;
    const auto people = EraseDuePeople(*this);
    if (!people.ok()) Note(turn, "erase people", {}, people.error());
    if (people.ok() && *people) return true;
    Note(turn, "gauges", {}, SetGauges());
    return false;
}

// Seeds for events that were published, and the next ones of every open queue.
void Service::TendAdmission(Turn& turn) const {
    const auto fresh = needs_.db.Read([](Reader& reader) { return store::EventsToPrepare(reader, kQueuesAtOnce); });
    if (!fresh.ok()) Note(turn, "job.prepare_admission", {}, fresh.error());
    for (const EventId event : fresh.ok() ? *fresh : std::vector<EventId>{}) {
        std::array<std::uint8_t, 32> bytes{};
        needs_.random.Fill(bytes);
        const std::string seed = base::HexEncode(bytes);
        const auto commit = NewCommit(store::Actor::Server(), 1);
        Note(turn, "job.prepare_admission", event, needs_.db.Write("job.prepare_admission", [&](Writer& writer) {
            auto mine = commit;
            return store::PrepareAdmission(writer, mine, event, seed);
        }));
    }
    const auto queues =
        needs_.db.Read([&](Reader& reader) { return store::QueuesToServe(reader, needs_.clock.Now(), kQueuesAtOnce); });
    if (!queues.ok()) Note(turn, "job.serve_queue", {}, queues.error());
    for (const store::Event& event : queues.ok() ? *queues : std::vector<store::Event>{}) {
        const auto commit = NewCommit(store::Actor::Server(), 1);
        const auto moved = needs_.db.Write("job.serve_queue", [&](Writer& writer) {
            auto mine = commit;
            return store::ServeQueue(writer, mine, event);
        });
        if (!moved.ok()) Note(turn, "job.serve_queue", event.id, moved.error());
    }
}

// A part of a draw that is under way; how many it dealt with.
Result<std::int64_t> Service::Draw(EventId event) const {
    RT_TRY(const auto order, needs_.db.Read([&](Reader& reader) -> Result<std::vector<std::string>> {
        RT_TRY(const auto row, store::FindAdmission(reader, event));
        RT_TRY(auto pool, store::PoolOf(reader, event));
        return OrderOf(row->seed, std::move(pool)).order;
    }));
    std::int64_t all = 0;
    for (int chunk = 0; chunk < kDrawChunks; ++chunk) {
        const auto commit = NewCommit(store::Actor::Server(), kJobRows * store::kCommandIds);
        RT_TRY(const auto done, needs_.db.Write(NameOf(kDraw), [&](Writer& writer) {
            auto mine = commit;
            return store::DrawSome(writer, mine, event, order, kJobRows);
        }));
        if (done == 0) break;
        all += done;
    }
    return all;
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
