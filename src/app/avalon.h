// The game of Avalon as the server runs it.
#pragma once

#include <functional>

#include "app/services.h"
#include "auth/wechat/sign_in.h"
#include "avalon/hall.h"
#include "avalon/service.h"
#include "config/config.h"
#include "net/rate_limiter.h"
#include "net/route.h"

namespace rt::app {

// Not movable. Uses the services by reference.
class Avalon {
  public:
    using Submit = std::function<bool(net::Run pool, std::function<void()> task)>;
    Avalon(const config::Config& config, Services& services, auth::wechat::SignIns& wechat, net::RateLimiter& limiter,
           const Submit& submit);
    ~Avalon() { Stop(); }
    Avalon(const Avalon&) = delete;
    Avalon& operator=(const Avalon&) = delete;

    // Brings the rooms back; moderators see them from now on.
    Status Start();
    // Idempotent.
    void Stop();

    avalon::Service& service() { return service_; }

  private:
    avalon::Hall& hall_;
    avalon::Service service_;
};

}  // namespace rt::app
