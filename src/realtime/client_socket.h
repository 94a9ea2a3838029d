// One client in one namespace, whatever it is connected through. Internal to realtime.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "realtime/history.h"
#include "realtime/message.h"
#include "realtime/realtime.h"
#include "realtime/strand.h"
#include "realtime/timers.h"

namespace rt::realtime {

class NamespaceRooms;

// The connection below a socket. Thread-safe; calls come with the socket's lock held and do not come back to it.
class Link {
  public:
    virtual ~Link() = default;
    // `offset` is empty where nothing is kept for a recovery.
    virtual bool Deliver(const std::string& nsp, const Message& message, const std::string& offset) = 0;
    virtual bool Writable() = 0;
    // `pid` is empty where there is no recovery.
    virtual void Accepted(const std::string& nsp, const std::string& id, const std::string& pid) = 0;
    virtual void Answer(const std::string& nsp, std::uint64_t ack_id, const std::string& args_json,
                        std::vector<std::string> attachments) = 0;
    // The server ends it.
    virtual void Dismiss(const std::string& nsp) = 0;
    // Another connection took its place.
    virtual void Replaced(const std::string& nsp) = 0;
};
using LinkPtr = std::shared_ptr<Link>;
using HandshakePtr = std::shared_ptr<const Handshake>;

class ClientSocket final : public Socket, public Timed {
  public:
    // `pid` is empty where there is no recovery.
    ClientSocket(NamespaceRooms& nsp, std::string id, std::string pid, const Handshake& handshake,
                 net::Principal principal);

    // Socket; any thread.
    const std::string& id() const override { return id_; }
    const net::Principal& principal() const override { return principal_; }
    Protocol protocol() const override { return protocol_; }
    const std::string& client() const override { return client_; }
    bool connected() const override;
    bool Emit(const MessagePtr& message) override;
    void Disconnect() override;
    bool Join(std::string_view room) override;
    void Leave(std::string_view room) override;

    // For links. The client gets its CONNECT answer, the handler OnConnect.
    void Attach(LinkPtr link, HandshakePtr handshake);
    // The same after a break, with what was missed. false if that is not possible any more.
    bool Reattach(const LinkPtr& link, HandshakePtr handshake, std::string_view offset);
    // The connection, or this namespace of it, has ended. Nothing happens if `link` is not its link any more.
    void Detach(const Link* link, Reason reason);
    void Dispatch(const LinkPtr& link, Event event, std::optional<std::uint64_t> ack_id);
    void Answer(const std::weak_ptr<Link>& link, std::uint64_t ack_id, const std::string& args_json,
                std::vector<std::string> attachments);
    bool gone() const;
    const std::string& pid() const { return pid_; }

    // For rooms, which hold their own lock. false if it is gone or in too many.
    bool EnterRoom(std::string_view room);
    void LeaveRoom(std::string_view room);

    // The hub goes: nothing of it is touched any more.
    void Abandon();

    // The time for a recovery is over.
    void OnTimer() override;

  private:
    enum class Phase : std::uint8_t { kNew, kConnected, kDetached, kGone };

    std::shared_ptr<ClientSocket> Self();
    // Out of all rooms and tables. After the phase became kGone.
    void Vanish();
    void Tell(Reason reason);

    NamespaceRooms& nsp_;
    const std::string id_;
    const std::string pid_;
    const net::Principal principal_;
    const Protocol protocol_;
    const std::string client_;
    Strand strand_;

    mutable std::mutex mutex_;
    Phase phase_ = Phase::kNew;
    LinkPtr link_;
    std::vector<std::string> rooms_;
    History history_;
    std::int64_t forget_at_ = 0;
    Timers::Entry timer_;
};

}  // namespace rt::realtime
