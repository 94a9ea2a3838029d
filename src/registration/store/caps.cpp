// Making quotas, binding them to divisions, filling them for registrations that came first, and changing caps.
#include "registration/store/guard.h"
#include "registration/store/journal.h"
#include "registration/store/quotas.h"

namespace rt::registration::store {
namespace {

constexpr Statement kFindOfEvent{"quota.find_of_event",
                                 "SELECT id FROM quota WHERE event = $1 AND unit = $2 AND scope = 'EVENT'"};
constexpr Statement kFindOfDivision{"quota.find_of_division",
                                    "SELECT id FROM quota WHERE division = $1 AND unit = $2 AND scope = 'DIVISION'"};
constexpr Statement kInsert{"quota.insert",
                            "INSERT INTO quota (id, public_id, event, scope, unit, division, cap, state)"
                            " VALUES ($1, $2, $3, $4, $5, $6, NULL, 'OPEN')"};
constexpr Statement kBindAll{"quota_bind.all",
                             "INSERT INTO quota_bind (division, quota) SELECT d.id, $2 FROM division d"
                             " WHERE d.event = $1"};
constexpr Statement kBindOne{"quota_bind.one", "INSERT INTO quota_bind (division, quota) VALUES ($1, $2)"};
constexpr Statement kBindEventQuotas{"quota_bind.event_quotas",
                                     "INSERT INTO quota_bind (division, quota) SELECT $2, q.id FROM quota q"
                                     " WHERE q.event = $1 AND q.scope = 'EVENT'"};
constexpr Statement kWithoutUnits{
    "quota.registrations_without_units",
    "SELECT r.id, r.state, t.member_count, q.unit FROM quota q"
    " JOIN quota_bind b ON b.quota = q.id JOIN registration r ON r.division = b.division"
    " JOIN team t ON t.id = r.team"
    " WHERE q.id = $1 AND r.state NOT IN ('REJECTED', 'WITHDRAWN', 'EXPIRED', 'NOT_DRAWN', 'CANCELLED')"
    " AND NOT EXISTS (SELECT 1 FROM allocation a WHERE a.owner_kind = 'REGISTRATION' AND a.owner = r.id"
    " AND a.quota = q.id AND a.state <> 'RELEASED') ORDER BY r.id LIMIT $2"};
constexpr Statement kGive{"quota.give", "UPDATE quota SET held = held + $2, confirmed = confirmed + $3 WHERE id = $1"};
constexpr Statement kLedger{"quota_ledger.backfill",
                            "INSERT INTO quota_ledger (id, quota, delta_held, delta_confirmed, delta_blocked, cause,"
                            " allocation_id, at) VALUES ($1, $2, $3, $4, 0, 'backfill', $5, $6)"};
constexpr Statement kAllocate{"allocation.backfill",
                              "INSERT INTO allocation (id, owner_kind, owner, quota, qty, state, at)"
                              " VALUES ($1, 'REGISTRATION', $2, $3, $4, $5, $6)"};
constexpr Statement kFigures{"quota.figures",
                             "SELECT event, cap, held + confirmed + blocked, rev FROM quota WHERE id = $1"};
constexpr Statement kSetCap{"quota.set_cap",
                            "UPDATE quota SET cap = $2, rev = rev + 1 WHERE id = $1 AND rev = $3" RT_GUARD(
                                "$2 IS NULL OR held + confirmed + blocked <= $2")};

struct Missing {
    RegistrationId registration;
    AllocationState state = AllocationState::kHeld;
    std::int64_t qty = 0;
};

Status Give(Writer& writer, Commit& commit, QuotaId quota, const Missing& missing) {
    const auto allocation = commit.ids.Take();
    const bool held = missing.state == AllocationState::kHeld;
    const std::int64_t in_held = held ? missing.qty : 0;
    const std::int64_t in_confirmed = missing.qty - in_held;
    RT_CHECK_OK(writer.RunOne(kGive, {quota, in_held, in_confirmed}, Code::kInternal));
    RT_CHECK_OK(writer.RunOne(kLedger, {commit.ids.Take(), quota, in_held, in_confirmed, allocation, commit.now},
                              Code::kInternal));
    return writer.RunOne(kAllocate,
                         {allocation, missing.registration, quota, missing.qty, Word(missing.state), commit.now},
                         Code::kInternal);
}

std::string CapJson(std::optional<std::int64_t> cap) {
    return "{\"cap\":" + (cap.has_value() ? std::to_string(*cap) : "null") + "}";
}

Error CapBelowUse(std::int64_t used) {
    const std::string number = std::to_string(used);
    return base::InvalidField("cap",
                              {"名额不能少于已占用的 " + number, "The cap may not be below the " + number + " in use"});
}

}  // namespace

Result<QuotaId> EnsureQuota(Writer& writer, const QuotaKey& key, const NewQuota& fresh) {
    const bool of_event = !key.division;
    RT_TRY(const auto found, of_event ? writer.FindInt(kFindOfEvent, {key.event, Word(key.unit)})
                                      : writer.FindInt(kFindOfDivision, {key.division, Word(key.unit)}));
    if (found.has_value()) return QuotaId{*found};
    const auto scope = of_event ? QuotaScope::kEvent : QuotaScope::kDivision;
    const auto division = of_event ? std::nullopt : std::optional(key.division.value);
    RT_CHECK_OK(writer.RunOne(kInsert, {fresh.id, fresh.public_id, key.event, Word(scope), Word(key.unit), division},
                              Code::kInternal));
    if (of_event) {
        RT_TRY([[maybe_unused]] const auto bound, writer.Run(kBindAll, {key.event, fresh.id}));
    } else {
        RT_CHECK_OK(writer.RunOne(kBindOne, {key.division, fresh.id}, Code::kInternal));
    }
    return fresh.id;
}

Status BindDivision(Writer& writer, EventId event, DivisionId division) {
    RT_TRY([[maybe_unused]] const auto bound, writer.Run(kBindEventQuotas, {event, division}));
    return Ok();
}

Result<std::int64_t> BackfillUnits(Writer& writer, Commit& commit, QuotaId quota, std::int64_t registrations_max) {
    RT_TRY(const auto missing, writer.All<Missing>(kWithoutUnits, {quota, registrations_max}, [](const Row& row) {
        const bool confirmed = row.TextView(1) == Word(RegistrationState::kConfirmed);
        const bool by_person = row.TextView(3) == Word(QuotaUnit::kPerson);
        return Missing{row.As<RegistrationId>(0), confirmed ? AllocationState::kConfirmed : AllocationState::kHeld,
                       by_person ? row.Int(2) : 1};
    }));
    for (const Missing& one : missing) RT_CHECK_OK(Give(writer, commit, quota, one));
    return static_cast<std::int64_t>(missing.size());
}

Status SetCap(Writer& writer, Commit& commit, QuotaId quota, std::optional<std::int64_t> cap,
              std::optional<std::int64_t> rev) {
    struct Figures {
        EventId event;
        std::optional<std::int64_t> cap;
        std::int64_t used = 0;
        std::int64_t rev = 0;
    };
    RT_TRY(const auto now, writer.Find<Figures>(kFigures, {quota}, [](const Row& row) {
        return Figures{row.As<EventId>(0), row.OptionalInt(1), row.Int(2), row.Int(3)};
    }));
    if (!now.has_value()) return Fail(Code::kNotFound);
    if (rev.has_value() && *rev != now->rev) return Fail(Code::kPreconditionFailed);
    RT_TRY(const auto changed, writer.Run(kSetCap, {quota, cap, now->rev}));
    if (changed == 0) return CapBelowUse(now->used);
    Change change{"quota.set_cap", "quota", quota.value, now->event, CapJson(now->cap), CapJson(cap), {}};
    return Record(writer, commit, change);
}

}  // namespace rt::registration::store
