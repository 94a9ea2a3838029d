#include "registration/store/access.h"

#include "registration/store/guard.h"
#include "registration/store/journal.h"

namespace rt::registration::store {
namespace {

constexpr Statement kHas{"event_access.has", "SELECT 1 FROM event_access WHERE event = $1 AND \"user\" = $2"};
constexpr Statement kHasList{"allow_list.any", "SELECT EXISTS (SELECT 1 FROM allow_list WHERE event = $1)"};
constexpr Statement kListBinds{"allow_list.binds",
                               "SELECT EXISTS (SELECT 1 FROM allow_list l JOIN event e ON e.id = l.event"
                               " WHERE l.event = $1 AND e.visibility = 'PRIVATE')"};
constexpr Statement kGuess{"access_guess.count",
                           "INSERT INTO access_guess (event, \"user\", hour, wrong) VALUES ($1, $2, $3, 1)"
                           " ON CONFLICT (event, \"user\") DO UPDATE SET hour = $3,"
                           " wrong = CASE WHEN access_guess.hour = $3 THEN access_guess.wrong + 1 ELSE 1 END"
                           " WHERE $4 > 0" RT_GUARD("(access_guess.hour <> $3 OR access_guess.wrong < $4)")};
constexpr Statement kGiveBack{"access_guess.give_back",
                              "UPDATE access_guess SET wrong = wrong - 1 WHERE event = $1 AND \"user\" IN (0, $2)"
                              " AND wrong > 0"};
constexpr Statement kLetIn{"event_access.put",
                           "INSERT INTO event_access (event, \"user\", via, at) VALUES ($1, $2, $3, $4)"
                           " ON CONFLICT (event, \"user\") DO NOTHING"};
constexpr Statement kClaim{
    "allow_list.claim",
    "UPDATE allow_list SET claimed_by = $4, claimed_at = COALESCE(claimed_at, $5)"
    " WHERE event = $1 AND kind = $2 AND value = $3" RT_GUARD("(claimed_by IS NULL OR claimed_by = $4)")};
constexpr Statement kList{"allow_list.of_event",
                          "SELECT id, public_id, kind, value, hint, note, claimed_at FROM allow_list"
                          " WHERE event = $1 AND ($2 = 0 OR id < $2) ORDER BY id DESC LIMIT $3"};
constexpr Statement kAdd{"allow_list.add",
                         "INSERT INTO allow_list (id, public_id, event, kind, value, hint, note, created)"
                         " VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (event, kind, value) DO NOTHING"};
constexpr Statement kCount{"allow_list.count", "SELECT COUNT(*), COUNT(claimed_by) FROM allow_list WHERE event = $1"};
constexpr Statement kRemove{"allow_list.remove", "DELETE FROM allow_list WHERE event = $1 AND public_id = $2"};

std::int64_t HourOf(base::Time now) {
    return now.micros / base::kMicrosPerHour;
}

Status Enter(Writer& writer, Commit& commit, const Event& event, std::string_view via) {
    RT_TRY(const auto put, writer.Run(kLetIn, {event.id, commit.actor.user, via, commit.now}));
    if (put == 0) return Ok();
    return Record(
        writer, commit,
        {"event.access", "event", event.id.value, event.id, {}, json::Encode(json::Object{{"via", via}}), {}});
}

}  // namespace

Result<bool> HasAccess(Reader& reader, const Event& event, UserId user) {
    if (event.visibility != Visibility::kPrivate) return true;
    RT_TRY(const auto found, reader.FindInt(kHas, {event.id, user}));
    return found.has_value();
}

Status RequireAccess(Reader& reader, const Event& event, const Actor& actor) {
    if (actor.May(net::Permission::kRegEdit)) return Ok();
    RT_TRY(const bool has, HasAccess(reader, event, actor.user));
    if (has) return Ok();
    return base::FailText(Code::kForbidden, {"此活动仅限受邀者，请先输入口令或验证名单",
                                             "This event is private; give its passcode or be on its list first"});
}

Status RequireAccessToJoin(Reader& reader, EventId id, const Actor& actor) {
    RT_TRY(const auto bound, reader.FindInt(kListBinds, {id}));
    if (bound.value_or(0) == 0) return Ok();
    RT_TRY(const auto event, FindEvent(reader, id));
    return event.has_value() ? RequireAccess(reader, *event, actor) : Status(Fail(Code::kNotFound));
}

Result<bool> HasAllowList(Reader& reader, EventId event) {
    RT_TRY(const auto any, reader.FindInt(kHasList, {event}));
    return any.value_or(0) != 0;
}

Status CountGuess(Writer& writer, const Event& event, UserId user, base::Time now) {
    RT_CHECK_OK(writer.RunOne(kGuess, {event.id, user, HourOf(now), kWrongGuessesMax}, Code::kTooManyRequests));
    return writer.RunOne(kGuess, {event.id, 0, HourOf(now), kWrongGuessesOfAllMax}, Code::kTooManyRequests);
}

Status LetIn(Writer& writer, Commit& commit, const Event& event) {
    RT_TRY([[maybe_unused]] const auto back, writer.Run(kGiveBack, {event.id, commit.actor.user}));
    return Enter(writer, commit, event, "PASSCODE");
}

Status Claim(Writer& writer, Commit& commit, const Event& event, AllowKind kind, std::string_view value) {
    RT_CHECK_OK(writer.RunOne(kClaim, {event.id, Word(kind), value, commit.actor.user, commit.now}, Code::kNotFound));
    RT_TRY([[maybe_unused]] const auto back, writer.Run(kGiveBack, {event.id, commit.actor.user}));
    return Enter(writer, commit, event, "LIST");
}

Result<std::vector<AllowEntry>> AllowListOf(Reader& reader, EventId event, std::int64_t before, std::int64_t limit) {
    return reader.All<AllowEntry>(kList, {event, before, limit}, [](const Row& row) {
        return AllowEntry{row.Int(0),         row.Text(1), *FromWord<AllowKind>(row.TextView(2)),
                          row.Text(3),        row.Text(4), row.Text(5),
                          row.OptionalTime(6)};
    });
}

Result<std::int64_t> AddToAllowList(Writer& writer, Commit& commit, EventId event,
                                    const std::vector<AllowEntry>& entries) {
    std::int64_t added = 0;
    for (const AllowEntry& entry : entries) {
        RT_TRY(const auto put, writer.Run(kAdd, {entry.id, entry.public_id, event, Word(entry.kind), entry.value,
                                                 entry.hint, entry.note, commit.now}));
        added += put;
    }
    // Counted after the writes of this very commit: what is too much is undone with it.
    RT_TRY(const AllowCounts counts, CountAllowList(writer, event));
    if (counts.entries > kAllowListMax) {
        return base::FailText(Code::kInvalidState, {"名单最多 50000 条", "A list has at most 50000 entries"});
    }
    RT_CHECK_OK(Record(writer, commit,
                       {"allow_list.add",
                        "event",
                        event.value,
                        event,
                        {},
                        json::Encode(json::Object{{"added", added}, {"entries", counts.entries}}),
                        {}}));
    return added;
}

Status RemoveFromAllowList(Writer& writer, Commit& commit, EventId event, std::string_view public_id) {
    RT_CHECK_OK(writer.RunOne(kRemove, {event, public_id}, Code::kNotFound));
    return Record(
        writer, commit,
        {"allow_list.remove", "event", event.value, event, json::Encode(json::Object{{"entry", public_id}}), {}, {}});
}

Result<AllowCounts> CountAllowList(Reader& reader, EventId event) {
    RT_TRY(const auto counts, reader.Find<AllowCounts>(kCount, {event}, [](const Row& row) {
        return AllowCounts{row.Int(0), row.Int(1)};
    }));
    return counts.value_or(AllowCounts{});
}

}  // namespace rt::registration::store
