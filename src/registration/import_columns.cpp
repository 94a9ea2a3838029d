#include "registration/import_columns.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/parse.h"
#include "registration/domain/form_types.h"
#include "text/normalise.h"

namespace rt::registration {
namespace {

struct RoleLabel {
    MemberRole role;
    std::string_view zh;
    std::string_view en;
};
constexpr std::array kRoles{
    RoleLabel{MemberRole::kCaptain, "队长", "Captain"},       RoleLabel{MemberRole::kPlayer, "队员", "Player"},
    RoleLabel{MemberRole::kSubstitute, "替补", "Substitute"}, RoleLabel{MemberRole::kCoach, "教练", "Coach"},
    RoleLabel{MemberRole::kLeader, "领队", "Leader"},         RoleLabel{MemberRole::kManager, "管理员", "Manager"},
};
const I18n kYes{"是", "Yes"};
const I18n kNo{"否", "No"};

std::string Key(std::string_view text) {
    return text::NameKey(text).value_or(std::string(text));
}

// What a person must know to fill in a column of this type.
I18n HintOf(const Field& field) {
    switch (field.type) {
        case FieldType::kDate:
            return {"日期，如 2026-01-31", "A date, as 2026-01-31"};
        case FieldType::kTime:
            return {"时间，如 09:30", "A time, as 09:30"};
        case FieldType::kDatetime:
            return {"日期和时间，如 2026-01-31T09:30", "Date and time, as 2026-01-31T09:30"};
        case FieldType::kDaterange:
            return {"起止日期，如 2026-01-31~2026-02-02", "Two dates, as 2026-01-31~2026-02-02"};
        case FieldType::kMoney:
            return {"金额（元），如 12.50", "Yuan, as 12.50"};
        case FieldType::kMulti:
            return {"可填多项，用分号隔开", "One or more, with semicolons between"};
        case FieldType::kCascade:
            return {"逐级填写，用 / 隔开", "Each level, with / between"};
        case FieldType::kAddress:
            return {"地区 | 详细地址 | 邮编（可不填）；地区逐级用 / 隔开",
                    "Region | the rest | postcode (may be left out); levels of the region with / between"};
        case FieldType::kCountry:
            return {"两位国家或地区代码，如 CN", "The two letters of the country, as CN"};
        case FieldType::kIdCardCn:
            return {"18 位身份证号；单元格须为文本格式", "18 characters, in a cell for text"};
        default:
            return {InfoOf(field.type).label.zh, InfoOf(field.type).label.en};
    }
}

std::vector<I18n> ChoicesOf(const Field& field) {
    if (InfoOf(field.type).value == ValueKind::kBool) return {kYes, kNo};
    std::vector<I18n> out;
    if (field.type == FieldType::kMulti) return out;
    for (const FieldOption& option : field.options) out.push_back(option.label);
    return out;
}

ImportColumn FactColumn(ImportFact fact, std::string key, I18n label, I18n hint) {
    ImportColumn out;
    out.key = std::move(key);
    out.label = std::move(label);
    out.hint = std::move(hint);
    out.fact = fact;
    return out;
}

void AddFields(const std::optional<store::FormVersion>& form, FormScope scope, std::vector<ImportColumn>& out) {
    if (!form.has_value()) return;
    for (const Field& field : form->schema.fields) {
        if (!field.HasAnswer() || InfoOf(field.type).files) continue;
        ImportColumn column;
        column.key = (scope == FormScope::kTeam ? "team." : "member.") + field.key;
        column.label = field.label;
        column.hint = HintOf(field);
        column.scope = scope;
        column.field = &field;
        column.required = field.required && field.visible_if.empty();
        column.choices = ChoicesOf(field);
        out.push_back(std::move(column));
    }
}

bool SameLabel(const ImportColumn& a, const ImportColumn& b) {
    return Key(a.label.zh) == Key(b.label.zh) ||
           Key(a.label.In(base::Locale::kEn)) == Key(b.label.In(base::Locale::kEn));
}

}  // namespace

Result<ImportScheme> ReadImportScheme(store::Reader& reader, EventId event, const std::string& division_public_id) {
    ImportScheme out;
    RT_TRY(auto found, store::FindEvent(reader, event));
    if (!found.has_value()) return Fail(Code::kNotFound);
    out.event = *std::move(found);
    RT_TRY(out.divisions, store::DivisionsOf(reader, event));
    if (!division_public_id.empty()) {
        const auto division = std::find_if(out.divisions.begin(), out.divisions.end(),
                                           [&](const auto& one) { return one.public_id == division_public_id; });
        if (division == out.divisions.end()) {
            return base::InvalidField("division", {"没有这个组别", "There is no such division"});
        }
        out.division = division->id;
    }
    RT_TRY(out.team_form, store::CurrentForm(reader, event, FormScope::kTeam));
    RT_TRY(out.member_form, store::CurrentForm(reader, event, FormScope::kMember));
    return out;
}

std::vector<ImportColumn> ColumnsOf(const ImportScheme& scheme) {
    std::vector<ImportColumn> out;
    const bool teams = scheme.event.mode != Mode::kSolo;
    if (teams) {
        ImportColumn team = FactColumn(ImportFact::kTeam, "team", {"队伍名称", "Team"},
                                       {"同一队伍的每一行填写相同的名称", "The same in every row of a team"});
        team.required = scheme.event.mode == Mode::kTeam;
        out.push_back(std::move(team));
    }
    if (!scheme.division.has_value()) {
        ImportColumn division = FactColumn(ImportFact::kDivision, "division", {"组别", "Division"},
                                           {"组别的名称或代码", "Name or code of the division"});
        division.required = true;
        for (const store::Division& one : scheme.divisions) division.choices.push_back(one.name);
        out.push_back(std::move(division));
    }
    if (teams) {
        ImportColumn role =
            FactColumn(ImportFact::kRole, "role", {"角色", "Role"},
                       {"不填：第一行为队长，其余为队员", "Left empty: the first is captain, the others players"});
        for (const RoleLabel& one : kRoles) role.choices.push_back({std::string(one.zh), std::string(one.en)});
        out.push_back(std::move(role));
    }
    ImportColumn name = FactColumn(ImportFact::kName, "name", {"姓名", "Name"}, {"姓名", "Name"});
    name.required = true;
    out.push_back(std::move(name));
    AddFields(scheme.member_form, FormScope::kMember, out);
    AddFields(scheme.team_form, FormScope::kTeam, out);
    ImportColumn consent =
        FactColumn(ImportFact::kConsent, "consent", {"已同意条款", "Has agreed"},
                   {"本人（或监护人）已同意活动条款时填“是”", "Yes where the person has agreed to the terms"});
    consent.choices = {kYes, kNo};
    out.push_back(std::move(consent));
    out.push_back(FactColumn(ImportFact::kCaptainAccount, "captain_account", {"队长账号", "Captain's account"},
                             {"用户名；不填则由导入人代管", "Login name; left empty, the team is yours"}));
    return out;
}

std::string HeadingOf(const std::vector<ImportColumn>& columns, std::size_t index, base::Locale locale) {
    const ImportColumn& mine = columns[index];
    const auto same =
        std::count_if(columns.begin(), columns.end(), [&](const auto& one) { return SameLabel(one, mine); });
    std::string out = mine.label.In(locale);
    if (same > 1) out += " [" + mine.key + "]";
    if (mine.required) out += " *";
    return out;
}

std::optional<std::size_t> ColumnFor(const std::vector<ImportColumn>& columns, std::string_view heading) {
    while (!heading.empty() && heading.back() == '*') heading.remove_suffix(1);
    const std::string key = Key(base::TrimAscii(heading));
    std::optional<std::size_t> by_label;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const ImportColumn& one = columns[i];
        const std::string bracketed = " [" + one.key + "]";
        if (key == Key(one.key) || key == Key(one.label.zh + bracketed) ||
            key == Key(one.label.In(base::Locale::kEn) + bracketed)) {
            return i;
        }
        if (!by_label.has_value() && (key == Key(one.label.zh) || key == Key(one.label.In(base::Locale::kEn))))
            by_label = i;
    }
    return by_label;
}

std::optional<MemberRole> RoleFrom(std::string_view text) {
    const std::string key = Key(text);
    for (const RoleLabel& one : kRoles) {
        if (key == Key(one.zh) || key == Key(one.en) || key == Key(Word(one.role))) return one.role;
    }
    return std::nullopt;
}

I18n LabelOf(MemberRole role) {
    for (const RoleLabel& one : kRoles) {
        if (one.role == role) return {std::string(one.zh), std::string(one.en)};
    }
    return {};
}

std::optional<bool> YesOrNo(std::string_view text) {
    constexpr std::array<std::string_view, 8> kTrue{"是", "yes", "y", "true", "1", "√", "有", "同意"};
    constexpr std::array<std::string_view, 8> kFalse{"否", "no", "n", "false", "0", "×", "无", "不同意"};
    const std::string key = Key(text);
    if (std::find(kTrue.begin(), kTrue.end(), key) != kTrue.end()) return true;
    if (std::find(kFalse.begin(), kFalse.end(), key) != kFalse.end()) return false;
    return std::nullopt;
}

}  // namespace rt::registration
