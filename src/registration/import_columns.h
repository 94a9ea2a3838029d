// The columns of a file with teams: what every team has, and the answers to the forms of the event. One row a member.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "registration/domain/form.h"
#include "registration/export_columns.h"
#include "registration/store/events.h"
#include "sheet/table.h"

namespace rt::registration {

enum class ImportFact : std::uint8_t { kTeam, kDivision, kCaptainAccount, kRole, kName, kConsent };

struct ImportColumn {
    std::string key;  // "team", "member.phone"
    I18n label;
    I18n hint;  // what may be typed; one line
    std::optional<ImportFact> fact;
    FormScope scope = FormScope::kTeam;
    const Field* field = nullptr;
    bool required = false;
    std::vector<I18n> choices;  // the only texts allowed, where few
};

// What an import is of. The vectors are not changed while columns of it are in use.
struct ImportScheme {
    store::Event event;
    std::vector<store::Division> divisions;
    std::optional<DivisionId> division;  // all teams go there, and there is no column for it
    std::optional<store::FormVersion> team_form;
    std::optional<store::FormVersion> member_form;
};
// NOT_FOUND without the event; VALIDATION_FAILED, field "division", if it has no such division ("" for none named).
Result<ImportScheme> ReadImportScheme(store::Reader& reader, EventId event, const std::string& division_public_id);

// Files, pictures and signatures have no column: they cannot be typed.
std::vector<ImportColumn> ColumnsOf(const ImportScheme& scheme);
// As it stands in the first row of a template: the label, the key too where two have the same, an asterisk where it
// must be filled in.
std::string HeadingOf(const std::vector<ImportColumn>& columns, std::size_t index, base::Locale locale);
// The column that a heading means: in either language, or its key. nullopt: none.
std::optional<std::size_t> ColumnFor(const std::vector<ImportColumn>& columns, std::string_view heading);

// The role of a cell, a word or a label; nullopt: none.
std::optional<MemberRole> RoleFrom(std::string_view text);
I18n LabelOf(MemberRole role);
// "是", "yes", "true", "1" and their opposites; nullopt: neither.
std::optional<bool> YesOrNo(std::string_view text);

}  // namespace rt::registration
