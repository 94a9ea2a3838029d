// The way from a room to its clients: frames, encoded once however many get them, over lines.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "realtime/realtime.h"

namespace rt::avalon {

struct Frame {
    std::string name;  // "room:event"
    std::string data;  // JSON
    std::optional<std::int64_t> seq;
    realtime::MessagePtr message;  // the same, as sockets want it
};
using FramePtr = std::shared_ptr<const Frame>;
FramePtr MakeFrame(std::string name, std::string data, std::optional<std::int64_t> seq = std::nullopt);

// One connected client. Thread-safe; never waits.
class Line {
  public:
    virtual ~Line() = default;
    virtual const std::string& id() const = 0;
    virtual void Send(const FramePtr& frame) = 0;
    // false from the moment that nothing sent arrives any more, before anybody is told so.
    virtual bool open() const = 0;
};
using LinePtr = std::shared_ptr<Line>;

// Answers one command; a JSON object. Copyable, any thread.
using Answer = std::function<void(std::string json)>;

}  // namespace rt::avalon
