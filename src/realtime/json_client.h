// Plain JSON on one WebSocket, for clients without Socket.IO: the same events in frames of their own
// (docs/realtime.md). Internal to realtime.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/websocket.h"
#include "realtime/client_socket.h"
#include "realtime/namespace_rooms.h"
#include "realtime/session.h"
#include "realtime/strand.h"
#include "realtime/timers.h"

namespace rt::realtime {

// The socket route of plain JSON clients of one namespace. `nsp` outlives it.
net::SocketRoute JsonRoute(std::string path, NamespaceRooms& nsp);

// What is private happens on the strand; Link's calls on any thread.
class JsonClient final : public Link, public Timed {
  public:
    JsonClient(NamespaceRooms& nsp, Origin origin, std::shared_ptr<net::Socket> socket);

    void OnOpen();
    void OnText(std::string text);
    void OnBinary();
    void OnClose(Reason reason);

    bool Deliver(const std::string& nsp, const Message& message, const std::string& offset) override;
    bool Writable() override { return true; }
    void Accepted(const std::string& nsp, const std::string& id, const std::string& pid) override;
    void Answer(const std::string& nsp, std::uint64_t ack_id, const std::string& args_json,
                std::vector<std::string> attachments) override;
    void Dismiss(const std::string& nsp) override;
    void Replaced(const std::string& /*nsp*/) override {}

    // It did not introduce itself in time.
    void OnTimer() override;

  private:
    static constexpr std::uint16_t kCloseUnsupported = 1003;
    enum class Phase : std::uint8_t { kNew, kAsked, kIn, kOver };

    std::shared_ptr<JsonClient> Self();
    void OnFrame(const json::Value& frame);
    void Introduce(json::Value auth);
    void Decided(const HandshakePtr& handshake, std::optional<net::Principal> principal, const std::string& message,
                 const json::Value& data);
    bool OnCommand(const json::Value& frame);
    bool OnResume(const json::Value& frame);
    void OnStrand(std::function<void()> task);
    void Send(std::string text);
    void End(std::uint16_t code);

    NamespaceRooms& nsp_;
    const Origin origin_;
    const std::shared_ptr<net::Socket> socket_;
    Strand strand_;
    Phase phase_ = Phase::kNew;
    std::vector<json::Value> early_;  // came while the application decides
    std::shared_ptr<ClientSocket> client_;
    Timers::Entry timer_;
};

}  // namespace rt::realtime
