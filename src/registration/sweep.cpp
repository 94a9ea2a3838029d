#include "registration/sweep.h"

#include <algorithm>
#include <array>
#include <utility>

#include "registration/domain/calendar.h"
#include "registration/form_json.h"
#include "registration/store/commit.h"

namespace rt::registration {
namespace {

using storage::sql::Reader;
using storage::sql::Row;
using storage::sql::Statement;

#define RT_ENDED "('REJECTED', 'WITHDRAWN', 'EXPIRED', 'NOT_DRAWN', 'CANCELLED')"
#define RT_ON_TEAM "('JOINED', 'CONFIRMED')"
// As UnitsIn() of domain/registration_states.h.
#define RT_IS_CONFIRMED                                                                   \
    "(r.state IN ('CONFIRMED', 'CANCEL_REQUESTED', 'CHECKED_IN', 'COMPLETED', 'NO_SHOW')" \
    " OR (r.state IN ('IN_REVIEW', 'RETURNED') AND r.approved_at IS NOT NULL))"
#define RT_COUNTED "('CAPTAIN', 'PLAYER')"
#define RT_COMPETES "state IN " RT_ON_TEAM " AND role IN ('CAPTAIN', 'PLAYER', 'SUBSTITUTE')"

// A check gives one row, with one integer, for each thing that is wrong.
struct Check {
    std::string_view invariant;
    std::string_view sentence;  // the number of the row follows
    Statement statement;
};

constexpr std::array kChecks{
    Check{"I1",
          "more is taken than the cap of quota ",
          {"sweep.over_cap",
           "SELECT id FROM quota WHERE cap IS NOT NULL AND held + confirmed + blocked > cap + over_cap_allowed LIMIT "
           "20"}},
    Check{"I2",
          "the ledger does not add up to the counters of quota ",
          {"sweep.ledger",
           "SELECT q.id FROM quota q LEFT JOIN (SELECT quota, SUM(delta_held) AS h, SUM(delta_confirmed) AS c,"
           " SUM(delta_blocked) AS b FROM quota_ledger GROUP BY quota) l ON l.quota = q.id"
           " WHERE q.held <> COALESCE(l.h, 0) OR q.confirmed <> COALESCE(l.c, 0) OR q.blocked <> COALESCE(l.b, 0)"
           " LIMIT 20"}},
    Check{"I2",
          "the allocations do not add up to the counters of quota ",
          {"sweep.allocations",
           "SELECT q.id FROM quota q LEFT JOIN (SELECT quota,"
           " SUM(CASE WHEN state = 'HELD' THEN qty ELSE 0 END) AS h,"
           " SUM(CASE WHEN state = 'CONFIRMED' THEN qty ELSE 0 END) AS c,"
           " SUM(CASE WHEN state = 'BLOCKED' THEN qty ELSE 0 END) AS b"
           " FROM allocation GROUP BY quota) a ON a.quota = q.id WHERE q.held <> COALESCE(a.h, 0)"
           " OR q.confirmed <> COALESCE(a.c, 0) OR q.blocked <> COALESCE(a.b, 0) LIMIT 20"}},
    Check{"I15",
          "the ledger rows of one allocation do not add up to what it holds: allocation ",
          {"sweep.allocation_ledger",
           "SELECT a.id FROM allocation a LEFT JOIN (SELECT allocation_id, SUM(delta_held) AS h,"
           " SUM(delta_confirmed) AS c, SUM(delta_blocked) AS b FROM quota_ledger GROUP BY allocation_id) l"
           " ON l.allocation_id = a.id"
           " WHERE COALESCE(l.h, 0) <> (CASE WHEN a.state = 'HELD' THEN a.qty ELSE 0 END)"
           " OR COALESCE(l.c, 0) <> (CASE WHEN a.state = 'CONFIRMED' THEN a.qty ELSE 0 END)"
           " OR COALESCE(l.b, 0) <> (CASE WHEN a.state = 'BLOCKED' THEN a.qty ELSE 0 END) LIMIT 20"}},
    Check{"I15",
          "an ended registration still has units: registration ",
          {"sweep.ended_with_units",
           "SELECT r.id FROM registration r WHERE r.state IN " RT_ENDED
           " AND EXISTS (SELECT 1 FROM allocation a WHERE a.owner_kind = 'REGISTRATION' AND a.owner = r.id"
           " AND a.state <> 'RELEASED') LIMIT 20"}},
    Check{"I15",
          "units are not in the state of their registration: registration ",
          {"sweep.units_state",
           "SELECT r.id FROM registration r JOIN allocation a ON a.owner_kind = 'REGISTRATION' AND a.owner = r.id"
           " WHERE a.state <> 'RELEASED' AND r.state NOT IN " RT_ENDED " AND (r.state IN ('POOLED', 'WAITLISTED')"
           " OR a.state <> (CASE WHEN " RT_IS_CONFIRMED " THEN 'CONFIRMED' ELSE 'HELD' END)) LIMIT 20"}},
    Check{"I1",
          "units are missing or of the wrong number: registration ",
          {"sweep.units_missing",
           "SELECT r.id FROM registration r JOIN team t ON t.id = r.team JOIN quota_bind b ON b.division = r.division"
           " JOIN event e ON e.id = r.event JOIN quota q ON q.id = b.quota"
           " LEFT JOIN allocation a ON a.owner_kind = 'REGISTRATION'"
           " AND a.owner = r.id AND a.quota = q.id AND a.state <> 'RELEASED'"
           " WHERE r.state NOT IN " RT_ENDED " AND r.state NOT IN ('POOLED', 'WAITLISTED')"
           " AND (" RT_IS_CONFIRMED " OR r.state = 'AWAITING_PAYMENT' OR e.hold_policy <> 'AT_APPROVE')"
           " AND q.cap IS NOT NULL AND q.unit <> 'OPTION'"
           " AND COALESCE(a.qty, 0) <> (CASE WHEN q.unit = 'PERSON' THEN t.member_count ELSE 1 END) LIMIT 20"}},
    Check{"I3",
          "a person is active twice in a division: person ",
          {"sweep.person_twice", "SELECT person FROM team_member WHERE " RT_COMPETES
                                 " GROUP BY event, division, person HAVING COUNT(*) > 1 LIMIT 20"}},
    Check{"I3",
          "an identity number is active twice in a division; first member ",
          {"sweep.number_twice", "SELECT MIN(id) FROM team_member WHERE id_bi IS NOT NULL AND " RT_COMPETES
                                 " GROUP BY event, division, id_bi HAVING COUNT(*) > 1 LIMIT 20"}},
    Check{"I3",
          "the entry counter of a person is wrong; event ",
          {"sweep.person_entries",
           // One pass over both sides: a join of the counters with the counts would look at every pair.
           "SELECT event FROM (SELECT event, subject, used, 0 AS n FROM person_entry"
           " UNION ALL SELECT event, 'P' || person, 0, 1 FROM team_member WHERE " RT_COMPETES
           " UNION ALL SELECT event, 'N' || id_bi, 0, 1 FROM team_member"
           " WHERE id_bi IS NOT NULL AND " RT_COMPETES ") s"
           " GROUP BY event, subject HAVING SUM(used) <> SUM(n) LIMIT 20"}},
    Check{"I3",
          "a person has more entries than the event allows; event ",
          {"sweep.entries_over",
           "SELECT e.event FROM person_entry e JOIN event v ON v.id = e.event"
           " WHERE e.used > v.entries_max_per_person LIMIT 20"}},
    Check{"I3",
          "an active member has no entry counter: member ",
          {"sweep.entry_missing",
           "SELECT m.id FROM team_member m WHERE " RT_COMPETES
           " AND (NOT EXISTS (SELECT 1 FROM person_entry e WHERE e.event = m.event AND e.subject = 'P' || m.person)"
           " OR (m.id_bi IS NOT NULL AND NOT EXISTS (SELECT 1 FROM person_entry e WHERE e.event = m.event"
           " AND e.subject = 'N' || m.id_bi))) LIMIT 20"}},
    Check{"I4",
          "the counts of a team are not those of its members: team ",
          {"sweep.team_counts",
           "SELECT t.id FROM team t LEFT JOIN (SELECT team, COUNT(*) AS n,"
           " SUM(CASE WHEN state = 'CONFIRMED' THEN 1 ELSE 0 END) AS c FROM team_member"
           " WHERE state IN " RT_ON_TEAM " AND role IN " RT_COUNTED " GROUP BY team) m ON m.team = t.id"
           " WHERE t.member_count <> COALESCE(m.n, 0) OR t.confirmed_count <> COALESCE(m.c, 0) LIMIT 20"}},
    Check{"I4",
          "the counts of substitutes and staff of a team are not those of its members: team ",
          {"sweep.seat_counts",
           "SELECT t.id FROM team t LEFT JOIN (SELECT team, SUM(CASE role WHEN 'SUBSTITUTE' THEN 1 ELSE 0 END) AS s,"
           " SUM(CASE WHEN role IN ('COACH', 'LEADER', 'MANAGER') THEN 1 ELSE 0 END) AS f FROM team_member"
           " WHERE state IN " RT_ON_TEAM " GROUP BY team) m ON m.team = t.id"
           " WHERE t.sub_count <> COALESCE(m.s, 0) OR t.staff_count <> COALESCE(m.f, 0) LIMIT 20"}},
    Check{"I4",
          "a team is larger than it may be: team ",
          {"sweep.team_size",
           "SELECT t.id FROM team t JOIN event e ON e.id = t.event JOIN division d ON d.id = t.division"
           " WHERE t.member_count > CASE t.kind WHEN 'SOLO' THEN 1 ELSE COALESCE(d.team_max, e.team_max) END"
           " OR t.sub_count > CASE t.kind WHEN 'SOLO' THEN 0 ELSE COALESCE(d.sub_max, e.sub_max) END LIMIT 20"}},
    Check{"I4",
          "a submitted team is below its size or incomplete and not marked deficient: team ",
          {"sweep.deficient",
           "SELECT t.id FROM team t JOIN event e ON e.id = t.event JOIN division d ON d.id = t.division"
           " JOIN registration r ON r.team = t.id AND r.state NOT IN " RT_ENDED
           " WHERE t.state IN ('SUBMITTED', 'LOCKED') AND r.deficient_since IS NULL"
           " AND (t.member_count < CASE t.kind WHEN 'SOLO' THEN 1 ELSE COALESCE(d.team_min, e.team_min) END OR "
           "t.confirmed_count <> t.member_count) LIMIT 20"}},
    Check{"I4",
          "a team is READY without being ready: team ",
          {"sweep.ready",
           "SELECT t.id FROM team t JOIN event e ON e.id = t.event JOIN division d ON d.id = t.division"
           " WHERE t.state = 'READY'"
           " AND (t.member_count < CASE t.kind WHEN 'SOLO' THEN 1 ELSE COALESCE(d.team_min, e.team_min) END"
           " OR t.confirmed_count <> t.member_count) LIMIT 20"}},
    Check{"I4",
          "a disbanded team has active members: team ",
          {"sweep.disbanded",
           "SELECT t.id FROM team t WHERE t.state = 'DISBANDED' AND EXISTS (SELECT 1 FROM team_member m"
           " WHERE m.team = t.id AND m.state IN " RT_ON_TEAM ") LIMIT 20"}},
    Check{"I4",
          "a team does not have exactly one captain, who is on it: team ",
          {"sweep.captain",
           "SELECT t.id FROM team t WHERE t.state <> 'DISBANDED' AND (SELECT COUNT(*) FROM team_member m"
           " WHERE m.team = t.id AND m.role = 'CAPTAIN' AND m.state IN " RT_ON_TEAM
           " AND m.id = t.captain_member_id) <> 1 LIMIT 20"}},
    Check{"I4",
          "an invitation was used too often: invitation ",
          {"sweep.invite_uses", "SELECT id FROM team_invite WHERE used > max_uses LIMIT 20"}},
    Check{
        "3.2",
        "the entries of a club are not its registered teams, or too many; division ",
        {"sweep.club_entries",
         "SELECT s.division FROM (SELECT division, club, used, 0 AS n FROM club_entry UNION ALL"
         " SELECT t.division, t.club, 0, 1 FROM team t WHERE t.club IS NOT NULL AND t.state IN ('SUBMITTED', 'LOCKED'))"
         " s LEFT JOIN club_limit l ON l.division = s.division GROUP BY s.division, s.club"
         " HAVING SUM(s.used) <> SUM(s.n) OR SUM(s.used) > COALESCE(MIN(l.entries_max), SUM(s.used)) LIMIT 20"}},
    Check{"I5",
          "a team has more than one active registration: team ",
          {"sweep.registered_twice", "SELECT team FROM registration WHERE state NOT IN " RT_ENDED
                                     " GROUP BY event, division, team HAVING COUNT(*) > 1 LIMIT 20"}},
    Check{"I5",
          "SUBMITTED and an active registration do not go together: team ",
          {"sweep.mirror",
           "SELECT t.id FROM team t WHERE (t.state IN ('SUBMITTED', 'LOCKED')) <> EXISTS (SELECT 1 FROM registration r"
           " WHERE r.team = t.id AND r.state <> 'DRAFT' AND r.state NOT IN " RT_ENDED ") LIMIT 20"}},
    Check{"I10",
          "the waiting list and the state of a registration do not go together: registration ",
          {"sweep.waitlisted",
           "SELECT r.id FROM registration r LEFT JOIN waitlist_entry w ON w.registration = r.id"
           " WHERE (r.state = 'WAITLISTED') <> (COALESCE(w.state, '') IN ('WAITING', 'OFFERED')) LIMIT 20"}},
    Check{"I10",
          "the number of those on a waiting list is wrong; event ",
          {"sweep.waiting_count",
           "SELECT l.event FROM waitlist_line l WHERE l.waiting <> (SELECT COUNT(*) FROM waitlist_entry w"
           " WHERE w.event = l.event AND w.state IN ('WAITING', 'OFFERED')) LIMIT 20"}},
    Check{
        "I10",
        "an entry has more than one live offer: entry ",
        {"sweep.offers_twice",
         "SELECT entry FROM offer WHERE state IN ('COLLECTING', 'OPEN') GROUP BY entry HAVING COUNT(*) > 1 LIMIT 20"}},
    Check{"I10",
          "an entry and its offer do not go together: entry ",
          {"sweep.offered",
           "SELECT w.id FROM waitlist_entry w LEFT JOIN offer o ON o.entry = w.id AND o.state IN ('COLLECTING', 'OPEN')"
           " WHERE COALESCE(o.state, '') <> (CASE w.state WHEN 'OFFERED' THEN 'OPEN' WHEN 'WAITING' THEN"
           " (CASE WHEN o.state = 'COLLECTING' THEN o.state ELSE '' END) ELSE '' END) LIMIT 20"}},
    Check{"I10",
          "an offer that is not live has units, or a live one has other than BLOCKED ones: offer ",
          {"sweep.offer_units",
           "SELECT a.owner FROM allocation a LEFT JOIN offer o ON o.id = a.owner WHERE a.owner_kind = 'OFFER'"
           " AND a.state <> 'RELEASED' AND (a.state <> 'BLOCKED' OR o.state IS NULL"
           " OR o.state NOT IN ('COLLECTING', 'OPEN')) LIMIT 20"}},
    Check{"I10",
          "an open offer does not hold what its team needs: offer ",
          {"sweep.offer_need",
           "SELECT o.id FROM offer o JOIN waitlist_entry w ON w.id = o.entry JOIN team t ON t.id = w.team"
           " JOIN quota_bind b ON b.division = w.division JOIN quota q ON q.id = b.quota"
           " LEFT JOIN allocation a ON a.owner_kind = 'OFFER' AND a.owner = o.id AND a.quota = q.id"
           " AND a.state <> 'RELEASED' WHERE o.state = 'OPEN' AND q.cap IS NOT NULL AND q.unit <> 'OPTION'"
           " AND COALESCE(a.qty, 0) <> (CASE WHEN q.unit = 'PERSON' THEN t.member_count ELSE 1 END) LIMIT 20"}},
    Check{"I10",
          "a waiting list is longer than it may be; event ",
          {"sweep.waitlist_cap",
           "SELECT l.event FROM waitlist_line l JOIN event e ON e.id = l.event WHERE l.waiting > e.waitlist_cap"
           " LIMIT 20"}},
    Check{"I15",
          "a closed reserve has units, or an open one gave away more than it had: reserve ",
          {"sweep.reserves",
           "SELECT s.id FROM reserve s WHERE (s.state = 'CLOSED' AND EXISTS (SELECT 1 FROM allocation a"
           " WHERE a.owner_kind = 'RESERVE' AND a.owner = s.id AND a.state <> 'RELEASED'))"
           " OR EXISTS (SELECT 1 FROM allocation a WHERE a.owner_kind = 'RESERVE' AND a.owner = s.id"
           " AND a.state NOT IN ('RELEASED', 'BLOCKED')) LIMIT 20"}},
    Check{"I5",
          "a number of an event was given twice or never counted; event ",
          {"sweep.friendly_no",
           "SELECT r.event FROM registration r LEFT JOIN friendly_no f ON f.event = r.event"
           " GROUP BY r.event HAVING COUNT(DISTINCT r.friendly_no) <> COUNT(*)"
           " OR MAX(r.friendly_no) > COALESCE(MAX(f.last), 0) LIMIT 20"}},
    Check{"3.2",
          "a draft has teams or registrations: event ",
          {"sweep.draft",
           "SELECT e.id FROM event e WHERE e.state = 'DRAFT' AND (EXISTS (SELECT 1 FROM registration r"
           " WHERE r.event = e.id) OR EXISTS (SELECT 1 FROM team t WHERE t.event = e.id"
           " AND t.state <> 'DISBANDED')) LIMIT 20"}},
    Check{"I11",
          "a member's answers are missing, or of another owner: member ",
          {"sweep.member_answers",
           "SELECT m.id FROM team_member m LEFT JOIN answer_set a ON a.id = m.answer_set WHERE m.answer_set IS NOT NULL"
           " AND (a.id IS NULL OR a.owner_kind <> 'MEMBER' OR a.owner <> m.id) LIMIT 20"}},
    Check{"I12",
          "the audit chain does not end in the state of registration ",
          {"sweep.audited",
           "SELECT r.id FROM registration r WHERE NOT EXISTS (SELECT 1 FROM audit a JOIN audit_detail d"
           " ON d.seq = a.seq WHERE a.seq = (SELECT MAX(x.seq) FROM audit x WHERE x.entity = 'registration'"
           " AND x.entity_id = r.id) AND d.after = '{\"state\":\"' || r.state || '\"}') LIMIT 20"}},
};

#undef RT_IS_CONFIRMED
#undef RT_COMPETES
#undef RT_COUNTED
#undef RT_ENDED
#undef RT_ON_TEAM

constexpr Statement kAnswers{
    "sweep.answers",
    "SELECT a.id, a.owner_kind, a.data, a.sensitive, a.submitted_at, v.schema, a.owner FROM answer_set a"
    " LEFT JOIN form_version v ON v.id = a.form_version WHERE a.id > $1 AND a.erased IS NULL ORDER BY a.id LIMIT $2"};
constexpr std::int64_t kAnswersAtOnce = 1'000;

Status Run(Reader& reader, const Check& check, std::vector<Violation>& out) {
    return reader.Each(check.statement, {}, [&](const Row& row) {
        out.push_back({check.invariant, std::string(check.sentence) + std::to_string(row.Int(0))});
    });
}

// I11: the answers in force still validate, as a whole, against the version they were given to.
std::string_view ProblemWith(const Row& row, const Privacy& privacy) {
    if (row.IsNull(5)) return "have no form version";
    Answers answers = DecodeAnswers(row.TextView(2));
    if (const auto sealed = row.OptionalText(3)) {
        const bool team = row.TextView(1) == "TEAM";
        const auto kind = team ? Owner::Kind::kTeamAnswers : Owner::Kind::kMemberAnswers;
        const auto opened = privacy.Open({kind, row.Int(6)}, *sealed);
        if (!opened.ok()) return "cannot be opened";
        answers.merge(DecodeAnswers(*opened));
    }
    const auto check = CheckAnswers(DecodeSchema(row.TextView(5)), answers, DateInShanghai(row.Time(4)));
    if (!check.mistakes.empty()) return "do not validate against their version";
    return check.checked.answers == answers ? std::string_view() : "are not in normal form";
}

// Some answers after `after`; returns the last id, or 0 at the end.
Result<std::int64_t> CheckSomeAnswers(Reader& reader, const Privacy& privacy, std::int64_t after,
                                      std::vector<Violation>& out) {
    std::int64_t last = 0;
    RT_CHECK_OK(reader.Each(kAnswers, {after, kAnswersAtOnce}, [&](const Row& row) {
        last = row.Int(0);
        const std::string_view problem = ProblemWith(row, privacy);
        if (problem.empty()) return;
        out.push_back({"I11", "answers " + std::to_string(last) + " " + std::string(problem)});
    }));
    return last;
}

}  // namespace

Result<std::vector<Violation>> CheckInvariants(Reader& reader, const Privacy& privacy) {
    std::vector<Violation> out;
    for (const Check& check : kChecks) RT_CHECK_OK(Run(reader, check, out));
    std::int64_t last = 0;
    do {
        RT_TRY(last, CheckSomeAnswers(reader, privacy, last, out));
    } while (last != 0);
    return out;
}

Result<Gauges> ReadGauges(Reader& reader) {
    Gauges out;
    std::int64_t allocations = 0;  // a quota may differ from both
    const std::array<std::pair<std::string_view, std::int64_t*>, 5> wanted{{
        {"sweep.over_cap", &out.negative_available},
        {"sweep.allocations", &allocations},
        {"sweep.ledger", &out.quota_drift},
        {"sweep.person_twice", &out.duplicate_membership},
        {"sweep.number_twice", &out.duplicate_membership},
    }};
    for (const Check& check : kChecks) {
        for (const auto& [name, gauge] : wanted) {
            if (check.statement.name != name) continue;
            std::vector<Violation> found;
            RT_CHECK_OK(Run(reader, check, found));
            *gauge += static_cast<std::int64_t>(found.size());
        }
    }
    out.quota_drift = std::max(out.quota_drift, allocations);
    return out;
}

}  // namespace rt::registration
