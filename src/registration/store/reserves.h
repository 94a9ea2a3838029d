// Stock an organiser keeps for invited teams (registration.md §3.2): BLOCKED units under a code. A team that presents
// the code takes its place out of it, past the line and the queue.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "registration/domain/words.h"
#include "registration/store/commit.h"

namespace rt::registration::store {

inline constexpr std::int64_t kReservesMax = 100;  // open ones of an event

struct Reserve {
    ReserveId id;
    std::string public_id;
    EventId event;
    DivisionId division;
    std::string note;
    std::string code_tail;
    std::int64_t teams = 1;
    std::int64_t persons = 0;  // in all; 0: only teams are kept
    std::int64_t teams_left = 0;
    std::int64_t persons_left = 0;
    ReserveState state = ReserveState::kOpen;
    base::Time created;
    std::int64_t rev = 1;
};

struct NewReserve {
    ReserveId id;
    std::string public_id;
    std::string division_public_id;
    EventId event;
    std::string note;
    std::string code_hash;
    std::string code_tail;
    std::int64_t teams = 1;
    std::int64_t persons = 0;
};
// Takes the units: QUOTA_FULL. INVALID_STATE beyond kReservesMax, or where nothing is limited.
Status MakeReserve(Writer& writer, Commit& commit, const NewReserve& wanted);
// Gives back what is left, to the waiting list first.
Status CloseReserve(Writer& writer, Commit& commit, std::string_view public_id);
Result<std::vector<Reserve>> ReservesOf(Reader& reader, EventId event);

// One team less of the reserve with this code: a mistake of the field `reserve_code` if there is none for the division,
// QUOTA_FULL when it is used up. 0, and nothing happens, if the registration `draft` (0: none) uses that reserve
// already.
Result<ReserveId> UseReserve(Writer& writer, std::string_view code_hash, DivisionId division, RegistrationId draft);
// A registration uses it from now on: until its place is taken, and for what it needs later.
Status RememberReserve(Writer& writer, RegistrationId registration, ReserveId reserve);
// The one a registration uses, 0: none that is open and of its division.
Result<ReserveId> OpenReserveOf(Reader& reader, RegistrationId registration);
// A registration that has taken nothing of it goes elsewhere: another team may come.
Status ReturnToReserve(Writer& writer, RegistrationId registration);

}  // namespace rt::registration::store
