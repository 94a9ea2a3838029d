// Socket.IO on one Engine.IO session: namespaces, events with their attachments, acknowledgements. Internal to
// realtime.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "realtime/client_socket.h"
#include "realtime/namespace_rooms.h"
#include "realtime/protocol/socket_packet.h"
#include "realtime/session.h"

namespace rt::realtime {

// The namespaces that there are, by name; does not change once the server runs.
using Namespaces = std::map<std::string, std::unique_ptr<NamespaceRooms>, std::less<>>;

// SessionListener's calls and what else is private happen on the session's strand; Link's on any thread.
class SocketIoClient final : public SessionListener, public Link, public Timed {
  public:
    SocketIoClient(std::shared_ptr<Session> session, const Namespaces& namespaces);

    void OnOpen() override;
    void OnMessage(protocol::Form form, std::string_view data) override;
    void OnClose(Reason reason) override;

    bool Deliver(const std::string& nsp, const Message& message, const std::string& offset) override;
    bool Writable() override { return session_->Writable(); }
    void Accepted(const std::string& nsp, const std::string& id, const std::string& pid) override;
    void Answer(const std::string& nsp, std::uint64_t ack_id, const std::string& args_json,
                std::vector<std::string> attachments) override;
    void Dismiss(const std::string& nsp) override;
    void Replaced(const std::string& nsp) override;

    // No CONNECT came in time.
    void OnTimer() override;

  private:
    using Socket = std::shared_ptr<ClientSocket>;
    struct Asked;

    std::shared_ptr<SocketIoClient> Self();
    const HubOptions& options() const;
    bool v4() const { return session_->version() == protocol::Version::kV4; }
    void SendText(std::string text);
    void OnPacket(protocol::SocketPacket packet);
    void OnAttachment(std::string_view bytes);
    void Connect(std::string_view name, json::Value auth);
    void Decided(const std::shared_ptr<Asked>& asked, std::optional<net::Principal> principal,
                 const std::string& message, const json::Value& data);
    Socket Admit(const Asked& asked, net::Principal principal);
    void Refuse(const std::string& nsp, const std::string& message, const json::Value& data);
    void OnEvent(const Socket& socket, protocol::SocketPacket packet, std::vector<std::string> attachments);
    void OnStrand(std::function<void()> task);
    void Broken() { session_->Close(Reason::kParseError); }

    const std::shared_ptr<Session> session_;
    const Namespaces& namespaces_;
    bool over_ = false;
    std::map<std::string, Socket, std::less<>> sockets_;  // null: waits for the verdict
    // A binary packet whose attachments are on their way.
    std::optional<protocol::SocketPacket> partial_;
    std::vector<std::string> attachments_;
    std::size_t attachment_bytes_ = 0;
    Timers::Entry timer_;
};

}  // namespace rt::realtime
