// One Engine.IO session: its transport (polling or WebSocket, and the step from one to the other), what waits to be
// sent, heartbeats. Internal to realtime.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/metrics.h"
#include "net/http.h"
#include "net/rate_limiter.h"
#include "net/websocket.h"
#include "realtime/message.h"
#include "realtime/poll.h"
#include "realtime/protocol/engine_packet.h"
#include "realtime/protocol/engine_payload.h"
#include "realtime/strand.h"
#include "realtime/timers.h"

namespace rt::realtime {

class Engine;

// What remains of the request that began a session.
struct Origin {
    std::vector<std::pair<std::string, std::string>> query;
    std::vector<net::Header> headers;
    std::string client;
    bool secure = false;
    net::Principal principal;
};

// One packet as it stands in a WebSocket frame.
struct Frame {
    protocol::Form form = protocol::Form::kText;
    SharedBytes bytes;
};

// How binary packets go in WebSocket frames.
enum class Binary : std::uint8_t { kAsIs, kAsBase64 };
// What the request that opens a transport asks for (`b64=1`).
Binary AskedBinary(const std::vector<std::pair<std::string, std::string>>& query);

// The layer above a session. Calls come one at a time, in order; OnClose is the last.
class SessionListener {
  public:
    virtual ~SessionListener() = default;
    virtual void OnOpen() = 0;
    virtual void OnMessage(protocol::Form form, std::string_view data) = 0;
    virtual void OnClose(Reason reason) = 0;
};

// Thread-safe. Nothing that is sent calls the listener back on the caller's stack.
class Session final : public Timed {
  public:
    enum class Transport : std::uint8_t { kPolling, kWebSocket };

    Session(Engine& engine, std::string sid, protocol::Version version, Transport transport, Origin origin);
    ~Session() override;

    const std::string& sid() const { return sid_; }
    protocol::Version version() const { return version_; }
    const Origin& origin() const { return origin_; }
    Strand& strand() { return strand_; }
    Engine& engine() { return engine_; }

    // Sends the open packet on a WebSocket (of polling it is the answer to the handshake) and tells the listener. Once,
    // before anything else.
    void Open(std::shared_ptr<SessionListener> listener, const std::shared_ptr<net::Socket>& socket);

    // All frames or none, next to each other. false if the session is over, now perhaps because its queue was full.
    bool Send(std::span<const Frame> frames);
    // Could the client take something at once?
    bool Writable();
    // Ends the session from our side, after what was sent before.
    void Close(Reason reason);

    // Requests of the polling transport.
    net::Response OnGet(const net::Request& request);
    net::Response OnPost(const net::Request& request);
    // The head of a POST has come, its body not yet. false if another one is on its way: the session is closed.
    bool OnPostHead();

    // A WebSocket that names this session opened, said something, went away. Refused (and closed) if it cannot be used.
    void OnProbeOpen(const std::shared_ptr<net::Socket>& socket, Binary binary);
    void OnSocketMessage(const std::shared_ptr<net::Socket>& socket, net::MessageKind kind, std::string payload);
    void OnSocketClose(const std::shared_ptr<net::Socket>& socket, Reason reason);

    void OnTimer() override;

    Transport transport();

  private:
    enum class Stage : std::uint8_t {
        kOpen,
        kLeaving,  // polling: over, but for one GET that is told so
        kClosed,
    };
    // What is done after the lock is released.
    struct Parting {
        std::shared_ptr<PendingAnswer> poll;
        net::Response answer;
        std::shared_ptr<PendingAnswer> farewell;
        std::optional<Reason> closed;  // tell the listener
        bool remove = false;           // from the engine's table
    };
    using Lock = std::unique_lock<std::mutex>;

    // On the strand. false if nothing after it counts.
    bool OnPacket(const protocol::Packet& packet);
    bool OnBeat(const protocol::Packet& packet);
    void OnProbePacket(const std::shared_ptr<net::Socket>& socket, const protocol::Packet& packet);
    void OnClientClose();
    bool ReadPayload(protocol::Payload payload, std::string_view body);
    // Ends the session at once: the client broke the rules, or went away.
    void Fail(Reason reason);
    void OnPollAbandoned();
    net::Response Posted(const net::Request& request);

    // The rest is called with the mutex held.
    void Put(const Frame& frame);
    bool Transmit(const Frame& frame);
    void Flush(Parting& parting);
    void Upgrade(Parting& parting);
    void EndPollSoon();
    net::Response TakeQueue();
    net::Response AnswerPoll(protocol::PacketType type) const;
    net::Response Wrapped(std::string body, std::string_view content_type) const;
    void End(Reason reason, Parting& parting);
    void Told(Reason reason, Parting& parting);
    void DropProbe(std::string_view result);
    void Arm();
    void Revive();
    // true if the client was silent for too long; the session has then ended.
    bool Late(std::int64_t now, Parting& parting);
    void Finish(Lock& lock, Parting parting);

    Engine& engine_;
    const std::string sid_;
    const protocol::Version version_;
    const Origin origin_;
    std::shared_ptr<SessionListener> listener_;  // the strand's; null after OnClose
    Strand strand_;

    std::mutex mutex_;
    Stage stage_ = Stage::kOpen;
    Transport transport_;
    std::atomic<bool> told_{false};  // the listener knows of the end, or will
    std::vector<Frame> queue_;
    std::size_t queue_bytes_ = 0;
    // Polling.
    std::shared_ptr<PendingAnswer> poll_;
    std::int64_t poll_at_ = 0;        // when it came, monotonic microseconds
    bool poll_before_probe_ = false;  // it waited when the WebSocket opened
    const Binary asked_binary_;       // by the handshake; its polls matter in protocol 3 only
    std::optional<std::string> poll_jsonp_;
    bool poll_gzip_ = false;  // the poll may be answered so
    std::size_t posts_ = 0;   // being read; polls wait until they are
    bool post_coming_ = false;
    std::shared_ptr<PendingAnswer> farewell_;  // of a POST that closed the session
    // WebSocket.
    std::shared_ptr<net::Socket> socket_;
    std::shared_ptr<net::Socket> probe_;
    Binary socket_binary_;
    Binary probe_binary_ = Binary::kAsIs;
    bool probed_ = false;
    // Monotonic microseconds; 0: none.
    std::int64_t beat_due_ = 0;  // protocol 4: the next ping
    std::int64_t dead_at_ = 0;   // without a sign of life until then
    std::int64_t probe_dead_at_ = 0;
    std::int64_t noop_at_ = 0;  // the poll is ended so that the client can change over
    std::int64_t leave_at_ = 0;
    std::int64_t messages_full_at_ = 0;
    Timers::Entry timer_;
};

}  // namespace rt::realtime
