// What goes out of the outbox: mail and SMS, on threads of their own, so that a slow server holds up no other job.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/stores.h"
#include "config/config.h"
#include "crypto/field_ring.h"
#include "net/client.h"
#include "notify/courier.h"
#include "ops/health.h"
#include "ops/scheduler.h"
#include "storage/lease/lease.h"
#include "storage/outbox/outbox.h"

namespace rt::app {

// The channels that the configuration sets up. VALIDATION_FAILED names the option.
Result<notify::CourierOptions> CourierOptionsOf(const config::Config& config);

// The courier, which opens what auth sealed for it. `client` and `stores` must outlive it.
Result<std::unique_ptr<notify::Courier>> MakeCourier(const config::Config& config, Stores& stores,
                                                     std::shared_ptr<crypto::FieldRing> ring,
                                                     const net::Client& client);

// Not movable.
class Couriers {
  public:
    using Handlers = std::map<std::string, storage::outbox::Handler, std::less<>>;
    // `more`: handlers of topics that are not the courier's.
    Couriers(notify::Courier& courier, const Handlers& more, Stores& stores, storage::lease::Keeper& leases);

    void Start() { scheduler_->Start(); }
    // Waits for what is being handed on.
    void Stop() { scheduler_->Stop(); }

    // Yellow while a channel that is set up fails, and while there are dead rows.
    std::vector<ops::Probe> Probes(const base::Metrics& metrics) const;

  private:
    notify::Courier& courier_;
    std::vector<std::unique_ptr<storage::outbox::Dispatcher>> dispatchers_;
    std::optional<ops::Scheduler> scheduler_;
};

}  // namespace rt::app
