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
// Looked at when something becomes free: the first so many that may be served.
inline constexpr std::int64_t kCandidatesMax = 1'000;
// Served in the commit that frees something; the rest follows within a second.
inline constexpr std::size_t kPromotionsMax = 4;

// W1: may a team with these needs be served at once? Otherwise it joins the line.
Result<bool> MayPassLine(Reader& reader, EventId event, const std::vector<Need>& needs, base::Time now);

// Puts a registration that became WAITLISTED at the end of the line. WAITLIST_FULL.
Status JoinLine(Writer& writer, Commit& commit, const Event& event, RegistrationId registration, const Party& party);
// Takes it off the line, and frees what was offered to it; nothing when it is not on it.
Status LeaveLine(Writer& writer, Commit& commit, RegistrationId registration, WaitlistState to);

// W2: gives what is free to those whose turn it is, at most kPromotionsMax.
Status ServeLine(Writer& writer, Commit& commit, EventId event);

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

// Clocks, bounded and safe to repeat; each returns how many it handled.
Result<std::int64_t> ExpireOffers(Writer& writer, Commit& commit, std::int64_t offers_max);
// W7: at the roster lock the lines end.
Result<std::int64_t> CloseLines(Writer& writer, Commit& commit, std::int64_t registrations_max);
// Events whose line could be served now, by what a reader sees.
Result<std::vector<EventId>> LinesToServe(Reader& reader, base::Time now, std::int64_t events_max);

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
