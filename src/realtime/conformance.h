// What `serve --conformance` answers, for test suites of the protocols.
#pragma once

#include "realtime/realtime.h"

namespace rt::realtime {

// Lets everybody in. `auth` is sent after a connection with its auth object; `message` is answered by `message-back`
// with the same arguments; `message-with-ack` is acknowledged with its arguments.
class ConformanceHandler final : public Handler {
  public:
    void Authorize(const Handshake& handshake, Verdict verdict) override;
    void OnConnect(const SocketPtr& socket, const Handshake& handshake, bool recovered) override;
    void OnEvent(const SocketPtr& socket, Event event, Ack ack) override;
    void OnDisconnect(const SocketPtr& socket, Reason reason) override;
};

}  // namespace rt::realtime
