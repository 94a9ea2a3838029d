// Everything of the game beside the table: finished games, profiles, figures, replays, reports, mutes and bans. What
// app/ builds, and what the routes and tests of the hall use.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "avalon/room/archive.h"
#include "avalon/room/control.h"
#include "avalon/room/moderation.h"
#include "avalon/room/people.h"
#include "avalon/store/players.h"
#include "base/ids.h"
#include "base/log.h"
#include "base/metrics.h"
#include "base/random.h"
#include "net/route.h"
#include "storage/audit/trail.h"
#include "storage/sql/database.h"

namespace rt::avalon {

// Everything outlives the hall.
struct HallParts {
    storage::sql::Database& db;
    const storage::audit::Trail& trail;
    IdGenerator& ids;
    Random& random;
    const base::Clock& clock;
    base::Log& log;
    base::Metrics& metrics;
    TextCheck& texts;
};

// Thread-safe.
class Hall final : public Archive, public People {
  public:
    static constexpr std::size_t kPeopleMax = 10'000;                            // kept in memory
    static constexpr std::int64_t kPersonMicros = 5 * base::kMicrosPerSecond;    // then read again: another process
    static constexpr std::int64_t kLeadersMicros = 15 * base::kMicrosPerSecond;  // may have changed it

    explicit Hall(const HallParts& parts) : parts_(parts) {}
    Hall(const Hall&) = delete;
    Hall& operator=(const Hall&) = delete;

    // The rooms, once they are there; null again before they go. Without them there is no live room and no chat.
    void Attach(RoomsControl* rooms) { rooms_.store(rooms); }
    RoomsControl* rooms() const { return rooms_.load(); }

    // Archive. One commit; counts the game when it was new.
    Status Save(const GameRecord& record) override;

    // People. NOT_FOUND for an account that has ended.
    Result<Person> Load(std::int64_t user_id) override;
    // After a commit that changed what Load() says: forgets it and tells the rooms.
    void PersonChanged(store::UserId user);

    // Best first, at most kLeadersMicros old.
    using LeadersPtr = std::shared_ptr<const std::vector<store::Player>>;
    Result<LeadersPtr> Leaders();

    // May wait for a service. TEXT_REFUSED; UNAVAILABLE when nobody could tell.
    Status CheckText(store::UserId user, const std::string& text);

    const HallParts& parts() const { return parts_; }

  private:
    struct Kept {
        Person person;
        std::int64_t until = 0;  // monotonic µs
    };
    Result<Person> ReadPerson(store::UserId user);

    const HallParts parts_;
    std::atomic<RoomsControl*> rooms_{nullptr};

    std::mutex people_mutex_;  // guards the two below
    std::unordered_map<std::int64_t, Kept> people_;
    std::uint64_t people_changes_ = 0;

    std::mutex leaders_mutex_;  // guards the two below
    LeadersPtr leaders_;
    std::int64_t leaders_until_ = 0;
};

struct HallApiOptions {
    std::string base = "/api/v1";
};
// `hall` must outlive the table.
net::RouteTable HallRoutes(Hall& hall, const HallApiOptions& options);

// As everybody sees him.
std::string NicknameOf(const store::Player& player);
std::string AvatarOf(const store::Player& player);
// In points; what a page shows.
std::int64_t PointsOf(std::int64_t rating);

}  // namespace rt::avalon
