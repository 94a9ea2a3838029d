#include "registration/retention_people.h"

#include <string>
#include <utility>
#include <vector>

#include "registration/store/journal.h"

namespace rt::registration {
namespace {

using storage::sql::Reader;
using storage::sql::Row;
using storage::sql::Statement;
using storage::sql::Writer;

constexpr std::int64_t kRowsAtOnce = 200;  // of each kind
constexpr std::int64_t kLookAgain = base::kMicrosPerDay;

constexpr Statement kDue{"retention.event",
                         "SELECT id FROM event WHERE retention_days IS NOT NULL AND ends <= $1"
                         " AND ends + retention_days * 86400000000 <= $1"
                         " AND (personal_erased IS NULL OR personal_erased <= $2) ORDER BY ends LIMIT 1"};
constexpr Statement kDone{"retention.event_done", "UPDATE event SET personal_erased = $2 WHERE id = $1"};
// That a guardian agreed stays, and when; who he was goes.
constexpr Statement kGuardians{
    "retention.guardians",
    "UPDATE guardian_link SET name = NULL, signature = NULL, ip_hash = NULL WHERE id IN (SELECT g.id FROM team t"
    " JOIN team_member m ON m.team = t.id JOIN guardian_link g ON g.member = m.id WHERE t.event = $1"
    " AND (g.name IS NOT NULL OR g.signature IS NOT NULL OR g.ip_hash IS NOT NULL) LIMIT $2)"};
constexpr Statement kConsents{"retention.consents",
                              "UPDATE consent SET ip_hash = '' WHERE id IN (SELECT c.id FROM team t"
                              " JOIN team_member m ON m.team = t.id JOIN consent c ON c.member = m.id"
                              " WHERE t.event = $1 AND c.ip_hash <> '' LIMIT $2)"};
constexpr Statement kInvites{"retention.invites",
                             "UPDATE team_invite SET target_label = NULL, target_bi = NULL WHERE id IN (SELECT i.id"
                             " FROM team t JOIN team_invite i ON i.team = t.id WHERE t.event = $1"
                             " AND (i.target_label IS NOT NULL OR i.target_bi IS NOT NULL) LIMIT $2)"};
constexpr Statement kNotes{"retention.notes",
                           "DELETE FROM note WHERE id IN (SELECT n.id FROM registration r JOIN note n"
                           " ON n.registration = r.id WHERE r.event = $1 LIMIT $2)"};
constexpr Statement kImported{"retention.imported",
                              "SELECT DISTINCT p.id, p.owner_user FROM team t JOIN team_member m ON m.team = t.id"
                              " JOIN person p ON p.id = m.person WHERE t.event = $1 AND p.imported = 1"
                              " AND p.ended IS NULL LIMIT $2"};
constexpr Statement kNameless{"retention.nameless",
                              "UPDATE person SET name = $2, id_type = NULL, id_no = NULL, id_bi = NULL,"
                              " birth_date = NULL, birth_year = NULL, gender = NULL, ended = $3, rev = rev + 1"
                              " WHERE id = $1 AND imported = 1 AND ended IS NULL"};

// Somebody without an account; the name he has afterwards is made before the commit, because sealing needs randomness.
struct Nameless {
    PersonId person;
    UserId owner;
    std::string name;
};

struct Plan {
    EventId event;
    std::vector<Nameless> imported;
};

Result<std::optional<Plan>> PlanNext(Reader& reader, const Privacy& privacy, base::Time now) {
    RT_TRY(const auto event, reader.FindInt(kDue, {now, now.Plus(-kLookAgain)}));
    if (!event.has_value()) return std::optional<Plan>();
    Plan out{EventId{*event}, {}};
    RT_TRY(out.imported, reader.All<Nameless>(kImported, {out.event, kRowsAtOnce}, [](const Row& row) {
        return Nameless{row.As<PersonId>(0), row.As<UserId>(1), {}};
    }));
    for (Nameless& one : out.imported) one.name = privacy.Seal({Owner::Kind::kPersonName, one.owner.value}, "-");
    return std::optional(std::move(out));
}

// How many rows lost something.
Result<std::int64_t> Erase(Writer& writer, const Plan& plan, base::Time now) {
    std::int64_t out = 0;
    for (const Statement* statement : {&kGuardians, &kConsents, &kInvites, &kNotes}) {
        RT_TRY(const auto changed, writer.Run(*statement, {plan.event, kRowsAtOnce}));
        out += changed;
    }
    for (const Nameless& one : plan.imported) {
        RT_TRY(const auto changed, writer.Run(kNameless, {one.person, one.name, now}));
        out += changed;
    }
    return out;
}

}  // namespace

Result<bool> EraseDuePeople(const Service& service) {
    const Needs& needs = service.needs();
    const base::Time now = needs.clock.Now();
    RT_TRY(const auto plan, needs.db.Read([&](Reader& reader) { return PlanNext(reader, needs.privacy, now); }));
    if (!plan.has_value()) return false;
    const auto commit = service.NewCommit(store::Actor::Server(), 1);
    RT_CHECK_OK(needs.db.Write("job.erase_people", [&](Writer& writer) -> Status {
        auto mine = commit;
        RT_TRY(const auto erased, Erase(writer, *plan, now));
        if (erased == 0) return writer.RunOne(kDone, {plan->event, now}, Code::kInternal);
        const std::string rows = json::Encode(json::Object{{"rows", erased}});
        return store::Record(writer, mine,
                             {"personal.erase", "event", plan->event.value, plan->event, {}, rows, "retention"});
    }));
    return true;
}

}  // namespace rt::registration
