#include "registration/public_snapshot.h"

#include <pthread.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <set>
#include <thread>
#include <utility>

#include "base/encoding.h"
#include "crypto/hash.h"
#include "json/json.h"
#include "registration/cover_view.h"
#include "registration/store/access.h"
#include "registration/store/documents.h"
#include "registration/store/i18n.h"
#include "registration/views.h"

namespace rt::registration {
namespace {

using storage::sql::Reader;
using storage::sql::Row;
using storage::sql::Statement;

// Every change of an event has an audit row in its commit, so the chain tells what has changed, also by other
// processes.
constexpr Statement kLastSeq{"snapshot.last_seq", "SELECT MAX(seq) FROM audit"};
constexpr Statement kChanged{"snapshot.changed",
                             "SELECT DISTINCT event FROM audit WHERE seq > $1 AND seq <= $2 AND event <> 0"};
constexpr Statement kShown{"snapshot.shown",
                           "SELECT id FROM event WHERE state IN ('PUBLISHED', 'PAUSED', 'CANCELLED')"
                           " ORDER BY starts DESC, id DESC LIMIT $1"};

constexpr std::size_t kLiveNameChars = 32;  // 128 bits

using EventMap = std::map<EventId, std::shared_ptr<const PublicEvent>>;

std::string Envelope(const json::Value& data) {
    return json::Encode(json::Object{{"success", true}, {"data", data}});
}

// What open pages are told: places of the event and of each division.
std::shared_ptr<const std::string> LiveFrame(const std::string& event, const Places& places,
                                             const json::Object& detail) {
    json::Array divisions;
    if (const json::Value* list = detail.Find("divisions"); list != nullptr && list->IsArray()) {
        for (const json::Value& one : list->AsArray()) {
            json::Object frame;
            for (const char* key : {"id", "availability", "places_left"}) {
                const json::Value* value = one.Find(key);
                frame.Set(key, value == nullptr ? json::Value() : *value);
            }
            divisions.push_back(std::move(frame));
        }
    }
    json::Object frame{{"type", "availability"}, {"event", event}};
    SetPlaces(frame, places);
    frame.Set("divisions", std::move(divisions));
    return std::make_shared<const std::string>(json::Encode(frame));
}

Result<json::Value> DocumentsJson(Reader& reader, EventId event) {
    RT_TRY(const auto documents, store::CurrentDocuments(reader, event));
    json::Array out;
    for (const store::Document& document : documents) {
        out.push_back(json::Object{{"id", document.public_id},
                                   {"kind", Word(document.kind)},
                                   {"version", document.version},
                                   {"title", store::ToJson(document.title)}});
    }
    return json::Value(std::move(out));
}

// nullptr: the public may not see it.
Result<std::shared_ptr<PublicEvent>> Render(Reader& reader, const Privacy& privacy, EventId id, base::Time now) {
    RT_TRY(auto event, store::FindEvent(reader, id));
    if (!event.has_value() || !IsShown(event->state)) return std::shared_ptr<PublicEvent>();
    RT_TRY(const auto divisions, store::DivisionsOf(reader, id));
    RT_TRY(const auto quotas, store::QuotasOfEvent(reader, id));
    RT_TRY(auto forms, FormsJson(reader, id));
    const Places places = EventPlaces(*event, divisions, quotas);
    auto out = std::make_shared<PublicEvent>();
    out->views = std::make_shared<std::atomic<std::int64_t>>(0);
    out->phase = PhaseAt(event->times, now);
    RT_TRY(const json::Value cover, CoverJson(reader, id));
    json::Object item = EventJson(*event, now, Detail::kItem);
    item.Set("cover", cover);
    SetPlaces(item, places);
    out->list_json = json::Encode(item);
    json::Object detail = EventJson(*event, now, Detail::kFull);
    detail.Set("cover", cover);
    SetPlaces(detail, places);
    json::Array list;
    for (const store::Division& division : divisions) {
        json::Object one = DivisionJson(division, *event);
        SetPlaces(one, PlacesOf(QuotasFor(quotas, division.id), division.TeamMin(*event)));
        list.push_back(std::move(one));
    }
    detail.Set("divisions", std::move(list));
    detail.Set("forms", std::move(forms));
    out->availability = places.availability;
    out->live_json = LiveFrame(event->public_id, places, detail);
    RT_TRY(auto documents, DocumentsJson(reader, id));
    detail.Set("documents", std::move(documents));
    out->live_name = LiveName(privacy, *event);
    detail.Set("live", out->live_name);
    out->open_json = Envelope(std::move(detail));
    out->detail_json = out->open_json;
    if (event->visibility == Visibility::kPrivate) {
        RT_TRY(const bool has_list, store::HasAllowList(reader, id));
        json::Object locked = EventJson(*event, now, Detail::kItem);
        locked.Set("cover", cover);
        locked.Set("visibility", Word(event->visibility));
        locked.Set("locked", true);
        locked.Set("access", json::Object{{"passcode", !event->passcode_hash.empty()}, {"list", has_list}});
        out->detail_json = Envelope(std::move(locked));
    }
    const auto digest = crypto::Sha256(out->detail_json);
    out->etag = "\"" + base::HexEncode(std::span(digest).first(12)) + "\"";
    out->event = *std::move(event);
    return out;
}

std::shared_ptr<const PublicEvents> Index(const EventMap& events, std::int64_t audit_seq) {
    auto out = std::make_shared<PublicEvents>();
    out->audit_seq = audit_seq;
    for (const auto& [id, event] : events) {
        out->by_id.emplace(event->event.public_id, event);
        out->by_slug.emplace(event->event.slug, event);
        out->by_live.emplace(event->live_name, event);
        if (event->event.visibility == Visibility::kPublic) out->listed.push_back(event);
    }
    std::sort(out->listed.begin(), out->listed.end(), [](const auto& a, const auto& b) {
        return std::pair(a->event.times.starts, a->event.id) > std::pair(b->event.times.starts, b->event.id);
    });
    return out;
}

}  // namespace

struct PublicSnapshot::State {
    storage::sql::Database& db;
    const Privacy& privacy;
    const base::Clock& clock;
    base::Log& log;

