// The outbox: a row in the commit of its cause, handed on at least once by whoever holds the outbox role.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/log.h"
#include "base/metrics.h"
#include "base/result.h"
#include "storage/sql/database.h"

namespace rt::storage::outbox {

inline constexpr std::int64_t kAttemptsMax = 12;  // then the row is DEAD and health says so
inline constexpr std::int64_t kBackoffMicrosMin = 5 * base::kMicrosPerSecond;  // doubles with each attempt
inline constexpr std::int64_t kBackoffMicrosMax = base::kMicrosPerHour;
inline constexpr std::int64_t kLeaseMicros =
    base::kMicrosPerMinute;  // a row is not tried again while it is being tried
inline constexpr std::int64_t kKeepDoneMicros = 7 * base::kMicrosPerDay;
inline constexpr std::int64_t kKeepDeadMicros = 30 * base::kMicrosPerDay;
inline constexpr std::int64_t kAwaitedMicros = base::kMicrosPerDay;         // how far an awaited message goes ahead
inline constexpr std::int64_t kRunMicrosMax = 10 * base::kMicrosPerSecond;  // then no further row is begun

struct Message {
    std::int64_t id = 0;
    std::string topic;
    std::string payload;  // JSON
    std::int64_t attempts = 0;
};

// Does somebody sit and wait for it (a code to sign in with)? Such a message goes before all that were there.
enum class Urgency : std::uint8_t { kUsual, kAwaited };

// In the commit of the cause. `id` is made before the closure.
Status Add(sql::Writer& writer, std::int64_t id, std::string_view topic, std::string_view payload, base::Time now,
           Urgency urgency = Urgency::kUsual);

// An error that blames the message (a client error other than "too slow" and "too often"): trying again is no use.
bool IsFinal(const Error& error);

// May be called twice for one message: receivers recognise `id`. Must return within the lease. After an error the
// message comes again, later and later; a final error, or the last of kAttemptsMax, makes the row DEAD.
using Handler = std::function<Status(const Message&)>;

// Not thread-safe; several may work on one database.
class Dispatcher {
  public:
    // A topic without a handler has nobody to tell: its rows are done at once.
    Dispatcher(sql::Database& db, const base::Clock& clock, base::Log& log, base::Metrics& metrics,
               std::map<std::string, Handler, std::less<>> handlers)
        : db_(db), clock_(clock), log_(log), metrics_(metrics), handlers_(std::move(handlers)) {}

    // Hands on what is due, one after the other, at most `rows_max` and for kRunMicrosMax; returns how many were tried.
    // Removes rows done or given up long ago.
    Result<std::size_t> RunOnce(std::size_t rows_max);

  private:
    Result<std::optional<Message>> Claim();
    Status HandOn(const Message& message);
    Status Sweep(std::size_t rows_max);
    Status Count();

    sql::Database& db_;
    const base::Clock& clock_;
    base::Log& log_;
    base::Metrics& metrics_;
    std::map<std::string, Handler, std::less<>> handlers_;
};

}  // namespace rt::storage::outbox
