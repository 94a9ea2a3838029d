// What runs on a schedule.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "app/services.h"
#include "net/rate_limiter.h"
#include "ops/limits.h"
#include "ops/scheduler.h"
#include "storage/lease/lease.h"

namespace rt::app {

// Buckets of the rate limiter as the last process saved them.
Status RestoreBuckets(storage::kv::Store& kv, net::RateLimiter& limiter);
Status SaveBuckets(storage::kv::Store& kv, net::RateLimiter& limiter);

struct JobParts {
    Services& services;
    net::RateLimiter& limiter;
    ops::Limits& limits;
    storage::lease::Keeper& leases;
    std::function<void()> rotate_tls_tickets;
    std::function<void()> refresh_certificates;
    std::function<bool()> acme_due;                              // cheap
    std::function<void()> step_acme;                             // hands the work to a pool
    std::function<bool(std::function<void()>)> submit_outgoing;  // false: not taken
};

std::vector<ops::Job> Jobs(const JobParts& parts);

}  // namespace rt::app
