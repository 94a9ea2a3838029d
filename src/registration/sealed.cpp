#include "registration/sealed.h"

namespace rt::registration {
namespace {

using storage::reseal::Column;
using storage::sql::Row;
using storage::sql::Statement;

constexpr Statement kNames{"reseal.person_name",
                           "SELECT id, name, owner_user FROM person WHERE id > $1 ORDER BY id LIMIT $2"};
constexpr Statement kSetName{"reseal.set_person_name", "UPDATE person SET name = $3 WHERE id = $1 AND name = $2"};
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
    return {
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
