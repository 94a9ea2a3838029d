#include "registration/store/waitlist.h"

#include <algorithm>

#include "registration/domain/reason_codes.h"
#include "registration/store/guard.h"
#include "registration/store/journal.h"
#include "registration/store/line.h"
#include "registration/store/moves.h"
#include "registration/store/notices.h"

namespace rt::registration::store {
namespace {

// The cap of the list: one conditional write.
constexpr Statement kCount{"waitlist_line.count",
                           "INSERT INTO waitlist_line (event, waiting) VALUES ($1, 1) ON CONFLICT (event)"
                           " DO UPDATE SET waiting = waitlist_line.waiting + 1 WHERE waitlist_line.event = $1" RT_GUARD(
                               "$2 IS NULL OR waitlist_line.waiting < $2")};
constexpr Statement kUncount{"waitlist_line.uncount",
                             "UPDATE waitlist_line SET waiting = waiting - 1 WHERE event = $1"};
constexpr Statement kInsert{"waitlist_entry.insert",
                            "INSERT INTO waitlist_entry (id, registration, event, division, team, persons, choices,"
                            " seq, state, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'WAITING', $9)"
                            " ON CONFLICT (registration) DO UPDATE SET division = $4, persons = $6, choices = $7,"
                            " priority = 0, seq = $8, state = 'WAITING', skips = 0, skipped_since = NULL,"
                            " missed_offers = 0, at = $9"};
constexpr Statement kLeave{"waitlist_entry.leave", "UPDATE waitlist_entry SET state = $2 WHERE id = $1" RT_GUARD(
                                                       "state IN ('WAITING', 'OFFERED')")};
constexpr Statement kToEnd{"waitlist_entry.to_end",
                           "UPDATE waitlist_entry SET state = 'WAITING', seq = $2, skips = 0, skipped_since = NULL,"
                           " missed_offers = missed_offers + 1 WHERE id = $1 AND state = 'OFFERED'"};
constexpr Statement kLarger{"waitlist_entry.larger",
                            "UPDATE waitlist_entry SET division = $2, persons = $3, choices = $4,"
                            " seq = COALESCE($5, seq), skips = CASE WHEN $5 IS NULL THEN skips ELSE 0 END,"
                            " skipped_since = CASE WHEN $5 IS NULL THEN skipped_since ELSE NULL END WHERE id = $1"};
constexpr Statement kSetPriority{"waitlist_entry.set_priority",
                                 "UPDATE waitlist_entry SET priority = $2 WHERE id = $1"
                                 " AND state IN ('WAITING', 'OFFERED')"};
// Whoever changes the state of an offer decides it: the captain, or the clock.
constexpr Statement kAccept{"offer.accept", "UPDATE offer SET state = 'ACCEPTED', decided = $2 WHERE id = $1" RT_GUARD(
                                                "state = 'OPEN' AND (expires > $2 OR EXISTS (SELECT 1 FROM event e"
                                                " WHERE e.id = offer.event AND e.state = 'PAUSED'))")};
constexpr Statement kProlong{"offer.prolong",
                             "UPDATE offer SET expires = $2 WHERE event = $1 AND state = 'OPEN' AND expires < $2"};
constexpr Statement kDecline{
    "offer.decline", "UPDATE offer SET state = 'DECLINED', decided = $2 WHERE id = $1" RT_GUARD("state = 'OPEN'")};
constexpr Statement kExpire{"offer.expire", "UPDATE offer SET state = 'EXPIRED', decided = $2 WHERE id = $1" RT_GUARD(
                                                "state IN ('OPEN', 'COLLECTING')")};
constexpr Statement kLatestOffer{"offer.latest_of_entry",
                                 "SELECT id FROM offer WHERE entry = $1 AND state <> 'COLLECTING'"
                                 " ORDER BY id DESC LIMIT 1"};
#define RT_DUE                                                                                                    \
    " FROM offer o JOIN waitlist_entry w ON w.id = o.entry JOIN event e ON e.id = w.event WHERE o.state = 'OPEN'" \
    " AND o.expires <= $1 AND e.state <> 'PAUSED'"
constexpr Statement kEventsDue{"offer.events_due", "SELECT DISTINCT w.event" RT_DUE};
constexpr Statement kDue{"offer.due",
                         "SELECT o.id, w.registration" RT_DUE " AND w.event = $2 ORDER BY o.expires LIMIT $3"};
#undef RT_DUE
constexpr Statement kEventsClosing{"waitlist.events_closing",
                                   "SELECT l.event FROM waitlist_line l JOIN event e ON e.id = l.event"
                                   " WHERE l.waiting > 0 AND COALESCE(e.roster_lock_at, e.starts) <= $1"};
constexpr Statement kClosing{"waitlist.closing",
                             "SELECT w.registration FROM event e JOIN waitlist_entry w ON w.event = e.id"
                             " WHERE w.state IN ('WAITING', 'OFFERED')"
                             " AND COALESCE(e.roster_lock_at, e.starts) <= $1 AND e.id = $2 ORDER BY w.id LIMIT $3"};

constexpr std::string_view kClosedReason = kReasonListClosed;
constexpr std::string_view kMissedReason = kReasonOffersMissed;

Result<Entry> RequireEntry(Reader& reader, RegistrationId registration) {
    RT_TRY(const auto entry, FindEntry(reader, registration));
    if (!entry.has_value()) return Fail(Code::kInvalidState, "not on the waiting list");
    return *entry;
}

Notice NoticeTo(const LoadedRegistration& loaded, NoticeKind kind) {
    return {.kind = kind,
            .user = loaded.team.captain_user,
            .event = loaded.row.event,
            .team = loaded.row.team,
            .registration = loaded.row.id};
}

// An offer that came to nothing: once back to the end, then off the list (W5).
Status AfterMiss(Writer& writer, Commit& commit, const Entry& entry, OfferId offer) {
    RT_TRY(const bool freed, ReleaseAll(writer, commit, Owner::Of(offer), "offer"));
    if (entry.missed_offers == 0) {
        RT_CHECK_OK(writer.RunOne(kToEnd, {entry.id, commit.ids.Take()}, Code::kConflict));
        return freed ? ServeLine(writer, commit, entry.event) : Ok();
    }
    RT_TRY(const auto loaded, LoadRegistration(writer, entry.registration));
    RT_TRY([[maybe_unused]] const auto after,
           Perform(writer, commit, loaded, {{}, RegistrationCommand::kExpire, std::string(kMissedReason), {}}));
    return Ok();
}

Status Journal(Writer& writer, Commit& commit, const Entry& entry, std::string_view action, std::string_view reason) {
    return Record(writer, commit, {action, "waitlist_entry", entry.id.value, entry.event, {}, {}, std::string(reason)});
}

}  // namespace

Status JoinLine(Writer& writer, Commit& commit, const Event& event, RegistrationId registration, const Party& party) {
    RT_TRY(const auto counted, writer.Run(kCount, {event.id, event.policy.waitlist.cap}));
    if (counted == 0) return Fail(Code::kWaitlistFull);
    RT_TRY(const auto choices, ChoicesOf(writer, party));
    RT_TRY([[maybe_unused]] const auto made,
           writer.Run(kInsert, {commit.ids.Take(), registration, event.id, party.division, party.team, party.persons,
                                EncodeChoices(choices), commit.ids.Take(), commit.now}));
    return Ok();
}

Status LeaveLine(Writer& writer, Commit& commit, RegistrationId registration, WaitlistState to) {
    RT_TRY(const auto entry, FindEntry(writer, registration));
    if (!entry.has_value() || !entry->IsOnList()) return Ok();
    if (entry->offer) {
        RT_CHECK_OK(writer.RunOne(kExpire, {entry->offer, commit.now}, Code::kConflict));
        RT_TRY([[maybe_unused]] const bool freed, ReleaseAll(writer, commit, Owner::Of(entry->offer), "offer"));
    }
    RT_CHECK_OK(writer.RunOne(kLeave, {entry->id, Word(to)}, Code::kConflict));
    return writer.RunOne(kUncount, {entry->event}, Code::kInternal);
}

Status ResumeLine(Writer& writer, Commit& commit, const Event& event) {
    const base::Time expires = std::min(commit.now.Plus(event.policy.offer_ttl), event.RosterLock());
    RT_TRY([[maybe_unused]] const auto prolonged, writer.Run(kProlong, {event.id, expires}));
    return MarkLineDue(writer, event.id);
}

Result<RegistrationRow> AcceptOffer(Writer& writer, Commit& commit, std::string_view registration_public_id) {
    RT_TRY(const auto loaded, LoadRegistration(writer, registration_public_id));
    RT_CHECK_OK(RequireOwnRegistration(writer, loaded.team, commit.actor));
    RT_TRY(const auto entry, RequireEntry(writer, loaded.row.id));
    RT_TRY(const auto latest, writer.FindInt(kLatestOffer, {entry.id}));
    if (!latest.has_value()) return Fail(Code::kInvalidState, "no offer");
    const OfferId offer{*latest};
    RT_CHECK_OK(writer.RunOne(kAccept, {offer, commit.now}, Code::kOfferExpired));
    RT_CHECK_OK(Journal(writer, commit, entry, "offer.accept", {}));
    return Perform(writer, commit, loaded, {{}, RegistrationCommand::kPromote, {}, {}},
                   {.units_from = Owner::Of(offer)});
}

Result<RegistrationRow> DeclineOffer(Writer& writer, Commit& commit, std::string_view registration_public_id,
                                     AfterDecline after) {
    RT_TRY(const auto loaded, LoadRegistration(writer, registration_public_id));
    RT_CHECK_OK(RequireOwnRegistration(writer, loaded.team, commit.actor));
    RT_TRY(const auto entry, RequireEntry(writer, loaded.row.id));
    RT_TRY(const auto latest, writer.FindInt(kLatestOffer, {entry.id}));
    if (!latest.has_value()) return Fail(Code::kInvalidState, "no offer");
    const OfferId offer{*latest};
    RT_CHECK_OK(writer.RunOne(kDecline, {offer, commit.now}, Code::kOfferExpired));
    RT_CHECK_OK(Journal(writer, commit, entry, "offer.decline", {}));
    if (after == AfterDecline::kStay) {
        RT_CHECK_OK(AfterMiss(writer, commit, entry, offer));
    } else {
        RT_TRY([[maybe_unused]] const bool freed, ReleaseAll(writer, commit, Owner::Of(offer), "offer"));
        return Perform(writer, commit, loaded, {{}, RegistrationCommand::kWithdraw, {}, {}});
    }
    RT_TRY(const auto now, FindRegistration(writer, loaded.row.id));
    RT_CHECK(now.has_value());
    return *now;
}

Status NeedChanged(Writer& writer, Commit& commit, RegistrationId registration, const Party& party) {
    RT_TRY(const auto entry, FindEntry(writer, registration));
    if (!entry.has_value() || !entry->IsOnList()) return Ok();
    RT_TRY(const auto choices, ChoicesOf(writer, party));
    const bool moved = party.division != entry->division;
    const bool larger = moved || party.persons > entry->persons || ChoosesMore(choices, entry->choices);
    const auto seq =
        larger && entry->state == WaitlistState::kWaiting ? std::optional(commit.ids.Take()) : std::nullopt;
    RT_CHECK_OK(writer.RunOne(kLarger, {entry->id, party.division, party.persons, EncodeChoices(choices), seq},
                              Code::kInternal));
    if (!entry->offer) return Ok();
    if (entry->state == WaitlistState::kOffered) {
        RT_TRY(const auto needs, NeedOf(writer, party, Options::kCounted));
        RT_TRY([[maybe_unused]] const auto settled,
               Settle(writer, commit, Owner::Of(entry->offer), needs, AllocationState::kBlocked, "roster"));
        return Ok();
    }
    // What was collected for it is given back; the line is walked anew.
    RT_CHECK_OK(writer.RunOne(kExpire, {entry->offer, commit.now}, Code::kConflict));
    RT_TRY([[maybe_unused]] const bool freed, ReleaseAll(writer, commit, Owner::Of(entry->offer), "roster"));
    return Ok();
}

Status NeedOfNewQuota(Writer& writer, Commit& commit, RegistrationId registration, const Party& party, QuotaId quota) {
    RT_TRY(const auto entry, FindEntry(writer, registration));
    if (!entry.has_value() || !entry->IsOnList()) return Ok();
    RT_TRY(const auto choices, ChoicesOf(writer, party));
    const std::optional<std::int64_t> same_place;
    RT_CHECK_OK(writer.RunOne(kLarger, {entry->id, party.division, party.persons, EncodeChoices(choices), same_place},
                              Code::kInternal));
    // What is collected is completed in its turn.
    if (entry->state != WaitlistState::kOffered) return Ok();
    RT_TRY(const auto has, AllocationsOf(writer, Owner::Of(entry->offer)));
    RT_TRY(const auto needs, NeedOf(writer, party, Options::kCounted));
    const auto of_quota = [&](const auto& one) { return one.quota == quota; };
    const auto need = std::find_if(needs.begin(), needs.end(), of_quota);
    if (need == needs.end() || std::any_of(has.begin(), has.end(), of_quota)) return Ok();
    // A quota that was there before may be full: its captain is told when he accepts.
    RT_TRY(const bool fits, Fits(writer, {*need}));
    if (!fits) return Ok();
    return TakeAll(writer, commit, Owner::Of(entry->offer), {*need}, AllocationState::kBlocked, "backfill");
}

Status SetPriority(Writer& writer, Commit& commit, std::string_view registration_public_id, std::int64_t priority,
                   std::string_view reason) {
    RT_TRY(const auto loaded, LoadRegistration(writer, registration_public_id));
    if (!commit.actor.May(net::Permission::kRegEdit)) return Fail(Code::kNotFound);
    RT_TRY(const auto entry, RequireEntry(writer, loaded.row.id));
    RT_CHECK_OK(writer.RunOne(kSetPriority, {entry.id, priority}, Code::kInvalidState));
    RT_CHECK_OK(Record(writer, commit,
                       {"waitlist.priority", "waitlist_entry", entry.id.value, entry.event,
                        "{\"priority\":" + std::to_string(entry.priority) + "}",
                        "{\"priority\":" + std::to_string(priority) + "}", std::string(reason)}));
    return ServeLine(writer, commit, entry.event);
}

Result<std::int64_t> ExpireOffers(Writer& writer, Commit& commit, EventId event, std::int64_t offers_max) {
    struct Due {
        OfferId offer;
        RegistrationId registration;
    };
    RT_TRY(const auto due, writer.All<Due>(kDue, {commit.now, event, offers_max}, [](const Row& row) {
        return Due{row.As<OfferId>(0), row.As<RegistrationId>(1)};
    }));
    for (const Due& one : due) {
        RT_TRY(const auto entry, RequireEntry(writer, one.registration));
        RT_TRY(const auto loaded, LoadRegistration(writer, one.registration));
        RT_CHECK_OK(writer.RunOne(kExpire, {one.offer, commit.now}, Code::kConflict));
        RT_CHECK_OK(Journal(writer, commit, entry, "offer.expire", {}));
        RT_CHECK_OK(Notify(writer, commit, NoticeTo(loaded, NoticeKind::kOfferExpired)));
        RT_CHECK_OK(AfterMiss(writer, commit, entry, one.offer));
    }
    return static_cast<std::int64_t>(due.size());
}

Result<std::vector<EventId>> EventsWithDueOffers(Reader& reader, base::Time now) {
    return reader.All<EventId>(kEventsDue, {now}, [](const Row& row) { return row.As<EventId>(0); });
}

Result<std::vector<EventId>> EventsToClose(Reader& reader, base::Time now) {
    return reader.All<EventId>(kEventsClosing, {now}, [](const Row& row) { return row.As<EventId>(0); });
}

Result<std::int64_t> CloseLine(Writer& writer, Commit& commit, EventId event, std::int64_t registrations_max) {
    RT_TRY(const auto closing, writer.All<RegistrationId>(kClosing, {commit.now, event, registrations_max},
                                                          [](const Row& row) { return row.As<RegistrationId>(0); }));
    for (const RegistrationId id : closing) {
        RT_TRY(const auto loaded, LoadRegistration(writer, id));
        RT_TRY([[maybe_unused]] const auto after,
               Perform(writer, commit, loaded, {{}, RegistrationCommand::kExpire, std::string(kClosedReason), {}}));
    }
    return static_cast<std::int64_t>(closing.size());
}

}  // namespace rt::registration::store
