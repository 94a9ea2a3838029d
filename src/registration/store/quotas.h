// The quotas of an event: reading them, making them, changing their caps. What is taken of them: units.h.
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

inline constexpr std::int64_t kCustomQuotasMax = 20;        // of an event
inline constexpr std::int64_t kOptionQuotasMax = 200;       // of an event
inline constexpr std::int64_t kCustomQuotasOfDivision = 4;  // that one division is bound to

// The option of a field whose takers a quota counts. Such fields are never sensitive.
struct OptionKey {
    FormScope form = FormScope::kMember;
    std::string field;
    std::string option;
};

struct Quota {
    QuotaId id;
    std::string public_id;
    EventId event;
    QuotaScope scope = QuotaScope::kEvent;
    QuotaUnit unit = QuotaUnit::kTeam;
    DivisionId division;  // 0 unless of the scope DIVISION
    QuotaFigures figures;
    std::int64_t rev = 0;
    std::int64_t over_cap_allowed = 0;
    std::optional<I18n> name;         // CUSTOM
    std::optional<OptionKey> option;  // OPTION
    std::vector<DivisionId> bound;    // CUSTOM: the divisions it is for
};

Result<std::vector<Quota>> QuotasOfEvent(Reader& reader, EventId event);
Result<std::optional<Quota>> FindQuota(Reader& reader, std::string_view public_id);

// The quota row of a scope and unit, made without a cap (and bound to its divisions) if there is none.
struct QuotaKey {
    EventId event;
    DivisionId division;  // 0: the whole event
    QuotaUnit unit = QuotaUnit::kTeam;
    std::optional<OptionKey> option{};  // with unit OPTION
};
struct NewQuota {
    QuotaId id;
    std::string public_id;
};
// RESOURCE_EXHAUSTED-like INVALID_STATE beyond the caps above.
Result<QuotaId> EnsureQuota(Writer& writer, const QuotaKey& key, const NewQuota& fresh);

// A quota over several divisions of an event, without a cap until it is set.
struct CustomQuota {
    EventId event;
    I18n name;
    QuotaUnit unit = QuotaUnit::kTeam;
    std::vector<DivisionId> divisions;
};
Status MakeCustomQuota(Writer& writer, Commit& commit, const CustomQuota& wanted, const NewQuota& fresh);
Status BindDivision(Writer& writer, EventId event, DivisionId division);

// Gives registrations that came before the quota their units: looks at no more than `registrations_max` after `after`.
// Returns the last one looked at, or 0 at the end.
Result<RegistrationId> BackfillUnits(Writer& writer, Commit& commit, QuotaId quota, RegistrationId after,
                                     std::int64_t registrations_max);

// nullopt removes the cap. A cap below what is in use is refused with the figures. `rev`: the revision the caller saw.
// A higher one serves the waiting list in the same commit.
Status SetCap(Writer& writer, Commit& commit, QuotaId quota, std::optional<std::int64_t> cap,
              std::optional<std::int64_t> rev);
// Also below what is in use, for a reason that is audited; the surplus is remembered and allowed until it is gone.
Status OverrideCap(Writer& writer, Commit& commit, QuotaId quota, std::int64_t cap, std::optional<std::int64_t> rev,
                   const std::string& reason);
// CLOSED: nothing more is taken of it, whatever the cap.
Status SetQuotaOpen(Writer& writer, Commit& commit, const Quota& quota, bool open, std::optional<std::int64_t> rev);

struct LedgerRow {
    std::int64_t id = 0;
    base::Time at;
    std::string cause;
    std::int64_t held = 0;
    std::int64_t confirmed = 0;
    std::int64_t blocked = 0;
    std::string registration;  // public id; empty for offers and reserves
};
// Newest first, before the row `before` (0: from the newest).
Result<std::vector<LedgerRow>> LedgerOf(Reader& reader, QuotaId quota, std::int64_t before, std::int64_t rows_max);

}  // namespace rt::registration::store
