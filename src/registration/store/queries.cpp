#include "registration/store/queries.h"

#include "registration/store/i18n.h"

namespace rt::registration::store {
namespace {

constexpr Statement kTeamsOfUser{"team_member.of_user",
                                 "SELECT id, team FROM team_member WHERE managed_by_user = $1"
                                 " AND state IN ('JOINED', 'CONFIRMED', 'PENDING_CAPTAIN') AND ($2 = 0 OR id < $2)"
                                 " ORDER BY id DESC LIMIT $3"};

constexpr Statement kHistory{
    "registration.history",
    "SELECT a.at, COALESCE(u.display_name, ''), a.action, COALESCE(x.before, ''), COALESCE(x.after, ''),"
    " COALESCE(x.reason, '') FROM audit a LEFT JOIN audit_detail x ON x.seq = a.seq"
    " LEFT JOIN \"user\" u ON u.id = a.actor WHERE a.entity = 'registration' AND a.entity_id = $1"
    " ORDER BY a.seq LIMIT 200"};
constexpr Statement kTeamFigures{"team.figures",
                                 "SELECT COUNT(*), COALESCE(SUM(member_count), 0) FROM team WHERE event = $1"
                                 " AND state <> 'DISBANDED'"};
constexpr Statement kByState{"registration.by_state",
                             "SELECT state, COUNT(*) FROM registration WHERE event = $1 GROUP BY state"};
constexpr Statement kByDay{"registration.by_day",
                           "SELECT (submitted_at + $2) / $3 AS day, COUNT(*) FROM registration WHERE event = $1"
                           " AND submitted_at > $4 GROUP BY day ORDER BY day"};
constexpr Statement kViews{"event_view.of_event", "SELECT views FROM event_view WHERE event = $1"};
constexpr Statement kTeamSteps{"team.steps",
                               "SELECT COUNT(*), COALESCE(SUM(CASE WHEN t.state IN ('READY', 'SUBMITTED', 'LOCKED')"
                               " OR EXISTS (SELECT 1 FROM registration r WHERE r.team = t.id AND r.state <> 'DRAFT')"
                               " THEN 1 ELSE 0 END), 0) FROM team t WHERE t.event = $1"};
constexpr Statement kSteps{"registration.steps",
                           "SELECT COUNT(DISTINCT CASE WHEN r.state <> 'DRAFT' AND (e.hold_policy <> 'AT_CREATE'"
                           " OR r.approved_at IS NOT NULL OR r.state NOT IN ('WITHDRAWN', 'EXPIRED'))"
                           " THEN r.team END), COUNT(DISTINCT CASE WHEN r.approved_at IS NOT NULL THEN r.team END),"
                           " COUNT(DISTINCT CASE WHEN r.state IN ('CHECKED_IN', 'COMPLETED') THEN r.team END),"
                           " MIN(CASE WHEN r.state = 'IN_REVIEW' THEN r.since END)"
                           " FROM event e JOIN registration r ON r.event = e.id WHERE e.id = $1"};
constexpr Statement kAllEventStates{"event.all_states", "SELECT state, COUNT(*) FROM event GROUP BY state"};
constexpr Statement kAllStates{"registration.all_states", "SELECT state, COUNT(*) FROM registration GROUP BY state"};
constexpr Statement kAllByDay{"registration.all_by_day",
                              "SELECT (submitted_at + $1) / $2 AS day, COUNT(*) FROM registration"
                              " WHERE submitted_at > $3 GROUP BY day ORDER BY day"};
constexpr Statement kLargest{"team.largest",
                             "SELECT MAX(member_count) FROM team WHERE event = $1 AND ($2 = 0 OR division = $2)"
                             " AND state <> 'DISBANDED'"};

constexpr std::int64_t kShanghaiOffset = 8 * base::kMicrosPerHour;
constexpr std::int64_t kFigureDays = 90;

}  // namespace

RegistrationItem ReadItem(const Row& row) {
    RegistrationItem out;
    out.public_id = row.Text(0);
    out.friendly_no = row.Int(1);
    out.state = *FromWord<RegistrationState>(row.TextView(2));
    out.team_public_id = row.Text(3);
    out.team_name = row.Text(4);
    out.division_public_id = row.Text(5);
    out.division_name = DecodeI18n(row.TextView(6));
    out.captain_name = row.Text(7);
    out.members = row.Int(8);
    out.submitted_at = row.Time(9);
    out.deficient = !row.IsNull(10);
    out.rev = row.Int(11);
    out.captain_user = row.As<UserId>(12);
    return out;
}

Result<std::vector<Membership>> TeamsOfUser(Reader& reader, UserId user, MemberId before, std::int64_t limit) {
    return reader.All<Membership>(kTeamsOfUser, {user, before, limit}, [](const Row& row) {
        return Membership{row.As<MemberId>(0), row.As<TeamId>(1)};
    });
}

Result<std::vector<HistoryItem>> HistoryOf(Reader& reader, RegistrationId registration) {
    return reader.All<HistoryItem>(kHistory, {registration}, [](const Row& row) {
        return HistoryItem{row.Time(0), row.Text(1), row.Text(2), row.Text(3), row.Text(4), row.Text(5)};
    });
}

Result<EventFigures> ReadFigures(Reader& reader, EventId event, base::Time now) {
    EventFigures out;
    RT_CHECK_OK(reader.Each(kTeamFigures, {event}, [&](const Row& row) {
        out.teams = row.Int(0);
        out.members = row.Int(1);
    }));
    RT_CHECK_OK(reader.Each(kByState, {event}, [&](const Row& row) {
        out.by_state.emplace_back(*FromWord<RegistrationState>(row.TextView(0)), row.Int(1));
    }));
    const auto since = now.Plus(-kFigureDays * base::kMicrosPerDay);
    RT_CHECK_OK(reader.Each(kByDay, {event, kShanghaiOffset, base::kMicrosPerDay, since},
                            [&](const Row& row) { out.by_day.emplace_back(row.Int(0), row.Int(1)); }));
    RT_TRY(const auto views, reader.FindInt(kViews, {event}));
    out.viewed = views.value_or(0);
    RT_CHECK_OK(reader.Each(kTeamSteps, {event}, [&](const Row& row) {
        out.founded = row.Int(0);
        out.ready = row.Int(1);
    }));
    RT_CHECK_OK(reader.Each(kSteps, {event}, [&](const Row& row) {
        out.submitted = row.Int(0);
        out.approved = row.Int(1);
        out.checked_in = row.Int(2);
        out.oldest_in_review = row.OptionalTime(3);
    }));
    return out;
}

Result<TotalFigures> ReadTotals(Reader& reader, base::Time now) {
    TotalFigures out;
    RT_CHECK_OK(reader.Each(kAllEventStates, {}, [&](const Row& row) {
        out.events.emplace_back(*FromWord<EventState>(row.TextView(0)), row.Int(1));
    }));
    RT_CHECK_OK(reader.Each(kAllStates, {}, [&](const Row& row) {
        out.registrations.emplace_back(*FromWord<RegistrationState>(row.TextView(0)), row.Int(1));
    }));
    const auto since = now.Plus(-kFigureDays * base::kMicrosPerDay);
    RT_CHECK_OK(reader.Each(kAllByDay, {kShanghaiOffset, base::kMicrosPerDay, since},
                            [&](const Row& row) { out.by_day.emplace_back(row.Int(0), row.Int(1)); }));
    return out;
}

Result<std::int64_t> LargestTeam(Reader& reader, EventId event, DivisionId division) {
    RT_TRY(const auto largest, reader.FindInt(kLargest, {event, division}));
    return largest.value_or(0);
}

}  // namespace rt::registration::store
