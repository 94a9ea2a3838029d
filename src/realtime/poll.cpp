#include "realtime/poll.h"

#include <utility>

namespace rt::realtime {

void PendingAnswer::Answer(net::Response response) {
    std::function<void(net::Response)> done;
    {
        const std::lock_guard lock(mutex_);
        if (over_ || ready_.has_value()) return;
        if (!done_) {
            ready_ = std::move(response);
            return;
        }
        over_ = true;
        done = std::exchange(done_, nullptr);
    }
    done(std::move(response));
}

void PendingAnswer::Begin(std::function<void(net::Response)> done) {
    std::optional<net::Response> ready;
    {
        const std::lock_guard lock(mutex_);
        if (over_) return;
        if (!ready_.has_value()) {
            done_ = std::move(done);
            return;
        }
        over_ = true;
        ready = std::exchange(ready_, std::nullopt);
    }
    done(*std::move(ready));
}

void PendingAnswer::Abandon() {
    {
        const std::lock_guard lock(mutex_);
        if (over_) return;
        over_ = true;
        done_ = nullptr;
    }
    if (on_abandoned_) on_abandoned_();
}

}  // namespace rt::realtime
