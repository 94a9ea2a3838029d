// Walking the registrations of an event by filter, newest number first, at a cost that does not grow with the event:
// each filter has an index to go along, and what no index answers is looked at row by row up to a bound.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "registration/domain/words.h"
#include "registration/store/commit.h"

namespace rt::registration::store {

using TagId = Id<struct TagTag>;

struct RegistrationFilter {
    EventId event;
    std::vector<RegistrationState> states;  // empty: all but DRAFT
    DivisionId division;                    // 0: all
    std::int64_t stage = 0;                 // of review; 0: all
    TagId tag;                              // 0: all
    std::optional<bool> deficient;
    std::string source;  // a word; empty: all
    // When it was made: the first submit, or the founding where places are taken then.
    std::optional<base::Time> from;
    std::optional<base::Time> until;
    // Any of these: part of the team's name (normalised), a number, a key of a member (search_index.h).
    std::string name;
    std::optional<std::int64_t> number;
    std::vector<std::pair<std::string, std::string>> keys;  // kind, value

    bool HasText() const { return !name.empty() || number.has_value() || !keys.empty(); }
};

// What a filter is judged by.
struct WalkedRegistration {
    RegistrationId id;
    std::int64_t friendly_no = 0;
    RegistrationState state = RegistrationState::kDraft;
    DivisionId division;
    TeamId team;
};

struct Walk {
    std::vector<WalkedRegistration> found;  // by number, descending
    std::int64_t next = 0;                  // where to go on: numbers below it; 0: there is no more
};

// Rows that one call looks at; then it returns what it has, perhaps nothing, with `next` set.
inline constexpr std::int64_t kWalkRowsMax = 1'500;

// At most `limit` registrations with numbers below `before` (0: from the newest).
Result<Walk> WalkRegistrations(Reader& reader, const RegistrationFilter& filter, std::int64_t before,
                               std::int64_t limit);

// What waits for review, at whatever stage: at most `limit` with numbers above `after`, oldest first. `next` is the
// `after` of the next page.
Result<Walk> ReviewQueue(Reader& reader, EventId event, std::int64_t after, std::int64_t limit);

// Teams of the event whose name has a part that begins so; at most `limit`, in no order of use.
Result<std::vector<TeamId>> TeamsByName(Reader& reader, EventId event, const std::string& name, std::int64_t limit);
// Teams of the event with a member of this key; at most `limit`.
Result<std::vector<TeamId>> TeamsByKey(Reader& reader, EventId event, const std::pair<std::string, std::string>& key,
                                       std::int64_t limit);

}  // namespace rt::registration::store
