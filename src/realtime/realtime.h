// Realtime clients as the application sees them: Socket.IO (protocols 4 and 5, over polling or WebSocket) and plain
// JSON on /ws, behind one interface, so that the application is written once. The wire is docs/realtime.md.
//
//   class Game : public realtime::Handler { ... };
//   realtime::Namespace& lobby = hub.AddNamespace("/", game);              // before the server starts
//   lobby.EmitToRoom(room, realtime::MakeMessage("room:event", data));     // encoded once, shared by all members
//
// Calls to a Handler for one socket come one at a time, in the order of the wire, on a reactor or on the thread of the
// timers: they must not wait. Calls for different sockets run at the same time. Everything else here may be called from
// any thread, also from inside a Handler's call, and with locks of the caller's own held: no call comes back to the
// Handler on the caller's stack.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "json/json.h"
#include "net/http.h"

namespace rt::realtime {

enum class Protocol : std::uint8_t { kSocketIo5, kSocketIo4, kJson };

// How a client introduces itself to a namespace. Valid during the call that gets it.
struct Handshake {
    Protocol protocol = Protocol::kSocketIo5;
    // What the client gave with CONNECT (Socket.IO 5) or `hello` (plain JSON); for Socket.IO 4, which has no such
    // thing, the query of its namespace. Always an object.
    json::Value auth;
    // Of the first HTTP request.
    std::vector<std::pair<std::string, std::string>> query;
    std::vector<net::Header> headers;
    std::string client;        // address without port, after trusted proxies
    bool secure = false;       // TLS, or a trusted proxy said so
    net::Principal principal;  // by its Authorization or cookie; anonymous if it had none that is good
    // First value, case-insensitive name; empty if absent.
    std::string_view HeaderValue(std::string_view name) const;
};

// An event from a client. Attachment i stands in `args` as {"_placeholder":true,"num":i}.
struct Event {
    std::string name;
    json::Array args;  // without the name
    std::vector<std::string> attachments;
};

enum class Reason : std::uint8_t {
    kTransportClose,  // the connection was closed by the client or the network
    kTransportError,
    kPingTimeout,
    kParseError,
    kClientLeft,  // DISCONNECT by the client
    kServerLeft,  // Socket::Disconnect
    kSlowReader,  // its queue passed the cap
    kTooManyMessages,
    kShuttingDown,  // the server stops
};
// As Socket.IO words it: "transport close", "ping timeout", ...
std::string_view Name(Reason reason);

enum class Delivery : std::uint8_t {
    kKept,      // queued, and sent again to a client that recovers its connection
    kVolatile,  // dropped for a client that cannot take it at once
};

struct MessageOptions {
    std::optional<std::int64_t> seq{};  // the "seq" of the frame for plain JSON clients, beside the data
    Delivery delivery = Delivery::kKept;
    std::vector<std::string> attachments{};  // placeholders as in Event; clients of /ws do not get them
};

// An event for clients: immutable, shared, encoded at most once for each protocol however many get it.
class Message;
using MessagePtr = std::shared_ptr<const Message>;
// One argument.
MessagePtr MakeMessage(std::string_view name, const json::Value& data, MessageOptions options = {});
// Any number of arguments.
MessagePtr MakeMessageOf(std::string_view name, const json::Array& args, MessageOptions options = {});
// One argument that is encoded already; must be valid JSON.
MessagePtr MakeEncodedMessage(std::string_view name, std::string data_json, MessageOptions options = {});

// Where an acknowledgement goes; for tests of applications.
class AckSink {
  public:
    virtual ~AckSink() = default;
    // `args_json`: the arguments, encoded, with commas between. Called at most once.
    virtual void Answer(std::string args_json, std::vector<std::string> attachments) = 0;
};

// Answers one event. Copyable, any thread, whenever; the first answer counts and later ones are dropped. Without an
// answer the client waits until its own timeout. Calls do nothing when the client asked for none or is gone.
class Ack {
  public:
    Ack() = default;
    explicit Ack(std::unique_ptr<AckSink> sink);
    bool wanted() const { return state_ != nullptr; }
    void Send(const json::Value& answer) const;
    // One argument that is encoded already.
    void SendEncoded(std::string answer_json) const;
    void SendAll(const json::Array& args, std::vector<std::string> attachments = {}) const;

