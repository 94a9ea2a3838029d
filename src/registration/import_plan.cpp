#include "registration/import_plan.h"

#include <algorithm>
#include <map>
#include <utility>

#include "base/utf8.h"
#include "registration/form_json.h"
#include "registration/import_cells.h"
#include "text/normalise.h"

namespace rt::registration {
namespace {

using store::TransferError;

const sheet::Cell* CellAt(const sheet::Row& row, std::int32_t column) {
    const auto found =
        std::find_if(row.cells.begin(), row.cells.end(), [&](const sheet::Cell& one) { return one.column == column; });
    return found == row.cells.end() ? nullptr : &*found;
}

json::Value JsonOf(AnswerValue value) {
    return *ToJson(Answers{{"value", std::move(value)}}).Find("value");
}

class Planner {
  public:
    Planner(const ImportScheme& scheme, const sheet::Table& table, base::Locale locale)
        : scheme_(scheme), table_(table), locale_(locale) {
        plan_.sheet = table.name;
        plan_.columns = ColumnsOf(scheme);
        plan_.places.assign(plan_.columns.size(), -1);
    }

    ImportPlan Run() {
        if (table_.rows.empty()) {
            Note(plan_.errors, 0, -1, {}, {"文件是空的", "The file is empty"});
            return std::move(plan_);
        }
        Headings(table_.rows.front());
        if (!plan_.errors.empty()) return std::move(plan_);
        for (std::size_t i = 1; i < table_.rows.size(); ++i) Line(table_.rows[i]);
        plan_.rows = static_cast<std::int64_t>(table_.rows.size()) - 1;
        if (plan_.rows == 0) Note(plan_.errors, 0, -1, {}, {"没有数据行", "There are no rows below the headings"});
        for (ImportedTeam& team : plan_.teams) Settle(team);
        return std::move(plan_);
    }

  private:
    void Note(std::vector<TransferError>& to, std::int64_t row, std::int32_t place, std::string heading,
              base::Text reason) {
        to.push_back({0, plan_.sheet, row, place + 1, std::move(heading), {}, std::move(reason)});
    }

    void Headings(const sheet::Row& row) {
        for (const sheet::Cell& cell : row.cells) {
            const auto column = ColumnFor(plan_.columns, cell.text);
            if (!column.has_value()) {
                Note(plan_.errors, row.number, cell.column, cell.text,
                     {"未知的列，请删除或按模板填写标题",
                      "An unknown column: remove it, or use a heading of the template"});
            } else if (plan_.places[*column] >= 0) {
                Note(plan_.errors, row.number, cell.column, cell.text, {"标题重复", "The heading is there twice"});
            } else {
                plan_.places[*column] = cell.column;
            }
        }
        for (std::size_t i = 0; i < plan_.columns.size(); ++i) {
            if (plan_.columns[i].required && plan_.places[i] < 0) {
                Note(plan_.errors, row.number, -1, HeadingOf(plan_.columns, i, locale_),
                     {"缺少此列", "This column is missing"});
            }
        }
    }

    std::optional<std::size_t> IndexOf(ImportFact fact) const {
        for (std::size_t i = 0; i < plan_.columns.size(); ++i) {
            if (plan_.columns[i].fact == fact) return i;
        }
        return std::nullopt;
    }
    std::string FactText(const sheet::Row& row, ImportFact fact) const {
        const auto index = IndexOf(fact);
        const sheet::Cell* cell = index.has_value() ? CellAt(row, plan_.places[*index]) : nullptr;
        return cell == nullptr ? std::string() : cell->text;
    }
    void NoteFact(ImportedTeam& team, const sheet::Row& row, ImportFact fact, base::Text reason) {
        const auto index = IndexOf(fact);
        if (!index.has_value()) return Note(team.errors, row.number, -1, {}, std::move(reason));
        Note(team.errors, row.number, plan_.places[*index], HeadingOf(plan_.columns, *index, locale_),
             std::move(reason));
        team.errors.back().field = plan_.columns[*index].key;
    }

    const store::Division* DivisionOf(const sheet::Row& row) const {
        const std::string given = FactText(row, ImportFact::kDivision);
        const std::string key = text::NameKey(given).value_or(given);
        const auto found = std::find_if(scheme_.divisions.begin(), scheme_.divisions.end(), [&](const auto& one) {
            if (scheme_.division.has_value()) return one.id == *scheme_.division;
            return one.public_id == given || one.code == given || text::NameKey(one.name.zh) == key ||
                   text::NameKey(one.name.In(base::Locale::kEn)) == key;
        });
        return found == scheme_.divisions.end() ? nullptr : &*found;
    }

    // The team of a row: one that began above, or a new one.
    ImportedTeam& TeamOf(const sheet::Row& row) {
        const store::Division* division = DivisionOf(row);
        const std::string name = FactText(row, ImportFact::kTeam);
        const std::string norm = text::NameKey(name).value_or("");
        // A team without a name is an entry of one, or a mistake: a row of its own in any case.
        const std::string key = norm.empty() ? "row " + std::to_string(row.number)
                                             : (division == nullptr ? "?" : division->public_id) + " " + norm;
        const auto [at, fresh] = by_name_.emplace(key, plan_.teams.size());
        if (!fresh) return plan_.teams[at->second];
        ImportedTeam& team = plan_.teams.emplace_back();
        team.row = row.number;
        team.kind = norm.empty() ? TeamKind::kSolo : TeamKind::kTeam;
        team.name = name;
        team.name_norm = norm;
        team.captain_account = FactText(row, ImportFact::kCaptainAccount);
        if (division != nullptr) {
            team.division_public_id = division->public_id;
        } else {
            NoteFact(team, row, ImportFact::kDivision, {"没有这个组别", "There is no such division"});
        }
        if (norm.empty() && scheme_.event.mode == Mode::kTeam) {
            NoteFact(team, row, ImportFact::kTeam, {"必填", "Required"});
        }
        CheckLine(team, row, ImportFact::kTeam, name);
        if (!norm.empty() && !names_.insert({norm, row.number}).second) {
            NoteFact(team, row, ImportFact::kTeam,
                     {"另一组别中已有同名队伍", "A team in another division has this name"});
        }
        return team;
    }

