#include "registration/domain/field_values.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/parse.h"
#include "base/utf8.h"
#include "registration/domain/field_checks.h"
#include "registration/domain/field_formats.h"
#include "registration/domain/form_types.h"
#include "registration/domain/pattern.h"

namespace rt::registration {
namespace {

using base::Text;
using Texts = std::vector<std::string>;

constexpr std::int64_t kDetailSizeMax = 200;
constexpr std::int64_t kRatingDefault = 5;

Text WrongType() {
    return {"数据类型不正确", "The value has the wrong type"};
}

Text BoundsText(std::optional<std::int64_t> min, std::optional<std::int64_t> max, const char* zh, const char* en) {
    Text out;
    if (min.has_value()) {
        out.zh += "至少 " + std::to_string(*min) + zh;
        out.en += "at least " + std::to_string(*min) + en;
    }
    if (min.has_value() && max.has_value()) {
        out.zh += "，";
        out.en += ", ";
    }
    if (max.has_value()) {
        out.zh += "最多 " + std::to_string(*max) + zh;
        out.en += "at most " + std::to_string(*max) + en;
    }
    return out;
}

bool Within(std::int64_t number, const Field& field, std::int64_t max_default) {
    return number >= field.min.value_or(INT64_MIN) && number <= field.max.value_or(max_default);
}

FieldResult Or(std::optional<std::string> normal, Text wrong) {
    if (normal.has_value()) return *std::move(normal);
    return wrong;
}

FieldResult CheckText(const Field& field, const std::string& given) {
    const std::string trimmed(base::TrimAscii(given));
    const auto size = base::CodePointCount(trimmed);
    const bool one_line = field.type == FieldType::kText;
    if (!size.has_value() || (one_line && !base::IsPlainLine(trimmed)) || trimmed.find('\0') != std::string::npos) {
        return Text{"含有不允许的字符", "It holds characters that are not allowed"};
    }
    const std::int64_t max = field.max.value_or(one_line ? kLineSizeDefault : kAreaSizeDefault);
    if (!Within(static_cast<std::int64_t>(*size), field, max))
        return BoundsText(field.min, max, " 个字", " characters");
    if (!field.pattern.empty()) {
        const auto pattern = Pattern::Parse(field.pattern);
        if (!pattern.has_value() || !pattern->Matches(trimmed))
            return Text{"格式不正确", "It does not have the form asked for"};
    }
    return trimmed;
}

FieldResult CheckSingle(const Field& field, const std::string& given) {
    for (const FieldOption& option : field.options) {
        if (option.id == given) return given;
    }
    return Text{"不是有效的选项", "Not one of the options"};
}

FieldResult CheckDecimal(const Field& field, const std::string& given) {
    const auto normal = NormaliseDecimal(given, field.decimals);
    const std::string places = std::to_string(field.decimals);
    if (!normal.has_value()) {
        return Text{"不是数字，或小数超过 " + places + " 位", "Not a number with at most " + places + " decimals"};
    }
    std::int64_t unit = 1;
    for (std::int64_t i = 0; i < field.decimals; ++i) unit *= 10;
    const std::int64_t units = DecimalUnits(*normal);
    // At most 12 digits and 6 decimals, bounds likewise: the products fit.
    if ((field.min.has_value() && units < *field.min * unit) || (field.max.has_value() && units > *field.max * unit)) {
        return BoundsText(field.min, field.max, "", "");
    }
    return *normal;
}

FieldResult CheckMulti(const Field& field, const Texts& given) {
    const std::set<std::string> chosen(given.begin(), given.end());
    Texts in_order;
    for (const FieldOption& option : field.options) {
        if (chosen.contains(option.id)) in_order.push_back(option.id);
    }
    if (in_order.size() != given.size()) {
        return Text{"含有无效或重复的选项", "It holds an unknown option, or one twice"};
    }
    if (!Within(static_cast<std::int64_t>(given.size()), field, kOptionsMax)) {
        return BoundsText(field.min, field.max, " 项", " choices");
    }
    return in_order;
}

// Walks down the tree to a leaf; returns how many elements of `path` that took, or 0.
std::size_t Walk(const std::vector<TreeNode>& tree, const Texts& path) {
    const std::vector<TreeNode>* level = &tree;
    std::size_t taken = 0;
    while (!level->empty()) {
        if (taken == path.size()) return 0;
        const auto node =
            std::find_if(level->begin(), level->end(), [&](const TreeNode& one) { return one.id == path[taken]; });
        if (node == level->end()) return 0;
        ++taken;
        level = &node->children;
    }
    return taken;
}

FieldResult CheckCascade(const Field& field, const Texts& given) {
    if (Walk(field.tree, given) == given.size()) return given;
    return Text{"请逐级选择到最后一级", "Choose down to the last level"};
}

// "province/city", the rest of the address in one line, perhaps a postcode.
FieldResult CheckAddress(const Field& field, const Texts& given) {
    if (given.size() < 2 || given.size() > 3) return WrongType();
    Texts path;
    for (std::string_view rest = given[0]; !rest.empty();) {
        const std::size_t slash = rest.find('/');
        path.emplace_back(rest.substr(0, slash));
        rest = slash == std::string_view::npos ? std::string_view() : rest.substr(slash + 1);
    }
    if (path.empty() != field.tree.empty() || Walk(field.tree, path) != path.size())
        return Text{"请逐级选择地区", "Choose the region down to the last level"};
    Texts out{given[0], std::string(base::TrimAscii(given[1]))};
    const auto size = static_cast<std::int64_t>(base::CodePointCount(out[1]).value_or(0));
    if (size == 0 || size > kDetailSizeMax || !base::IsPlainLine(out[1])) {
        return Text{"请填写详细地址，最多 200 个字", "Write the rest of the address, at most 200 characters"};
    }
    if (given.size() == 2 || base::TrimAscii(given[2]).empty()) return out;
    out.emplace_back(base::TrimAscii(given[2]));
    const bool good =
        out[2].size() <= 10 && std::all_of(out[2].begin(), out[2].end(), [](char c) {
            return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == ' ' || c == '-';
        });
    if (!good) return Text{"邮政编码不正确", "Not a postcode"};
    return out;
}

FieldResult CheckRange(const Texts& given) {
    const bool good =
        given.size() == 2 && ParseDate(given[0]).has_value() && ParseDate(given[1]).has_value() && given[0] <= given[1];
    if (good) return given;
    return Text{"请填写先后两个日期", "Two dates are needed, the earlier first"};
}

// Public ids of uploads, each once.
FieldResult CheckFiles(const Field& field, const Texts& given) {
    const bool ids = std::all_of(given.begin(), given.end(), [](const std::string& id) {
        return id.size() == 16 && std::all_of(id.begin(), id.end(),
                                              [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z'); });
    });
    if (!ids || std::set<std::string>(given.begin(), given.end()).size() != given.size()) {
        return Text{"没有这个文件", "There is no such file"};
    }
    const auto count = static_cast<std::int64_t>(given.size());
    const std::int64_t most = field.type == FieldType::kSignature ? 1 : field.FilesMax();
    if (count > most || count < field.min.value_or(0)) return BoundsText(field.min, most, " 个文件", " files");
    return given;
}

FieldResult CheckList(const Field& field, const Texts& given) {
    for (const std::string& one : given) {
        if ((one.empty() && field.type != FieldType::kAddress) || !base::IsUtf8(one)) return WrongType();
    }
    switch (field.type) {
        case FieldType::kMulti:
            return CheckMulti(field, given);
        case FieldType::kCascade:
            return CheckCascade(field, given);
        case FieldType::kAddress:
            return CheckAddress(field, given);
        case FieldType::kDaterange:
            return CheckRange(given);
        default:
            return InfoOf(field.type).files ? CheckFiles(field, given) : FieldResult(WrongType());
    }
}

FieldResult CheckString(const Field& field, const std::string& given, const Date& today) {
    const std::string trimmed(base::TrimAscii(given));
    switch (field.type) {
        case FieldType::kText:
        case FieldType::kTextarea:
            return CheckText(field, given);
        case FieldType::kSingle:
        case FieldType::kDropdown:
        case FieldType::kSize:
            return CheckSingle(field, given);
        case FieldType::kDate:
            if (ParseDate(trimmed).has_value()) return trimmed;
            return Text{"日期不正确，格式为 2008-01-31", "Not a date such as 2008-01-31"};
        case FieldType::kTime:
            if (IsTimeOfDay(trimmed)) return trimmed;
            return Text{"时间不正确，格式为 09:30", "Not a time such as 09:30"};
        case FieldType::kDatetime:
            if (IsDateTime(trimmed)) return trimmed;
            return Text{"日期时间不正确，格式为 2008-01-31T09:30", "Not a date and time such as 2008-01-31T09:30"};
        case FieldType::kEmail:
            return Or(NormaliseEmail(given), {"邮箱格式不正确", "Not a mail address"});
        case FieldType::kMobileCn:
            return Or(NormaliseMobileCn(given), {"手机号格式不正确", "Not a mainland China mobile number"});
        case FieldType::kPhone:
            return Or(NormalisePhone(given), {"电话号码不正确", "Not a telephone number"});
        case FieldType::kPassport:
            return Or(NormalisePassport(given), {"护照号不正确", "Not a passport number"});
        case FieldType::kUrl:
            return Or(NormaliseUrl(given),
                      {"网址不正确，须以 http:// 或 https:// 开头", "Not an http or https address"});
        case FieldType::kCountry:
            return Or(NormaliseCountry(given), {"不是有效的国家或地区", "Not a country or region"});
        case FieldType::kDecimal:
            return CheckDecimal(field, given);
        case FieldType::kIdCardCn:
            if (auto card = ParseIdCardCn(given, today)) return std::move(card->number);
            return Text{"身份证号不正确", "Not a valid identity card number"};
        default:
            return WrongType();
    }
}

FieldResult CheckInt(const Field& field, std::int64_t given) {
    std::optional<std::int64_t> min = field.min;
    std::optional<std::int64_t> max = field.max;
    if (field.type == FieldType::kRating) {
        min = field.min.value_or(1);
        max = field.max.value_or(kRatingDefault);
    } else if (field.type == FieldType::kMoney) {
        min = field.min.value_or(0);
        max = field.max.value_or(kMoneyMax);
    } else if (field.type != FieldType::kInt) {
        return WrongType();
    }
    if (given >= min.value_or(INT64_MIN) && given <= max.value_or(INT64_MAX)) return given;
    return BoundsText(min, max, "", "");
}

}  // namespace

FieldResult CheckValue(const Field& field, const AnswerValue& given, const Date& today) {
    if (const auto* text = std::get_if<std::string>(&given)) return CheckString(field, *text, today);
    if (const auto* number = std::get_if<std::int64_t>(&given)) return CheckInt(field, *number);
    if (const auto* list = std::get_if<Texts>(&given)) return CheckList(field, *list);
    if (InfoOf(field.type).value == ValueKind::kBool) return std::get<bool>(given);
    return WrongType();
}

}  // namespace rt::registration
