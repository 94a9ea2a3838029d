// A namespace: its handler, its sockets by id, user and recovery, its rooms. Internal to realtime.
#pragma once

#include <array>
#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "realtime/client_socket.h"
#include "realtime/history.h"
#include "realtime/hub.h"
#include "realtime/realtime.h"
#include "realtime/timers.h"

namespace rt::realtime {

// What a namespace shares with the others of its hub.
struct HubShared {
    const HubOptions& options;
    const HubParts& parts;
    Timers& timers;
    KeptBytes kept;
    Offsets offsets;
};

// Thread-safe. Locks are taken in this order: a shard of rooms, a socket, what lies below.
class NamespaceRooms final : public Namespace {
  public:
    using Member = std::shared_ptr<ClientSocket>;

    NamespaceRooms(std::string name, Handler& handler, HubShared& shared);

    const std::string& name() const override { return name_; }
    std::size_t EmitToRoom(std::string_view room, const MessagePtr& message, std::string_view except) override;
    std::size_t EmitToAll(const MessagePtr& message) override;
    SocketPtr TakeOver(std::string_view room, const SocketPtr& socket) override;
    SocketPtr Find(std::string_view socket_id) const override;
    std::vector<SocketPtr> SocketsOf(std::int64_t user_id) const override;
    std::vector<SocketPtr> Members(std::string_view room) const override;
    std::size_t size() const override;

    Handler& handler() { return handler_; }
    HubShared& shared() { return shared_; }

    // A socket for a client that was let in; known from now on.
    Member Make(const Handshake& handshake, net::Principal principal);
    // The socket that this user may recover; null if there is none.
    Member FindToResume(const std::string& pid, std::int64_t user_id) const;
    bool Join(std::string_view room, const Member& member);
    void Leave(std::string_view room, const Member& member);
    // Out of the tables; its rooms are left already.
    void Forget(const ClientSocket& socket);
    // The hub goes; sockets that the application still holds are dead from now on.
    void CloseAll();

  private:
    struct Shard {
        mutable std::mutex mutex;
        std::unordered_map<std::string, std::vector<Member>> rooms;
        void Remove(std::string_view room, const ClientSocket& member);
    };
    static constexpr std::size_t kShards = 16;
    Shard& ShardOf(std::string_view room) const;

    const std::string name_;
    Handler& handler_;
    HubShared& shared_;
    mutable std::array<Shard, kShards> shards_;
    mutable std::mutex mutex_;
    std::unordered_map<std::string, Member> by_id_;
    std::unordered_map<std::string, Member> by_pid_;
    std::unordered_multimap<std::int64_t, Member> by_user_;
};

}  // namespace rt::realtime
