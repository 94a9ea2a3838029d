// The live channel of open pages: places left when they change, and how far the opening queue is, once a second
// (registration.md §2.2, §2.3). Whoever lost the connection subscribes again and knows all. What is told of a PRIVATE
// event is for those who were let in: they know the name to subscribe by (public_snapshot.h).
//
//   client: {"subscribe":"<live of the event>"}
//   server: {"type":"availability","event":"...","availability":"OK","places_left":12,"divisions":[...]}
//           {"type":"admission","event":"...","served":120,"last":900,"rate":50,"sold_out":false}
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/log.h"
#include "net/websocket.h"
#include "registration/public_snapshot.h"
#include "storage/sql/database.h"

namespace rt::registration {

inline constexpr std::int64_t kLivePeriodMicros = 250'000;
inline constexpr std::size_t kSubscriptionsMax = 5;         // of one socket
inline constexpr std::size_t kLiveMessageBytesMax = 1'024;  // from a client

// Thread-safe. The server that carries its sockets ends before it.
class Live {
  public:
    Live(PublicSnapshot& snapshot, storage::sql::Database& db, const base::Clock& clock, base::Log& log);
    ~Live();
    Live(const Live&) = delete;
    Live& operator=(const Live&) = delete;

    // Tells the subscribers from now on, on its own thread ("live"), until the object ends.
    void Start();
    // One round of telling. Called by the thread, and by tests.
    void Tick();

    net::SocketRoute Route(const std::string& base);

    struct State;

  private:
    const std::shared_ptr<State> state_;
};

}  // namespace rt::registration
