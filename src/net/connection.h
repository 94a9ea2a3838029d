// One client connection: reads requests, has them answered one at a time, writes the answers. Lives on its reactor's
// thread. Internal to net.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "net/body_sink.h"
#include "net/exchange.h"
#include "net/out_queue.h"
#include "net/reactor.h"
#include "net/transport.h"

namespace rt::net {

class SocketSession;

class Connection {
  public:
    Connection(Reactor& reactor, std::uint64_t id, std::unique_ptr<Transport> transport, Peer peer, ListenKind kind);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    std::uint64_t id() const { return id_; }
    const Peer& peer() const { return peer_; }
    // The client's own address, told by a proxy before the first request.
    void set_peer(Peer peer) { peer_ = std::move(peer); }

    void Begin();
    // Over a cap: says so (503, or a TLS alert) and ends. The transport is plain.
    void BeginRefused();
    bool is_refused() const { return refused_; }
    void OnEvent(std::uint32_t events);
    void OnDeadline();
    void OnDrain();
    // Does what can be done without waiting.
    void Pump();
    // Ends the connection at once.
    void Close();

    // From workers, by way of the reactor. `number` is that of the exchange; late ones are dropped.
    void OnAnswer(std::uint64_t number, EngineAnswer answer);
    struct Piece {
        std::string bytes;
        bool more = false;
        bool failed = false;
    };
    void OnPiece(std::uint64_t number, Piece piece);

    // For the WebSocket session on this connection.
    OutQueue& out() { return out_; }
    Reactor& reactor() { return reactor_; }
    void SetDeadline(std::int64_t due) { reactor_.wheel().Set(timer_, due); }
    void ClearDeadline() { reactor_.wheel().Clear(timer_); }

  private:
    enum class State : std::uint8_t {
        kProxyHeader,
        kHandshake,
        kHead,
        kBody,
        kHandling,
        kAnswering,
        kLingering,
        kSocket,
        kClosed
    };

    bool Step();
    bool StepProxyHeader();
    bool StepHandshake();
    bool StepHead();
    bool StepBody();
    bool StepAnswer();
    bool StepLinger();
    bool StepSocket();
    bool StepSocketOut();
    // Takes bytes from the transport into unread_; false if there are none now.
    bool Read();
    void OnEnd();
    void Stash();
    // kDone: all written.
    IoStep Flush();

    void OnHead(const Head& head);
    void OnBadHead(const HeadVerdict& verdict);
    void ExpectBody(const Head& head);
    void StartSocket(const Head& head);
    void Dispatch();
    bool SubmitHandler();
    void AnswerWith(const Error& error);
    void BeginAnswer(EngineAnswer answer);
    void Await(const std::shared_ptr<Later>& later);
    void OnLater(std::uint64_t number, Response response);
    void RequestPiece();
    void AbandonHandler();
    void Finish();
    void Conclude();
    void DropExchange();
    void BeginLinger();
    void EnterHead();
    std::int64_t After(std::int64_t milliseconds) const { return reactor_.now() + milliseconds * 1'000; }
    void UpdateTransferDeadline();
    void CountTimeout(std::string_view phase);
    const Deadlines& deadlines() const { return reactor_.core().options.deadlines; }

    Reactor& reactor_;
    const std::uint64_t id_;
    std::unique_ptr<Transport> transport_;
    Peer peer_;
    const ListenKind kind_;
    State state_ = State::kHandshake;
    bool refused_ = false;
    bool readable_ = true;
    bool writable_ = true;
    bool peer_finished_ = false;  // it will send nothing after what is on its way
    bool pumping_ = false;
    bool unchecked_ = false;   // bytes came that may complete a head
    bool head_began_ = false;  // some bytes of a head are here
    bool unread_in_scratch_ = false;
    TimerWheel::Entry timer_;

    std::string in_;           // received, not yet used
    std::string_view unread_;  // while pumping: the same, or bytes in the reactor's scratch buffer
    OutQueue out_;

    std::shared_ptr<Exchange> exchange_;
    std::uint64_t number_ = 0;      // of the current exchange
    std::shared_ptr<Later> later_;  // awaited while kHandling
    std::unique_ptr<BodySink> sink_;
    std::shared_ptr<Body> stream_;
    std::optional<std::uint64_t> stream_left_;
    bool stream_chunked_ = false;
    bool piece_pending_ = false;
    std::int64_t transfer_began_ = 0;
    std::int64_t transfer_moved_ = 0;
    std::uint64_t transfer_bytes_ = 0;
    std::size_t lingered_ = 0;
    std::shared_ptr<SocketSession> socket_;
};

}  // namespace rt::net
