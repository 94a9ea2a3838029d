// The HTTP engine: runs the handler of one framed request and makes the bytes of its answer, for pools through
// cpp-httplib. Everything that steers (framing, routing, access, limits) was decided by the reactor before; nothing of
// a client reaches the library, and bodies go past it.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "net/http.h"

namespace rt::net {

// What the engine needs to know of a request.
struct EngineCall {
    Method method = Method::kGet;
    const std::atomic<bool>* close = nullptr;  // the connection ends after this answer; read when the head is written
    int minor_version = 1;                     // of the client's HTTP/1
    std::string_view date;                     // IMF-fixdate
    // Makes the answer, and appends to `lines` those fields of it that are text already, each with its end of line.
    // Must not throw.
    std::function<Response(std::string& lines)> handle;
};

// What goes to the client. `head` holds status line and fields, and the body when it is small.
struct EngineAnswer {
    std::shared_ptr<Later> later;  // there is no answer yet; the rest means nothing
    int status = 500;
    std::string head;
    std::string body;                           // large bodies, sent after the head
    std::shared_ptr<const std::string> shared;  // instead of `body`
    std::shared_ptr<Body> stream;               // pulled by the reactor after the head; null for HEAD
    bool chunked = false;                       // `stream` goes out in chunks
    bool until_close = false;                   // `stream` ends with the connection (HTTP/1.0, unknown size)

    std::string_view Text() const { return shared ? *shared : body; }
};

// One per thread: not thread-safe.
class Engine {
  public:
    Engine();
    ~Engine();
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    EngineAnswer Run(const EngineCall& call);
    // The same answer without the library, for routes that run on a reactor: there the library's part would be a third
    // of what a cached read costs.
    EngineAnswer RunInline(const EngineCall& call);

  private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace rt::net
