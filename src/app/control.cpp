#include "app/control.h"

#include <pthread.h>
#include <unistd.h>

#include <utility>

#include "base/clock.h"
#include "json/error_codec.h"

namespace rt::app {
namespace {

constexpr int kAcceptTickMs = 200;
constexpr int kAnswerTimeoutMs = 5'000;
constexpr std::int64_t kBetweenProgressMicros = base::kMicrosPerSecond / 5;

json::Object Refusal(const Error& error) {
    json::Object out = json::EncodeError(error, json::ErrorDetail::kKeep);
    out.Set("ok", false);
    return out;
}

std::string TextOf(const json::Value& object, std::string_view key) {
    const json::Value* value = object.Find(key);
    return value != nullptr && value->IsString() ? value->AsString() : std::string();
}

std::int64_t CountOf(const json::Value& object, std::string_view key) {
    const json::Value* value = object.Find(key);
    return value != nullptr && value->IsInt() ? value->AsInt() : 0;
}

// Tells the peer now and then how far its command is. A peer that does not listen is not told again, nor answered: it
// may have got half a line.
class Teller {
  public:
    explicit Teller(const os::UnixSocket& peer) : peer_(peer) {}
    bool lost() const { return lost_; }
    void Tell(const base::Progress& progress) {
        const std::int64_t now = clock_.MonotonicMicros();
        if (lost_ || now < next_micros_) return;
        next_micros_ = now + kBetweenProgressMicros;
        const json::Object step{{"step", progress.step}, {"done", progress.done}, {"total", progress.total}};
        lost_ = !peer_.WriteLine(json::Encode(json::Object{{"progress", step}}), kAnswerTimeoutMs).ok();
    }

  private:
    const os::UnixSocket& peer_;
    const base::SystemClock clock_;
    std::int64_t next_micros_ = 0;  // monotonic
    bool lost_ = false;
};

}  // namespace

Result<std::unique_ptr<ControlServer>> ControlServer::Start(const std::string& path, ControlHandler handler,
                                                            KindOfCommand kind_of, Log& log) {
    RT_TRY(os::UnixSocket socket, os::UnixSocket::Listen(path));
    return std::unique_ptr<ControlServer>(
        new ControlServer(std::move(socket), std::move(handler), std::move(kind_of), log));
}

ControlServer::ControlServer(os::UnixSocket socket, ControlHandler handler, KindOfCommand kind_of, Log& log)
    : socket_(std::move(socket)),
      handler_(std::move(handler)),
      kind_of_(std::move(kind_of)),
      log_(log),
      thread_([this] { Loop(); }) {}

ControlServer::~ControlServer() {
    Close();
    for (Call& call : calls_) call.thread.join();
}

void ControlServer::Close() {
    stop_ = true;
    if (thread_.joinable()) thread_.join();
    socket_ = os::UnixSocket();
}

void ControlServer::Loop() {
    pthread_setname_np(pthread_self(), "control");
    while (!stop_) {
        auto peer = socket_.Accept(kAcceptTickMs);
        calls_.remove_if([](Call& call) {
            if (!call.ended) return false;
            call.thread.join();
            return true;
        });
        if (peer.ok()) Begin(*std::move(peer));
    }
}

void ControlServer::Begin(os::UnixSocket peer) {
    if (calls_.size() == kControlCallsMax) {
        const Error full = FailText(Code::kTooManyRequests, {"同时执行的命令过多，请稍后再试",
                                                             "Too many commands at once, please try again later"});
        static_cast<void>(peer.WriteLine(json::Encode(Refusal(full)), 0));
        return;
    }
    Call& call = calls_.emplace_back();
    call.peer = std::move(peer);
    call.thread = std::thread([this, &call] {
        pthread_setname_np(pthread_self(), "command");
        Serve(call.peer);
        call.peer = os::UnixSocket();
        call.ended = true;
    });
}

Result<json::Value> ControlServer::Carry(const std::string& command, const json::Value& args, const base::Work& work) {
    switch (kind_of_(command)) {
        case CommandKind::kQuick:
            break;
        case CommandKind::kShort: {
            const std::scoped_lock lock(short_mutex_);
            RT_CHECK_OK(work.Check());
            return handler_(command, args, work);
        }
        case CommandKind::kLong: {
            if (++long_running_ > kControlLongMax) {
                --long_running_;
                return FailText(Code::kTooManyRequests, {"同时执行的长命令过多，请稍后再试",
                                                         "Too many long commands at once, please try again later"});
            }
            auto result = handler_(command, args, work);
            --long_running_;
            return result;
        }
    }
    return handler_(command, args, work);
}

void ControlServer::Serve(os::UnixSocket& peer) {
    const auto user = peer.PeerUser();
    if (!user.ok() || (*user != 0 && *user != geteuid())) return;
    const auto line = peer.ReadLine(kControlBytesMax, kControlReadTimeoutMs);
    if (!line.ok()) return;
    const auto request = json::Decode(*line);
    const json::Value* args = request.ok() ? request->Find("args") : nullptr;
    Teller teller(peer);
    json::Value answer;
    if (args == nullptr || TextOf(*request, "command").empty()) {
        answer = Refusal(Fail(Code::kBadRequest, "malformed control request"));
    } else {
        const std::string command = TextOf(*request, "command");
        const json::Value* wanted = request->Find("progress");
        std::function<void(const base::Progress&)> tell;
        if (wanted != nullptr && wanted->IsBool() && wanted->AsBool())
            tell = [&teller](const base::Progress& progress) { teller.Tell(progress); };
        auto result = Carry(command, *args, base::Work([this] { return stop_.load(); }, std::move(tell)));
        log_.Info("control command", {{"command", command}, {"ok", result.ok()}});
        answer = result.ok() ? json::Value(json::Object{{"ok", true}, {"data", std::move(result).value()}})
                             : json::Value(Refusal(result.error()));
    }
    if (teller.lost()) return;
    const Status sent = peer.WriteLine(json::Encode(answer), kAnswerTimeoutMs);
    if (!sent.ok()) log_.Warn("control answer not delivered", {{"reason", sent.error().detail}});
}

Result<os::UnixSocket> ReachControl(const std::string& path) {
    auto connected = os::UnixSocket::Connect(path);
    if (connected.ok() || connected.error().code != Code::kUnavailable) return connected;
    return FailText(Code::kUnavailable,
                    {"服务器没有运行，或无权访问它", "no server is running, or you may not reach it"},
                    connected.error().detail);
}

Result<json::Value> CallControl(os::UnixSocket& socket, std::string_view command, const json::Value& args,
                                int timeout_ms, const std::function<void(const base::Progress&)>& tell) {
    json::Object request{{"command", command}, {"args", args}};
    if (tell) request.Set("progress", true);
    RT_CHECK_OK(socket.WriteLine(json::Encode(request), kAnswerTimeoutMs));
    while (true) {
        RT_TRY(const std::string line, socket.ReadLine(64 * kControlBytesMax, timeout_ms));
        RT_TRY(const json::Value answer, json::Decode(line));
        if (const json::Value* progress = answer.Find("progress")) {
            const std::string step = TextOf(*progress, "step");
            if (tell)
                tell({step, static_cast<std::uint64_t>(CountOf(*progress, "done")),
                      static_cast<std::uint64_t>(CountOf(*progress, "total"))});
            continue;
        }
        const json::Value* ok = answer.Find("ok");
        if (ok == nullptr || !ok->IsBool() || !ok->AsBool()) return json::DecodeError(answer);
        const json::Value* data = answer.Find("data");
        return data == nullptr ? json::Value() : *data;
    }
}

}  // namespace rt::app
