// The line of an event as it stands, read for serving it. Shared by the waiting list's files.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "registration/domain/waitlist.h"
#include "registration/store/commit.h"
#include "registration/store/events.h"
#include "registration/store/units.h"

namespace rt::registration::store {

struct Entry {
    EntryId id;
    RegistrationId registration;
    EventId event;
    DivisionId division;
    TeamId team;
    std::int64_t persons = 0;
    std::vector<Need> choices;
    std::int64_t priority = 0;
    WaitlistState state = WaitlistState::kWaiting;
    std::int64_t missed_offers = 0;
    OfferId offer;  // live, 0: none

    bool IsOnList() const { return state == WaitlistState::kWaiting || state == WaitlistState::kOffered; }
};
Result<std::optional<Entry>> FindEntry(Reader& reader, RegistrationId registration);
Result<std::optional<Entry>> FindEntry(Reader& reader, EntryId id);

// The options of a need as the column has them.
std::string EncodeChoices(const std::vector<Need>& choices);
std::vector<Need> DecodeChoices(std::string_view column);
bool ChoosesMore(const std::vector<Need>& now, const std::vector<Need>& before);

// The teams that wait with one and the same need. Until something is given, what holds for the first of them holds for
// all: so a line is read by its groups, however long it is.
struct NeedGroup {
    EventId event;
    DivisionId division;
    std::int64_t persons = 0;
    std::string choices;  // the column
    NeedVector need;
};

// The line as far as it decides who is next: of each group the first, and the first who is passed no more. Teams that
// are deficient stand aside.
struct LineNow {
    std::vector<LineEntry> entries;  // in order
    FreeUnits free;
    FitRules rules;
    Collecting collecting;
    struct Standing {
        std::int64_t priority = 0;
        std::int64_t seq = 0;
        std::size_t group = 0;  // of groups
    };
    std::map<EntryId, Standing> standing;  // of each of `entries`
    std::vector<NeedGroup> groups;
};
// Somebody waits, or has an offer?
Result<bool> AnybodyOnList(Reader& reader, EventId event);
// `touching`: only the groups that need of a limited quota what this need needs too; nullopt: all of them.
Result<LineNow> ReadLine(Reader& reader, const Event& event, base::Time now, const std::optional<NeedVector>& touching);
// Writes down who was passed by the one that `served` grants something: he of `entries`, and all of his group ahead.
Status CountSkips(Writer& writer, base::Time now, const LineNow& line, const Served& served);

// The one for whom places are collected (W4).
struct OfferOfEvent {
    OfferId id;
    EntryId entry;
};
Result<std::optional<OfferOfEvent>> CollectingOffer(Reader& reader, EventId event);
Result<bool> Collects(Reader& reader, const Event& event, base::Time now);

}  // namespace rt::registration::store
