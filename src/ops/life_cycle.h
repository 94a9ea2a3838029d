// The state of the server as clients meet it: starting, ready, draining; maintenance and read-only on top.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "net/authenticator.h"
#include "os/address.h"
#include "storage/sql/database.h"

namespace rt::ops {

enum class Phase : std::uint8_t { kStarting, kReady, kDraining };
std::string_view Name(Phase phase);  // "starting", "ready", "draining"

// kMaintenance: only administrators and allowed addresses are served. kReadOnly: what changes something is refused to
// all but administrators.
enum class Restriction : std::uint8_t { kNone, kReadOnly, kMaintenance };
std::string_view Name(Restriction restriction);  // "none", "read_only", "maintenance"
std::optional<Restriction> ParseRestriction(std::string_view text);

struct Notice {
    Restriction restriction = Restriction::kNone;
    std::string message;              // for clients; empty: the error's own
    std::optional<base::Time> until;  // for Retry-After; nothing ends by itself
};

// Thread-safe. Admission for every request, from memory.
class LifeCycle final : public net::Admission {
  public:
    static constexpr std::size_t kMessageCharsMax = 200;

    LifeCycle(const base::Clock& clock, std::vector<os::Cidr> always_served);

    // Routes of RateClass::kExempt (health, assets, payment notices) and sign-in ("auth.") are always taken.
    Status Admit(const net::Route& route, const net::Request& head) override;

    void SetPhase(Phase phase) { phase_.store(phase); }
    Phase phase() const { return phase_.load(); }
    Notice notice() const;
    // May take traffic: ready and not under maintenance.
    bool Ready() const;

    // Takes over what a former process stored.
    Status Load(storage::sql::Database& db);
    // Effective at once and after a restart. VALIDATION_FAILED for a message that is too long.
    Status Set(storage::sql::Database& db, Notice notice);

  private:
    const base::Clock& clock_;
    const std::vector<os::Cidr> always_served_;
    std::atomic<Phase> phase_{Phase::kStarting};
    std::atomic<Restriction> restriction_{Restriction::kNone};
    std::mutex set_mutex_;  // held while a notice is saved: what is in force is what was saved last
    mutable std::mutex mutex_;
    Notice notice_;
};

}  // namespace rt::ops