    // One line, not too long, nothing invisible: as the routes have it.
    void CheckLine(ImportedTeam& team, const sheet::Row& row, ImportFact fact, const std::string& text) {
        const auto size = base::CodePointCount(text);
        if (base::IsPlainLine(text) && size.has_value() && *size <= static_cast<std::size_t>(kNameSizeMax)) return;
        NoteFact(team, row, fact,
                 {"须为一行文字，最多 " + std::to_string(kNameSizeMax) + " 字",
                  "Has to be one line of at most " + std::to_string(kNameSizeMax) + " characters"});
    }

    void Line(const sheet::Row& row) {
        ImportedTeam& team = TeamOf(row);
        ImportedMember member;
        member.row = row.number;
        member.name = FactText(row, ImportFact::kName);
        if (member.name.empty()) {
            NoteFact(team, row, ImportFact::kName, {"必填", "Required"});
        } else {
            CheckLine(team, row, ImportFact::kName, member.name);
        }
        const std::string role = FactText(row, ImportFact::kRole);
        const auto word = RoleFrom(role);
        if (!role.empty() && !word.has_value()) {
            NoteFact(team, row, ImportFact::kRole, {"没有这个角色", "There is no such role"});
        }
        member.role = word.value_or(team.members.empty() ? MemberRole::kCaptain : MemberRole::kPlayer);
        const std::string consent = FactText(row, ImportFact::kConsent);
        const auto given = YesOrNo(consent);
        if (!consent.empty() && !given.has_value()) {
            NoteFact(team, row, ImportFact::kConsent, {"须为“是”或“否”", "Has to be yes or no"});
        }
        member.consent = given.value_or(false);
        Fields(team, member, row);
        team.members.push_back(std::move(member));
    }

    void Fields(ImportedTeam& team, ImportedMember& member, const sheet::Row& row) {
        for (std::size_t i = 0; i < plan_.columns.size(); ++i) {
            const ImportColumn& column = plan_.columns[i];
            const sheet::Cell* cell = column.field == nullptr ? nullptr : CellAt(row, plan_.places[i]);
            if (cell == nullptr) continue;
            auto read = AnswerOfCell(*column.field, *cell);
            const std::string heading = HeadingOf(plan_.columns, i, locale_);
            if (auto* reason = std::get_if<base::Text>(&read)) {
                Note(team.errors, row.number, cell->column, heading, std::move(*reason));
                team.errors.back().field = column.key;
                continue;
            }
            json::Value value = JsonOf(std::get<AnswerValue>(std::move(read)));
            if (column.scope == FormScope::kMember) {
                member.answers.Set(column.field->key, std::move(value));
                continue;
            }
            const json::Value* before = team.answers.Find(column.field->key);
            if (before != nullptr && !(*before == value)) {
                Note(team.errors, row.number, cell->column, heading,
                     {"与该队伍第一行不一致", "Not as in the team's first row"});
                team.errors.back().field = column.key;
                continue;
            }
            team.answers.Set(column.field->key, std::move(value));
        }
    }

    // One captain, who comes first.
    void Settle(ImportedTeam& team) {
        auto& members = team.members;
        const auto captains = std::count_if(members.begin(), members.end(),
                                            [](const auto& one) { return one.role == MemberRole::kCaptain; });
        if (captains == 1) {
            const auto captain = std::find_if(members.begin(), members.end(),
                                              [](const auto& one) { return one.role == MemberRole::kCaptain; });
            std::rotate(members.begin(), captain, captain + 1);
            return;
        }
        sheet::Row first;
        first.number = captains == 0 ? team.row : members.back().row;
        NoteFact(team, first, ImportFact::kRole, {"每队须有一名队长", "A team has one captain"});
    }

    const ImportScheme& scheme_;
    const sheet::Table& table_;
    const base::Locale locale_;
    ImportPlan plan_;
    std::map<std::string, std::size_t> by_name_;
    std::map<std::string, std::int64_t> names_;
};

}  // namespace

store::TransferError ImportPlan::At(std::int64_t row, FormScope scope, const std::string& field,
                                    base::Text reason) const {
    store::TransferError out{0, sheet, row, 0, {}, field, std::move(reason)};
    // "answers.phone[0]" is what stands in the column of "phone".
    std::string key = field;
    if (key.starts_with("answers.")) {
        key = (scope == FormScope::kTeam ? "team." : "member.") + key.substr(8, key.find('[') - 8);
    }
    for (std::size_t i = 0; i < columns.size(); ++i) {
        if (columns[i].key != key) continue;
        out.column = places[i] + 1;
        out.heading = HeadingOf(columns, i, base::Locale::kZhCn);
        out.field = key;
    }
    return out;
}

ImportPlan PlanImport(const ImportScheme& scheme, const sheet::Table& table, base::Locale locale) {
    return Planner(scheme, table, locale).Run();
}

}  // namespace rt::registration
