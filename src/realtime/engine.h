// Engine.IO 3 and 4 on one path: handshakes, the table of sessions, what is answered to requests. Internal to realtime.
#pragma once

#include <array>
#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/metrics.h"
#include "base/random.h"
#include "net/route.h"
#include "net/websocket.h"
#include "realtime/hub.h"
#include "realtime/session.h"
#include "realtime/timers.h"

namespace rt::realtime {

// Errors of the reference, with its numbers.
enum class EngineError : std::uint8_t {
    kUnknownTransport,
    kUnknownSid,
    kBadHandshakeMethod,
    kBadRequest,
    kForbidden,
    kUnsupportedVersion,
};
// {"code":n,"message":"..."}
net::Response ErrorAnswer(EngineError error);
// To a POST.
net::Response PostedAnswer();
// The digits of `j`, if the request is one of JSONP.
std::optional<std::string> JsonpIndex(const net::Request& request);
// To a GET.
net::Response PollAnswer(std::string body, std::string_view content_type, const std::optional<std::string>& jsonp);

// Random enough to be the only credential of a session.
std::string NewSecretId(Random& random);

// Thread-safe.
class Engine {
  public:
    using MakeListener = std::function<std::shared_ptr<SessionListener>(std::shared_ptr<Session>)>;

    // `options`, `parts` and `timers` outlive the engine, which outlives its sessions.
    // `name` is that of its routes.
    Engine(std::string name, std::string path, const HubOptions& options, const HubParts& parts, Timers& timers,
           MakeListener listener);

    net::RouteTable Routes();
    net::SocketRoute Socket();
    bool Owns(std::string_view path) const;

    // Ends every session, and begins none from now on.
    void Stop(Reason reason);

    std::shared_ptr<Session> Find(std::string_view sid) const;
    // Called by the session, once.
    void Remove(const Session& session);
    // New, with the listener that goes with it; null if there are too many.
    std::shared_ptr<Session> Begin(protocol::Version version, Origin origin,
                                   const std::shared_ptr<net::Socket>& socket);

    const HubOptions& options() const { return options_; }
    const HubParts& parts() const { return parts_; }
    Timers& timers() { return timers_; }
    void Count(Session::Transport transport, int change);
    void CountHandshake(std::string_view result) const;
    void CountUpgrade(std::string_view result) const;
    void CountClosed(Reason reason) const;
    base::Series& packets_in;
    base::Series& packets_out;

  private:
    struct Shard {
        mutable std::mutex mutex;
        std::unordered_map<std::string, std::shared_ptr<Session>> sessions;
    };
    struct Asked {
        std::optional<EngineError> error;
        std::shared_ptr<Session> session;  // null: a handshake
        protocol::Version version = protocol::Version::kV4;
    };
    static constexpr std::size_t kShards = 16;

    Asked Ask(const net::Request& request, bool upgrade) const;
    net::Response Handle(const net::Request& request);
    net::Response Handshake(const net::Request& request, protocol::Version version);
    net::SocketAnswer Accept(const net::Request& request);
    Shard& ShardOf(std::string_view sid) const;
    // A place for one more session of this client; false if there is none.
    bool Reserve(const std::string& client);
    void Release(const std::string& client);

    const std::string name_;
    const std::string path_;
    const HubOptions& options_;
    const HubParts& parts_;
    Timers& timers_;
    const MakeListener make_listener_;
    std::atomic<bool> stopping_{false};
    std::mutex count_mutex_;
    std::size_t count_ = 0;
    std::unordered_map<std::string, std::size_t> by_client_;
    mutable std::array<Shard, kShards> shards_;
};

}  // namespace rt::realtime
