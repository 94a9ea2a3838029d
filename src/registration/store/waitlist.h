// Waiting lists of whole teams (registration.md §3.5, W1 to W7): joining and leaving the line, offers, and serving it
// in the commit that frees something. 候补 waiting list: never the review (待审核).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "registration/domain/waitlist.h"
#include "registration/store/commit.h"
#include "registration/store/events.h"
#include "registration/store/registrations.h"
#include "registration/store/teams.h"
#include "registration/store/units.h"

namespace rt::registration::store {

inline constexpr std::int64_t kPriorityMax = 100;  // and -100 at least
// Served in the commit that frees something; the rest follows within a second.
inline constexpr std::size_t kPromotionsMax = 4;

// W1: may a team with these needs be served at once? Otherwise it joins the line.
Result<bool> MayPassLine(Reader& reader, EventId event, const std::vector<Need>& needs, base::Time now);

// Puts a registration that became WAITLISTED at the end of the line. WAITLIST_FULL.
Status JoinLine(Writer& writer, Commit& commit, const Event& event, RegistrationId registration, const Party& party);
// Takes it off the line, and frees what was offered to it; nothing when it is not on it.
Status LeaveLine(Writer& writer, Commit& commit, RegistrationId registration, WaitlistState to);

// W2: gives what is free to those whose turn it is, at most kPromotionsMax; if there may be more, the line is due.
Status ServeLine(Writer& writer, Commit& commit, EventId event);
// After a pause: offers get their time anew, and what was freed meanwhile is given.
Status ResumeLine(Writer& writer, Commit& commit, const Event& event);
// Whoever changes what a line depends on without serving it lets the clocks serve it.
Status MarkLineDue(Writer& writer, EventId event);
// A quota was made that teams on the list may need: what this one needs of it, and what an offer to it then holds. It
// keeps its place.
Status NeedOfNewQuota(Writer& writer, Commit& commit, RegistrationId registration, const Party& party, QuotaId quota);

// The captain takes the offered place: OFFER_EXPIRED, INVALID_STATE without an offer.
Result<RegistrationRow> AcceptOffer(Writer& writer, Commit& commit, std::string_view registration_public_id);
// He does not. kStay: back to the end of the line, if this is the first time (W5).
enum class AfterDecline : std::uint8_t { kLeave, kStay };
Result<RegistrationRow> DeclineOffer(Writer& writer, Commit& commit, std::string_view registration_public_id,
                                     AfterDecline after);
// W6: the roster or the answers of a waiting team have changed. QUOTA_FULL if what is offered cannot grow.
Status NeedChanged(Writer& writer, Commit& commit, RegistrationId registration, const Party& party);
// By the organiser.
Status SetPriority(Writer& writer, Commit& commit, std::string_view registration_public_id, std::int64_t priority,
                   std::string_view reason);

// Clocks, in pairs as those of registrations.h.
Result<std::int64_t> ExpireOffers(Writer& writer, Commit& commit, EventId event, std::int64_t offers_max);
Result<std::vector<EventId>> EventsWithDueOffers(Reader& reader, base::Time now);
// W7: at the roster lock the line ends.
Result<std::int64_t> CloseLine(Writer& writer, Commit& commit, EventId event, std::int64_t registrations_max);
Result<std::vector<EventId>> EventsToClose(Reader& reader, base::Time now);
// Events whose line is to be served: those that are due and, of the next lines after the event `after`, those that
// could be served by what a reader sees (a team that is whole again, a limit of skips that has passed). At most
// `events_max` of each kind. `last`: the last one looked at, 0 at the end.
struct LinesToServe {
    std::vector<EventId> events;
    EventId last;
};
Result<LinesToServe> FindLinesToServe(Reader& reader, base::Time now, EventId after, std::int64_t events_max);

// What a team is told of its place.
struct PlaceInLine {
    std::int64_t position = 0;  // in its division, from 1; 0 while something is offered
    std::int64_t of = 0;        // waiting in its division
    std::int64_t priority = 0;
    std::int64_t skips = 0;
    base::Time at;
    std::optional<OfferState> offer;  // live
    std::optional<base::Time> expires;
    std::int64_t collected = 0;  // persons, while COLLECTING
};
Result<std::optional<PlaceInLine>> PlaceOf(Reader& reader, RegistrationId registration);

struct WaitingRow {
    EntryId entry;
    std::int64_t seq = 0;
    RegistrationRow registration;
    std::string team_public_id;
    std::string team_name;
    std::string division_public_id;
    std::int64_t persons = 0;
    std::int64_t priority = 0;
    std::int64_t skips = 0;
    std::optional<OfferState> offer;
    std::optional<base::Time> expires;
    base::Time at;
};
// In the order of the line (those with offers among them), after the place (priority, seq).
struct AfterPlace {
    std::int64_t priority = kPriorityMax + 1;
    std::int64_t seq = 0;
};
Result<std::vector<WaitingRow>> WaitingOf(Reader& reader, EventId event, const AfterPlace& after,
                                          std::int64_t rows_max);
// On the list now: waiting, or with an offer.
Result<std::int64_t> CountOnList(Reader& reader, EventId event);

}  // namespace rt::registration::store
