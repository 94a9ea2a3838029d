// The limits an administrator may change while the server runs: those of the configuration, and what was set in their
// place since. What was set is kept across a restart and until it is taken back.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "json/json.h"
#include "net/rate_limiter.h"
#include "storage/sql/database.h"

namespace rt::ops {

// Open connections; 0: the server's own default.
struct ConnectionCaps {
    std::int64_t total = 0;
    std::int64_t per_address = 0;
    bool operator==(const ConnectionCaps&) const = default;
};

struct LimitSettings {
    net::RateRules rates;
    ConnectionCaps connections;
};

struct LimitValue {
    std::int64_t limit = 0;
    std::int64_t window_s = 0;  // 0 for limits that know no time
    bool operator==(const LimitValue&) const = default;
};

// One change by name; without a value the configuration's holds again.
struct LimitChange {
    std::string name;
    std::optional<LimitValue> value;
};

// Thread-safe.
class Limits {
  public:
    static constexpr std::int64_t kRateMax = 1'000'000;
    static constexpr std::int64_t kWindowSecondsMax = 86'400;
    static constexpr std::int64_t kConnectionsMax = 1'000'000;

    // `apply` puts connection caps in force; it is called from Configure, Load and Change.
    Limits(net::RateLimiter& limiter, std::function<void(const ConnectionCaps&)> apply);

    // What the configuration says, at the start and after a reload; what was set stays in force.
    void Configure(const LimitSettings& configured);
    // Takes over what this or another process has stored.
    Status Load(storage::sql::Database& db);

    struct Row {
        std::string name;  // "rate.user_general", "server.connections_max"
        LimitValue now;
        LimitValue configured;
        bool is_set = false;
        const net::NamedRateRule* rule = nullptr;
    };
    std::vector<Row> Rows() const;
    std::int64_t rev() const;
    std::size_t buckets() const { return limiter_.size(); }

    // VALIDATION_FAILED with every name that is unknown and every value out of range; PRECONDITION_FAILED when `rev` is
    // not the present one. `note` writes the audit row in the same commit, from what was changed to what it is now.
    using Note = std::function<Status(storage::sql::Writer&, const json::Object& before, const json::Object& after)>;
    Status Change(storage::sql::Database& db, std::int64_t rev, const std::vector<LimitChange>& changes, base::Time now,
                  const Note& note);

  private:
    using Overrides = std::map<std::string, LimitValue, std::less<>>;
    struct Stored {
        std::int64_t rev = 0;
        Overrides overrides;
    };
    static Result<Stored> Decode(std::string_view text);
    static std::string Encode(const Stored& stored);
    static Status Check(const std::vector<LimitChange>& changes);
    LimitValue Configured(std::string_view name) const;
    LimitValue Effective(const Stored& stored, std::string_view name) const;
    void Adopt(Stored stored);
    void Apply();

    net::RateLimiter& limiter_;
    const std::function<void(const ConnectionCaps&)> apply_;
    mutable std::mutex mutex_;
    LimitSettings configured_;
    Stored stored_;
};

}  // namespace rt::ops
