#include "registration/store/admission.h"

#include <algorithm>
#include <array>

#include "base/encoding.h"
#include "crypto/hash.h"
#include "registration/domain/queue_order.h"
#include "registration/store/guard.h"
#include "registration/store/journal.h"

namespace rt::registration::store {
namespace {

constexpr Statement kFind{"admission.find",
                          "SELECT event, seed, commitment, last, early, closed, served, served_at, draw_state,"
                          " LENGTH(pool) / 16, drawn FROM admission WHERE event = $1"};
constexpr Statement kToPrepare{"admission.to_prepare",
                               "SELECT e.id FROM event e WHERE e.state = 'PUBLISHED' AND e.admission <> 'OPEN'"
                               " AND NOT EXISTS (SELECT 1 FROM admission a WHERE a.event = e.id) LIMIT $1"};
constexpr Statement kInsert{"admission.insert",
                            "INSERT INTO admission (event, seed, commitment) VALUES ($1, $2, $3)"
                            " ON CONFLICT (event) DO NOTHING"};
constexpr Statement kTicket{"admission_ticket.find",
                            "SELECT position FROM admission_ticket WHERE event = $1 AND \"user\" = $2"};
constexpr Statement kNext{"admission.next",
                          "UPDATE admission SET last = last + 1,"
                          " early = CASE WHEN closed = 0 AND $2 THEN early + 1 ELSE early END,"
                          " closed = CASE WHEN $2 THEN closed ELSE 1 END WHERE event = $1 RETURNING last - 1"};
constexpr Statement kPutTicket{"admission_ticket.put",
                               "INSERT INTO admission_ticket (event, \"user\", position, at) VALUES ($1, $2, $3, $4)"
                               " ON CONFLICT (event, \"user\") DO UPDATE SET position = $3, at = $4"};
constexpr Statement kServedAt{"admission_step.of_number",
                              "SELECT MIN(at) FROM admission_step WHERE event = $1 AND served > $2"};
constexpr Statement kExpired{"admission_step.expired",
                             "SELECT MAX(served) FROM admission_step WHERE event = $1 AND at <= $2"};
constexpr Statement kServe{"admission.serve",
                           "UPDATE admission SET closed = 1, served = $2, served_at = $3 WHERE event = $1" RT_GUARD(
                               "served <= $2 AND $2 <= last AND served_at < $3")};
constexpr Statement kStep{"admission_step.insert",
                          "INSERT INTO admission_step (event, at, served) VALUES ($1, $2, $3)"};
// The newest step whose passes have expired stays: it tells which ones.
constexpr Statement kPrune{"admission_step.prune",
                           "DELETE FROM admission_step WHERE event = $1 AND at < (SELECT MAX(s.at)"
                           " FROM admission_step s WHERE s.event = $1 AND s.at <= $2)"};
constexpr Statement kQueues{"admission.queues",
                            "SELECT e.id FROM admission a JOIN event e ON e.id = a.event WHERE e.state = 'PUBLISHED'"
                            " AND e.admission = 'RATE' AND (e.reg_open <= $1 OR EXISTS (SELECT 1 FROM division d"
                            " WHERE d.event = e.id AND d.reg_open <= $1))"
                            " AND (e.reg_close > $1 OR EXISTS (SELECT 1 FROM division d"
                            " WHERE d.event = e.id AND d.reg_close > $1))"
                            " AND (a.closed = 0 OR a.served < a.last) ORDER BY a.served_at LIMIT $2"};

constexpr Statement kWindows{"division.windows", "SELECT MIN(reg_open), MAX(reg_close) FROM division WHERE event = $1"};

using State = Ticket::State;

Result<bool> HasExpired(Reader& reader, EventId event, std::int64_t number, base::Time now) {
    RT_TRY(const auto expired, reader.FindInt(kExpired, {event, now.Plus(-kPassMicros)}));
    return number < expired.value_or(0);
}

Error AdmissionRequired(const std::optional<Ticket>& ticket) {
    Error out = Fail(Code::kAdmissionRequired);
    if (!ticket.has_value() || !ticket->number.has_value()) return out;
    const std::string number = std::to_string(*ticket->number + 1);
    out.fields.push_back({"number", {"您的排队号是 " + number, "Your number is " + number}});
    return out;
}

}  // namespace

Result<EventTimes> WholeWindow(Reader& reader, const Event& event) {
    EventTimes out = event.times;
    RT_CHECK_OK(reader.Each(kWindows, {event.id}, [&](const Row& row) {
        out.reg_open = std::min(out.reg_open, row.OptionalTime(0).value_or(out.reg_open));
        out.reg_close = std::max(out.reg_close, row.OptionalTime(1).value_or(out.reg_close));
    }));
    return out;
}

std::string_view Word(State state) {
    constexpr std::array<std::string_view, 4> kWords{"EARLY", "WAITING", "PASS", "EXPIRED"};
    return kWords.at(static_cast<std::size_t>(state));
}

Result<std::optional<AdmissionRow>> FindAdmission(Reader& reader, EventId event) {
    return reader.Find<AdmissionRow>(kFind, {event}, [](const Row& row) {
        AdmissionRow out;
        out.event = row.As<EventId>(0);
        out.seed = row.Text(1);
        out.commitment = row.Text(2);
        out.last = row.Int(3);
        out.early = row.Int(4);
        out.closed = row.Int(5) != 0;
        out.served = row.Int(6);
        out.served_at = row.Time(7);
        out.draw = *FromWord<DrawState>(row.TextView(8));
        out.pool = row.Int(9);
        out.drawn = row.Int(10);
        return out;
    });
}

Result<std::vector<EventId>> EventsToPrepare(Reader& reader, std::int64_t events_max) {
    return reader.All<EventId>(kToPrepare, {events_max}, [](const Row& row) { return row.As<EventId>(0); });
}

Status PrepareAdmission(Writer& writer, Commit& commit, EventId event, const std::string& seed) {
    const std::string commitment = base::HexEncode(crypto::Sha256(seed));
    RT_TRY(const auto made, writer.Run(kInsert, {event, seed, commitment}));
    if (made == 0) return Ok();
    return Record(
        writer, commit,
        {"admission.prepare", "event", event.value, event, {}, R"({"commitment":")" + commitment + R"("})", {}});
}

Result<std::optional<Ticket>> FindTicket(Reader& reader, const AdmissionRow& admission, UserId user, base::Time now) {
    RT_TRY(const auto position, reader.FindInt(kTicket, {admission.event, user}));
    if (!position.has_value()) return std::optional<Ticket>();
    Ticket out;
    if (!admission.closed) return std::optional(out);
    const std::int64_t number = QueueNumber(admission.seed, *position, admission.early);
    out.number = number;
    out.state = State::kWaiting;
    if (number >= admission.served) return std::optional(out);
    RT_TRY(const bool expired, HasExpired(reader, admission.event, number, now));
    out.state = expired ? State::kExpired : State::kPass;
    if (expired) return std::optional(out);
    RT_TRY(const auto at, reader.FindInt(kServedAt, {admission.event, number}));
    out.pass_until = base::Time{at.value_or(now.micros)}.Plus(kPassMicros);
    return std::optional(out);
}

Result<Ticket> TakeTicket(Writer& writer, Commit& commit, const Event& event) {
    if (event.policy.admission != Admission::kRate) return Fail(Code::kInvalidState, "the event has no queue");
    RT_TRY(const EventTimes window, WholeWindow(writer, event));
    if (event.state != EventState::kPublished || commit.now >= window.reg_close) return Fail(Code::kEventNotOpen);
    RT_TRY(const auto admission, FindAdmission(writer, event.id));
    if (!admission.has_value()) return Fail(Code::kUnavailable, "the queue is being prepared");
    RT_TRY(const auto has, FindTicket(writer, *admission, commit.actor.user, commit.now));
    if (has.has_value() && has->state != State::kExpired) return *has;
    RT_TRY(const auto position, writer.FindInt(kNext, {event.id, commit.now < window.reg_open}));
    if (!position.has_value()) return Fail(Code::kInternal, "no queue");
    RT_CHECK_OK(writer.RunOne(kPutTicket, {event.id, commit.actor.user, *position, commit.now}, Code::kInternal));
    RT_TRY(const auto after, FindAdmission(writer, event.id));
    RT_TRY(const auto ticket, FindTicket(writer, *after, commit.actor.user, commit.now));
    return *ticket;
}

Status RequirePass(Reader& reader, EventId event, UserId user, base::Time now) {
    RT_TRY(const auto admission, FindAdmission(reader, event));
    if (!admission.has_value()) return AdmissionRequired(std::nullopt);
    RT_TRY(const auto ticket, FindTicket(reader, *admission, user, now));
    const bool may = ticket.has_value() && ticket->state == State::kPass;
    return may ? Ok() : Status(AdmissionRequired(ticket));
}

Result<std::vector<Event>> QueuesToServe(Reader& reader, base::Time now, std::int64_t events_max) {
    RT_TRY(const auto ids,
           reader.All<EventId>(kQueues, {now, events_max}, [](const Row& row) { return row.As<EventId>(0); }));
    std::vector<Event> out;
    for (const EventId id : ids) {
        RT_TRY(auto event, FindEvent(reader, id));
        if (event.has_value()) out.push_back(*std::move(event));
    }
    return out;
}

Result<bool> ServeQueue(Writer& writer, Commit& commit, const Event& event) {
    RT_TRY(const auto now, FindAdmission(writer, event.id));
    if (!now.has_value() || now->served_at >= commit.now) return false;
    // A pause of the server, or of the arrivals, does not add up to a rush.
    const std::int64_t since = std::min(commit.now.micros - now->served_at.micros, 2 * base::kMicrosPerSecond);
    const std::int64_t more = std::max<std::int64_t>(event.policy.admission_rate * since / base::kMicrosPerSecond, 1);
    const std::int64_t served = std::min(now->served + more, now->last);
    if (now->closed && served == now->served) return false;
    RT_CHECK_OK(writer.RunOne(kServe, {event.id, served, commit.now}, Code::kConflict));
    if (served == now->served) return true;
    RT_CHECK_OK(writer.RunOne(kStep, {event.id, commit.now, served}, Code::kInternal));
    RT_TRY([[maybe_unused]] const auto pruned, writer.Run(kPrune, {event.id, commit.now.Plus(-kPassMicros)}));
    return true;
}

}  // namespace rt::registration::store
