// Making quotas, binding them to divisions, filling them for registrations that came first, and changing caps.
#include "registration/domain/registration_states.h"
#include "registration/store/guard.h"
#include "registration/store/i18n.h"
#include "registration/store/journal.h"
#include "registration/store/quotas.h"
#include "registration/store/units.h"
#include "registration/store/waitlist.h"

namespace rt::registration::store {
namespace {

constexpr Statement kFindOfEvent{"quota.find_of_event",
                                 "SELECT id FROM quota WHERE event = $1 AND unit = $2 AND scope = 'EVENT'"};
constexpr Statement kFindOfDivision{"quota.find_of_division",
                                    "SELECT id FROM quota WHERE division = $1 AND unit = $2 AND scope = 'DIVISION'"};
constexpr Statement kFindOfOption{"quota.find_of_option",
                                  "SELECT id FROM quota WHERE event = $1 AND form_scope = $2 AND field = $3"
                                  " AND option = $4 AND scope = 'OPTION'"};
constexpr Statement kInsert{
    "quota.insert",
    "INSERT INTO quota (id, public_id, event, scope, unit, division, cap, state, name, form_scope, field, option)"
    " VALUES ($1, $2, $3, $4, $5, $6, NULL, 'OPEN', $7, $8, $9, $10)"};
// One conditional write for the number of quotas of a scope, too.
constexpr Statement kInsertLimited{
    "quota.insert_limited",
    "INSERT INTO quota (id, public_id, event, scope, unit, division, cap, state, name, form_scope, field, option)"
    " SELECT $1, $2, $3, $4, $5, NULL, NULL, 'OPEN', $6, $7, $8, $9 WHERE (SELECT COUNT(*) FROM quota"
    " WHERE event = $3 AND scope = $4) < $10"};
constexpr Statement kBindAll{"quota_bind.all",
                             "INSERT INTO quota_bind (division, quota) SELECT d.id, $2 FROM division d"
                             " WHERE d.event = $1"};
constexpr Statement kBindOne{"quota_bind.one", "INSERT INTO quota_bind (division, quota) VALUES ($1, $2)"};
constexpr Statement kBindCustom{
    "quota_bind.custom",
    "INSERT INTO quota_bind (division, quota) SELECT d.id, $2 FROM division d WHERE d.id = $1 AND d.event = $3"
    " AND (SELECT COUNT(*) FROM quota_bind b JOIN quota q ON q.id = b.quota WHERE b.division = $1"
    " AND q.scope = 'CUSTOM') < $4"};
constexpr Statement kBindEventQuotas{"quota_bind.event_quotas",
                                     "INSERT INTO quota_bind (division, quota) SELECT $2, q.id FROM quota q"
                                     " WHERE q.event = $1 AND q.scope IN ('EVENT', 'OPTION')"};
constexpr Statement kNextWithoutUnits{
    "quota.registrations_without_units",
    "SELECT r.id, r.state, r.approved_at, r.team, r.division, t.member_count, e.hold_policy FROM quota_bind b"
    " JOIN registration r ON r.division = b.division JOIN team t ON t.id = r.team JOIN event e ON e.id = r.event"
    " WHERE b.quota = $1 AND r.id > $2"
    " AND r.state NOT IN ('REJECTED', 'WITHDRAWN', 'EXPIRED', 'NOT_DRAWN', 'CANCELLED')"
    " AND NOT EXISTS (SELECT 1 FROM allocation a WHERE a.owner_kind = 'REGISTRATION' AND a.owner = r.id"
    " AND a.quota = $1 AND a.state <> 'RELEASED') ORDER BY r.id LIMIT $3"};
constexpr Statement kFigures{"quota.figures",
                             "SELECT event, cap, held + confirmed + blocked, rev FROM quota WHERE id = $1"};
constexpr Statement kSetCap{"quota.set_cap",
                            "UPDATE quota SET cap = $2, over_cap_allowed = 0, rev = rev + 1 WHERE id = $1"
                            " AND rev = $3" RT_GUARD("$2 IS NULL OR held + confirmed + blocked <= $2")};
constexpr Statement kOverride{"quota.override_cap",
                              "UPDATE quota SET cap = $2, over_cap_allowed = CASE"
                              " WHEN held + confirmed + blocked > $2 THEN held + confirmed + blocked - $2 ELSE 0 END,"
                              " rev = rev + 1 WHERE id = $1 AND rev = $3"};
constexpr Statement kSetState{"quota.set_state",
                              "UPDATE quota SET state = $2, rev = rev + 1 WHERE id = $1 AND rev = $3"};

struct Missing {
    RegistrationId registration;
    bool waits = false;  // on the list, where its need is written down
    std::optional<AllocationState> state;
    Party party;
};

Missing ReadMissing(const Row& row) {
    Missing out;
    out.registration = row.As<RegistrationId>(0);
    const auto state = *FromWord<RegistrationState>(row.TextView(1));
    out.waits = state == RegistrationState::kWaitlisted;
    out.state = UnitsIn(state, *FromWord<HoldPolicy>(row.TextView(6)), !row.IsNull(2));
    out.party = {row.As<TeamId>(3), row.As<DivisionId>(4), row.Int(5)};
    return out;
}

Status Give(Writer& writer, Commit& commit, QuotaId quota, const Missing& missing) {
    if (missing.waits) return NeedOfNewQuota(writer, commit, missing.registration, missing.party, quota);
    if (!missing.state.has_value()) return Ok();
    RT_TRY(const auto needs, NeedOf(writer, missing.party, Options::kCounted));
    for (const Need& need : needs) {
        if (need.quota != quota) continue;
        return TakeAll(writer, commit, Owner::Of(missing.registration), {need}, *missing.state, "backfill");
    }
    return Ok();
}

std::string CapJson(std::optional<std::int64_t> cap) {
    return "{\"cap\":" + (cap.has_value() ? std::to_string(*cap) : "null") + "}";
}

Error CapBelowUse(std::int64_t used) {
    const std::string number = std::to_string(used);
    return base::InvalidField("cap",
                              {"名额不能少于已占用的 " + number, "The cap may not be below the " + number + " in use"});
}

Error TooManyQuotas() {
    return base::FailText(Code::kInvalidState, {"名额规则已达到数量上限", "There are as many quotas as there may be"});
}

Result<std::optional<std::int64_t>> FindByKey(Reader& reader, const QuotaKey& key) {
    if (key.option.has_value()) {
        return reader.FindInt(kFindOfOption,
                              {key.event, Word(key.option->form), key.option->field, key.option->option});
    }
    if (!key.division) return reader.FindInt(kFindOfEvent, {key.event, Word(key.unit)});
    return reader.FindInt(kFindOfDivision, {key.division, Word(key.unit)});
}

Status InsertOption(Writer& writer, const QuotaKey& key, const NewQuota& fresh) {
    const std::optional<std::string> no_name;
    RT_TRY(const auto made, writer.Run(kInsertLimited, {fresh.id, fresh.public_id, key.event, Word(QuotaScope::kOption),
                                                        Word(QuotaUnit::kOption), no_name, Word(key.option->form),
                                                        key.option->field, key.option->option, kOptionQuotasMax}));
    if (made == 0) return TooManyQuotas();
    RT_TRY([[maybe_unused]] const auto bound, writer.Run(kBindAll, {key.event, fresh.id}));
    return Ok();
}

struct Figures {
    EventId event;
    std::optional<std::int64_t> cap;
    std::int64_t used = 0;
    std::int64_t rev = 0;
};

// As the caller saw it, if he says which: PRECONDITION_FAILED.
Result<Figures> FiguresOf(Reader& reader, QuotaId quota, std::optional<std::int64_t> rev) {
    RT_TRY(const auto now, reader.Find<Figures>(kFigures, {quota}, [](const Row& row) {
        return Figures{row.As<EventId>(0), row.OptionalInt(1), row.Int(2), row.Int(3)};
    }));
    if (!now.has_value()) return Fail(Code::kNotFound);
    if (rev.has_value() && *rev != now->rev) return Fail(Code::kPreconditionFailed);
    return *now;
}

}  // namespace

Result<QuotaId> EnsureQuota(Writer& writer, const QuotaKey& key, const NewQuota& fresh) {
    RT_TRY(const auto found, FindByKey(writer, key));
    if (found.has_value()) return QuotaId{*found};
    if (key.option.has_value()) {
        RT_CHECK_OK(InsertOption(writer, key, fresh));
        return fresh.id;
    }
    const bool of_event = !key.division;
    const auto scope = of_event ? QuotaScope::kEvent : QuotaScope::kDivision;
    const auto division = of_event ? std::nullopt : std::optional(key.division.value);
    const std::optional<std::string> none;
    RT_CHECK_OK(writer.RunOne(
        kInsert, {fresh.id, fresh.public_id, key.event, Word(scope), Word(key.unit), division, none, none, none, none},
        Code::kInternal));
    if (of_event) {
        RT_TRY([[maybe_unused]] const auto bound, writer.Run(kBindAll, {key.event, fresh.id}));
    } else {
        RT_CHECK_OK(writer.RunOne(kBindOne, {key.division, fresh.id}, Code::kInternal));
    }
    return fresh.id;
}

Status MakeCustomQuota(Writer& writer, Commit& commit, const CustomQuota& wanted, const NewQuota& fresh) {
    const std::optional<std::string> none;
    const std::string name = EncodeI18n(wanted.name);
    RT_TRY(const auto made,
           writer.Run(kInsertLimited, {fresh.id, fresh.public_id, wanted.event, Word(QuotaScope::kCustom),
                                       Word(wanted.unit), name, none, none, none, kCustomQuotasMax}));
    if (made == 0) return TooManyQuotas();
    for (const DivisionId division : wanted.divisions) {
        RT_TRY(const auto bound, writer.Run(kBindCustom, {division, fresh.id, wanted.event, kCustomQuotasOfDivision}));
        if (bound == 0) return TooManyQuotas();
    }
    return Record(writer, commit, {"quota.create", "quota", fresh.id.value, wanted.event, {}, CapJson({}), {}});
}

Status BindDivision(Writer& writer, EventId event, DivisionId division) {
    RT_TRY([[maybe_unused]] const auto bound, writer.Run(kBindEventQuotas, {event, division}));
    return Ok();
}

Result<RegistrationId> BackfillUnits(Writer& writer, Commit& commit, QuotaId quota, RegistrationId after,
                                     std::int64_t registrations_max) {
    RT_TRY(const auto missing, writer.All<Missing>(kNextWithoutUnits, {quota, after, registrations_max}, ReadMissing));
    for (const Missing& one : missing) RT_CHECK_OK(Give(writer, commit, quota, one));
    const bool more = static_cast<std::int64_t>(missing.size()) == registrations_max;
    return more ? missing.back().registration : RegistrationId{};
}

Status SetCap(Writer& writer, Commit& commit, QuotaId quota, std::optional<std::int64_t> cap,
              std::optional<std::int64_t> rev) {
    RT_TRY(const auto now, FiguresOf(writer, quota, rev));
    RT_TRY(const auto changed, writer.Run(kSetCap, {quota, cap, now.rev}));
    if (changed == 0) return CapBelowUse(now.used);
    RT_CHECK_OK(
        Record(writer, commit, {"quota.set_cap", "quota", quota.value, now.event, CapJson(now.cap), CapJson(cap), {}}));
    return ServeLine(writer, commit, now.event);
}

Status OverrideCap(Writer& writer, Commit& commit, QuotaId quota, std::int64_t cap, std::optional<std::int64_t> rev,
                   const std::string& reason) {
    RT_TRY(const auto now, FiguresOf(writer, quota, rev));
    RT_CHECK_OK(writer.RunOne(kOverride, {quota, cap, now.rev}, Code::kConflict));
    RT_CHECK_OK(
        Record(writer, commit,
               {"quota.override_cap", "quota", quota.value, now.event, CapJson(now.cap), CapJson(cap), reason}));
    return ServeLine(writer, commit, now.event);
}

Status SetQuotaOpen(Writer& writer, Commit& commit, const Quota& quota, bool open, std::optional<std::int64_t> rev) {
    const std::string_view before = quota.figures.open ? "OPEN" : "CLOSED";
    const std::string_view after = open ? "OPEN" : "CLOSED";
    RT_CHECK_OK(writer.RunOne(kSetState, {quota.id, after, rev.value_or(quota.rev)}, Code::kPreconditionFailed));
    RT_CHECK_OK(
        Record(writer, commit,
               {"quota.set_state", "quota", quota.id.value, quota.event, StateJson(before), StateJson(after), {}}));
    return open ? ServeLine(writer, commit, quota.event) : Ok();
}

}  // namespace rt::registration::store
