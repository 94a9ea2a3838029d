// Sign-in by WeChat, as configured.
#pragma once

#include <memory>

#include "app/services.h"
#include "auth/wechat/sign_in.h"
#include "config/config.h"
#include "ops/health.h"
#include "storage/lease/lease.h"

namespace rt::app {

// Not movable. Uses the services by reference.
class Wechat {
  public:
    // VALIDATION_FAILED names the option.
    static Result<std::unique_ptr<Wechat>> Create(const config::Config& config, Services& services,
                                                  storage::lease::Keeper& leases);

    auth::wechat::SignIns& sign_ins() { return sign_ins_; }
    // Yellow while WeChat refuses our settings.
    ops::Probe Probe() const;

  private:
    Wechat(const config::Config& config, Services& services, const auth::wechat::Sealer& sealer,
           storage::lease::Keeper& leases);

    auth::wechat::Api api_;
    auth::wechat::TokenKeeper tokens_;
    auth::wechat::SignIns sign_ins_;
};

}  // namespace rt::app
