// One WebSocket: the handle that the modules above hold, and its side on the reactor. Internal to net.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "net/exchange.h"
#include "net/ws_deflate.h"
#include "net/ws_extension.h"
#include "net/ws_frames.h"

namespace rt::net {

class Connection;
class Reactor;

class SocketSession final : public Socket, public std::enable_shared_from_this<SocketSession> {
  public:
    // Asks the route whether it accepts. On success the handshake's answer is queued on the connection; else the
    // exchange holds a refusal and the result is null.
    static std::shared_ptr<SocketSession> Open(Connection& connection, const Head& head, Exchange& exchange);

    // Socket; any thread.
    bool Send(MessageKind kind, std::shared_ptr<const std::string> payload) override;
    void Close(std::uint16_t code, std::string_view reason) override;
    std::uint64_t id() const override { return id_; }

    // The reactor's thread only.
    void Started();
    void OnBytes(std::string_view& input);
    void OnTimer();
    void OnWritten(std::size_t bytes_left) { unsent_bytes_.store(bytes_left, std::memory_order_relaxed); }
    // The closing handshake is over: the connection ends when everything is written.
    bool finished() const { return finished_; }
    // The connection goes; tells the handler, once.
    void Detach();

    SocketSession(Connection& connection, const SocketRoute& route, std::unique_ptr<SocketHandler> handler,
                  std::uint64_t id, const std::optional<DeflateTerms>& deflate);

  private:
    struct Outgoing {
        Opcode opcode = Opcode::kText;
        std::shared_ptr<const std::string> payload;
    };
    // What the handle may touch without the reactor.
    bool Enqueue(Opcode opcode, std::shared_ptr<const std::string> payload);
    void Flush();
    void SendNow(Opcode opcode, std::string payload);
    void SendMessage(Opcode opcode, std::shared_ptr<const std::string> payload);
    // The compressed form to send; null: send it as it is.
    std::shared_ptr<const std::string> Pack(const std::shared_ptr<const std::string>& payload);
    // The message inside, or the error to close with.
    FrameResult Unpack(const FrameResult& frame);
    void SendClose(std::uint16_t code, std::string_view reason);
    void Drop(std::string_view reason);
    void OnFrame(FrameResult frame);

    const SocketRoute& route_;
    const std::uint64_t id_;
    std::unique_ptr<SocketHandler> handler_;
    Connection* connection_;  // null after Detach(); the reactor's thread only
    const std::uint64_t connection_id_;
    FrameReader frames_;
    const std::optional<DeflateTerms> deflate_;
    std::unique_ptr<MessageDeflater> own_deflater_;  // where the terms keep a context
    std::unique_ptr<MessageInflater> own_inflater_;
    bool finished_ = false;
    bool close_sent_ = false;
    std::uint16_t close_code_ = kCloseAbnormal;
    std::string close_reason_;
    std::int64_t heard_at_ = 0;  // monotonic micros of the last bytes
    bool ping_sent_ = false;
    std::int64_t messages_full_at_ = 0;  // bucket of RateRules::socket_messages

    std::mutex mutex_;
    Reactor* reactor_;  // null after Detach()
    std::vector<Outgoing> queue_;
    std::size_t queue_bytes_ = 0;
    bool scheduled_ = false;
    bool overflowed_ = false;
    std::atomic<std::size_t> unsent_bytes_{0};
};

}  // namespace rt::net
