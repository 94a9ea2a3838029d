// Units of quotas: taken as a whole vector or not at all, freed exactly once, every change with its ledger row
// (invariants I1, I2, I15).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "registration/domain/availability.h"
#include "registration/domain/words.h"
#include "registration/store/commit.h"

namespace rt::registration::store {

struct Quota {
    QuotaId id;
    std::string public_id;
    EventId event;
    QuotaScope scope = QuotaScope::kEvent;
    QuotaUnit unit = QuotaUnit::kTeam;
    DivisionId division;  // 0 for the scope EVENT
    QuotaFigures figures;
    std::int64_t rev = 0;
};

Result<std::vector<Quota>> QuotasOfEvent(Reader& reader, EventId event);
Result<std::optional<Quota>> FindQuota(Reader& reader, std::string_view public_id);

// Takes one TEAM unit and `persons` PERSON units from every quota of the division, in id order. QUOTA_FULL: nothing was
// taken (the caller returns it, and the closure is undone). `state` is HELD or CONFIRMED.
Status TakeUnits(Writer& writer, Commit& commit, RegistrationId owner, DivisionId division, std::int64_t persons,
                 AllocationState state, std::string_view cause);
// HELD units become CONFIRMED.
Status ConfirmUnits(Writer& writer, Commit& commit, RegistrationId owner, std::string_view cause);
// Frees what the registration has; a second call frees nothing.
Status ReleaseUnits(Writer& writer, Commit& commit, RegistrationId owner, std::string_view cause);
// One person more, or less, on a registration that has units. QUOTA_FULL as above.
Status TakePerson(Writer& writer, Commit& commit, RegistrationId owner, std::string_view cause);
Status ReleasePerson(Writer& writer, Commit& commit, RegistrationId owner, std::string_view cause);

// The quota row of a scope and unit, made without a cap (and bound to its divisions) if there is none.
struct QuotaKey {
    EventId event;
    DivisionId division;  // 0: the whole event
    QuotaUnit unit = QuotaUnit::kTeam;
};
struct NewQuota {
    QuotaId id;
    std::string public_id;
};
Result<QuotaId> EnsureQuota(Writer& writer, const QuotaKey& key, const NewQuota& fresh);
Status BindDivision(Writer& writer, EventId event, DivisionId division);
// Gives registrations that came before the quota their units: at most `registrations_max` a call (two ids each).
// Returns how many it did; fewer than asked for means complete.
Result<std::int64_t> BackfillUnits(Writer& writer, Commit& commit, QuotaId quota, std::int64_t registrations_max);
// nullopt removes the cap. A cap below what is in use is refused with the figures. `rev`: the revision the caller saw.
Status SetCap(Writer& writer, Commit& commit, QuotaId quota, std::optional<std::int64_t> cap,
              std::optional<std::int64_t> rev);

}  // namespace rt::registration::store
