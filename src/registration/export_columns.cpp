#include "registration/export_columns.h"

#include <algorithm>
#include <array>

#include "registration/store/export_rows.h"

namespace rt::registration {
namespace {

enum class In : std::uint8_t { kBoth, kTeams, kMembers };
enum class Usual : std::uint8_t { kNo, kYes };

struct FactInfo {
    Fact fact;
    std::string_view key;
    std::string_view zh;
    std::string_view en;
    In in;
    Usual usual;
};
constexpr std::array kFacts{
    FactInfo{Fact::kNumber, "no", "编号", "No.", In::kBoth, Usual::kYes},
    FactInfo{Fact::kState, "state", "状态", "State", In::kBoth, Usual::kYes},
    FactInfo{Fact::kStage, "stage", "审核阶段", "Stage of review", In::kBoth, Usual::kNo},
    FactInfo{Fact::kSource, "source", "来源", "Source", In::kBoth, Usual::kNo},
    FactInfo{Fact::kDivision, "division", "组别", "Division", In::kBoth, Usual::kYes},
    FactInfo{Fact::kTeam, "team", "队伍", "Team", In::kBoth, Usual::kYes},
    FactInfo{Fact::kClub, "club", "单位", "Club", In::kBoth, Usual::kNo},
    FactInfo{Fact::kMembers, "members", "人数", "Members", In::kBoth, Usual::kNo},
    FactInfo{Fact::kCaptain, "captain", "队长", "Captain", In::kBoth, Usual::kNo},
    FactInfo{Fact::kSubmitted, "submitted", "提交时间", "Submitted", In::kBoth, Usual::kYes},
    FactInfo{Fact::kApproved, "approved", "通过时间", "Approved", In::kBoth, Usual::kNo},
    FactInfo{Fact::kReason, "reason", "处理原因", "Reason", In::kBoth, Usual::kNo},
    FactInfo{Fact::kTags, "tags", "标签", "Tags", In::kBoth, Usual::kNo},
    FactInfo{Fact::kId, "id", "报名标识", "Registration id", In::kBoth, Usual::kNo},
    FactInfo{Fact::kRoster, "roster", "队员", "Names", In::kTeams, Usual::kYes},
    FactInfo{Fact::kName, "name", "姓名", "Name", In::kMembers, Usual::kYes},
    FactInfo{Fact::kRole, "role", "角色", "Role", In::kMembers, Usual::kYes},
    FactInfo{Fact::kMemberState, "member_state", "队员状态", "Member state", In::kMembers, Usual::kYes},
    FactInfo{Fact::kRelation, "relation", "与填写人的关系", "Relation", In::kMembers, Usual::kNo},
    FactInfo{Fact::kConsent, "consent", "同意时间", "Consent", In::kMembers, Usual::kNo},
    FactInfo{Fact::kGuardian, "guardian", "监护人同意", "Guardian", In::kMembers, Usual::kNo},
};

std::string KeyOf(const ExportForm& form, const Field& field) {
    std::string out = form.scope == FormScope::kTeam ? "team" : "member";
    if (form.stage == FormStage::kAfterApproval) out += "_after_approval";
    return out + "." + field.key;
}

// What `former` asked for that `into` does not have; of fields that both have, the options that are gone. What was
// sensitive once stays so.
void AddFormer(const FormSchema& former, FormSchema& into) {
    for (const Field& field : former.fields) {
        const auto same = std::find_if(into.fields.begin(), into.fields.end(),
                                       [&](const Field& one) { return one.key == field.key; });
        if (same == into.fields.end()) {
            into.fields.push_back(field);
            continue;
        }
        same->sensitive = same->sensitive || field.IsSensitive();
        for (const FieldOption& option : field.options) {
            const bool known = std::any_of(same->options.begin(), same->options.end(),
                                           [&](const FieldOption& one) { return one.id == option.id; });
            if (!known) same->options.push_back(option);
        }
    }
}

I18n Removed(const I18n& label) {
    return {label.zh + "（已删除）", label.In(base::Locale::kEn) + " (removed)"};
}

}  // namespace

std::optional<ExportRows> ExportRowsFrom(std::string_view word) {
    if (word == "members") return ExportRows::kMembers;
    if (word == "teams") return ExportRows::kTeams;
    return std::nullopt;
}

Result<std::vector<ExportForm>> ExportForms(store::Reader& reader, EventId event) {
    std::vector<ExportForm> out;
    for (const FormStage stage : {FormStage::kSubmit, FormStage::kAfterApproval}) {
        for (const FormScope scope : {FormScope::kMember, FormScope::kTeam}) {
            RT_TRY(auto form, store::CurrentForm(reader, event, scope, stage));
            if (!form.has_value()) continue;
            RT_TRY(const auto former, store::FormerVersionsAnswered(reader, form->form));
            ExportForm one{scope, stage, std::move(form->schema)};
            one.current = one.schema.fields.size();
            for (const FormVersionId id : former) {
                RT_TRY(const auto version, store::FindFormVersion(reader, id));
                RT_CHECK(version.has_value());
                AddFormer(version->schema, one.schema);
            }
            out.push_back(std::move(one));
        }
    }
    return out;
}

std::vector<ExportColumn> ColumnsFor(ExportRows rows, const std::vector<ExportForm>& forms) {
    std::vector<ExportColumn> out;
    const In other = rows == ExportRows::kTeams ? In::kMembers : In::kTeams;
    for (const FactInfo& info : kFacts) {
        if (info.in == other) continue;
        ExportColumn column;
        column.key = info.key;
        column.label = {std::string(info.zh), std::string(info.en)};
        column.fact = info.fact;
        column.usual = info.usual == Usual::kYes;
        out.push_back(std::move(column));
    }
    for (const ExportForm& form : forms) {
        if (rows == ExportRows::kTeams && form.scope == FormScope::kMember) continue;
        for (std::size_t i = 0; i < form.schema.fields.size(); ++i) {
            const Field& field = form.schema.fields[i];
            if (!field.HasAnswer()) continue;
            out.push_back({KeyOf(form, field), i < form.current ? field.label : Removed(field.label), std::nullopt,
                           form.scope, form.stage, &field, form.stage == FormStage::kSubmit});
        }
    }
    return out;
}

Result<std::vector<ExportColumn>> ChooseColumns(ExportRows rows, const std::vector<ExportForm>& forms,
                                                const std::vector<std::string>& keys) {
    std::vector<ExportColumn> all = ColumnsFor(rows, forms);
    std::vector<ExportColumn> out;
    if (keys.empty()) {
        std::copy_if(all.begin(), all.end(), std::back_inserter(out),
                     [](const ExportColumn& one) { return one.usual; });
        return out;
    }
    for (std::size_t i = 0; i < keys.size(); ++i) {
        const auto found = std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.key == keys[i]; });
        if (found == all.end()) {
            return base::InvalidField("columns[" + std::to_string(i) + "]", {"没有这一列", "There is no such column"});
        }
        out.push_back(*found);
    }
    return out;
}

}  // namespace rt::registration
