// What may stand in a column of an export: facts of the registration and of the member, and the answers to the forms.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "registration/domain/form.h"
#include "registration/store/forms.h"

namespace rt::registration {

enum class ExportRows : std::uint8_t { kMembers, kTeams };        // one row a member, or one a registration
std::optional<ExportRows> ExportRowsFrom(std::string_view word);  // "members", "teams"

enum class Fact : std::uint8_t {
    kNumber,
    kState,
    kStage,
    kSource,
    kDivision,
    kTeam,
    kClub,
    kMembers,
    kCaptain,
    kSubmitted,
    kApproved,
    kReason,
    kTags,
    kId,
    kRoster,  // kTeams only
    kName,    // from here on kMembers only
    kRole,
    kMemberState,
    kRelation,
    kConsent,
    kGuardian,
};

struct ExportForm {
    FormScope scope = FormScope::kTeam;
    FormStage stage = FormStage::kSubmit;
    // The fields of the current version, then those that former versions asked for and that somebody has answered, as
    // the last of them asked.
    FormSchema schema;
    std::size_t current = 0;  // how many of the fields are the current version's
};
// The forms of the event: members' answers first, those after approval last.
Result<std::vector<ExportForm>> ExportForms(store::Reader& reader, EventId event);

struct ExportColumn {
    std::string key;  // "name"; of answers "member.phone", "team_after_approval.size"
    I18n label;
    std::optional<Fact> fact;  // nullopt: an answer
    FormScope scope = FormScope::kTeam;
    FormStage stage = FormStage::kSubmit;
    const Field* field = nullptr;  // of the forms it was made from
    bool usual = false;            // taken when none are chosen

    bool sensitive() const { return field != nullptr && field->IsSensitive(); }
};
inline constexpr std::size_t kExportColumnsMax = 300;

// All that rows of this kind may have, in their usual order. `forms` must outlive them.
std::vector<ExportColumn> ColumnsFor(ExportRows rows, const std::vector<ExportForm>& forms);
// The chosen ones in the order chosen, the usual ones if none are. VALIDATION_FAILED, field "columns[N]".
Result<std::vector<ExportColumn>> ChooseColumns(ExportRows rows, const std::vector<ExportForm>& forms,
                                                const std::vector<std::string>& keys);

}  // namespace rt::registration
