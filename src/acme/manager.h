// Keeps one certificate for the configured names: orders it, proves the names, renews it (RFC 8555). Every step is
// durable before the next, so a process that is killed goes on where it was.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "acme/authority.h"
#include "acme/store.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/metrics.h"
#include "base/random.h"
#include "net/route.h"
#include "storage/audit/trail.h"
#include "storage/sql/database.h"

namespace rt::acme {

struct Settings {
    std::vector<std::string> names;  // empty: nothing is done
    std::string directory;
    std::string challenge = "http-01";  // or "tls-alpn-01"
    AccountWishes account;
    bool operator==(const Settings&) const = default;
};

// All must outlive the manager.
struct ManagerParts {
    storage::kv::Store& kv;
    storage::sql::Database& db;
    const storage::audit::Trail& audit;
    const net::Client& client;
    const base::Clock& clock;
    base::Random& random;
    base::Log& log;
    base::Metrics& metrics;
    // A new certificate is in the store: use it.
    std::function<void()> changed;
    // The certificate that proves a name inside TLS; an empty name: there is none any more.
    std::function<Status(const std::string& name, const crypto::TlsPair& pair)> prove_in_tls;
};

struct ManagerReport {
    std::vector<std::string> names;
    std::string directory;
    bool order_under_way = false;
    std::optional<base::Time> not_after;  // of the certificate in the store
    std::optional<base::Time> renew_at;
    int failures = 0;
    std::string error;  // of the last attempt, empty when it was good
    std::optional<base::Time> next_attempt;
};

// Thread-safe.
class Manager {
  public:
    Manager(ManagerParts parts, Settings settings);

    void Configure(Settings settings);
    // Cheap, from memory: is it time for Step()?
    bool Due() const;
    // Goes as far as it can without waiting: several calls to the authority. Blocking, for a pool. One at a time; a
    // second caller returns at once.
    void Step();
    // Orders anew at once, whatever there is; only a rate limit is still waited for.
    void RenewNow();

    // For the TLS context: the certificate in force, if its names are still wanted.
    Result<std::optional<crypto::TlsPair>> InForce() const;
    Result<ManagerReport> Report() const;

    // GET /.well-known/acme-challenge/{token}, also where HTTP is redirected.
    net::RouteTable Routes();

  private:
    // How long to wait before the next look, microseconds; 0: go on.
    using Wait = std::int64_t;

    void StepLocked();
    Result<Wait> Advance(const Settings& settings);
    Result<Wait> BeginOrder(const Settings& settings);
    Result<Wait> Continue(const Settings& settings, const PendingOrder& order);
    Result<Wait> Prove(const Settings& settings, const PendingOrder& order, const Order& state);
    Status ProveName(const Settings& settings, const Authorization& authorization);
    Status Present(const Settings& settings, const std::string& name, const Challenge& challenge);
    Result<Wait> Finalize(const PendingOrder& order, const Order& state);
    Result<Wait> Collect(const PendingOrder& order, const Order& state);
    Status EnsureAuthority(const Settings& settings);
    void Failed(const Error& error);
    void ForgetProofs();
    Status ForgetAccount();
    void Note(std::string_view action, const json::Object& after) const;
    Settings settings() const;
    double Chance();

    const ManagerParts parts_;
    Store store_;
    std::atomic<std::int64_t> due_micros_{0};  // wall clock
    std::atomic<bool> forced_{false};
    std::atomic<std::uint64_t> asked_{0};  // requests by hand

    std::mutex step_mutex_;  // held during a step; guards the next two
    std::uint64_t asked_before_ = 0;
    std::optional<Authority> authority_;

    mutable std::mutex mutex_;
    Settings settings_;
};

// The names in order and once, in lower case, as a certificate is asked for.
std::vector<std::string> Tidy(std::vector<std::string> names);

}  // namespace rt::acme
