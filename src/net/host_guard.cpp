#include "net/host_guard.h"

#include <algorithm>

namespace rt::net {
namespace {

Error LeftAlone(std::string detail, std::int64_t micros) {
    Error error = Fail(Code::kUnavailable, std::move(detail));
    const std::int64_t seconds = (micros + base::kMicrosPerSecond - 1) / base::kMicrosPerSecond;
    error.retry_after_s = static_cast<std::uint32_t>(std::max<std::int64_t>(seconds, 1));
    return error;
}

}  // namespace

Status HostGuard::Enter(const std::string& origin) {
    const std::int64_t now = clock_.MonotonicMicros();
    const std::lock_guard lock(mutex_);
    Host& host = hosts_[origin];
    if (host.open_until_micros != 0) {
        if (now < host.open_until_micros)
            return LeftAlone("the server failed again and again", host.open_until_micros - now);
        if (host.on_trial) return LeftAlone("the server is on trial", base::kMicrosPerSecond);
        host.on_trial = true;
    } else if (host.under_way >= options_.under_way_max) {
        return LeftAlone("too many requests to this server are under way", base::kMicrosPerSecond);
    }
    ++host.under_way;
    if (hosts_.size() > kHostsMax) ForgetOneLocked();
    return Ok();
}

void HostGuard::Leave(const std::string& origin, Outcome outcome) {
    const std::int64_t now = clock_.MonotonicMicros();
    const std::lock_guard lock(mutex_);
    const auto found = hosts_.find(origin);
    if (found == hosts_.end()) return;
    Host& host = found->second;
    --host.under_way;
    const bool was_open = host.open_until_micros != 0;
    if (outcome == Outcome::kGood) {
        if (was_open) open_.Add(-1);
        host = {.under_way = host.under_way};
        if (host.under_way == 0) hosts_.erase(found);
        return;
    }
    ++host.failures;
    // What was sent before the breaker opened and fails now says nothing new.
    if (host.failures < options_.failures_max || (was_open && !host.on_trial)) return;
    host.on_trial = false;
    host.open_ms = was_open ? std::min(host.open_ms * 2, kOpenMillisMax) : options_.open_ms;
    host.open_until_micros = now + host.open_ms * base::kMicrosPerMilli;
    if (!was_open) open_.Add(1);
}

void HostGuard::ForgetOneLocked() {
    auto oldest = hosts_.end();
    for (auto i = hosts_.begin(); i != hosts_.end(); ++i) {
        if (i->second.under_way > 0) continue;
        if (oldest == hosts_.end() || i->second.open_until_micros < oldest->second.open_until_micros) oldest = i;
    }
    if (oldest == hosts_.end()) return;
    if (oldest->second.open_until_micros != 0) open_.Add(-1);
    hosts_.erase(oldest);
}

}  // namespace rt::net
