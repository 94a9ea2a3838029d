// Administrative commands by name, with JSON in and out: what the command line asks for, carried out by the running
// server (control.h) or on the stores of a stopped one.
#pragma once

#include <memory>
#include <string_view>

#include "app/services.h"
#include "base/result.h"
#include "base/work.h"
#include "config/config.h"
#include "json/json.h"

namespace rt::app {

// "user.create", "user.list", "migrate.status", ...: commands that work beside a running server. BAD_REQUEST for a name
// that is not in the table.
Result<json::Value> Administer(Services& services, std::string_view command, const json::Value& args,
                               const base::Work& work);

// Does it take longer than others can wait? Only these look at `work`: it is told how far they are, and may stop them.
bool IsLong(std::string_view command);

// The same on the stores of a stopped server, opened once for many commands. Not thread-safe.
class StoppedServer {
  public:
    // CONFLICT when one is running.
    static Result<std::unique_ptr<StoppedServer>> Open(const config::Config& config);
    ~StoppedServer();
    Result<json::Value> Administer(std::string_view command, const json::Value& args, const base::Work& work);

  private:
    struct State;
    explicit StoppedServer(std::unique_ptr<State> state);

    std::unique_ptr<State> state_;
};

// The same on a stopped server, and those that need one ("migrate.up", "restore"). CONFLICT when one is running.
Result<json::Value> AdministerStores(const config::Config& config, std::string_view command, const json::Value& args,
                                     const base::Work& work);

}  // namespace rt::app
