// Reading a line by its groups: its length costs nothing, the number of different needs does.
#include <algorithm>
#include <array>
#include <map>
#include <tuple>
#include <utility>

#include "registration/store/admission.h"
#include "registration/store/line.h"

namespace rt::registration::store {
namespace {

constexpr Statement kNextGroup{"waitlist.next_group",
                               "SELECT division, persons, choices FROM waitlist_entry WHERE event = $1"
                               " AND state = 'WAITING' AND (division, persons, choices) > ($2, $3, $4)"
                               " ORDER BY division, persons, choices LIMIT 1"};
#define RT_ENTRIES                                                                                       \
    "SELECT w.id, w.priority, w.seq, w.skips, w.skipped_since FROM waitlist_entry w JOIN registration r" \
    " ON r.id = w.registration WHERE w.state = 'WAITING' AND r.deficient_since IS NULL AND w.event = $1"
#define RT_OF_GROUP RT_ENTRIES " AND w.division = $2 AND w.persons = $3 AND w.choices = $4 AND w.id <> $5"
constexpr Statement kFirst{"waitlist.first_of_group", RT_OF_GROUP " ORDER BY w.priority DESC, w.seq LIMIT 1"};
constexpr Statement kFirstStrict{"waitlist.first_strict_of_group", RT_OF_GROUP
                                 " AND (w.skips >= $6 OR w.skipped_since <= $7)"
                                 " ORDER BY w.priority DESC, w.seq LIMIT 1"};
constexpr Statement kOne{"waitlist.one_of_line", RT_ENTRIES " AND w.id = $2"};
#undef RT_OF_GROUP
#undef RT_ENTRIES
constexpr Statement kOf{"waitlist_entry.need", "SELECT division, persons, choices FROM waitlist_entry WHERE id = $1"};
constexpr Statement kFree{"quota.free_of_event",
                          "SELECT id, CASE WHEN state <> 'OPEN' THEN 0 ELSE cap - held - confirmed - blocked END"
                          " FROM quota WHERE event = $1 AND (cap IS NOT NULL OR state <> 'OPEN')"};
constexpr Statement kCollecting{"offer.collecting",
                                "SELECT id, entry FROM offer WHERE event = $1 AND state = 'COLLECTING'"};
constexpr Statement kSkipGroup{
    "waitlist_entry.skip_group",
    "UPDATE waitlist_entry SET skips = skips + 1, skipped_since = COALESCE(skipped_since, $7) WHERE event = $1"
    " AND state = 'WAITING' AND division = $2 AND persons = $3 AND choices = $4"
    " AND (priority > $5 OR (priority = $5 AND seq < $6)) AND id <> $8"
    " AND (SELECT r.deficient_since FROM registration r WHERE r.id = waitlist_entry.registration) IS NULL"};
constexpr Statement kSkipOne{"waitlist_entry.skip_one",
                             "UPDATE waitlist_entry SET skips = skips + 1,"
                             " skipped_since = COALESCE(skipped_since, $2) WHERE id = $1"};

struct Standee {
    LineEntry entry;
    LineNow::Standing standing;
};

Standee ReadStandee(const Row& row) {
    Standee out;
    out.entry.id = row.As<EntryId>(0);
    out.standing.priority = row.Int(1);
    out.standing.seq = row.Int(2);
    out.entry.skips = row.Int(3);
    out.entry.skipped_since = row.OptionalTime(4);
    return out;
}

// Makes the vectors of groups; asks for each division once.
class Vectors {
  public:
    explicit Vectors(Reader& reader) : reader_(reader) {}

    Status Fill(NeedGroup& group) {
        if (!quotas_.contains(group.division)) {
            RT_TRY(quotas_[group.division], QuotasOfDivision(reader_, group.division));
        }
        for (const auto& [quota, unit] : quotas_[group.division]) {
            group.need.emplace_back(quota, unit == QuotaUnit::kPerson ? group.persons : 1);
        }
        for (const Need& choice : DecodeChoices(group.choices)) group.need.emplace_back(choice.quota, choice.qty);
        return Ok();
    }