  private:
    struct State;
    std::shared_ptr<State> state_;
};

// Decides about one handshake. Copyable, any thread; the first answer counts. Without one the client is closed at the
// connect timeout.
class Verdict {
  public:
    using Decide = std::function<void(std::optional<net::Principal> principal, std::string message, json::Value data)>;
    explicit Verdict(Decide decide);
    void Accept(net::Principal principal) const;
    // The client gets CONNECT_ERROR {"message","data"}; `data` is left out when null.
    void Refuse(std::string message, json::Value data = {}) const;

  private:
    struct State;
    std::shared_ptr<State> state_;
};

// One client in one namespace. A client that recovers its connection keeps the object, the id and the rooms; it gets
// what it missed. Recovery is a help only: it is lost with the process, after two minutes, or past the caps.
class Socket {
  public:
    virtual ~Socket() = default;
    virtual const std::string& id() const = 0;  // not secret; unique among all processes and times
    virtual const net::Principal& principal() const = 0;
    virtual Protocol protocol() const = 0;
    virtual const std::string& client() const = 0;  // address
    // false from before OnDisconnect on, and while the connection may still be recovered.
    virtual bool connected() const = 0;

    // In order. false if the client is gone for good; true does not mean that it arrived.
    virtual bool Emit(const MessagePtr& message) = 0;
    // What the client sent is not looked at any more; OnDisconnect follows with kServerLeft, and there is no recovery.
    virtual void Disconnect() = 0;

    // A socket leaves all its rooms when it is gone for good. At most kRoomsPerSocketMax: false beyond, and when gone.
    virtual bool Join(std::string_view room) = 0;
    virtual void Leave(std::string_view room) = 0;
};
using SocketPtr = std::shared_ptr<Socket>;
inline constexpr std::size_t kRoomsPerSocketMax = 64;

// The application in one namespace.
class Handler {
  public:
    virtual ~Handler() = default;
    // May it connect, and as whom? Also asked before a recovery, which happens only if the answer is the same user.
    virtual void Authorize(const Handshake& handshake, Verdict verdict) = 0;
    // `recovered`: an OnDisconnect of this socket came before, and it is back.
    virtual void OnConnect(const SocketPtr& socket, const Handshake& handshake, bool recovered) = 0;
    virtual void OnEvent(const SocketPtr& socket, Event event, Ack ack) = 0;
    // Once for each OnConnect.
    virtual void OnDisconnect(const SocketPtr& socket, Reason reason) = 0;
};

// Rooms and users of one namespace.
class Namespace {
  public:
    virtual ~Namespace() = default;
    virtual const std::string& name() const = 0;
    // To every member but the socket with the id `except`; how many there were. Two emits to one room by one thread
    // arrive in that order at every member.
    virtual std::size_t EmitToRoom(std::string_view room, const MessagePtr& message, std::string_view except = {}) = 0;
    virtual std::size_t EmitToAll(const MessagePtr& message) = 0;
    // Joins, and puts out another socket of the same user (not of anonymous ones) that is in the room: it is returned,
    // so that the caller tells it why; null if there was none.
    virtual SocketPtr TakeOver(std::string_view room, const SocketPtr& socket) = 0;
    virtual SocketPtr Find(std::string_view socket_id) const = 0;  // null if gone
    virtual std::vector<SocketPtr> SocketsOf(std::int64_t user_id) const = 0;
    virtual std::vector<SocketPtr> Members(std::string_view room) const = 0;
    virtual std::size_t size() const = 0;  // connected sockets
};

}  // namespace rt::realtime
