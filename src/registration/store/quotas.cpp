#include "registration/store/quotas.h"

#include <utility>

#include "registration/store/i18n.h"

namespace rt::registration::store {
namespace {

#define RT_QUOTA_COLUMNS                                                                                       \
    "q.id, q.public_id, q.event, q.scope, q.unit, q.division, q.cap, q.held, q.confirmed, q.blocked, q.state," \
    " q.rev, q.over_cap_allowed, q.name, q.form_scope, q.field, q.option"

// A HELD unit comes back by itself where its registration has a clock.
constexpr Statement kOfEvent{"quota.of_event",
                             "SELECT " RT_QUOTA_COLUMNS
                             ", EXISTS (SELECT 1 FROM allocation a JOIN registration r ON r.id = a.owner"
                             " WHERE a.quota = q.id AND a.state = 'HELD' AND a.owner_kind = 'REGISTRATION'"
                             " AND r.state IN ('DRAFT', 'RETURNED', 'AWAITING_PAYMENT'))"
                             " FROM quota q WHERE q.event = $1 ORDER BY q.id"};
constexpr Statement kByPublicId{"quota.by_public_id",
                                "SELECT " RT_QUOTA_COLUMNS ", 0 FROM quota q WHERE q.public_id = $1"};
#undef RT_QUOTA_COLUMNS
constexpr Statement kBound{"quota_bind.custom_of_event",
                           "SELECT b.quota, b.division FROM quota q JOIN quota_bind b ON b.quota = q.id"
                           " WHERE q.event = $1 AND q.scope = 'CUSTOM' ORDER BY b.quota, b.division"};
constexpr Statement kLedger{"quota_ledger.of_quota",
                            "SELECT l.id, l.at, l.cause, l.delta_held, l.delta_confirmed, l.delta_blocked, r.public_id"
                            " FROM quota_ledger l LEFT JOIN allocation a ON a.id = l.allocation_id"
                            " LEFT JOIN registration r ON a.owner_kind = 'REGISTRATION' AND r.id = a.owner"
                            " WHERE l.quota = $1 AND l.id < $2 ORDER BY l.id DESC LIMIT $3"};

Quota ReadQuota(const Row& row) {
    Quota out;
    out.id = row.As<QuotaId>(0);
    out.public_id = row.Text(1);
    out.event = row.As<EventId>(2);
    out.scope = *FromWord<QuotaScope>(row.TextView(3));
    out.unit = *FromWord<QuotaUnit>(row.TextView(4));
    out.division = DivisionId{row.OptionalInt(5).value_or(0)};
    out.figures = {out.unit,   row.OptionalInt(6),         row.Int(7),  row.Int(8),
                   row.Int(9), row.TextView(10) == "OPEN", row.Flag(17)};
    out.rev = row.Int(11);
    out.over_cap_allowed = row.Int(12);
    if (!row.IsNull(13)) out.name = DecodeI18n(row.TextView(13));
    if (out.scope == QuotaScope::kOption) {
        out.option = OptionKey{*FromWord<FormScope>(row.TextView(14)), row.Text(15), row.Text(16)};
    }
    return out;
}

}  // namespace

Result<std::vector<Quota>> QuotasOfEvent(Reader& reader, EventId event) {
    RT_TRY(auto quotas, reader.All<Quota>(kOfEvent, {event}, ReadQuota));
    RT_CHECK_OK(reader.Each(kBound, {event}, [&](const Row& row) {
        for (Quota& quota : quotas) {
            if (quota.id == row.As<QuotaId>(0)) quota.bound.push_back(row.As<DivisionId>(1));
        }
    }));
    return quotas;
}

Result<std::optional<Quota>> FindQuota(Reader& reader, std::string_view public_id) {
    return reader.Find<Quota>(kByPublicId, {public_id}, ReadQuota);
}

Result<std::vector<LedgerRow>> LedgerOf(Reader& reader, QuotaId quota, std::int64_t before, std::int64_t rows_max) {
    const std::int64_t below = before == 0 ? INT64_MAX : before;
    return reader.All<LedgerRow>(kLedger, {quota, below, rows_max}, [](const Row& row) {
        return LedgerRow{
            row.Int(0), row.Time(1), row.Text(2), row.Int(3), row.Int(4), row.Int(5), row.OptionalText(6).value_or("")};
    });
}

}  // namespace rt::registration::store
