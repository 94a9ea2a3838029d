// Units of quotas: taken as a whole vector or not at all, freed exactly once, every change with its ledger row
// (invariants I1, I2, I15). An owner is a registration, an offer of the waiting list, or a reserve of the organiser.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "registration/domain/words.h"
#include "registration/store/commit.h"

namespace rt::registration::store {

// So much of one quota.
struct Need {
    QuotaId quota;
    std::int64_t qty = 0;
    bool operator==(const Need&) const = default;
};

struct Owner {
    AllocationOwner kind = AllocationOwner::kRegistration;
    std::int64_t id = 0;
    static Owner Of(RegistrationId id) { return {AllocationOwner::kRegistration, id.value}; }
    static Owner Of(OfferId id) { return {AllocationOwner::kOffer, id.value}; }
    static Owner Of(ReserveId id) { return {AllocationOwner::kReserve, id.value}; }
};

struct Allocation {
    AllocationId id;
    QuotaId quota;
    std::int64_t qty = 0;
    AllocationState state = AllocationState::kHeld;
};
// What it has now, by quota.
Result<std::vector<Allocation>> AllocationsOf(Reader& reader, const Owner& owner);

// What a team of a division needs of every quota, by quota: one TEAM unit, its counted members as PERSON units, and
// the options that its answers choose. Quotas of which it needs nothing are left out.
enum class Options : std::uint8_t { kCounted, kLeftOut };  // left out while drafting
struct Party {
    TeamId team;
    DivisionId division;
    std::int64_t persons = 0;
};
Result<std::vector<Need>> NeedOf(Reader& reader, const Party& party, Options options);

// The part of NeedOf() that follows from the division alone: by quota, what one team takes.
struct DivisionQuota {
    QuotaId quota;
    QuotaUnit unit = QuotaUnit::kTeam;  // TEAM or PERSON
};
Result<std::vector<DivisionQuota>> QuotasOfDivision(Reader& reader, DivisionId division);
// The other part: what the answers choose.
Result<std::vector<Need>> ChoicesOf(Reader& reader, const Party& party);

// Could all of it be taken now? In a writer's closure the answer holds until the closure changes something.
Result<bool> Fits(Reader& reader, const std::vector<Need>& needs);

// Takes everything for an owner that has nothing yet, in id order. QUOTA_FULL: the caller returns it, and the closure
// is undone as a whole.
Status TakeAll(Writer& writer, Commit& commit, const Owner& owner, const std::vector<Need>& needs,
               AllocationState state, std::string_view cause);
// Brings what the owner has to exactly `needs`, all of it in `state`: takes, frees and moves the difference. Freed:
// something came back to others. QUOTA_FULL as above.
struct Settled {
    bool freed = false;
};
Result<Settled> Settle(Writer& writer, Commit& commit, const Owner& owner, const std::vector<Need>& needs,
                       AllocationState state, std::string_view cause);
// Frees what the owner has; a second call frees nothing. Returns whether something came back.
Result<bool> ReleaseAll(Writer& writer, Commit& commit, const Owner& owner, std::string_view cause);
// Gives all of `from` to `to`, which has nothing yet: no quota is asked, nothing is free in between.
Status HandOverAll(Writer& writer, Commit& commit, const Owner& from, const Owner& to, AllocationState state,
                   std::string_view cause);
// Settle() out of the stock of `reserve` as far as that goes: what it cannot give comes from the quotas.
Result<Settled> SettleFromReserve(Writer& writer, Commit& commit, ReserveId reserve, const Owner& owner,
                                  const std::vector<Need>& needs, AllocationState state, std::string_view cause);
// Takes of each need as much as is free now, in state BLOCKED, beside what the owner has. Returns whether it now has
// all (W4).
Result<bool> Collect(Writer& writer, Commit& commit, const Owner& owner, const std::vector<Need>& needs);

}  // namespace rt::registration::store
