// Is an organiser's schema fit to be published?
#include <algorithm>
#include <set>
#include <span>

#include "registration/domain/form.h"
#include "registration/domain/form_types.h"
#include "registration/domain/pattern.h"
#include "registration/domain/visible_if.h"

namespace rt::registration {
namespace {

using base::FieldError;

class SchemaCheck {
  public:
    std::vector<FieldError> Run(const FormSchema& schema) {
        if (static_cast<std::int64_t>(schema.fields.size()) > kFieldsMax)
            Note("fields", {"最多 60 个字段", "At most 60 fields"});
        std::set<std::string_view> keys;
        const std::span<const Field> all(schema.fields);
        for (std::size_t i = 0; i < all.size(); ++i) {
            path_ = "fields[" + std::to_string(i) + "]";
            if (!keys.insert(all[i].key).second) Note("key", {"字段标识重复", "This key is there already"});
            One(all[i], all.first(i));
        }
        return std::move(out_);
    }

  private:
    void Note(const std::string& member, base::Text reason) {
        out_.push_back({path_.empty() ? member : path_ + "." + member, std::move(reason)});
    }

    void One(const Field& field, std::span<const Field> before) {
        const FieldTypeInfo& info = InfoOf(field.type);
        if (!IsFieldKey(field.key)) {
            Note("key", {"须以小写字母开头，只含小写字母、数字和 _，最长 32 个字符",
                         "Lower-case letter first, then lower-case letters, digits and _; at most 32"});
        }
        if (field.label.zh.empty()) Note("label.zh", {"请填写字段名称", "A label is required"});
        if (field.type == FieldType::kIdCardCn && ++cards_ == 2) {
            Note("type", {"只能有一个身份证号字段", "Only one identity card field"});
        }
        Options(field, info);
        Tree(field, info);
        RangeOf(field, info);
        Extras(field, info);
        VisibleIf(field, before);
    }

    void Options(const Field& field, const FieldTypeInfo& info) {
        if (!info.options) {
            if (!field.options.empty()) Note("options", {"此类型没有选项", "This type has no options"});
            return;
        }
        if (field.options.empty() || static_cast<std::int64_t>(field.options.size()) > kOptionsMax) {
            Note("options", {"选项数量须为 1 到 100", "Between 1 and 100 options"});
        }
        std::set<std::string_view> ids;
        for (std::size_t i = 0; i < field.options.size(); ++i) {
            const std::string at = "options[" + std::to_string(i) + "]";
            const FieldOption& option = field.options[i];
            if (!IsOptionId(option.id)) {
                Note(at + ".id", {"只能用字母、数字、_ 和 -", "Letters, digits, _ and - only"});
            } else if (!ids.insert(option.id).second) {
                Note(at + ".id", {"选项标识重复", "This option id is there already"});
            }
            if (option.label.zh.empty()) Note(at + ".label.zh", {"请填写选项名称", "A label is required"});
        }
    }

    void Tree(const Field& field, const FieldTypeInfo& info) {
        if (!info.tree) {
            if (!field.tree.empty()) Note("tree", {"此类型没有级联选项", "This type has no tree"});
            return;
        }
        if (field.type == FieldType::kCascade && field.tree.empty())
            Note("tree", {"请填写级联选项", "A tree is required"});
        Level(field.tree, 1, "tree");
        if (nodes_ > kTreeNodesMax && !told_nodes_) {
            told_nodes_ = true;
            Note("tree", {"级联选项最多 5000 项", "At most 5000 nodes in the trees of a form"});
        }
    }
    void Level(const std::vector<TreeNode>& level, std::size_t depth, const std::string& at) {
        if (level.empty()) return;
        if (depth > kTreeDepthMax) return Note(at, {"最多 5 级", "At most 5 levels"});
        nodes_ += level.size();
        std::set<std::string_view> ids;
        for (std::size_t i = 0; i < level.size(); ++i) {
            const std::string here = at + "[" + std::to_string(i) + "]";
            if (!IsOptionId(level[i].id) || !ids.insert(level[i].id).second) {
                Note(here + ".id", {"选项标识重复或不正确", "The id is not valid, or there already"});
            }
            if (level[i].label.zh.empty()) Note(here + ".label.zh", {"请填写选项名称", "A label is required"});
            Level(level[i].children, depth + 1, here + ".children");
        }
    }

