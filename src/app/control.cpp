#include "app/control.h"

#include <unistd.h>

#include <utility>

#include "json/error_codec.h"

namespace rt::app {
namespace {

constexpr int kAcceptTickMs = 200;
constexpr int kAnswerTimeoutMs = 5'000;

json::Object Refusal(const Error& error) {
    json::Object out = json::EncodeError(error, json::ErrorDetail::kKeep);
    out.Set("ok", false);
    return out;
}

std::string TextOf(const json::Value& object, std::string_view key) {
    const json::Value* value = object.Find(key);
    return value != nullptr && value->IsString() ? value->AsString() : std::string();
}

}  // namespace

Result<std::unique_ptr<ControlServer>> ControlServer::Start(const std::string& path, ControlHandler handler, Log& log) {
    RT_TRY(os::UnixSocket socket, os::UnixSocket::Listen(path));
    return std::unique_ptr<ControlServer>(new ControlServer(std::move(socket), std::move(handler), log));
}

ControlServer::ControlServer(os::UnixSocket socket, ControlHandler handler, Log& log)
    : socket_(std::move(socket)), handler_(std::move(handler)), log_(log), thread_([this] { Loop(); }) {}

ControlServer::~ControlServer() {
    stop_ = true;
    thread_.join();
}

void ControlServer::Loop() {
    while (!stop_) {
        auto peer = socket_.Accept(kAcceptTickMs);
        if (peer.ok()) Serve(*peer);
    }
}

void ControlServer::Serve(const os::UnixSocket& peer) {
    const auto user = peer.PeerUser();
    if (!user.ok() || (*user != 0 && *user != geteuid())) return;
    const auto line = peer.ReadLine(kControlBytesMax, kControlReadTimeoutMs);
    if (!line.ok()) return;
    const auto request = json::Decode(*line);
    const json::Value* args = request.ok() ? request->Find("args") : nullptr;
    json::Value answer;
    if (args == nullptr || TextOf(*request, "command").empty()) {
        answer = Refusal(Fail(Code::kBadRequest, "malformed control request"));
    } else {
        const std::string command = TextOf(*request, "command");
        auto result = handler_(command, *args);
        log_.Info("control command", {{"command", command}, {"ok", result.ok()}});
        answer = result.ok() ? json::Value(json::Object{{"ok", true}, {"data", std::move(result).value()}})
                             : json::Value(Refusal(result.error()));
    }
    const Status sent = peer.WriteLine(json::Encode(answer), kAnswerTimeoutMs);
    if (!sent.ok()) log_.Warn("control answer not delivered", {{"reason", sent.error().detail}});
}

Result<json::Value> CallControl(const std::string& path, std::string_view command, const json::Value& args,
                                int timeout_ms) {
    const auto connected = os::UnixSocket::Connect(path);
    if (!connected.ok()) {
        if (connected.error().code != Code::kUnavailable) return connected.error();
        return FailText(Code::kUnavailable,
                        {"服务器没有运行，或无权访问它", "no server is running, or you may not reach it"},
                        connected.error().detail);
    }
    const os::UnixSocket& socket = *connected;
    const json::Object request{{"command", command}, {"args", args}};
    RT_CHECK_OK(socket.WriteLine(json::Encode(request), kAnswerTimeoutMs));
    RT_TRY(const std::string line, socket.ReadLine(64 * kControlBytesMax, timeout_ms));
    RT_TRY(const json::Value answer, json::Decode(line));
    const json::Value* ok = answer.Find("ok");
    if (ok == nullptr || !ok->IsBool() || !ok->AsBool()) return json::DecodeError(answer);
    const json::Value* data = answer.Find("data");
    return data == nullptr ? json::Value() : *data;
}

}  // namespace rt::app
