// The events as the public sees them: ready JSON in memory, at most a second old, read on the reactors without a lock
// on any store (registration.md §2.2). Never used for decisions.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/log.h"
#include "base/result.h"
#include "registration/privacy.h"
#include "registration/store/events.h"
#include "storage/sql/database.h"

namespace rt::registration {

inline constexpr std::int64_t kSnapshotPeriodMicros = 500'000;
inline constexpr std::int64_t kPublicEventsMax = 10'000;  // the newest by start

// One event, rendered. Immutable.
struct PublicEvent {
    store::Event event;
    Phase phase = Phase::kUpcoming;
    std::string list_json;    // an element of the list
    std::string detail_json;  // the whole answer; of a PRIVATE event what those outside may know
    std::string open_json;    // the whole answer for those let in
    std::string etag;         // strong, with quotes
    Availability availability = Availability::kOk;
    std::shared_ptr<const std::string> live_json;  // what open pages are told (live.h)
    std::string live_name;                         // what they subscribe by
    // Answers with `detail_json` since somebody took them to the figures of the event; goes on from one rendering to
    // the next.
    std::shared_ptr<std::atomic<std::int64_t>> views;
};

// All of them. Immutable, shared by readers.
struct PublicEvents {
    std::map<std::string, std::shared_ptr<const PublicEvent>, std::less<>> by_id;    // public id
    std::map<std::string, std::shared_ptr<const PublicEvent>, std::less<>> by_slug;  // also LINK ones
    std::map<std::string, std::shared_ptr<const PublicEvent>, std::less<>> by_live;  // live name
    std::vector<std::shared_ptr<const PublicEvent>> listed;                          // PUBLIC, newest start first
    std::int64_t audit_seq = 0;                                                      // of the state it shows
};

// What pages subscribe to an event by (live.h): its public id, or, of a PRIVATE event, a name that only those who were
// let in are told.
std::string LiveName(const Privacy& privacy, const store::Event& event);

// Thread-safe.
class PublicSnapshot {
  public:
    PublicSnapshot(storage::sql::Database& db, const Privacy& privacy, const base::Clock& clock, base::Log& log);
    ~PublicSnapshot();
    PublicSnapshot(const PublicSnapshot&) = delete;
    PublicSnapshot& operator=(const PublicSnapshot&) = delete;

    // Loads once, then keeps it fresh on its own thread ("events") until the object ends.
    Status Start();
    // Brings in what was committed since. Called by the thread, and by commands whose author looks at once.
    Status Refresh();
    // Never null.
    std::shared_ptr<const PublicEvents> Get() const;

  private:
    struct State;
    void Loop();
    const std::unique_ptr<State> state_;
};

}  // namespace rt::registration
