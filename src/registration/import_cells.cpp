#include "registration/import_cells.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/parse.h"
#include "registration/domain/field_formats.h"
#include "registration/domain/form_types.h"
#include "registration/import_columns.h"
#include "text/normalise.h"

namespace rt::registration {
namespace {

using Read = std::variant<AnswerValue, base::Text>;
using Texts = std::vector<std::string>;
constexpr std::int64_t kFenDecimals = 2;

Read Refused(std::string zh, std::string en) {
    return base::Text{std::move(zh), std::move(en)};
}

std::string Key(std::string_view text) {
    return text::NameKey(text).value_or(std::string(text));
}

// The parts between any of the separators, trimmed; without empty ones.
Texts Split(const std::string& text, std::initializer_list<std::string_view> separators) {
    Texts out;
    std::string part;
    const auto end = [&] {
        part = sheet::Trimmed(part);
        if (!part.empty()) out.push_back(std::move(part));
        part.clear();
    };
    for (std::size_t i = 0; i < text.size();) {
        const auto found = std::find_if(separators.begin(), separators.end(), [&](std::string_view one) {
            return std::string_view(text).substr(i, one.size()) == one;
        });
        if (found == separators.end()) {
            part += text[i++];
        } else {
            end();
            i += found->size();
        }
    }
    end();
    return out;
}

// Of the things with an id and a label, the one that the text names; nullptr: none.
template <class Thing>
const Thing* Named(const std::vector<Thing>& things, const std::string& text) {
    const std::string key = Key(text);
    for (const Thing& one : things) {
        if (one.id == text || Key(one.label.zh) == key || Key(one.label.In(base::Locale::kEn)) == key) return &one;
    }
    return nullptr;
}

Read NotAnOption(const std::string& text) {
    return Refused("没有选项“" + text + "”", "There is no option \"" + text + "\"");
}

Read Option(const Field& field, const std::string& text) {
    const FieldOption* option = Named(field.options, text);
    return option == nullptr ? NotAnOption(text) : Read(AnswerValue(option->id));
}

Read Options(const Field& field, const std::string& text) {
    Texts out;
    // A label may have a separator in it.
    if (const FieldOption* whole = Named(field.options, text)) return Read(AnswerValue(Texts{whole->id}));
    for (const std::string& part : Split(text, {";", "；", "、", "\n"})) {
        const FieldOption* option = Named(field.options, part);
        if (option == nullptr) return NotAnOption(part);
        out.push_back(option->id);
    }
    return Read(AnswerValue(std::move(out)));
}

// The ids of a path down the tree; empty: there is no such path, and `missing` says where it ends.
Texts PathOf(const Field& field, const std::string& text, std::string& missing) {
    Texts out;
    const std::vector<TreeNode>* level = &field.tree;
    for (const std::string& part : Split(text, {"/", "／"})) {
        const TreeNode* node = Named(*level, part);
        if (node == nullptr) {
            missing = part;
            return {};
        }
        out.push_back(node->id);
        level = &node->children;
    }
    return out;
}

Read Path(const Field& field, const std::string& text) {
    std::string missing;
    Texts path = PathOf(field, text, missing);
    return path.empty() ? NotAnOption(missing.empty() ? text : missing) : Read(AnswerValue(std::move(path)));
}

Read Address(const Field& field, const std::string& text) {
    Texts parts = Split(text, {"|", "｜"});
    // Without a tree there is no region.
    if (field.tree.empty()) parts.insert(parts.begin(), "");
    if (parts.size() < 2) return Refused("须为：地区 | 详细地址", "Has to be: region | the rest");
    if (!parts[0].empty()) {
        std::string missing;
        const Texts path = PathOf(field, parts[0], missing);
        if (path.empty()) return NotAnOption(missing.empty() ? parts[0] : missing);
        parts[0].clear();
        for (const std::string& id : path) parts[0] += (parts[0].empty() ? "" : "/") + id;
    }
    return Read(AnswerValue(std::move(parts)));
}

Read WholeNumber(const std::string& text) {
    const auto number = base::ParseSigned(text);
    if (!number.has_value()) return Refused("须为整数", "Has to be a whole number");
    return Read(AnswerValue(*number));
}

Read Money(const std::string& text) {
    const auto normal = NormaliseDecimal(text, kFenDecimals);
    if (!normal.has_value()) return Refused("须为金额，如 12.50", "Has to be an amount, as 12.50");
    return Read(AnswerValue(DecimalUnits(*normal)));
}

Read Typed(const Field& field, const std::string& text) {
    switch (field.type) {
        case FieldType::kMoney:
            return Money(text);
        case FieldType::kMulti:
            return Options(field, text);
        case FieldType::kCascade:
            return Path(field, text);
        case FieldType::kAddress:
            return Address(field, text);
        case FieldType::kDaterange:
            return Read(AnswerValue(Split(text, {"~", "～", "至"})));
        default:
            break;
    }
    if (!field.options.empty()) return Option(field, text);
    switch (InfoOf(field.type).value) {
        case ValueKind::kInt:
            return WholeNumber(text);
        case ValueKind::kBool: {
            const auto flag = YesOrNo(text);
            return flag.has_value() ? Read(AnswerValue(*flag)) : Refused("须为“是”或“否”", "Has to be yes or no");
        }
        case ValueKind::kText:
            return Read(AnswerValue(text));
        default:
            return Refused("此列不能导入", "This column cannot be imported");
    }
}

}  // namespace

Read AnswerOfCell(const Field& field, const sheet::Cell& cell) {
    if (cell.kind == sheet::CellKind::kError) {
        return Refused("单元格中的公式出错", "The formula in the cell has failed");
    }
    if (cell.kind == sheet::CellKind::kRounded) {
        return Refused("超过 15 位的数字已被表格软件四舍五入，请将单元格设为文本格式后重新填写",
                       "A number of more than 15 digits was rounded; make the cell one for text and type it again");
    }
    return Typed(field, cell.text);
}

}  // namespace rt::registration
