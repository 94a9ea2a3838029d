// The game as one object: rooms, quick match, the door for sockets, lists over HTTP.
#pragma once

#include <functional>
#include <string>

#include "avalon/live/gate.h"
#include "avalon/lobby/quick_match.h"
#include "avalon/room/rooms.h"
#include "net/route.h"

namespace rt::avalon {

// Thread-safe.
class Service {
  public:
    struct Parts {
        storage::kv::Store& kv;
        const base::Clock& clock;
        Random& random;
        Log& log;
        Metrics& metrics;
        TextCheck& text;
        Archive& archive;
        People& people;
        net::RateLimiter& limiter;
        std::function<Result<Ticket>(std::string_view token)> verify;
        std::function<bool(net::Run pool, std::function<void()> task)> submit;
    };
    Service(RoomsOptions options, const Parts& parts);
    ~Service() { Stop(); }

    // Brings the rooms back and starts their threads.
    Status Start() { return rooms_.Start(); }
    // Idempotent. After it nothing of a room changes any more; what was acknowledged is on disk.
    void Stop() { rooms_.Stop(); }

    // For the hub's namespace.
    realtime::Handler& handler() { return gate_; }
    Rooms& rooms() { return rooms_; }
    // Lists of rooms. base: "/api/v1".
    net::RouteTable Routes(const std::string& base);

  private:
    Rooms rooms_;
    QuickMatch match_;
    Gate gate_;
};

}  // namespace rt::avalon
