// The threads of the rooms, and their return after a restart.
#include <pthread.h>

#include <algorithm>
#include <chrono>

#include "avalon/room/rooms.h"

namespace rt::avalon {
namespace {

constexpr std::int64_t kArchiveWaitMaxMs = 60'000;
constexpr std::int64_t kLookEveryMicros = base::kMicrosPerSecond / 4;  // at the clocks, at least

// Until those who watch have seen the end of this game.
std::int64_t DelayLeft(const std::vector<LogRow>& rows, base::Time now) {
    const int delay_s = rows.front().head.has_value() ? rows.front().head->delay_s : 0;
    // A wall clock that was set back must not hold it longer.
    return std::clamp<std::int64_t>(rows.back().at.micros + DelayMicros(delay_s) - now.micros, 0, DelayMicros(delay_s));
}

std::thread Named(const char* name, std::function<void()> body) {
    return std::thread([name, body = std::move(body)] {
        pthread_setname_np(pthread_self(), name);
        body();
    });
}

}  // namespace

Status Rooms::Start() {
    RT_CHECK_OK(Recover());
    if (options_.workers == 0) return Ok();
    journal_.Start();
    for (std::size_t i = 0; i < options_.workers; ++i) threads_.push_back(Named("room worker", [this] { Work(); }));
    threads_.push_back(Named("room timers", [this] { KeepTime(); }));
    threads_.push_back(Named("room archive", [this] { KeepGames(); }));
    return Ok();
}

void Rooms::Stop() {
    {
        const std::scoped_lock lock(mutex_, run_mutex_, games_mutex_);
        if (stopping_) return;
        stopping_ = true;
    }
    timer_wake_.notify_all();
    run_wake_.notify_all();
    games_wake_.notify_all();
    for (std::thread& thread : threads_) thread.join();
    journal_.Stop();
}

Status Rooms::Recover() {
    const std::int64_t started = parts_.clock.MonotonicMicros();
    const base::Time now = parts_.clock.Now();
    std::vector<std::string> broken;
    RT_TRY(auto stored, LoadRooms(parts_.kv, broken));
    for (const std::string& room_id : broken) {
        parts_.log.Error("a room cannot be read and is left alone", {{"room", room_id}});
    }
    for (auto& [room_id, room] : stored) {
        for (const auto& [game_no, rows] : room.games) {
            const bool over =
                !room.table.has_value() || game_no < room.table->game_no || room.table->state == RoomState::kEnded;
            if (!over || room.archived.contains(game_no)) continue;
            GameOver(room_id, game_no, started + DelayLeft(rows, now));
        }
        if (!room.table.has_value()) continue;
        const Table table = *room.table;
        auto revived = std::make_shared<Room>(PartsOfRoom(), std::move(room));
        {
            const std::lock_guard lock(mutex_);
            Insert(revived, table);
        }
        revived->Recover();
    }
    const std::int64_t took = parts_.clock.MonotonicMicros() - started;
    parts_.metrics.Get(Metric::kAvalonRecovery).Set(took / base::kMicrosPerMilli);
    if (!stored.empty()) {
        parts_.log.Info("rooms are back", {{"rooms", size()}, {"ms", took / base::kMicrosPerMilli}});
    }
    return Ok();
}

void Rooms::MakeRunnable(Room& room) {
    {
        const std::lock_guard lock(run_mutex_);
        runnable_.push_back(room.shared_from_this());
    }
    run_wake_.notify_one();
}

// Runs one room; the lock is free meanwhile.
bool Rooms::RunOne(std::unique_lock<std::mutex>& lock) {
    if (runnable_.empty()) return false;
    const std::shared_ptr<Room> room = std::move(runnable_.front());
    runnable_.pop_front();
    lock.unlock();
    room->Run();
    lock.lock();
    return true;
}

void Rooms::Work() {
    std::unique_lock lock(run_mutex_);
    while (true) {
        run_wake_.wait(lock, [this] { return stopping_ || !runnable_.empty(); });
        if (stopping_) return;
        RunOne(lock);
    }
}

bool Rooms::WakeDue() {
    std::vector<std::shared_ptr<Room>> due;
    const std::int64_t now = parts_.clock.MonotonicMicros();
    {
        const std::lock_guard lock(mutex_);
        while (!timers_.empty() && timers_.begin()->first <= now) {
            const auto entry = rooms_.find(timers_.begin()->second);
            timers_.erase(timers_.begin());
            if (entry == rooms_.end()) continue;
            entry->second.due = 0;
            due.push_back(entry->second.room);
        }
    }
    for (const auto& room : due) room->Wake();
    return !due.empty();
}

void Rooms::KeepTime() {
    while (true) {
        WakeDue();
        if (tick_) tick_();
        std::unique_lock lock(mutex_);
        if (stopping_) return;
        std::int64_t wait = kLookEveryMicros;
        if (!timers_.empty()) {
            wait = std::clamp<std::int64_t>(timers_.begin()->first - parts_.clock.MonotonicMicros(), 0, wait);
        }
        timer_wake_.wait_for(lock, std::chrono::microseconds(wait));
    }
}

// The game that waits longest: to the archive, and its rows get their expiry.
bool Rooms::ArchiveOne() {
    Game game;
    const std::int64_t now = parts_.clock.MonotonicMicros();
    {
        const std::lock_guard lock(games_mutex_);
        const auto due = std::find_if(games_.begin(), games_.end(), [&](const Game& one) { return one.due <= now; });
        if (due == games_.end()) return false;
        game = *due;
        games_.erase(due);
    }
    const auto record = LoadGame(parts_.kv, game.room_id, game.game_no);
    if (!record.ok() && record.error().code == Code::kNotFound) return true;
    Status saved = record.ok() ? parts_.archive.Save(*record) : Status(record.error());
    if (saved.ok()) {
        const base::Time expires = parts_.clock.Now().Plus(options_.limits.archive_keep_s * base::kMicrosPerSecond);
        saved = MarkArchived(parts_.kv, game.room_id, game.game_no, expires);
    }
    if (saved.ok()) return true;
    parts_.log.Warn(
        "a game is not in the archive yet",
        {{"room", game.room_id}, {"code", base::Info(saved.error().code).wire}, {"detail", saved.error().detail}});
    game.due = now + game.wait_ms * base::kMicrosPerMilli;
    game.wait_ms = std::min(game.wait_ms * 2, kArchiveWaitMaxMs);
    const std::lock_guard lock(games_mutex_);
    games_.push_back(std::move(game));
    return true;
}

void Rooms::KeepGames() {
    while (true) {
        {
            std::unique_lock lock(games_mutex_);
            games_wake_.wait_for(lock, std::chrono::seconds(1), [this] { return stopping_ || !games_.empty(); });
            if (stopping_) return;
        }
        if (!ArchiveOne()) {
            std::unique_lock lock(games_mutex_);
            games_wake_.wait_for(lock, std::chrono::milliseconds(200), [this] { return stopping_; });
        }
    }
}

bool Rooms::Pump() {
    bool any = WakeDue();
    if (tick_) tick_();
    {
        std::unique_lock lock(run_mutex_);
        while (RunOne(lock)) any = true;
    }
    any = journal_.Pump() || any;
    while (ArchiveOne()) any = true;
    return any;
}

}  // namespace rt::avalon
