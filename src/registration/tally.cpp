#include "registration/tally.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "json/json.h"
#include "registration/domain/words.h"
#include "registration/public_snapshot.h"

namespace rt::registration {
namespace {

using storage::sql::Reader;
using storage::sql::Row;
using storage::sql::Statement;
using storage::sql::Writer;

// Rows of the journal in one read.
constexpr std::int64_t kRowsAtOnce = 500;
constexpr std::int64_t kCountMicrosMax = base::kMicrosPerSecond;  // of one call
constexpr std::int64_t kEventsMax = 1'000;                        // as many as a metric has series

constexpr Statement kLast{"tally.last", "SELECT MAX(seq) FROM audit"};
constexpr Statement kMoved{
    "tally.moved",
    "SELECT a.entity, a.action, e.public_id, COALESCE(d.public_id, ''), x.before, x.after FROM audit a"
    " JOIN audit_detail x ON x.seq = a.seq JOIN event e ON e.id = a.event"
    " LEFT JOIN registration r ON a.entity = 'registration' AND r.id = a.entity_id"
    " LEFT JOIN team t ON a.entity = 'team' AND t.id = a.entity_id"
    " LEFT JOIN division d ON d.id = COALESCE(r.division, t.division)"
    " WHERE a.seq > $1 AND a.seq <= $2 AND a.entity IN ('registration', 'team') ORDER BY a.seq"};
constexpr Statement kFill{"tally.fill",
                          "SELECT e.public_id, q.public_id, q.confirmed, q.cap FROM event e JOIN quota q"
                          " ON q.event = e.id WHERE e.state IN ('PUBLISHED', 'PAUSED') AND e.ends > $1 AND q.cap > 0"
                          " ORDER BY e.id DESC LIMIT $2"};
constexpr Statement kBacklog{"tally.backlog",
                             "SELECT e.public_id, (SELECT COUNT(*) FROM registration r WHERE r.event = e.id"
                             " AND r.state = 'IN_REVIEW') FROM event e WHERE e.state IN ('PUBLISHED', 'PAUSED')"
                             " AND e.review_stages > 0 ORDER BY e.id DESC LIMIT $1"};
constexpr Statement kAddViews{"event_view.add",
                              "INSERT INTO event_view (event, views) VALUES ($1, $2)"
                              " ON CONFLICT (event) DO UPDATE SET views = event_view.views + $2"};

// Of {"state":"READY"}; empty for anything else.
std::string StateIn(std::string_view text) {
    if (text.empty()) return {};
    const auto value = json::Decode(text);
    if (!value.ok() || !value->IsObject()) return {};
    const json::Value* state = value->Find("state");
    return state != nullptr && state->IsString() ? state->AsString() : std::string();
}

// Has its place, or has to pay for it only.
bool IsPlaced(std::string_view state) {
    return state == Word(RegistrationState::kConfirmed) || state == Word(RegistrationState::kAwaitingPayment) ||
           state == Word(RegistrationState::kCancelRequested);
}

}  // namespace

struct Tally::Moved {
    bool team = false;
    std::string action;
    std::string event;
    std::string division;
    std::string before;
    std::string after;
};

Status Tally::Begin() {
    RT_TRY(const auto last, needs_.db.Read([](Reader& reader) { return reader.FindInt(kLast, {}); }));
    seq_ = last.value_or(0);
    return Ok();
}

void Tally::CountTeam(const Moved& row) {
    needs_.metrics.Get(Metric::kTeams, {row.after}).Add();
    const bool founded = row.action == "team.found";
    if (!founded && row.after != Word(TeamState::kReady)) return;
    needs_.metrics.Get(Metric::kFunnel, {row.event, row.division, founded ? "founded" : "ready"}).Add();
}

void Tally::CountRegistration(const Moved& row) {
    needs_.metrics.Get(Metric::kRegistrations, {row.event, row.division, row.after}).Add();
    const auto step = [&](std::string_view name) {
        needs_.metrics.Get(Metric::kFunnel, {row.event, row.division, name}).Add();
    };
    if (row.action == "registration.submit") {
        needs_.metrics.Get(Metric::kTeams, {Word(TeamState::kSubmitted)}).Add();
        step("submitted");
    }
    if (IsPlaced(row.after) && !IsPlaced(row.before)) step("approved");
    if (row.action == "registration.pay") step("paid");
    if (row.action == "registration.check_in") step("checked_in");
}

Status Tally::Run(const PublicSnapshot& snapshot) {
    RT_CHECK_OK(Count());
    const std::int64_t now = needs_.clock.MonotonicMicros();
    if (now < due_) return Ok();
    due_ = now + kTallyPeriodMicros;
    RT_CHECK_OK(SaveViews(snapshot));
    return SetGauges();
}

Status Tally::Count() {
    if (seq_ < 0) return Begin();
    const std::int64_t until = needs_.clock.MonotonicMicros() + kCountMicrosMax;
    while (needs_.clock.MonotonicMicros() < until) {
        std::vector<Moved> moved;
        std::int64_t last = seq_;
        RT_CHECK_OK(needs_.db.Read([&](Reader& reader) -> Status {
            RT_TRY(const auto end, reader.FindInt(kLast, {}));
            last = std::min(end.value_or(0), seq_ + kRowsAtOnce);
            if (last <= seq_) return Ok();
            return reader.Each(kMoved, {seq_, last}, [&](const Row& row) {
                moved.push_back({row.TextView(0) == "team", row.Text(1), row.Text(2), row.Text(3),
                                 StateIn(row.TextView(4)), StateIn(row.TextView(5))});
            });
        }));
        if (last <= seq_) return Ok();
        seq_ = last;
        for (const Moved& row : moved) {
            if (row.after.empty() || row.after == row.before) continue;
            row.team ? CountTeam(row) : CountRegistration(row);
        }
    }
    return Ok();
}

Status Tally::SetGauges() {
    struct Full {
        std::string event;
        std::string quota;
        std::int64_t percent = 0;
    };
    RT_TRY(const auto fill, needs_.db.Read([&](Reader& reader) {
        return reader.All<Full>(kFill, {needs_.clock.Now(), kEventsMax}, [](const Row& row) {
            return Full{row.Text(0), row.Text(1), row.Int(2) * 100 / row.Int(3)};
        });
    }));
    for (const Full& one : fill) needs_.metrics.Get(Metric::kFill, {one.event, one.quota}).Set(one.percent);
    using Waits = std::pair<std::string, std::int64_t>;
    RT_TRY(const auto backlog, needs_.db.Read([&](Reader& reader) {
        return reader.All<Waits>(kBacklog, {kEventsMax}, [](const Row& row) { return Waits{row.Text(0), row.Int(1)}; });
    }));
    // An event that is over, or was cancelled, waits for nobody any more.
    std::set<std::string> gone;
    needs_.metrics.Each(Metric::kReviewBacklog, [&](const std::vector<std::string>& labels, const base::Series&) {
        gone.insert(labels.at(0));
    });
    for (const auto& [event, number] : backlog) {
        needs_.metrics.Get(Metric::kReviewBacklog, {event}).Set(number);
        gone.erase(event);
    }
    for (const std::string& event : gone) needs_.metrics.Get(Metric::kReviewBacklog, {event}).Set(0);
    return Ok();
}

Status Tally::SaveViews(const PublicSnapshot& snapshot) {
    struct Viewed {
        std::shared_ptr<const PublicEvent> event;
        std::int64_t views = 0;
    };
    std::vector<Viewed> viewed;
    const auto events = snapshot.Get();
    for (const auto& [id, event] : events->by_id) {
        const std::int64_t views = event->views->exchange(0, std::memory_order_relaxed);
        if (views > 0) viewed.push_back({event, views});
    }
    if (viewed.empty()) return Ok();
    const Status saved = needs_.db.Write("job.save_views", [&](Writer& writer) -> Status {
        for (const Viewed& one : viewed) {
            RT_CHECK_OK(writer.RunOne(kAddViews, {one.event->event.id, one.views}, Code::kInternal));
        }
        return Ok();
    });
    for (const Viewed& one : viewed) {
        if (saved.ok()) {
            needs_.metrics.Get(Metric::kFunnel, {one.event->event.public_id, "", "viewed"}).Add(one.views);
        } else {
            one.event->views->fetch_add(one.views, std::memory_order_relaxed);
        }
    }
    return saved;
}

}  // namespace rt::registration
