// An HTTP request of the polling transport that waits for its answer.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>

#include "net/http.h"

namespace rt::realtime {

// Thread-safe. Answered at most once; the answer may come before net asks for it.
class PendingAnswer final : public net::Later {
  public:
    // Called at most once, on the reactor, if the client goes before the answer; may be empty.
    explicit PendingAnswer(std::function<void()> on_abandoned) : on_abandoned_(std::move(on_abandoned)) {}

    void Answer(net::Response response);

    void Begin(std::function<void(net::Response)> done) override;
    void Abandon() override;

  private:
    std::function<void()> on_abandoned_;
    std::mutex mutex_;
    std::function<void(net::Response)> done_;
    std::optional<net::Response> ready_;
    bool over_ = false;
};

}  // namespace rt::realtime
