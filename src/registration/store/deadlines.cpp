#include "registration/store/deadlines.h"

#include <optional>
#include <string>
#include <vector>

#include "registration/store/notices.h"

namespace rt::registration::store {
namespace {

// A closing that is less than a day away, with the last team that was told; one that not all were told of. A division
// may close by itself; the closing of its event then means nothing to it.
constexpr Statement kClosing{
    "deadline.closing",
    "SELECT 'EVENT', e.id, e.id, e.reg_close, COALESCE(d.last, 0) FROM event e LEFT JOIN deadline_told d"
    " ON d.kind = 'EVENT' AND d.subject = e.id AND d.deadline = e.reg_close WHERE e.state = 'PUBLISHED'"
    " AND e.reg_open <= $1 AND e.reg_close > $1 AND e.reg_close <= $2 AND COALESCE(d.done, 0) = 0"
    " UNION ALL SELECT 'DIVISION', v.id, e.id, v.reg_close, COALESCE(d.last, 0) FROM division v"
    " JOIN event e ON e.id = v.event LEFT JOIN deadline_told d"
    " ON d.kind = 'DIVISION' AND d.subject = v.id AND d.deadline = v.reg_close WHERE e.state = 'PUBLISHED'"
    " AND COALESCE(v.reg_open, e.reg_open) <= $1 AND v.reg_close > $1 AND v.reg_close <= $2"
    " AND COALESCE(d.done, 0) = 0 LIMIT 1"};
constexpr Statement kUnfinished{
    "deadline.teams",
    "SELECT t.id, t.state, m.managed_by_user FROM team t JOIN team_member m ON m.id = t.captain_member_id"
    " JOIN division v ON v.id = t.division WHERE t.event = $1 AND t.state IN ('FORMING', 'READY') AND t.id > $2"
    " AND CASE WHEN v.reg_close IS NULL THEN $3 = 'EVENT' ELSE $3 = 'DIVISION' AND v.id = $4 END"
    " ORDER BY t.id LIMIT $5"};
constexpr Statement kTold{"deadline.told",
                          "INSERT INTO deadline_told (kind, subject, deadline, last, done) VALUES ($1, $2, $3, $4, $5)"
                          " ON CONFLICT (kind, subject, deadline) DO UPDATE SET last = $4, done = $5"};
// As registrations.cpp has this clock.
#define RT_RETURN_ENDS "CASE WHEN e.resumed_at > r.decided_at THEN e.resumed_at ELSE r.decided_at END + e.return_ttl"
constexpr Statement kReturned{
    "deadline.returned",
    "SELECT r.id, r.event, r.team, " RT_RETURN_ENDS
    ", m.managed_by_user FROM registration r"
    " JOIN event e ON e.id = r.event JOIN team t ON t.id = r.team JOIN team_member m ON m.id = t.captain_member_id"
    " WHERE r.state = 'RETURNED' AND e.state <> 'PAUSED' AND " RT_RETURN_ENDS " > $1 AND " RT_RETURN_ENDS
    " <= $2"
    " AND NOT EXISTS (SELECT 1 FROM deadline_told d WHERE d.kind = 'RETURNED' AND d.subject = r.id"
    " AND d.deadline = " RT_RETURN_ENDS ") LIMIT $3"};
#undef RT_RETURN_ENDS

struct Told {
    TeamId team;
    UserId captain;
};

Result<std::int64_t> TellOfClosing(Writer& writer, Commit& commit, std::int64_t teams_max) {
    struct Closing {
        std::string kind;
        std::int64_t subject = 0;
        EventId event;
        base::Time at;
        std::int64_t last = 0;
    };
    RT_TRY(const auto closing,
           writer.Find<Closing>(kClosing, {commit.now, commit.now.Plus(kDeadlineNotice)}, [](const Row& row) {
               return Closing{row.Text(0), row.Int(1), row.As<EventId>(2), row.Time(3), row.Int(4)};
           }));
    if (!closing.has_value()) return 0;
    RT_TRY(const auto teams,
           writer.All<Told>(kUnfinished, {closing->event, closing->last, closing->kind, closing->subject, teams_max},
                            [](const Row& row) {
                                return Told{row.As<TeamId>(0), row.As<UserId>(2)};
                            }));
    for (const Told& one : teams) {
        RT_CHECK_OK(Notify(writer, commit,
                           {.kind = NoticeKind::kDeadline,
                            .user = one.captain,
                            .event = closing->event,
                            .team = one.team,
                            .expires = closing->at}));
    }
    const bool done = static_cast<std::int64_t>(teams.size()) < teams_max;
    const auto last = teams.empty() ? closing->last : teams.back().team.value;
    RT_CHECK_OK(writer.Run(kTold, {closing->kind, closing->subject, closing->at, last, done}));
    return static_cast<std::int64_t>(teams.size()) + 1;
}

Result<std::int64_t> TellOfReturned(Writer& writer, Commit& commit, std::int64_t rows_max) {
    struct Waiting {
        RegistrationId registration;
        EventId event;
        Told told;
        base::Time deadline;
    };
    RT_TRY(const auto waiting,
           writer.All<Waiting>(kReturned, {commit.now, commit.now.Plus(kDeadlineNotice), rows_max}, [](const Row& row) {
               return Waiting{
                   row.As<RegistrationId>(0), row.As<EventId>(1), {row.As<TeamId>(2), row.As<UserId>(4)}, row.Time(3)};
           }));
    for (const Waiting& one : waiting) {
        RT_CHECK_OK(Notify(writer, commit,
                           {.kind = NoticeKind::kDeadline,
                            .user = one.told.captain,
                            .event = one.event,
                            .team = one.told.team,
                            .registration = one.registration,
                            .expires = one.deadline}));
        RT_CHECK_OK(writer.Run(kTold, {"RETURNED", one.registration, one.deadline, 0, true}));
    }
    return static_cast<std::int64_t>(waiting.size());
}

}  // namespace

Result<std::int64_t> TellDeadlines(Writer& writer, Commit& commit, std::int64_t teams_max) {
    RT_TRY(const auto closing, TellOfClosing(writer, commit, teams_max));
    if (closing > 0) return closing;
    return TellOfReturned(writer, commit, teams_max);
}

}  // namespace rt::registration::store
