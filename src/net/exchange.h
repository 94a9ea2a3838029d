// One request and its answer on the way through the server. Internal to net.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>

#include "net/core.h"
#include "net/engine.h"
#include "net/head.h"

namespace rt::net {

// The other end of a connection.
struct Peer {
    os::Address address;
    std::string text;
    bool is_proxy = false;  // one of ours: its forwarding fields count
    bool over_tls = false;
    Serves serves = Serves::kAll;  // the listener it came by
};

// Owned by the connection until a handler is called, by the worker until it has answered, then by the connection again.
struct Exchange {
    Request request;
    os::Address client;  // request.client as a value
    const Route* route = nullptr;
    const SocketRoute* socket = nullptr;  // an accepted upgrade
    std::optional<Response> refusal;      // decided at the head, or by a Later: the handler is not called
    std::string lines;                    // fields of every answer (cross-origin), each with its end of line
    RateDecision rate;                    // what the client is told of its limit, when it was counted
    std::size_t body_bytes_max = 0;
    std::string body;
    std::uint64_t body_bytes = 0;  // received
    std::uint64_t bytes_out = 0;
    std::int64_t began_micros = 0;  // monotonic, at the end of the head
    int minor_version = 1;
    std::atomic<bool> close = false;  // the connection ends with this answer
    int status = 0;

    std::string_view RouteName() const;
    // Is the answer made on the reactor?
    bool IsInline() const { return refusal.has_value() || route->run == Run::kInline; }
};

// Is there more to ask than the role of an account?
bool NeedsAuthorizer(const Route& route, const Principal& principal);

// Everything that is decided at the head: match, client address, principal, admission, rate, access, body limit,
// upgrade. Fills `exchange`. Thread-safe; short CPU work only.
void DecideAtHead(const Core& core, const AccessLists& access, const Peer& peer, const Head& head,
                  std::string request_id, Exchange& exchange);

// For ListenKind::kRedirect: the exchange is decided with a 308 to https, but for the routes that are served there.
void RedirectToHttps(const Core& core, const AccessLists& access, const Peer& peer, const Head& head,
                     std::string request_id, Exchange& exchange);

// Runs the handler (or gives the refusal) through the engine. On a worker or a reactor.
EngineAnswer Answer(const Core& core, Engine& engine, Exchange& exchange, std::string_view date);

// An answer that replaces the handler's: 503 for a full queue, 504 for a late handler, 413, 400 for a bad body.
EngineAnswer AnswerError(const Core& core, Engine& engine, Exchange& exchange, const Error& error,
                         std::string_view date);

// Log line of one finished exchange.
void LogAccess(const Core& core, const Exchange& exchange, std::int64_t duration_micros);

}  // namespace rt::net
