#include "registration/sealed.h"

namespace rt::registration {
namespace {

using storage::reseal::Column;
using storage::sql::Row;
using storage::sql::Statement;

constexpr Statement kNames{"reseal.person_name",
                           "SELECT id, name, owner_user FROM person WHERE id > $1 ORDER BY id LIMIT $2"};
constexpr Statement kSetName{"reseal.set_person_name", "UPDATE person SET name = $3 WHERE id = $1 AND name = $2"};
// Each with its id, the value, and the id it is sealed for.
constexpr Statement kBirths{"reseal.person_birth",
                            "SELECT id, birth_date, owner_user FROM person WHERE id > $1 AND birth_date IS NOT NULL"
                            " ORDER BY id LIMIT $2"};
constexpr Statement kSetBirth{"reseal.set_person_birth",
                              "UPDATE person SET birth_date = $3 WHERE id = $1 AND birth_date = $2"};
constexpr Statement kNumbers{"reseal.person_number",
                             "SELECT id, id_no, owner_user FROM person WHERE id > $1 AND id_no IS NOT NULL"
                             " ORDER BY id LIMIT $2"};
constexpr Statement kSetNumber{"reseal.set_person_number", "UPDATE person SET id_no = $3 WHERE id = $1 AND id_no = $2"};
constexpr Statement kTargets{"reseal.invite_target",
                             "SELECT id, target_label, id FROM team_invite WHERE id > $1 AND target_label IS NOT NULL"
                             " ORDER BY id LIMIT $2"};
constexpr Statement kSetTarget{"reseal.set_invite_target",
                               "UPDATE team_invite SET target_label = $3 WHERE id = $1 AND target_label = $2"};
constexpr Statement kGuardians{"reseal.guardian_name",
                               "SELECT id, name, id FROM guardian_link WHERE id > $1 AND name IS NOT NULL"
                               " ORDER BY id LIMIT $2"};
constexpr Statement kSetGuardian{"reseal.set_guardian_name",
                                 "UPDATE guardian_link SET name = $3 WHERE id = $1 AND name = $2"};
constexpr Statement kSignatures{"reseal.guardian_signature",
                                "SELECT id, signature, id FROM guardian_link WHERE id > $1 AND signature IS NOT NULL"
                                " ORDER BY id LIMIT $2"};
constexpr Statement kSetSignature{"reseal.set_guardian_signature",
                                  "UPDATE guardian_link SET signature = $3 WHERE id = $1 AND signature = $2"};
constexpr Statement kLegacy{"reseal.legacy_record",
                            "SELECT id, document, id FROM legacy_record WHERE id > $1 AND document IS NOT NULL"
                            " ORDER BY id LIMIT $2"};
constexpr Statement kSetLegacy{"reseal.set_legacy_record",
                               "UPDATE legacy_record SET document = $3 WHERE id = $1 AND document = $2"};
constexpr Statement kAnswers{"reseal.answers",
                             "SELECT id, sensitive, owner, owner_kind FROM answer_set"
                             " WHERE id > $1 AND sensitive IS NOT NULL ORDER BY id LIMIT $2"};
constexpr Statement kSetAnswers{"reseal.set_answers",
                                "UPDATE answer_set SET sensitive = $3 WHERE id = $1 AND sensitive = $2"};

Result<std::optional<std::string>> Again(const Privacy& privacy, const Owner& owner, const std::string& sealed) {
    if (!privacy.IsOld(sealed)) return std::optional<std::string>();
    RT_TRY(const std::string plain, privacy.Open(owner, sealed));
    return std::optional(privacy.Seal(owner, plain));
}

}  // namespace

std::vector<Column> SealedColumns(const Privacy& privacy) {
    const auto of_person = [&privacy](Owner::Kind kind) {
        return [&privacy, kind](const Row& row) { return Again(privacy, {kind, row.Int(2)}, row.Text(1)); };
    };
    return {
        {.name = "person.birth_date",
         .page = kBirths,
         .update = kSetBirth,
         .again = of_person(Owner::Kind::kPersonBirth)},
        {.name = "person.id_no",
         .page = kNumbers,
         .update = kSetNumber,
         .again = of_person(Owner::Kind::kPersonNumber)},
        {.name = "team_invite.target_label",
         .page = kTargets,
         .update = kSetTarget,
         .again = of_person(Owner::Kind::kInviteTarget)},
        {.name = "legacy_record.document",
         .page = kLegacy,
         .update = kSetLegacy,
         .again = of_person(Owner::Kind::kLegacyRecord)},
        {.name = "guardian_link.name",
         .page = kGuardians,
         .update = kSetGuardian,
         .again = of_person(Owner::Kind::kGuardianName)},
        {.name = "guardian_link.signature",
         .page = kSignatures,
         .update = kSetSignature,
         .again = of_person(Owner::Kind::kGuardianSignature)},
        {.name = "person.name",
         .page = kNames,
         .update = kSetName,
         .again =
             [&privacy](const Row& row) {
                 return Again(privacy, {Owner::Kind::kPersonName, row.Int(2)}, row.Text(1));
             }},
        {.name = "answer_set.sensitive", .page = kAnswers, .update = kSetAnswers, .again = [&privacy](const Row& row) {
             const auto kind = row.Text(3) == "TEAM" ? Owner::Kind::kTeamAnswers : Owner::Kind::kMemberAnswers;
             return Again(privacy, {kind, row.Int(2)}, row.Text(1));
         }}};
}

}  // namespace rt::registration
