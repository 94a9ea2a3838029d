#include "registration/store/line.h"

#include <algorithm>

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
constexpr Statement kLineOf{"waitlist_line.of_event", "SELECT waiting, due FROM waitlist_line WHERE event = $1"};
constexpr Statement kSetDue{"waitlist_line.set_due", "UPDATE waitlist_line SET due = $2 WHERE event = $1"};
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
constexpr Statement kRefresh{"waitlist_entry.refresh",
                             "UPDATE waitlist_entry SET division = $2, persons = $3, choices = $4 WHERE id = $1"};
#define RT_SERVED_LINES                                                                                                \
    "SELECT l.event FROM waitlist_line l JOIN event e ON e.id = l.event WHERE l.waiting > 0 AND e.state = 'PUBLISHED'" \
    " AND COALESCE(e.roster_lock_at, e.starts) > $1"
constexpr Statement kDueLines{"waitlist.lines_due", RT_SERVED_LINES " AND l.due = 1 ORDER BY l.event LIMIT $2"};
constexpr Statement kLinesAfter{"waitlist.lines_after",
                                RT_SERVED_LINES " AND l.due = 0 AND l.event > $2 ORDER BY l.event LIMIT $3"};
#undef RT_SERVED_LINES

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

struct LineState {
    std::int64_t waiting = 0;
    bool due = false;
};

Result<LineState> StateOf(Reader& reader, EventId event) {
    RT_TRY(const auto found, reader.Find<LineState>(kLineOf, {event}, [](const Row& row) {
        return LineState{row.Int(0), row.Int(1) != 0};
    }));
    return found.value_or(LineState{});
}

// The column of its need as its team and the quotas are now. True: it was another, and what was decided by it is void.
Result<bool> WasStale(Writer& writer, const Entry& entry) {
    RT_TRY(const auto team, FindTeam(writer, entry.team));
    RT_CHECK(team.has_value());
    const Party party = PartyOf(*team);
    RT_TRY(const auto choices, ChoicesOf(writer, party));
    if (party.division == entry.division && party.persons == entry.persons && choices == entry.choices) return false;
    RT_CHECK_OK(
        writer.RunOne(kRefresh, {entry.id, party.division, party.persons, EncodeChoices(choices)}, Code::kInternal));
    return true;
}

enum class Outcome : std::uint8_t { kGranted, kReadAnew, kNothing };

// Gives the first of the line who may have something what he needs.
Result<Outcome> ServeFirst(Writer& writer, Commit& commit, const Event& event) {
    RT_TRY(const auto line, ReadLine(writer, event, commit.now, {}));
    const Served served = Serve(line.entries, line.free, line.rules, commit.now, line.collecting, 1);
    const bool granted = !served.granted.empty();
    if (!granted && !served.collecting.has_value()) return Outcome::kNothing;
    RT_TRY(const auto entry, FindEntry(writer, granted ? served.granted.front() : *served.collecting));
    RT_CHECK(entry.has_value());
    RT_TRY(const bool stale, WasStale(writer, *entry));
    if (stale) return Outcome::kReadAnew;
    if (!granted) {
        RT_CHECK_OK(CollectFor(writer, commit, event, *entry));
        return Outcome::kNothing;
    }
    RT_CHECK_OK(CountSkips(writer, commit.now, line, served));
    RT_CHECK_OK(Grant(writer, commit, event, *entry));
    return Outcome::kGranted;
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
    RT_TRY(const auto line, StateOf(reader, event));
    return line.waiting > 0;
}

Result<bool> MayPassLine(Reader& reader, EventId event_id, const std::vector<Need>& needs, base::Time now) {
    RT_TRY(const bool anybody, AnybodyOnList(reader, event_id));
    if (!anybody) return true;
    RT_TRY(const auto event, FindEvent(reader, event_id));
    RT_CHECK(event.has_value());
    NeedVector need;
    for (const Need& one : needs) need.emplace_back(one.quota, one.qty);
    RT_TRY(const auto line, ReadLine(reader, *event, now, need));
    return MayPass(line.entries, line.free, line.rules, now, need);
}

Status MarkLineDue(Writer& writer, EventId event) {
    RT_TRY([[maybe_unused]] const auto marked, writer.Run(kSetDue, {event, true}));
    return Ok();
}

Status ServeLine(Writer& writer, Commit& commit, EventId event_id) {
    RT_TRY(const auto before, StateOf(writer, event_id));
    if (before.waiting == 0) return Ok();
    RT_TRY(const auto event, FindEvent(writer, event_id));
    RT_CHECK(event.has_value());
    if (!IsServed(*event, commit.now)) return Ok();
    RT_TRY(const bool collects, Collects(writer, *event, commit.now));
    if (!collects) RT_CHECK_OK(EndCollecting(writer, commit, *event));
    std::size_t looked = 0;
    Outcome outcome = Outcome::kGranted;
    for (; looked < kPromotionsMax && outcome != Outcome::kNothing; ++looked) {
        RT_TRY(outcome, ServeFirst(writer, commit, *event));
    }
    const bool due = outcome != Outcome::kNothing;
    if (due == before.due) return Ok();
    return writer.RunOne(kSetDue, {event_id, due}, Code::kInternal);
}

Result<LinesToServe> FindLinesToServe(Reader& reader, base::Time now, EventId after, std::int64_t events_max) {
    const auto id = [](const Row& row) { return row.As<EventId>(0); };
    LinesToServe out;
    RT_TRY(out.events, reader.All<EventId>(kDueLines, {now, events_max}, id));
    RT_TRY(const auto lines, reader.All<EventId>(kLinesAfter, {now, after, events_max}, id));
    for (const EventId one : lines) {
        RT_TRY(const auto event, FindEvent(reader, one));
        RT_TRY(const auto line, ReadLine(reader, *event, now, {}));
        const bool ends = line.collecting.current.has_value() && !line.collecting.allowed;
        const Served served = Serve(line.entries, line.free, line.rules, now, line.collecting, 1);
        if (ends || !served.granted.empty()) out.events.push_back(one);
    }
    const bool more = static_cast<std::int64_t>(lines.size()) == events_max;
    out.last = more ? lines.back() : EventId{};
    return out;
}

}  // namespace rt::registration::store
