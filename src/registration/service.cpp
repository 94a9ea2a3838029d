#include "registration/service.h"

#include <utility>

#include "registration/domain/calendar.h"
#include "registration/live.h"
#include "registration/public_snapshot.h"
#include "registration/store/queries.h"
#include "registration/tally.h"

namespace rt::registration {
namespace {

using storage::sql::Reader;

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

}  // namespace rt::registration
