// Quick match: one queue per number of players; who is found together confirms within fifteen seconds, and the game
// begins. In memory: after a restart people queue again.
#pragma once

#include <array>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "avalon/room/rooms.h"
#include "json/reader.h"

namespace rt::avalon {

inline constexpr std::int64_t kReadyCheckMicros = 15 * base::kMicrosPerSecond;
inline constexpr std::int64_t kQueueAbsenceMicros = 60 * base::kMicrosPerSecond;  // a place is kept so long
inline constexpr int kRefusalsMax = 2;
inline constexpr std::int64_t kRefusalWindowMicros = 10 * base::kMicrosPerMinute;
inline constexpr std::int64_t kQueueBlockMicros = 60 * base::kMicrosPerSecond;
inline constexpr std::size_t kQueueMax = 10'000;  // persons that wait
inline constexpr std::size_t kQueueLinesMax = 4;  // of one person, as with a page in two tabs; the newest ones

// Thread-safe; never waits.
class QuickMatch {
  public:
    struct Parts {
        Rooms& rooms;
        const base::Clock& clock;
        Random& random;
        Metrics& metrics;
    };
    explicit QuickMatch(const Parts& parts) : parts_(parts) {}

    // queue:join, queue:leave, queue:accept, queue:refuse. All may be repeated. QUEUE_BLOCKED with retry_after_s.
    Result<json::Object> Handle(const RoomCommand& command);
    // The person has one line more, or one less.
    void Connected(std::int64_t user_id, const LinePtr& line);
    void Disconnected(std::int64_t user_id, const std::string& line_id);
    // Ends ready checks and waits that are over.
    void Tick();

  private:
    struct Waiting {
        PersonPtr person;
        std::vector<LinePtr> lines;  // the one he was last heard on at the end; none: away
        int players = 0;
        std::int64_t away_since = 0;
        std::string random;  // 16 bytes, once he has accepted
        bool refused = false;
        bool away() const { return lines.empty(); }
    };
    struct Match {
        std::string id;
        int players = 0;
        GameDraw game;  // drawn before anybody is asked for his bytes
        std::string commitment;
        std::vector<Waiting> people;
        std::int64_t due = 0;
        base::Time expires;
    };
    struct Refusals {
        std::deque<std::int64_t> at;
        std::int64_t blocked_until = 0;
    };
    using Queue = std::deque<Waiting>;

    Result<json::Object> Join(const RoomCommand& command, json::Reader& in);
    Result<json::Object> Accept(const RoomCommand& command, json::Reader& in);
    Result<json::Object> Refuse(const RoomCommand& command, json::Reader& in);
    Result<json::Object> Leave(const RoomCommand& command, json::Reader& in);
    Status CheckBlocked(std::int64_t user_id) const;
    // In a queue or a ready check.
    Waiting* Find(std::int64_t user_id);
    Match* MatchOf(std::int64_t user_id);
    Match* MatchNamed(const std::string& id, std::int64_t user_id);
    void Remove(std::int64_t user_id);
    std::size_t Count() const;
    void Pair(int players);
    void Dissolve(Match match);
    void Begin(Match match);
    Match Take(const std::string& id);
    void Decline(const std::string& match_id, std::int64_t user_id);
    void NoteRefusal(std::int64_t user_id);
    void Measure();
    static void Heard(Waiting& waiting, const LinePtr& line);
    // On all his lines.
    static void Send(const Waiting& to, std::string_view name, const json::Object& data);
    static void SendState(const Waiting& to, std::string_view state, std::string_view reason);
    static void SendMatch(const Waiting& to, const Match& match);

    const Parts parts_;
    std::mutex mutex_;
    std::array<Queue, kSeatsMax + 1> queues_;
    std::map<std::string, Match> matches_;
    std::map<std::int64_t, Refusals> refusals_;
};

}  // namespace rt::avalon
