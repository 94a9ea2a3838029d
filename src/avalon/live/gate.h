// The door of the game for realtime clients: who comes in, and where each command goes.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "avalon/lobby/quick_match.h"
#include "avalon/room/people.h"
#include "avalon/room/rooms.h"
#include "net/rate_limiter.h"
#include "net/route.h"
#include "realtime/realtime.h"

namespace rt::avalon {

// A sign-in that was checked, and how to ask later whether it still holds: from memory, under locks of the caller.
struct Ticket {
    net::Principal principal;
    std::function<bool()> holds;
};

inline constexpr std::size_t kGuessesMax = 10;  // wrong passwords and codes of one person ...
inline constexpr std::int64_t kGuessWindowMicros = 10 * base::kMicrosPerMinute;  // ... in this time
inline constexpr std::size_t kPersonsMax = 50'000;                               // known without being connected
inline constexpr std::int64_t kArrivalMicros = base::kMicrosPerMinute;           // ... for this long at least
inline constexpr std::int64_t kSweepMicros = 5 * base::kMicrosPerSecond;

// Thread-safe.
class Gate final : public realtime::Handler {
  public:
    struct Parts {
        Rooms& rooms;
        QuickMatch& match;
        People& people;
        const base::Clock& clock;
        Random& random;
        Log& log;
        Metrics& metrics;
        TextCheck& text;            // names of rooms
        net::RateLimiter& limiter;  // RateRules::socket_messages of each connection
        // TOKEN_EXPIRED, UNAUTHENTICATED. From memory alone.
        std::function<Result<Ticket>(std::string_view token)> verify;
        // Runs a task on a pool; false when it was not taken.
        std::function<bool(net::Run pool, std::function<void()> task)> submit;
    };
    explicit Gate(const Parts& parts) : parts_(parts) {}

    void Authorize(const realtime::Handshake& handshake, realtime::Verdict verdict) override;
    void OnConnect(const realtime::SocketPtr& socket, const realtime::Handshake& handshake, bool recovered) override;
    void OnEvent(const realtime::SocketPtr& socket, realtime::Event event, realtime::Ack ack) override;
    void OnDisconnect(const realtime::SocketPtr& socket, realtime::Reason reason) override;

    // Puts out whose sign-in has ended, also if they say nothing; looks every kSweepMicros, however often it is called.
    void Sweep();
    // His record has changed: it is read again, and every room he is in hears of it.
    void Reload(std::int64_t user_id);

  private:
    struct Session {
        PersonPtr person;
        realtime::SocketPtr socket;
        LinePtr line;
        base::Locale locale = base::Locale::kZhCn;
        std::function<bool()> holds;
        std::int64_t commands_full_at = 0;
    };
    struct Known {
        PersonPtr person;
        int sockets = 0;
        std::int64_t admitted = 0;  // monotonic: a connection of his may be about to begin
    };

    Result<Ticket> TicketOf(const realtime::Handshake& handshake) const;
    void Remember(const PersonPtr& person);
    Result<RoomCommand> CommandOf(const realtime::SocketPtr& socket, realtime::Event& event, const realtime::Ack& ack);
    void Dispatch(RoomCommand command);
    Result<json::Object> Answered(const RoomCommand& command);
    void Create(RoomCommand command);
    void Join(RoomCommand command);
    void WithName(RoomCommand command, const std::function<void(RoomCommand)>& then);
    void WithPassword(RoomCommand command, std::function<void(RoomCommand)> then);
    void Reply(const RoomCommand& command, const Result<json::Object>& result);
    Status TakeGuess(std::int64_t user_id);
    void GiveBackGuess(std::int64_t user_id);
    std::optional<Rooms::Found> RoomMeant(const json::Value& data) const;

    const Parts parts_;
    mutable std::mutex mutex_;                           // guards the four below
    std::unordered_map<std::string, Session> sessions_;  // by id of the socket
    std::unordered_map<std::int64_t, Known> persons_;
    std::map<std::int64_t, std::deque<std::int64_t>> guesses_;
    std::int64_t swept_ = 0;
};

}  // namespace rt::avalon
