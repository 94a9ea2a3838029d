// How a command reaches the data: through the control socket of the running server, else on the stores directly.
#pragma once

#include <memory>
#include <string_view>

#include "app/admin.h"
#include "base/result.h"
#include "cli/command.h"
#include "json/json.h"

namespace rt::cli {

// Carries out an administrative command (app/admin.h) wherever the data is, and returns its answer.
Result<json::Value> Administer(const Invocation& invocation, std::string_view command, const json::Value& args);

// The same by this process; CONFLICT if the command needs the folder for itself and a server runs.
Result<json::Value> AdministerHere(const Invocation& invocation, std::string_view command, const json::Value& args);

// The same on a running server only.
Result<json::Value> AdministerRunning(const Invocation& invocation, std::string_view command, const json::Value& args);

// Many commands one after another: by the running server, or on stores that are opened once. Which of the two is seen
// at the first command and stays. `invocation` must outlive the object. Not thread-safe.
class Session {
  public:
    explicit Session(const Invocation& invocation) : invocation_(invocation) {}
    // UNAVAILABLE when the server went away meanwhile.
    Result<json::Value> Administer(std::string_view command, const json::Value& args);

  private:
    const Invocation& invocation_;
    bool running_ = false;
    std::unique_ptr<app::StoppedServer> stopped_;
};

// true with --yes or after a person agreed; else prints why nothing was done.
bool Agreed(const Invocation& invocation, const std::string& question);

}  // namespace rt::cli
