#include "storage/outbox/outbox.h"

#include <algorithm>
#include <utility>

namespace rt::storage::outbox {
namespace {

using sql::Statement;

constexpr Statement kAdd{"outbox.add",
                         "INSERT INTO outbox (id, topic, payload, state, attempts, next_at, created, last_error)"
                         " VALUES ($1, $2, $3, 'PENDING', 0, $4, $5, '')"};
constexpr Statement kDue{"outbox.due",
                         "SELECT id FROM outbox WHERE state = 'PENDING' AND next_at <= $1 ORDER BY next_at LIMIT 1"};
constexpr Statement kClaim{"outbox.claim",
                           "UPDATE outbox SET attempts = attempts + 1, next_at = $2 WHERE id IN"
                           " (SELECT id FROM outbox WHERE state = 'PENDING' AND next_at <= $1 ORDER BY next_at LIMIT 1)"
                           " RETURNING id, topic, payload, attempts"};
// What was told is nobody's business any more: the payload goes with the task.
constexpr Statement kDone{"outbox.done",
                          "UPDATE outbox SET state = 'DONE', payload = '{}', last_error = '' WHERE id = $1"};
// Not what somebody else took over when the lease lapsed (a clock that was set, a process that slept), or handed on.
constexpr Statement kFailed{"outbox.failed",
                            "UPDATE outbox SET state = $2, next_at = $3, last_error = $4"
                            " WHERE id = $1 AND state = 'PENDING' AND attempts = $5"};
constexpr Statement kCount{"outbox.count", "SELECT COUNT(*) FROM outbox WHERE state = $1"};
constexpr Statement kOld{"outbox.old",
                         "SELECT id FROM outbox WHERE (state = 'DONE' AND next_at <= $1)"
                         " OR (state = 'DEAD' AND next_at <= $2) LIMIT 1"};
constexpr Statement kSweep{
    "outbox.sweep",
    "DELETE FROM outbox WHERE id IN (SELECT id FROM outbox WHERE (state = 'DONE' AND next_at <= $1)"
    " OR (state = 'DEAD' AND next_at <= $2) LIMIT $3)"};

std::int64_t Backoff(std::int64_t attempts) {
    const auto shift = std::min<std::int64_t>(attempts - 1, 20);
    return std::min(kBackoffMicrosMax, kBackoffMicrosMin << shift);
}

}  // namespace

bool IsFinal(const Error& error) {
    const int status = base::Info(error.code).http_status;
    return status >= 400 && status < 500 && error.code != Code::kTimeout && error.code != Code::kTooManyRequests;
}

Status Add(sql::Writer& writer, std::int64_t id, std::string_view topic, std::string_view payload, base::Time now,
           Urgency urgency) {
    const base::Time due = urgency == Urgency::kAwaited ? now.Plus(-kAwaitedMicros) : now;
    RT_CHECK_OK(writer.Run(kAdd, {id, topic, payload, due, now}));
    return Ok();
}

Result<std::size_t> Dispatcher::RunOnce(std::size_t rows_max) {
    const std::int64_t began = clock_.MonotonicMicros();
    RT_CHECK_OK(Sweep(rows_max));
    std::size_t tried = 0;
    while (tried < rows_max && clock_.MonotonicMicros() - began < kRunMicrosMax) {
        RT_TRY(const auto message, Claim());
        if (!message) break;
        RT_CHECK_OK(HandOn(*message));
        ++tried;
    }
    RT_CHECK_OK(Count());
    return tried;
}

// Looks before it writes: an idle outbox costs no commit.
Result<std::optional<Message>> Dispatcher::Claim() {
    const base::Time now = clock_.Now();
    RT_TRY(const auto due, db_.Read([&](sql::Reader& reader) { return reader.FindInt(kDue, {now}); }));
    if (!due) return std::optional<Message>();
    return db_.Write("outbox.claim", [&](sql::Writer& writer) -> Result<std::optional<Message>> {
        RT_TRY(auto rows, writer.All<Message>(kClaim, {now, now.Plus(kLeaseMicros)}, [](const sql::Row& row) {
            return Message{row.Int(0), row.Text(1), row.Text(2), row.Int(3)};
        }));
        if (rows.empty()) return std::optional<Message>();
        return std::optional<Message>(std::move(rows.front()));
    });
}

Status Dispatcher::Sweep(std::size_t rows_max) {
    const base::Time done = clock_.Now().Plus(-kKeepDoneMicros);
    const base::Time dead = clock_.Now().Plus(-kKeepDeadMicros);
    RT_TRY(const auto old, db_.Read([&](sql::Reader& reader) { return reader.FindInt(kOld, {done, dead}); }));
    if (!old) return Ok();
    return db_.Write("outbox.sweep", [&](sql::Writer& writer) -> Status {
        RT_CHECK_OK(writer.Run(kSweep, {done, dead, static_cast<std::int64_t>(rows_max)}));
        return Ok();
    });
}

Status Dispatcher::Count() {
    for (const auto& [metric, state] : {std::pair{Metric::kOutboxPending, "PENDING"}, {Metric::kOutboxDead, "DEAD"}}) {
        RT_TRY(const auto count,
               db_.Read([state = state](sql::Reader& reader) { return reader.FindInt(kCount, {state}); }));
        metrics_.Get(metric).Set(count.value_or(0));
    }
    return Ok();
}

Status Dispatcher::HandOn(const Message& message) {
    const auto handler = handlers_.find(message.topic);
    const Status handed = handler == handlers_.end() ? Ok() : handler->second(message);
    if (handed.ok()) {
        return db_.Write("outbox.done", [&](sql::Writer& writer) -> Status {
            RT_CHECK_OK(writer.Run(kDone, {message.id}));
            return Ok();
        });
    }
    const bool dead = IsFinal(handed.error()) || message.attempts >= kAttemptsMax;
    log_.Write(dead ? base::Level::Error : base::Level::Warn, "outbox message not handed on",
               {{"topic", message.topic}, {"attempts", message.attempts}, {"reason", handed.error().detail}});
    const base::Time next = clock_.Now().Plus(Backoff(message.attempts));
    return db_.Write("outbox.failed", [&](sql::Writer& writer) -> Status {
        RT_CHECK_OK(writer.Run(kFailed,
                               {message.id, dead ? "DEAD" : "PENDING", next, handed.error().detail, message.attempts}));
        return Ok();
    });
}

}  // namespace rt::storage::outbox
