// The access token keys in force; replaced as a whole while requests are served.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <shared_mutex>
#include <utility>

#include "auth/access_token.h"

namespace rt::auth {

// Thread-safe.
class TokenRing {
  public:
    explicit TokenRing(AccessTokens tokens) : current_(std::make_shared<const AccessTokens>(std::move(tokens))) {}

    std::shared_ptr<const AccessTokens> Current() const {
        const std::shared_lock lock(mutex_);
        return current_;
    }
    void Replace(AccessTokens tokens) {
        auto next = std::make_shared<const AccessTokens>(std::move(tokens));
        const std::unique_lock lock(mutex_);
        current_ = std::move(next);
        version_.fetch_add(1);
    }
    // Moves with every replacement.
    std::uint64_t version() const { return version_.load(); }

  private:
    mutable std::shared_mutex mutex_;
    std::shared_ptr<const AccessTokens> current_;
    std::atomic<std::uint64_t> version_{1};
};

}  // namespace rt::auth
