#include "storage/outbox/outbox.h"

#include <algorithm>

namespace rt::storage::outbox {
namespace {

using sql::Statement;

constexpr Statement kAdd{"outbox.add",
                         "INSERT INTO outbox (id, topic, payload, state, attempts, next_at, created, last_error)"
                         " VALUES ($1, $2, $3, 'PENDING', 0, $4, $4, '')"};
constexpr Statement kClaim{
    "outbox.claim",
    "UPDATE outbox SET attempts = attempts + 1, next_at = $2 WHERE id IN"
    " (SELECT id FROM outbox WHERE state = 'PENDING' AND next_at <= $1 ORDER BY next_at LIMIT $3)"
    " RETURNING id, topic, payload, attempts"};
constexpr Statement kDone{"outbox.done", "UPDATE outbox SET state = 'DONE', last_error = '' WHERE id = $1"};
constexpr Statement kFailed{"outbox.failed",
                            "UPDATE outbox SET state = $2, next_at = $3, last_error = $4 WHERE id = $1"};
constexpr Statement kPending{"outbox.pending", "SELECT COUNT(*) FROM outbox WHERE state = 'PENDING'"};
constexpr Statement kSweep{"outbox.sweep",
                           "DELETE FROM outbox WHERE id IN"
                           " (SELECT id FROM outbox WHERE state = 'DONE' AND next_at <= $1 LIMIT $2)"};

std::int64_t Backoff(std::int64_t attempts) {
    const auto shift = std::min<std::int64_t>(attempts - 1, 20);
    return std::min(kBackoffMicrosMax, kBackoffMicrosMin << shift);
}

}  // namespace

Status Add(sql::Writer& writer, std::int64_t id, std::string_view topic, std::string_view payload, base::Time now) {
    RT_CHECK_OK(writer.Run(kAdd, {id, topic, payload, now}));
    return Ok();
}

Result<std::size_t> Dispatcher::RunOnce(std::size_t rows_max) {
    const base::Time now = clock_.Now();
    RT_TRY(const auto messages, db_.Write("outbox.claim", [&](sql::Writer& writer) -> Result<std::vector<Message>> {
        RT_CHECK_OK(writer.Run(kSweep, {now.Plus(-kKeepDoneMicros), static_cast<std::int64_t>(rows_max)}));
        return writer.All<Message>(kClaim, {now, now.Plus(kLeaseMicros), static_cast<std::int64_t>(rows_max)},
                                   [](const sql::Row& row) {
                                       return Message{row.Int(0), row.Text(1), row.Text(2), row.Int(3)};
                                   });
    }));
    for (const Message& message : messages) RT_CHECK_OK(HandOn(message));
    RT_TRY(const auto pending, db_.Read([](sql::Reader& reader) { return reader.FindInt(kPending, {}); }));
    metrics_.Get(Metric::kOutboxPending).Set(pending.value_or(0));
    return messages.size();
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
    const bool dead = message.attempts >= kAttemptsMax;
    log_.Write(dead ? base::Level::Error : base::Level::Warn, "outbox message not handed on",
               {{"topic", message.topic}, {"attempts", message.attempts}, {"reason", handed.error().detail}});
    const base::Time next = clock_.Now().Plus(Backoff(message.attempts));
    return db_.Write("outbox.failed", [&](sql::Writer& writer) -> Status {
        RT_CHECK_OK(writer.Run(kFailed, {message.id, dead ? "DEAD" : "PENDING", next, handed.error().detail}));
        return Ok();
    });
}

}  // namespace rt::storage::outbox
