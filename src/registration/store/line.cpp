#include "registration/store/line.h"

#include <algorithm>
#include <map>

#include "base/check.h"
#include "json/json.h"
#include "registration/store/admission.h"
#include "registration/store/journal.h"
#include "registration/store/moves.h"
#include "registration/store/notices.h"
#include "registration/store/waitlist.h"

namespace rt::registration::store {
namespace {

#define RT_ENTRY_COLUMNS                                                                                      \
    "SELECT w.id, w.registration, w.event, w.division, w.team, w.persons, w.choices, w.priority, w.state,"    \
    " w.missed_offers, (SELECT o.id FROM offer o WHERE o.entry = w.id AND o.state IN ('COLLECTING', 'OPEN'))" \
    " FROM waitlist_entry w "
constexpr Statement kByRegistration{"waitlist_entry.of_registration", RT_ENTRY_COLUMNS "WHERE w.registration = $1"};
constexpr Statement kById{"waitlist_entry.by_id", RT_ENTRY_COLUMNS "WHERE w.id = $1"};
#undef RT_ENTRY_COLUMNS
constexpr Statement kAnybody{"waitlist_line.waiting", "SELECT waiting FROM waitlist_line WHERE event = $1"};
constexpr Statement kLine{"waitlist.line",
                          "SELECT w.id, w.division, w.persons, w.choices, w.skips, w.skipped_since"
                          " FROM waitlist_entry w JOIN registration r ON r.id = w.registration"
                          " WHERE w.event = $1 AND w.state = 'WAITING' AND r.deficient_since IS NULL"
                          " ORDER BY w.priority DESC, w.seq LIMIT $2"};
constexpr Statement kFree{"quota.free_of_event",
                          "SELECT id, CASE WHEN state <> 'OPEN' THEN 0 ELSE cap - held - confirmed - blocked END"
                          " FROM quota WHERE event = $1 AND (cap IS NOT NULL OR state <> 'OPEN')"};
constexpr Statement kCollecting{"offer.collecting",
                                "SELECT id, entry FROM offer WHERE event = $1 AND state = 'COLLECTING'"};
constexpr Statement kInsertOffer{"offer.insert",
                                 "INSERT INTO offer (id, entry, event, state, expires, made)"
                                 " VALUES ($1, $2, $3, $4, $5, $6)"};
constexpr Statement kOpenOffer{"offer.open",
                               "UPDATE offer SET state = 'OPEN', expires = $2 WHERE id = $1 AND state = 'COLLECTING'"};
constexpr Statement kPromoteOffer{"offer.auto",
                                  "UPDATE offer SET state = 'ACCEPTED', decided = $2 WHERE id = $1"
                                  " AND state = 'COLLECTING'"};
constexpr Statement kEndCollecting{"offer.end_collecting",
                                   "UPDATE offer SET state = 'EXPIRED', decided = $2 WHERE id = $1"
                                   " AND state = 'COLLECTING'"};
constexpr Statement kOffered{"waitlist_entry.offered",
                             "UPDATE waitlist_entry SET state = 'OFFERED' WHERE id = $1 AND state = 'WAITING'"};
constexpr Statement kSkipped{"waitlist_entry.skipped",
                             "UPDATE waitlist_entry SET skips = $2, skipped_since = $3 WHERE id = $1"};
constexpr Statement kLinesWithWaiting{
    "waitlist.lines",
    "SELECT l.event FROM waitlist_line l JOIN event e ON e.id = l.event WHERE l.waiting > 0 AND e.state = 'PUBLISHED'"
    " AND COALESCE(e.roster_lock_at, e.starts) > $1 ORDER BY l.event LIMIT $2"};

Entry ReadEntry(const Row& row) {
    Entry out;
    out.id = row.As<EntryId>(0);
    out.registration = row.As<RegistrationId>(1);
    out.event = row.As<EventId>(2);
    out.division = row.As<DivisionId>(3);
    out.team = row.As<TeamId>(4);
    out.persons = row.Int(5);
    out.choices = DecodeChoices(row.TextView(6));
    out.priority = row.Int(7);
    out.state = *FromWord<WaitlistState>(row.TextView(8));
    out.missed_offers = row.Int(9);
    out.offer = OfferId{row.OptionalInt(10).value_or(0)};
    return out;
}

struct WaitingParty {
    LineEntry entry;
    DivisionId division;
    std::int64_t persons = 0;
    std::vector<Need> choices;
};

NeedVector VectorOf(const std::vector<DivisionQuota>& quotas, const WaitingParty& party) {
    NeedVector out;
    for (const auto& [quota, unit] : quotas) {
        out.emplace_back(quota, unit == QuotaUnit::kPerson ? party.persons : 1);
    }
    for (const Need& choice : party.choices) out.emplace_back(choice.quota, choice.qty);
    return out;
}

struct OfferOfEvent {
    OfferId id;
    EntryId entry;
};

Result<std::optional<OfferOfEvent>> CollectingOffer(Reader& reader, EventId event) {
    return reader.Find<OfferOfEvent>(kCollecting, {event}, [](const Row& row) {
        return OfferOfEvent{row.As<OfferId>(0), row.As<EntryId>(1)};
    });
}

// What was collected for an entry counts as its own: it needs the rest.
Status LessCollected(Reader& reader, const OfferOfEvent& offer, std::vector<LineEntry>& entries) {
    RT_TRY(const auto has, AllocationsOf(reader, Owner::Of(offer.id)));
    for (LineEntry& entry : entries) {
        if (entry.id != offer.entry) continue;
        for (auto& [quota, qty] : entry.need) {
            for (const Allocation& one : has) {
                if (one.quota == quota) qty = std::max<std::int64_t>(qty - one.qty, 0);
            }
        }
    }
    return Ok();
}

base::Time OfferExpires(const Event& event, base::Time now) {
    return std::min(now.Plus(event.policy.offer_ttl), event.RosterLock());
}

Status TellOffer(Writer& writer, Commit& commit, const LoadedRegistration& loaded, base::Time expires) {
    RT_CHECK_OK(Record(writer, commit,
                       {"offer.make",
                        "registration",
                        loaded.row.id.value,
                        loaded.row.event,
                        StateJson(Word(loaded.row.state)),
                        StateJson(Word(loaded.row.state)),
                        {}}));
    return Notify(writer, commit,
                  {.kind = NoticeKind::kOffer,
                   .user = loaded.team.captain_user,
                   .event = loaded.row.event,
                   .team = loaded.row.team,
                   .registration = loaded.row.id,
                   .expires = expires});
}

// Everything it needs is free, or already collected: at once, or by an offer (W5).
Status Grant(Writer& writer, Commit& commit, const Event& event, const Entry& entry) {
    RT_TRY(const auto loaded, LoadRegistration(writer, entry.registration));
    RT_TRY(const auto needs, NeedOf(writer, PartyOf(loaded.team), Options::kCounted));
    if (event.policy.waitlist.promotion == Promotion::kAuto) {
        MoveOptions options;
        if (entry.offer) {
            RT_CHECK_OK(writer.RunOne(kPromoteOffer, {entry.offer, commit.now}, Code::kConflict));
            options.units_from = Owner::Of(entry.offer);
        }
        RT_TRY([[maybe_unused]] const auto after,
               Perform(writer, commit, loaded, {{}, RegistrationCommand::kPromote, {}, {}}, options));
        return Ok();
    }
    const base::Time expires = OfferExpires(event, commit.now);
    OfferId offer = entry.offer;
    if (offer) {
        RT_CHECK_OK(writer.RunOne(kOpenOffer, {offer, expires}, Code::kConflict));
    } else {
        offer = commit.ids.Take<OfferId>();
        RT_CHECK_OK(writer.RunOne(
            kInsertOffer, {offer, entry.id, event.id, Word(OfferState::kOpen), expires, commit.now}, Code::kInternal));
    }
    RT_TRY([[maybe_unused]] const auto settled,
           Settle(writer, commit, Owner::Of(offer), needs, AllocationState::kBlocked, "offer"));
    RT_CHECK_OK(writer.RunOne(kOffered, {entry.id}, Code::kConflict));
    return TellOffer(writer, commit, loaded, expires);
}

// W4: everything that is free goes to the one it is collected for.
Status CollectFor(Writer& writer, Commit& commit, const Event& event, const Entry& entry) {
    RT_TRY(const auto loaded, LoadRegistration(writer, entry.registration));
    RT_TRY(const auto needs, NeedOf(writer, PartyOf(loaded.team), Options::kCounted));
    OfferId offer = entry.offer;
    if (!offer) {
        offer = commit.ids.Take<OfferId>();
        const std::optional<base::Time> no_end;
        RT_CHECK_OK(writer.RunOne(kInsertOffer,
                                  {offer, entry.id, event.id, Word(OfferState::kCollecting), no_end, commit.now},
                                  Code::kInternal));
    }
    RT_TRY([[maybe_unused]] const bool complete, Collect(writer, commit, Owner::Of(offer), needs));
    return Ok();
}

// After the registration closes nobody is collected for any more (W4).
Status EndCollecting(Writer& writer, Commit& commit, const Event& event) {
    RT_TRY(const auto offer, CollectingOffer(writer, event.id));
    if (!offer.has_value()) return Ok();
    RT_CHECK_OK(writer.RunOne(kEndCollecting, {offer->id, commit.now}, Code::kConflict));
    RT_TRY([[maybe_unused]] const bool freed, ReleaseAll(writer, commit, Owner::Of(offer->id), "collect"));
    return Ok();
}

bool IsServed(const Event& event, base::Time now) {
    return event.state == EventState::kPublished && now < event.RosterLock();
}

Result<bool> Collects(Reader& reader, const Event& event, base::Time now) {
    if (event.policy.waitlist.policy != WaitlistPolicy::kAccumulate) return false;
    RT_TRY(const EventTimes window, WholeWindow(reader, event));
    return now < window.reg_close;
}

}  // namespace

Result<std::optional<Entry>> FindEntry(Reader& reader, RegistrationId registration) {
    return reader.Find<Entry>(kByRegistration, {registration}, ReadEntry);
}

Result<std::optional<Entry>> FindEntry(Reader& reader, EntryId id) {
    return reader.Find<Entry>(kById, {id}, ReadEntry);
}

std::string EncodeChoices(const std::vector<Need>& choices) {
    json::Array out;
    for (const Need& one : choices) out.push_back(json::Array{one.quota.value, one.qty});
    return json::Encode(out);
}

std::vector<Need> DecodeChoices(std::string_view column) {
    const auto value = json::Decode(column);
    RT_CHECK(value.ok() && value->IsArray());
    std::vector<Need> out;
    for (const json::Value& one : value->AsArray()) {
        const json::Array& pair = one.AsArray();
        out.push_back({QuotaId{pair.at(0).AsInt()}, pair.at(1).AsInt()});
    }
    return out;
}

bool ChoosesMore(const std::vector<Need>& now, const std::vector<Need>& before) {
    return std::any_of(now.begin(), now.end(), [&](const Need& one) {
        return std::none_of(before.begin(), before.end(),
                            [&](const Need& was) { return was.quota == one.quota && was.qty >= one.qty; });
    });
}

Result<bool> AnybodyOnList(Reader& reader, EventId event) {
    RT_TRY(const auto waiting, reader.FindInt(kAnybody, {event}));
    return waiting.value_or(0) > 0;
}

Result<LineNow> ReadLine(Reader& reader, const Event& event, base::Time now) {
    LineNow out;
    const auto& rules = event.policy.waitlist;
    out.rules = {rules.policy, rules.max_skips, rules.skip_hours * base::kMicrosPerHour};
    RT_TRY(const auto parties, reader.All<WaitingParty>(kLine, {event.id, kCandidatesMax}, [](const Row& row) {
        WaitingParty party;
        party.entry.id = row.As<EntryId>(0);
        party.division = row.As<DivisionId>(1);
        party.persons = row.Int(2);
        party.choices = DecodeChoices(row.TextView(3));
        party.entry.skips = row.Int(4);
        party.entry.skipped_since = row.OptionalTime(5);
        return party;
    }));
    std::map<DivisionId, std::vector<DivisionQuota>> quotas;
    for (const WaitingParty& party : parties) {
        if (!quotas.contains(party.division)) {
            RT_TRY(quotas[party.division], QuotasOfDivision(reader, party.division));
        }
        out.entries.push_back(party.entry);
        out.entries.back().need = VectorOf(quotas[party.division], party);
    }
    RT_CHECK_OK(reader.Each(kFree, {event.id}, [&](const Row& row) { out.free[row.As<QuotaId>(0)] = row.Int(1); }));
    RT_TRY(const auto offer, CollectingOffer(reader, event.id));
    RT_TRY(out.collecting.allowed, Collects(reader, event, now));
    if (offer.has_value()) {
        out.collecting.current = offer->entry;
        RT_CHECK_OK(LessCollected(reader, *offer, out.entries));
    }
    return out;
}

Result<bool> MayPassLine(Reader& reader, EventId event_id, const std::vector<Need>& needs, base::Time now) {
    RT_TRY(const bool anybody, AnybodyOnList(reader, event_id));
    if (!anybody) return true;
    RT_TRY(const auto event, FindEvent(reader, event_id));
    RT_CHECK(event.has_value());
    RT_TRY(const auto line, ReadLine(reader, *event, now));
    NeedVector need;
    for (const Need& one : needs) need.emplace_back(one.quota, one.qty);
    return MayPass(line.entries, line.free, line.rules, now, need);
}

Status ServeLine(Writer& writer, Commit& commit, EventId event_id) {
    RT_TRY(const bool anybody, AnybodyOnList(writer, event_id));
    if (!anybody) return Ok();
    RT_TRY(const auto event, FindEvent(writer, event_id));
    RT_CHECK(event.has_value());
    if (!IsServed(*event, commit.now)) return Ok();
    RT_TRY(const bool collects, Collects(writer, *event, commit.now));
    if (!collects) RT_CHECK_OK(EndCollecting(writer, commit, *event));
    RT_TRY(const auto line, ReadLine(writer, *event, commit.now));
    const Served served = Serve(line.entries, line.free, line.rules, commit.now, line.collecting, kPromotionsMax);
    for (const LineEntry& entry : served.skipped) {
        RT_CHECK_OK(writer.RunOne(kSkipped, {entry.id, entry.skips, entry.skipped_since}, Code::kInternal));
    }
    for (const EntryId id : served.granted) {
        RT_TRY(const auto entry, FindEntry(writer, id));
        RT_CHECK(entry.has_value());
        RT_CHECK_OK(Grant(writer, commit, *event, *entry));
    }
    if (!served.collecting.has_value()) return Ok();
    RT_TRY(const auto head, FindEntry(writer, *served.collecting));
    RT_CHECK(head.has_value());
    return CollectFor(writer, commit, *event, *head);
}

Result<std::vector<EventId>> LinesToServe(Reader& reader, base::Time now, std::int64_t events_max) {
    RT_TRY(const auto lines, reader.All<EventId>(kLinesWithWaiting, {now, events_max},
                                                 [](const Row& row) { return row.As<EventId>(0); }));
    std::vector<EventId> out;
    for (const EventId id : lines) {
        RT_TRY(const auto event, FindEvent(reader, id));
        RT_TRY(const auto line, ReadLine(reader, *event, now));
        const bool ends = line.collecting.current.has_value() && !line.collecting.allowed;
        const Served served = Serve(line.entries, line.free, line.rules, now, line.collecting, 1);
        if (ends || !served.granted.empty()) out.push_back(id);
    }
    return out;
}

}  // namespace rt::registration::store
