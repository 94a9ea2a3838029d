// All rooms of the process: where they are found, the workers that run them, the thread of their timers, the journal,
// the way of finished games to the archive, and their return after a restart.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "avalon/room/archive.h"
#include "avalon/room/control.h"
#include "avalon/room/room.h"

namespace rt::avalon {

struct RoomsOptions {
    std::size_t rooms_max = 2'000;
    std::size_t rooms_per_user_max = 5;  // in which one person plays or watches
    std::size_t workers = 2;             // 0: none, and no other thread: the caller pumps
    RoomLimits limits;
};
inline constexpr std::size_t kListedMax = 100;  // rooms of one answer

// What a new room is made from.
struct RoomPlan {
    std::string name;
    Setup setup;
    bool listed = false;
    std::string password_hash;
    SpectatorRules spectators;
    bool quick_match = false;
    // Of a quick match: its commitment was told before the places gave their bytes. None: drawn with the room.
    std::optional<GameDraw> game;
    std::vector<Place> places;  // one a player of the setup
    std::int64_t host = 0;
};

// Thread-safe.
class Rooms final : public RoomsControl, private RoomHost {
  public:
    struct Parts {
        storage::kv::Store& kv;
        const base::Clock& clock;
        Random& random;
        Log& log;
        Metrics& metrics;
        TextCheck& text;
        Archive& archive;
    };
    Rooms(RoomsOptions options, const Parts& parts);
    ~Rooms() override;

    // Brings back what was there, then starts the threads.
    Status Start();
    // Finishes what is under way and ends the threads; rooms stay on disk. Idempotent.
    void Stop();

    // QUOTA_FULL at the cap of all rooms or of the user's. `command` is answered when the room is on disk; a
    // repetition of a command that made a room gets that room.
    Result<std::shared_ptr<Room>> Create(RoomPlan plan, std::optional<RoomCommand> command);
    std::shared_ptr<Room> Find(const std::string& room_id) const;
    // By id, code or link, as people write them; null if there is none.
    struct Found {
        std::shared_ptr<Room> room;
        std::shared_ptr<const RoomSummary> summary;
        bool by_link = false;
    };
    std::optional<Found> Look(std::string_view text) const;
    // Public rooms, those that wait for players first. `players` 0: of any size.
    std::vector<std::shared_ptr<const RoomSummary>> Listed(int players) const;
    std::vector<std::shared_ptr<const RoomSummary>> RoomsOf(std::int64_t user_id) const;
    // Games under way that he has left, and may come back to.
    std::vector<std::shared_ptr<const RoomSummary>> LeftBy(std::int64_t user_id) const;
    // May this person come into one room more? QUOTA_FULL.
    Status CheckPlace(std::int64_t user_id, const std::string& room_id) const;
    // Before Start(): who is asked when a person's record has changed, and what else the thread of the timers does.
    void OnPersonChanged(std::function<void(std::int64_t user_id)> changed) { person_changed_ = std::move(changed); }
    void OnTick(std::function<void()> tick) { tick_ = std::move(tick); }
    // To every room this person is in; who is banned loses his lines.
    void Tell(const PersonPtr& person);

    // RoomsControl
    void PersonChanged(std::int64_t user_id) override;
    std::vector<LiveRoom> Live() const override;
    std::vector<ChatLine> Chat(const std::string& room_id, std::int64_t user_id) const override;
    Status Void(const std::string& room_id) override;
    Status Close(const std::string& room_id) override;

    // Without threads: runs what is due and everything that follows from it. false: there was nothing to do.
    bool Pump();
    std::size_t size() const;

  private:
    struct Entry {
        std::shared_ptr<Room> room;
        std::shared_ptr<const RoomSummary> summary;
        std::int64_t due = 0;  // its place in `timers_`; 0: none
        std::string code;
        std::string link;
        std::string create_cmd;
        std::int64_t created_by = 0;
    };
    using RoomsByUser = std::unordered_map<std::int64_t, std::set<std::string>>;
    struct Game {
        std::string room_id;
        std::int64_t game_no = 0;
        std::int64_t due = 0;  // monotonic
        std::int64_t wait_ms = 0;
    };

    void MakeRunnable(Room& room) override;
    void WakeAt(Room& room, std::int64_t monotonic_micros) override;
    void Changed(Room& room, std::shared_ptr<const RoomSummary> summary) override;
    void GameOver(const std::string& room_id, std::int64_t game_no, std::int64_t due) override;
    void Gone(Room& room) override;

    RoomParts PartsOfRoom();
    Status Recover();
    void Insert(const std::shared_ptr<Room>& room, const Table& table);
    std::shared_ptr<Room> MadeBy(const RoomCommand& command) const;
    Status CheckCaps(const std::vector<Place>& places) const;
    void Work();
    void KeepTime();
    void KeepGames();
    bool RunOne(std::unique_lock<std::mutex>& lock);
    bool WakeDue();
    bool ArchiveOne();
    std::vector<std::shared_ptr<const RoomSummary>> In(const RoomsByUser& index, std::int64_t user_id) const;
    void Count(const std::shared_ptr<const RoomSummary>& before, const std::shared_ptr<const RoomSummary>& now);

    const RoomsOptions options_;
    const Parts parts_;
    Journal journal_;
    std::function<void(std::int64_t)> person_changed_;
    std::function<void()> tick_;

    mutable std::mutex mutex_;  // guards the directory
    std::unordered_map<std::string, Entry> rooms_;
    std::unordered_map<std::string, std::string> by_code_;
    std::unordered_map<std::string, std::string> by_link_;
    RoomsByUser by_user_;
    RoomsByUser by_leaver_;
    std::set<std::pair<std::int64_t, std::string>> timers_;
    std::condition_variable timer_wake_;

    std::mutex run_mutex_;
    std::condition_variable run_wake_;
    std::deque<std::shared_ptr<Room>> runnable_;

    std::mutex games_mutex_;
    std::condition_variable games_wake_;
    std::deque<Game> games_;

    bool stopping_ = false;  // guarded by each of the three, set under all
    std::vector<std::thread> threads_;
};

}  // namespace rt::avalon
