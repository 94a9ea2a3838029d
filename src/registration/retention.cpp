#include "registration/retention.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "registration/answers.h"
#include "registration/form_json.h"
#include "registration/store/forms.h"
#include "registration/store/journal.h"

namespace rt::registration {
namespace {

using storage::sql::Reader;
using storage::sql::Row;
using storage::sql::Statement;
using storage::sql::Writer;

constexpr std::int64_t kSetsAtOnce = 50;

constexpr Statement kDue{
    "retention.due",
    "SELECT a.id, a.rev, e.id, e.ends, e.retention_days FROM answer_set a JOIN form_version v ON v.id = a.form_version"
    " JOIN form f ON f.id = v.form JOIN event e ON e.id = f.event"
    " WHERE a.erase_after IS NOT NULL AND e.ends + a.erase_after * 86400000000 <= $1 LIMIT $2"};
// The event as a whole: every set that still holds something.
constexpr Statement kDueOfEvent{
    "retention.due_of_event",
    "SELECT a.id, a.rev, e.id, e.ends, e.retention_days FROM event e JOIN form f ON f.event = e.id"
    " JOIN form_version v ON v.form = f.id JOIN answer_set a ON a.form_version = v.id"
    " WHERE e.retention_days IS NOT NULL AND e.ends + e.retention_days * 86400000000 <= $1"
    " AND (a.data <> '{}' OR a.sensitive IS NOT NULL) LIMIT $2"};
constexpr Statement kErase{"retention.erase",
                           "UPDATE answer_set SET data = $3, sensitive = $4, erased = $5, erase_after = $6,"
                           " rev = rev + 1 WHERE id = $1 AND rev = $2"};

struct Due {
    AnswerSetId id;
    std::int64_t rev = 0;
    EventId event;
    base::Time ends;
    std::optional<std::int64_t> of_event;  // days
};

Due ReadDue(const Row& row) {
    return {row.As<AnswerSetId>(0), row.Int(1), row.As<EventId>(2), row.Time(3), row.OptionalInt(4)};
}

// What a set is to be afterwards; made before the commit, because sealing needs randomness.
struct Erasure {
    Due due;
    std::string data;
    std::optional<std::string> sensitive;
    std::vector<std::string> gone;  // keys erased now
    std::string erased;             // JSON of all that are gone
    std::optional<std::int64_t> next;
};

bool IsDue(const Due& due, std::optional<std::int64_t> days, base::Time now) {
    return days.has_value() && due.ends.Plus(*days * base::kMicrosPerDay) <= now;
}

Result<Erasure> Plan(Reader& reader, const Privacy& privacy, const Due& due, base::Time now) {
    RT_TRY(const auto set, store::FindAnswers(reader, due.id));
    if (!set.has_value()) return Fail(Code::kNotFound);
    RT_TRY(const auto version, store::FindFormVersion(reader, set->version));
    RT_CHECK(version.has_value());
    RT_TRY(Answers answers, OpenAnswers(privacy, *set));
    Erasure out;
    out.due = due;
    Answers plain;
    Answers sealed;
    const bool all = IsDue(due, due.of_event, now);
    for (auto& [key, value] : answers) {
        const Field* field = version->schema.Find(key);
        const auto days = field != nullptr ? field->retention_days : std::nullopt;
        if (all || IsDue(due, days, now)) {
            out.gone.push_back(key);
            continue;
        }
        if (days.has_value()) out.next = std::min(out.next.value_or(*days), *days);
        (field != nullptr && field->IsSensitive() ? sealed : plain).emplace(key, std::move(value));
    }
    out.data = EncodeAnswers(plain);
    const bool team = set->owner_kind == store::AnswerOwner::kTeam;
    const Owner owner{team ? Owner::Kind::kTeamAnswers : Owner::Kind::kMemberAnswers, set->owner};
    if (!sealed.empty()) out.sensitive = privacy.Seal(owner, EncodeAnswers(sealed));
    json::Array keys;
    for (const std::string& key : set->erased) keys.push_back(key);
    for (const std::string& key : out.gone) keys.push_back(key);
    out.erased = json::Encode(keys);
    return out;
}

Status Apply(Writer& writer, store::Commit& commit, const Erasure& erasure) {
    RT_TRY(const auto changed, writer.Run(kErase, {erasure.due.id, erasure.due.rev, erasure.data, erasure.sensitive,
                                                   erasure.erased, erasure.next}));
    if (changed == 0) return Ok();  // answered anew meanwhile: looked at again
    if (erasure.gone.empty()) return Ok();
    RT_CHECK_OK(store::DropFiles(writer, erasure.due.id, erasure.gone));
    if (erasure.data == "{}" && !erasure.sensitive.has_value()) RT_CHECK_OK(store::DropUniques(writer, erasure.due.id));
    return store::Record(writer, commit,
                         {"answers.erase", "answer_set", erasure.due.id.value, erasure.due.event, {}, {}, "retention"});
}

}  // namespace

Result<bool> EraseDueAnswers(const Service& service) {
    const Needs& needs = service.needs();
    const base::Time now = needs.clock.Now();
    RT_TRY(const auto erasures, needs.db.Read([&](Reader& reader) -> Result<std::vector<Erasure>> {
        std::vector<Erasure> out;
        for (const Statement* statement : {&kDue, &kDueOfEvent}) {
            RT_TRY(const auto rows, reader.All<Due>(*statement, {now, kSetsAtOnce}, ReadDue));
            if (!out.empty()) break;
            for (const Due& due : rows) {
                RT_TRY(auto erasure, Plan(reader, needs.privacy, due, now));
                out.push_back(std::move(erasure));
            }
        }
        return out;
    }));
    if (erasures.empty()) return false;
    const auto commit = service.NewCommit(store::Actor::Server(), erasures.size());
    RT_CHECK_OK(needs.db.Write("job.erase", [&](Writer& writer) -> Status {
        auto mine = commit;
        for (const Erasure& erasure : erasures) RT_CHECK_OK(Apply(writer, mine, erasure));
        return Ok();
    }));
    return true;
}

}  // namespace rt::registration