    std::mutex refreshing;  // one refresh at a time; guards the next three
    EventMap events;
    std::int64_t seq = -1;
    std::optional<std::int64_t> version;  // of the data when they were read

    mutable std::mutex reading;  // guards `current` and `stopping`; held for an instant only
    std::shared_ptr<const PublicEvents> current = std::make_shared<PublicEvents>();
    std::condition_variable wake;
    bool stopping = false;
    std::thread thread;
};

std::string LiveName(const Privacy& privacy, const store::Event& event) {
    if (event.visibility != Visibility::kPrivate) return event.public_id;
    return privacy.BlindIndex("event.live", event.public_id).substr(0, kLiveNameChars);
}

PublicSnapshot::PublicSnapshot(storage::sql::Database& db, const Privacy& privacy, const base::Clock& clock,
                               base::Log& log)
    : state_(new State{db, privacy, clock, log, {}, {}, -1, {}, {}, std::make_shared<PublicEvents>(), {}, false, {}}) {}

PublicSnapshot::~PublicSnapshot() {
    {
        const std::lock_guard lock(state_->reading);
        state_->stopping = true;
    }
    state_->wake.notify_all();
    if (state_->thread.joinable()) state_->thread.join();
}

Status PublicSnapshot::Start() {
    RT_CHECK_OK(Refresh());
    state_->thread = std::thread([this] { Loop(); });
    pthread_setname_np(state_->thread.native_handle(), "events");
    return Ok();
}

void PublicSnapshot::Loop() {
    std::unique_lock lock(state_->reading);
    while (!state_->wake.wait_for(lock, std::chrono::microseconds(kSnapshotPeriodMicros),
                                  [this] { return state_->stopping; })) {
        lock.unlock();
        const Status status = Refresh();
        if (!status.ok()) state_->log.Warn("the public events could not be read", {{"detail", status.error().detail}});
        lock.lock();
    }
}

Status PublicSnapshot::Refresh() {
    const std::lock_guard refreshing(state_->refreshing);
    State& state = *state_;
    const base::Time now = state.clock.Now();
    RT_TRY(const std::int64_t version, state.db.DataVersion());
    const bool phases_hold = std::all_of(state.events.begin(), state.events.end(), [&](const auto& entry) {
        return PhaseAt(entry.second->event.times, now) == entry.second->phase;
    });
    if (version == state.version && phases_hold) return Ok();
    bool changed = state.seq < 0;
    const Status status = state.db.Read([&](Reader& reader) -> Status {
        RT_TRY(const auto last, reader.FindInt(kLastSeq, {}));
        const std::int64_t seq = last.value_or(0);
        std::set<EventId> due;
        if (state.seq < 0) {
            RT_CHECK_OK(
                reader.Each(kShown, {kPublicEventsMax}, [&](const Row& row) { due.insert(row.As<EventId>(0)); }));
        } else if (seq != state.seq) {
            RT_CHECK_OK(
                reader.Each(kChanged, {state.seq, seq}, [&](const Row& row) { due.insert(row.As<EventId>(0)); }));
        }
        for (const auto& [id, event] : state.events) {
            if (PhaseAt(event->event.times, now) != event->phase) due.insert(id);
        }
        for (const EventId id : due) {
            RT_TRY(auto event, Render(reader, state.privacy, id, now));
            if (event == nullptr) {
                state.events.erase(id);
            } else {
                const auto before = state.events.find(id);
                if (before != state.events.end()) event->views = before->second->views;
                state.events[id] = std::move(event);
            }
            changed = true;
        }
        state.seq = seq;
        return Ok();
    });
    RT_CHECK_OK(status);
    state.version = version;
    if (!changed) return Ok();
    auto next = Index(state.events, state.seq);
    const std::lock_guard reading(state.reading);
    state.current = std::move(next);
    return Ok();
}

std::shared_ptr<const PublicEvents> PublicSnapshot::Get() const {
    const std::lock_guard reading(state_->reading);
    return state_->current;
}

}  // namespace rt::registration