  private:
    Reader& reader_;
    std::map<DivisionId, std::vector<DivisionQuota>> quotas_;
};

NeedGroup ReadGroup(EventId event, const Row& row) {
    return {event, row.As<DivisionId>(0), row.Int(1), row.Text(2), {}};
}

Result<std::vector<NeedGroup>> GroupsOf(Reader& reader, EventId event) {
    std::vector<NeedGroup> out;
    Vectors vectors(reader);
    NeedGroup last;
    while (true) {
        RT_TRY(auto next, reader.Find<NeedGroup>(kNextGroup, {event, last.division, last.persons, last.choices},
                                                 [&](const Row& row) { return ReadGroup(event, row); }));
        if (!next.has_value()) return out;
        last = *next;
        RT_CHECK_OK(vectors.Fill(*next));
        out.push_back(*std::move(next));
    }
}

// Of a quota that has a limit, somebody else would get less.
bool TouchesLimited(const FreeUnits& free, const NeedVector& need, const NeedVector& other) {
    return std::any_of(need.begin(), need.end(), [&](const auto& one) {
        return free.contains(one.first) &&
               std::any_of(other.begin(), other.end(), [&](const auto& its) { return its.first == one.first; });
    });
}

void Add(LineNow& line, Standee standee, std::size_t group, const NeedVector& need) {
    standee.entry.need = need;
    standee.standing.group = group;
    if (!line.standing.emplace(standee.entry.id, standee.standing).second) return;
    line.entries.push_back(std::move(standee.entry));
}

Status AddGroup(Reader& reader, LineNow& line, std::size_t index, base::Time now) {
    const NeedGroup& group = line.groups.at(index);
    const EntryId apart = line.collecting.current.value_or(EntryId{});
    RT_TRY(
        const auto first,
        reader.Find<Standee>(kFirst, {group.event, group.division, group.persons, group.choices, apart}, ReadStandee));
    if (!first.has_value()) return Ok();
    Add(line, *first, index, group.need);
    // Who fits keeps nobody from anything that he does not get himself; under STRICT the first is passed no more.
    if (line.rules.policy == WaitlistPolicy::kStrict || FitsIn(line.free, group.need)) return Ok();
    RT_TRY(const auto strict, reader.Find<Standee>(kFirstStrict,
                                                   {group.event, group.division, group.persons, group.choices, apart,
                                                    line.rules.skips_max, now.Plus(-line.rules.skipped_micros_max)},
                                                   ReadStandee));
    if (strict.has_value()) Add(line, *strict, index, group.need);
    return Ok();
}

// What was collected for an entry counts as its own: it needs the rest. It is a group by itself.
Status AddCollecting(Reader& reader, LineNow& line, const Event& event, const OfferOfEvent& offer) {
    RT_TRY(const auto standee, reader.Find<Standee>(kOne, {event.id, offer.entry}, ReadStandee));
    if (!standee.has_value()) return Ok();
    RT_TRY(auto group,
           reader.Find<NeedGroup>(kOf, {offer.entry}, [&](const Row& row) { return ReadGroup(event.id, row); }));
    RT_CHECK(group.has_value());
    RT_CHECK_OK(Vectors(reader).Fill(*group));
    RT_TRY(const auto has, AllocationsOf(reader, Owner::Of(offer.id)));
    for (auto& [quota, qty] : group->need) {
        for (const Allocation& one : has) {
            if (one.quota == quota) qty = std::max<std::int64_t>(qty - one.qty, 0);
        }
    }
    const NeedVector need = group->need;
    line.groups.push_back(*std::move(group));
    Add(line, *standee, line.groups.size() - 1, need);
    return Ok();
}

void Order(LineNow& line) {
    const auto place = [&](const LineEntry& entry) {
        const auto& at = line.standing.at(entry.id);
        return std::pair(-at.priority, at.seq);
    };
    std::sort(line.entries.begin(), line.entries.end(),
              [&](const LineEntry& a, const LineEntry& b) { return place(a) < place(b); });
}

}  // namespace

Result<bool> Collects(Reader& reader, const Event& event, base::Time now) {
    if (event.policy.waitlist.policy != WaitlistPolicy::kAccumulate) return false;
    RT_TRY(const EventTimes window, WholeWindow(reader, event));
    return now < window.reg_close;
}

Result<std::optional<OfferOfEvent>> CollectingOffer(Reader& reader, EventId event) {
    return reader.Find<OfferOfEvent>(kCollecting, {event}, [](const Row& row) {
        return OfferOfEvent{row.As<OfferId>(0), row.As<EntryId>(1)};
    });
}

Result<LineNow> ReadLine(Reader& reader, const Event& event, base::Time now,
                         const std::optional<NeedVector>& touching) {
    LineNow out;
    const auto& rules = event.policy.waitlist;
    out.rules = {rules.policy, rules.max_skips, rules.skip_hours * base::kMicrosPerHour};
    RT_CHECK_OK(reader.Each(kFree, {event.id}, [&](const Row& row) { out.free[row.As<QuotaId>(0)] = row.Int(1); }));
    RT_TRY(out.groups, GroupsOf(reader, event.id));
    RT_TRY(const auto offer, CollectingOffer(reader, event.id));
    RT_TRY(out.collecting.allowed, Collects(reader, event, now));
    if (offer.has_value()) out.collecting.current = offer->entry;
    for (std::size_t i = 0, end = out.groups.size(); i < end; ++i) {
        if (touching.has_value() && !TouchesLimited(out.free, out.groups[i].need, *touching)) continue;
        RT_CHECK_OK(AddGroup(reader, out, i, now));
    }
    if (offer.has_value()) RT_CHECK_OK(AddCollecting(reader, out, event, *offer));
    Order(out);
    return out;
}

Status CountSkips(Writer& writer, base::Time now, const LineNow& line, const Served& served) {
    if (served.skipped.empty()) return Ok();
    const auto& granted = line.standing.at(served.granted.front());
    const EntryId apart = line.collecting.current.value_or(EntryId{});
    std::vector<std::size_t> counted;
    for (const LineEntry& entry : served.skipped) {
        if (entry.id == apart) {
            RT_CHECK_OK(writer.RunOne(kSkipOne, {entry.id, now}, Code::kInternal));
            continue;
        }
        const std::size_t index = line.standing.at(entry.id).group;
        if (std::find(counted.begin(), counted.end(), index) != counted.end()) continue;
        counted.push_back(index);
        const NeedGroup& group = line.groups.at(index);
        RT_TRY([[maybe_unused]] const auto rows,
               writer.Run(kSkipGroup, {group.event, group.division, group.persons, group.choices, granted.priority,
                                       granted.seq, now, apart}));
    }
    return Ok();
}

}  // namespace rt::registration::store
