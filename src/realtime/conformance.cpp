#include "realtime/conformance.h"

#include <utility>

namespace rt::realtime {

void ConformanceHandler::Authorize(const Handshake& /*handshake*/, Verdict verdict) {
    verdict.Accept({});
}

void ConformanceHandler::OnConnect(const SocketPtr& socket, const Handshake& handshake, bool /*recovered*/) {
    socket->Emit(MakeMessage("auth", handshake.auth));
}

void ConformanceHandler::OnEvent(const SocketPtr& socket, Event event, Ack ack) {
    if (event.name == "message") {
        socket->Emit(MakeMessageOf(
            "message-back", event.args,
            {.seq = std::nullopt, .delivery = Delivery::kKept, .attachments = std::move(event.attachments)}));
    } else if (event.name == "message-with-ack") {
        ack.SendAll(event.args, std::move(event.attachments));
    }
}

void ConformanceHandler::OnDisconnect(const SocketPtr& /*socket*/, Reason /*reason*/) {}

}  // namespace rt::realtime
