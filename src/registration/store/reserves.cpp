#include "registration/store/reserves.h"

#include "registration/store/events.h"
#include "registration/store/guard.h"
#include "registration/store/journal.h"
#include "registration/store/units.h"
#include "registration/store/waitlist.h"

namespace rt::registration::store {
namespace {

constexpr Statement kInsert{
    "reserve.insert",
    "INSERT INTO reserve (id, public_id, event, division, note, code_hash, code_tail, teams, persons, teams_left,"
    " state, created_by, created) SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $8, 'OPEN', $10, $11"
    " WHERE (SELECT COUNT(*) FROM reserve WHERE event = $3 AND state = 'OPEN') < $12"};
constexpr Statement kUse{"reserve.use",
                         "UPDATE reserve SET teams_left = teams_left - 1, rev = rev + 1 WHERE id = $1" RT_GUARD(
                             "state = 'OPEN' AND teams_left > 0")};
// Of those that are open still: what a closed one kept is gone.
constexpr Statement kUseLess{"reserve.use_less",
                             "UPDATE reserve SET teams_left = teams_left + 1, rev = rev + 1 WHERE id ="
                             " (SELECT reserve FROM registration WHERE id = $1) AND state = 'OPEN'"};
constexpr Statement kRemember{"registration.set_reserve", "UPDATE registration SET reserve = $2 WHERE id = $1"};
constexpr Statement kForget{"registration.forget_reserve",
                            "UPDATE registration SET reserve = NULL WHERE id = $1 AND reserve IS NOT NULL"};
constexpr Statement kOpenOf{"reserve.of_registration",
                            "SELECT s.id FROM registration r JOIN reserve s ON s.id = r.reserve WHERE r.id = $1"
                            " AND s.state = 'OPEN' AND s.division = r.division"};
constexpr Statement kByCode{"reserve.by_code", "SELECT id, division FROM reserve WHERE code_hash = $1"};
constexpr Statement kClose{"reserve.close",
                           "UPDATE reserve SET state = 'CLOSED', rev = rev + 1 WHERE id = $1 AND state = 'OPEN'"};
constexpr Statement kOfEvent{
    "reserve.of_event",
    "SELECT s.id, s.public_id, s.event, s.division, s.note, s.code_tail, s.teams, s.persons, s.teams_left,"
    " COALESCE((SELECT MAX(a.qty) FROM allocation a JOIN quota q ON q.id = a.quota WHERE a.owner_kind = 'RESERVE'"
    " AND a.owner = s.id AND a.state = 'BLOCKED' AND q.unit = 'PERSON'), 0), s.state, s.created, s.rev"
    " FROM reserve s WHERE s.event = $1 ORDER BY s.id DESC"};
constexpr Statement kFind{"reserve.by_public_id", "SELECT id, event FROM reserve WHERE public_id = $1"};

Error UnknownCode() {
    return base::InvalidField("reserve_code",
                              {"预留码无效，或不属于这个组别", "This code is not valid for this division"});
}

Result<std::vector<Need>> StockOf(Reader& reader, DivisionId division, const NewReserve& wanted) {
    RT_TRY(const auto quotas, QuotasOfDivision(reader, division));
    std::vector<Need> out;
    for (const auto& [quota, unit] : quotas) {
        const std::int64_t qty = unit == QuotaUnit::kPerson ? wanted.persons : wanted.teams;
        if (qty > 0) out.push_back({quota, qty});
    }
    return out;
}

std::string StockJson(const NewReserve& wanted) {
    return "{\"teams\":" + std::to_string(wanted.teams) + ",\"persons\":" + std::to_string(wanted.persons) + "}";
}

}  // namespace

Status MakeReserve(Writer& writer, Commit& commit, const NewReserve& wanted) {
    RT_TRY(const auto division, FindDivisionByPublicId(writer, wanted.division_public_id));
    if (!division.has_value() || division->event != wanted.event) {
        return base::InvalidField("division", {"没有这个组别", "There is no such division"});
    }
    RT_TRY(const auto stock, StockOf(writer, division->id, wanted));
    if (stock.empty()) {
        return base::FailText(Code::kInvalidState,
                              {"这个组别没有名额限制，无需预留", "This division has no limit to keep places of"});
    }
    RT_TRY(const auto made, writer.Run(kInsert, {wanted.id, wanted.public_id, wanted.event, division->id, wanted.note,
                                                 wanted.code_hash, wanted.code_tail, wanted.teams, wanted.persons,
                                                 commit.actor.user, commit.now, kReservesMax}));
    if (made == 0) return Fail(Code::kInvalidState, "too many open reserves");
    RT_CHECK_OK(TakeAll(writer, commit, Owner::Of(wanted.id), stock, AllocationState::kBlocked, "reserve"));
    return Record(writer, commit,
                  {"reserve.create", "reserve", wanted.id.value, wanted.event, {}, StockJson(wanted), wanted.note});
}

Status CloseReserve(Writer& writer, Commit& commit, std::string_view public_id) {
    struct Found {
        ReserveId id;
        EventId event;
    };
    RT_TRY(const auto found, writer.Find<Found>(kFind, {public_id}, [](const Row& row) {
        return Found{row.As<ReserveId>(0), row.As<EventId>(1)};
    }));
    if (!found.has_value()) return Fail(Code::kNotFound);
    RT_CHECK_OK(writer.RunOne(kClose, {found->id}, Code::kInvalidState));
    RT_TRY(const bool freed, ReleaseAll(writer, commit, Owner::Of(found->id), "reserve"));
    RT_CHECK_OK(Record(
        writer, commit,
        {"reserve.close", "reserve", found->id.value, found->event, StateJson("OPEN"), StateJson("CLOSED"), {}}));
    return freed ? ServeLine(writer, commit, found->event) : Ok();
}

Result<std::vector<Reserve>> ReservesOf(Reader& reader, EventId event) {
    return reader.All<Reserve>(kOfEvent, {event}, [](const Row& row) {
        return Reserve{row.As<ReserveId>(0),
                       row.Text(1),
                       row.As<EventId>(2),
                       row.As<DivisionId>(3),
                       row.Text(4),
                       row.Text(5),
                       row.Int(6),
                       row.Int(7),
                       row.Int(8),
                       row.Int(9),
                       *FromWord<ReserveState>(row.TextView(10)),
                       row.Time(11),
                       row.Int(12)};
    });
}

Result<ReserveId> UseReserve(Writer& writer, std::string_view code_hash, DivisionId division, RegistrationId draft) {
    struct Found {
        ReserveId id;
        DivisionId division;
    };
    RT_TRY(const auto found, writer.Find<Found>(kByCode, {code_hash}, [](const Row& row) {
        return Found{row.As<ReserveId>(0), row.As<DivisionId>(1)};
    }));
    if (!found.has_value() || found->division != division) return UnknownCode();
    if (draft) {
        RT_TRY(const ReserveId used, OpenReserveOf(writer, draft));
        if (used == found->id) return ReserveId{};
    }
    RT_CHECK_OK(writer.RunOne(kUse, {found->id}, Code::kQuotaFull));
    return found->id;
}

Status RememberReserve(Writer& writer, RegistrationId registration, ReserveId reserve) {
    return writer.RunOne(kRemember, {registration, reserve}, Code::kInternal);
}

Result<ReserveId> OpenReserveOf(Reader& reader, RegistrationId registration) {
    RT_TRY(const auto found, reader.FindInt(kOpenOf, {registration}));
    return ReserveId{found.value_or(0)};
}

Status ReturnToReserve(Writer& writer, RegistrationId registration) {
    RT_TRY([[maybe_unused]] const auto returned, writer.Run(kUseLess, {registration}));
    RT_TRY([[maybe_unused]] const auto forgotten, writer.Run(kForget, {registration}));
    return Ok();
}

}  // namespace rt::registration::store
