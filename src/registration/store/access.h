// Who may enter a PRIVATE event: those who know its passcode, and those on its list (registration.md §3.2).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "registration/store/events.h"

namespace rt::registration::store {

inline constexpr std::int64_t kAllowListMax = 50'000;         // entries of an event
inline constexpr std::int64_t kWrongGuessesMax = 10;          // of one person in an hour
inline constexpr std::int64_t kWrongGuessesOfAllMax = 1'000;  // of an event in an hour

// FORBIDDEN unless the event is not PRIVATE, or this person was let in, or may edit registrations there. Asked in the
// commit of what needs it.
Status RequireAccess(Reader& reader, const Event& event, const Actor& actor);
// The same for who is invited: the invitation is enough, except where the event has a list.
Status RequireAccessToJoin(Reader& reader, EventId event, const Actor& actor);
Result<bool> HasAccess(Reader& reader, const Event& event, UserId user);
// Has the event a list? Then an invitation alone lets nobody in.
Result<bool> HasAllowList(Reader& reader, EventId event);

// Counts one attempt before it is judged; TOO_MANY_REQUESTS beyond the limits. A right one is given back by LetIn.
Status CountGuess(Writer& writer, const Event& event, UserId user, base::Time now);
// Lets a person in for the passcode; the hash was compared by the caller.
Status LetIn(Writer& writer, Commit& commit, const Event& event);
// Lets a person in for an entry of the list, which then lets in nobody else. NOT_FOUND when there is none that is free.
Status Claim(Writer& writer, Commit& commit, const Event& event, AllowKind kind, std::string_view value);

struct AllowEntry {
    std::int64_t id = 0;
    std::string public_id;
    AllowKind kind = AllowKind::kPhone;
    std::string value;  // blind index
    std::string hint;
    std::string note;
    std::optional<base::Time> claimed_at;
};
// Newest first, before the id `before` (0: from the newest).
Result<std::vector<AllowEntry>> AllowListOf(Reader& reader, EventId event, std::int64_t before, std::int64_t limit);
// Those that are not there yet; returns how many. INVALID_STATE beyond kAllowListMax.
Result<std::int64_t> AddToAllowList(Writer& writer, Commit& commit, EventId event,
                                    const std::vector<AllowEntry>& entries);
// NOT_FOUND; who was let in by it stays in.
Status RemoveFromAllowList(Writer& writer, Commit& commit, EventId event, std::string_view public_id);
struct AllowCounts {
    std::int64_t entries = 0;
    std::int64_t claimed = 0;
};
Result<AllowCounts> CountAllowList(Reader& reader, EventId event);

}  // namespace rt::registration::store
