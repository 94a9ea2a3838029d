// The control channel: commands of the command line, carried out by the running server. One JSON object a connection,
// {"command":"user.create","args":{...}}, answered by one {"ok":true,"data":...} or {"ok":false,...}; with
// "progress":true lines {"progress":{"step":...,"done":...,"total":...}} may come before. Only root and the user the
// server runs as are answered.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "base/log.h"
#include "base/result.h"
#include "base/work.h"
#include "json/json.h"
#include "os/unix_socket.h"

namespace rt::app {

inline constexpr std::size_t kControlBytesMax = 1 << 20;
inline constexpr int kControlReadTimeoutMs = 5'000;
inline constexpr std::size_t kControlCallsMax = 32;  // at once, those that wait their turn included
inline constexpr int kControlLongMax = 4;            // of CommandKind::kLong

using ControlHandler =
    std::function<Result<json::Value>(std::string_view command, const json::Value& args, const base::Work& work)>;

enum class CommandKind : std::uint8_t {
    kQuick,  // answered at once, whatever else runs
    kShort,  // one after another
    kLong,   // beside the others; looks at `work`, which stops it when the server stops
};
using KindOfCommand = std::function<CommandKind(std::string_view command)>;

// Serves each connection on a thread of its own until destroyed.
class ControlServer {
  public:
    static Result<std::unique_ptr<ControlServer>> Start(const std::string& path, ControlHandler handler,
                                                        KindOfCommand kind_of, Log& log);
    ~ControlServer();  // Close(), then waits for the commands under way

    // Nobody is let in any more, and long commands are told to stop. Does not wait for them.
    void Close();

  private:
    struct Call {
        os::UnixSocket peer;
        std::atomic<bool> ended{false};
        std::thread thread;
    };

    ControlServer(os::UnixSocket socket, ControlHandler handler, KindOfCommand kind_of, Log& log);
    void Loop();
    void Begin(os::UnixSocket peer);
    void Serve(os::UnixSocket& peer);
    Result<json::Value> Carry(const std::string& command, const json::Value& args, const base::Work& work);

    os::UnixSocket socket_;
    ControlHandler handler_;
    KindOfCommand kind_of_;
    Log& log_;
    std::atomic<bool> stop_{false};
    std::mutex short_mutex_;  // held while a short command runs
    std::atomic<int> long_running_{0};
    std::list<Call> calls_;  // of the thread below, and of the destructor after it
    std::thread thread_;
};

// Reaches the server that listens at `path`; UNAVAILABLE when there is none.
Result<os::UnixSocket> ReachControl(const std::string& path);
// Asks it once. `timeout_ms` is how long it may be silent; `tell` (empty: none) hears how far it is.
Result<json::Value> CallControl(os::UnixSocket& socket, std::string_view command, const json::Value& args,
                                int timeout_ms, const std::function<void(const base::Progress&)>& tell);

}  // namespace rt::app
