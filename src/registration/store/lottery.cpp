// The draw of a lottery: the pool is fixed, then dealt with in drawn order, a few in each commit.
#include <algorithm>

#include "registration/domain/reason_codes.h"
#include "registration/store/admission.h"
#include "registration/store/journal.h"
#include "registration/store/moves.h"
#include "registration/store/waitlist.h"

namespace rt::registration::store {
namespace {

constexpr std::size_t kIdSize = 16;

constexpr Statement kDrawState{"admission.draw_state", "SELECT draw_state = 'OPEN' FROM admission WHERE event = $1"};
constexpr Statement kPooled{"registration.pooled",
                            "SELECT public_id FROM registration WHERE event = $1 AND state = 'POOLED'"
                            " AND deficient_since IS NULL ORDER BY public_id"};
constexpr Statement kLeftOut{"registration.left_out_of_draw",
                             "SELECT id FROM registration WHERE event = $1 AND state = 'POOLED' ORDER BY id LIMIT $2"};
constexpr Statement kStart{"admission.start_draw",
                           "UPDATE admission SET draw_state = 'DRAWING', pool = $2 WHERE event = $1"
                           " AND draw_state = 'OPEN'"};
constexpr Statement kDrawn{"admission.drawn",
                           "UPDATE admission SET drawn = drawn + $2 WHERE event = $1 AND draw_state = 'DRAWING'"};
constexpr Statement kEnd{"admission.end_draw",
                         "UPDATE admission SET draw_state = 'DRAWN' WHERE event = $1 AND draw_state = 'DRAWING'"};
constexpr Statement kPool{"admission.pool", "SELECT pool FROM admission WHERE event = $1"};
constexpr Statement kInDraw{"admission.in_draw", "SELECT event FROM admission WHERE draw_state = 'DRAWING'"};
constexpr Statement kRank{"lottery_rank.insert",
                          "INSERT INTO lottery_rank (event, rank, registration, result) VALUES ($1, $2, $3, $4)"};
constexpr Statement kResults{"lottery_rank.of_event",
                             "SELECT r.public_id, l.result FROM lottery_rank l JOIN registration r"
                             " ON r.id = l.registration WHERE l.event = $1 ORDER BY l.rank"};

constexpr std::string_view kIncomplete = kReasonIncomplete;
constexpr std::string_view kMissed = kReasonNotDrawn;

using C = RegistrationCommand;

Result<RegistrationState> Miss(Writer& writer, Commit& commit, const LoadedRegistration& loaded,
                               std::string_view reason) {
    RT_TRY(const auto after, Perform(writer, commit, loaded, {{}, C::kMiss, std::string(reason), {}}));
    return after.state;
}

// I4: whose roster did not hold when the pool was fixed has no lot in it; otherwise people who leave one team for the
// next would have several. Returns how many more were told, at most `registrations_max`.
Result<std::int64_t> MissLeftOut(Writer& writer, Commit& commit, EventId event, std::int64_t registrations_max) {
    RT_TRY(const auto ids, writer.All<RegistrationId>(kLeftOut, {event, registrations_max},
                                                      [](const Row& row) { return row.As<RegistrationId>(0); }));
    for (const RegistrationId id : ids) {
        RT_TRY(const auto loaded, LoadRegistration(writer, id));
        RT_TRY([[maybe_unused]] const auto state, Miss(writer, commit, loaded, kIncomplete));
    }
    return static_cast<std::int64_t>(ids.size());
}

// What becomes of the next one: a place, the line in drawn order, or nothing.
Result<RegistrationState> Deal(Writer& writer, Commit& commit, const LoadedRegistration& loaded) {
    if (loaded.row.state != RegistrationState::kPooled) return loaded.row.state;
    // It has lost somebody since the pool was fixed.
    if (loaded.row.deficient_since.has_value()) return Miss(writer, commit, loaded, kIncomplete);
    const auto next = Apply(RegistrationState::kPooled, C::kDraw, {.stages = loaded.team.review_stages});
    bool placed = true;
    if (UnitsIn(next->to, loaded.team.hold_policy, false).has_value()) {
        RT_TRY(const auto needs, NeedOf(writer, PartyOf(loaded.team), Options::kCounted));
        RT_TRY(const bool passes, MayPassLine(writer, loaded.row.event, needs, commit.now));
        RT_TRY(const bool fits, Fits(writer, needs));
        placed = passes && fits;
    }
    if (!placed && !loaded.team.waitlist_enabled) return Miss(writer, commit, loaded, kMissed);
    const auto entry = placed ? ReviewPosition::Entry::kPlace : ReviewPosition::Entry::kLine;
    RT_TRY(const auto after, Perform(writer, commit, loaded, {{}, C::kDraw, {}, {}}, {.entry = entry}));
    return after.state;
}

}  // namespace

Result<bool> IsPooling(Reader& reader, EventId event) {
    RT_TRY(const auto open, reader.FindInt(kDrawState, {event}));
    return open.value_or(1) != 0;
}

Status StartDraw(Writer& writer, Commit& commit, const Event& event) {
    if (event.policy.admission != Admission::kLottery) return Fail(Code::kInvalidState, "the event has no lottery");
    RT_TRY(const EventTimes window, WholeWindow(writer, event));
    if (commit.now < window.reg_close) {
        return base::FailText(Code::kEventNotOpen,
                              {"报名结束后才能抽签", "The draw is held after the registration has closed"});
    }
    RT_TRY(const auto ids, writer.All<std::string>(kPooled, {event.id}, [](const Row& row) { return row.Text(0); }));
    std::string pool;
    for (const std::string& id : ids) pool += id;
    RT_CHECK_OK(writer.RunOne(kStart, {event.id, pool}, Code::kInvalidState));
    return Record(
        writer, commit,
        {"lottery.draw", "event", event.id.value, event.id, {}, "{\"pool\":" + std::to_string(ids.size()) + "}", {}});
}

Result<std::int64_t> DrawSome(Writer& writer, Commit& commit, EventId event, const std::vector<std::string>& order,
                              std::int64_t registrations_max) {
    RT_TRY(const auto now, FindAdmission(writer, event));
    if (!now.has_value() || now->draw != DrawState::kDrawing) return std::int64_t{0};
    RT_CHECK(static_cast<std::int64_t>(order.size()) == now->pool);
    const std::int64_t end = std::min(now->drawn + registrations_max, now->pool);
    for (std::int64_t rank = now->drawn; rank < end; ++rank) {
        RT_TRY(const auto loaded, LoadRegistration(writer, order.at(static_cast<std::size_t>(rank))));
        RT_TRY(const auto state, Deal(writer, commit, loaded));
        RT_CHECK_OK(writer.RunOne(kRank, {event, rank, loaded.row.id, Word(state)}, Code::kInternal));
    }
    RT_CHECK_OK(writer.RunOne(kDrawn, {event, end - now->drawn}, Code::kConflict));
    const std::int64_t dealt = end - now->drawn;
    if (end < now->pool || dealt == registrations_max) return dealt;
    RT_TRY(const std::int64_t left_out, MissLeftOut(writer, commit, event, registrations_max - dealt));
    if (dealt + left_out == registrations_max) return registrations_max;
    RT_CHECK_OK(writer.RunOne(kEnd, {event}, Code::kConflict));
    return std::max<std::int64_t>(dealt + left_out, 1);
}

Result<std::vector<EventId>> EventsInDraw(Reader& reader, base::Time /*now*/) {
    return reader.All<EventId>(kInDraw, {}, [](const Row& row) { return row.As<EventId>(0); });
}

Result<std::vector<std::string>> PoolOf(Reader& reader, EventId event) {
    RT_TRY(const auto pool, reader.Find<std::string>(kPool, {event}, [](const Row& row) { return row.Text(0); }));
    std::vector<std::string> out;
    for (std::size_t at = 0; pool.has_value() && at + kIdSize <= pool->size(); at += kIdSize) {
        out.push_back(pool->substr(at, kIdSize));
    }
    return out;
}

Result<std::vector<std::pair<std::string, std::string>>> DrawnOf(Reader& reader, EventId event) {
    using Drawn = std::pair<std::string, std::string>;
    return reader.All<Drawn>(kResults, {event}, [](const Row& row) { return Drawn{row.Text(0), row.Text(1)}; });
}

}  // namespace rt::registration::store