    // What `min` and `max` may be.
    static std::pair<std::int64_t, std::int64_t> Limits(const Field& field, const FieldTypeInfo& info) {
        switch (info.bounds) {
            case Bounds::kCharacters:
                return {0, kAnswerSizeMax};
            case Bounds::kChoices:
                return {0, static_cast<std::int64_t>(field.options.size())};
            case Bounds::kFiles:
                return {0, kFilesOfFieldMax};
            case Bounds::kValue:
                if (field.type == FieldType::kRating) return {1, kRatingMax};
                if (field.type == FieldType::kMoney) return {0, kMoneyMax};
                break;
            case Bounds::kNone:
                break;
        }
        return {INT64_MIN, INT64_MAX};
    }
    void RangeOf(const Field& field, const FieldTypeInfo& info) {
        if (!field.min.has_value() && !field.max.has_value()) return;
        if (info.bounds == Bounds::kNone) return Note("min", {"此类型没有范围", "This type has no bounds"});
        if (field.min.has_value() && field.max.has_value() && *field.min > *field.max) {
            Note("max", {"最大值小于最小值", "The maximum is below the minimum"});
        }
        const auto [least, most] = Limits(field, info);
        const auto check = [&, least = least, most = most](const char* member, std::optional<std::int64_t> value) {
            if (!value.has_value() || (*value >= least && *value <= most)) return;
            const std::string range = std::to_string(least) + " - " + std::to_string(most);
            Note(member, {"须在 " + range + " 之间", "It must lie between " + range});
        };
        check("min", field.min);
        check("max", field.max);
        if (info.bounds != Bounds::kValue && field.max == 0) Note("max", {"须大于 0", "It must be above 0"});
    }

    void Extras(const Field& field, const FieldTypeInfo& info) {
        if (!field.pattern.empty() && !info.pattern) Note("pattern", {"此类型没有格式", "This type has no pattern"});
        if (!field.pattern.empty() && info.pattern && !Pattern::Parse(field.pattern).has_value()) {
            Note("pattern", {"格式写法不正确", "Not a valid pattern"});
        }
        if (field.unique != UniqueScope::kNone && !info.unique) {
            Note("unique_scope", {"此类型不能要求唯一", "Answers of this type cannot be unique"});
        }
        if (!info.files && (!field.accept.empty() || field.max_kb.has_value())) {
            Note("accept", {"此类型不收文件", "This type takes no files"});
        }
        if (field.type != FieldType::kDecimal && field.decimals != Field().decimals) {
            Note("decimals", {"此类型没有小数", "This type has no decimals"});
        }
        if (info.value == ValueKind::kNone && (field.required || field.sensitive || field.retention_days.has_value())) {
            Note("required", {"此类型没有答案", "This type has no answer"});
        }
    }

    void VisibleIf(const Field& field, std::span<const Field> before) {
        if (field.visible_if.empty()) return;
        const auto condition = Condition::Parse(field.visible_if);
        if (const auto* wrong = std::get_if<base::Text>(&condition)) return Note("visible_if", *wrong);
        if (base::Text wrong = std::get<Condition>(condition).CheckAgainst(before); !wrong.empty()) {
            Note("visible_if", std::move(wrong));
        }
    }

    std::vector<FieldError> out_;
    std::string path_;
    std::size_t cards_ = 0;
    std::size_t nodes_ = 0;
    bool told_nodes_ = false;
};

}  // namespace

std::vector<FieldError> CheckSchema(const FormSchema& schema) {
    return SchemaCheck().Run(schema);
}

}  // namespace rt::registration
