// What runs on a schedule.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/services.h"
#include "net/rate_limiter.h"
#include "ops/scheduler.h"
#include "storage/outbox/outbox.h"

namespace rt::app {

// Buckets of the rate limiter as the last process saved them.
Status RestoreBuckets(storage::kv::Store& kv, net::RateLimiter& limiter);
Status SaveBuckets(storage::kv::Store& kv, net::RateLimiter& limiter);

struct JobParts {
    Services& services;
    net::RateLimiter& limiter;
    storage::outbox::Dispatcher& outbox;
    std::string holder;  // of leases: unique for this process
};

std::vector<ops::Job> Jobs(const JobParts& parts);

}  // namespace rt::app
