// The line of an event as it stands, read for serving it. Shared by the waiting list's files.
#pragma once

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

struct LineNow {
    std::vector<LineEntry> entries;  // in order; teams that are deficient stand aside
    FreeUnits free;
    FitRules rules;
    Collecting collecting;
};
// Somebody waits, or has an offer?
Result<bool> AnybodyOnList(Reader& reader, EventId event);
Result<LineNow> ReadLine(Reader& reader, const Event& event, base::Time now);

}  // namespace rt::registration::store
