// The control channel: commands of the command line, carried out by the running server. One JSON object a connection,
// {"command":"user.create","args":{...}}, answered by one {"ok":true,"data":...} or {"ok":false,...}. Only root and the
// user the server runs as are answered.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>

#include "base/log.h"
#include "base/result.h"
#include "json/json.h"
#include "os/unix_socket.h"

namespace rt::app {

inline constexpr std::size_t kControlBytesMax = 1 << 20;
inline constexpr int kControlReadTimeoutMs = 5'000;

using ControlHandler = std::function<Result<json::Value>(std::string_view command, const json::Value& args)>;

// Serves one request at a time on its own thread until destroyed.
class ControlServer {
  public:
    static Result<std::unique_ptr<ControlServer>> Start(const std::string& path, ControlHandler handler, Log& log);
    ~ControlServer();

  private:
    ControlServer(os::UnixSocket socket, ControlHandler handler, Log& log);
    void Loop();
    void Serve(const os::UnixSocket& peer);

    os::UnixSocket socket_;
    ControlHandler handler_;
    Log& log_;
    std::atomic<bool> stop_{false};
    std::thread thread_;
};

// Asks the server that listens at `path`; UNAVAILABLE when there is none.
Result<json::Value> CallControl(const std::string& path, std::string_view command, const json::Value& args,
                                int timeout_ms);

}  // namespace rt::app
