#include "registration/form_json.h"

#include <utility>

#include "base/check.h"
#include "registration/domain/form_types.h"
#include "registration/domain/pattern.h"
#include "registration/domain/visible_if.h"
#include "registration/store/i18n.h"

namespace rt::registration {
namespace {

json::Value ToJson(const std::vector<TreeNode>& level) {
    json::Array out;
    for (const TreeNode& node : level) {
        json::Object one{{"id", node.id}, {"label", store::ToJson(node.label)}};
        if (!node.children.empty()) one.Set("children", ToJson(node.children));
        out.push_back(std::move(one));
    }
    return out;
}

// Only what is said; what a type always has is said too.
json::Value ToJson(const Field& field) {
    json::Object out{{"key", field.key},
                     {"type", Word(field.type)},
                     {"label", store::ToJson(field.label)},
                     {"help", store::ToJson(field.help)},
                     {"required", field.required},
                     {"sensitive", field.IsSensitive()}};
    if (!field.options.empty()) {
        json::Array options;
        for (const FieldOption& option : field.options) {
            options.push_back(json::Object{{"id", option.id}, {"label", store::ToJson(option.label)}});
        }
        out.Set("options", std::move(options));
    }
    if (!field.tree.empty()) out.Set("tree", ToJson(field.tree));
    const bool files = InfoOf(field.type).bounds == Bounds::kFiles;
    if (field.min.has_value()) out.Set("min", *field.min);
    if (field.max.has_value()) out.Set(files ? "count" : "max", *field.max);
    if (!field.visible_if.empty()) out.Set("visible_if", field.visible_if);
    if (!field.pattern.empty()) out.Set("pattern", field.pattern);
    if (field.type == FieldType::kDecimal) out.Set("decimals", field.decimals);
    if (!field.accept.empty()) {
        json::Array accept;
        for (const std::string& type : field.accept) accept.push_back(type);
        out.Set("accept", std::move(accept));
    }
    if (field.max_kb.has_value()) out.Set("max_kb", *field.max_kb);
    if (field.unique != UniqueScope::kNone) out.Set("unique_scope", Word(field.unique));
    if (field.retention_days.has_value()) out.Set("retention_days", *field.retention_days);
    return out;
}

constexpr json::TextRule kLabelRule{.size_min = 0, .size_max = 100};
constexpr json::TextRule kHelpRule{.size_min = 0, .size_max = 500, .multiline = true};
constexpr json::TextRule kTextRule{.size_min = 0, .size_max = 5'000, .multiline = true};
constexpr std::int64_t kBoundMax = 1'000'000'000'000;

I18n OptionalI18n(json::Reader& in, std::string_view key, json::TextRule rule) {
    return in.Has(key) ? I18nField(in, key, rule) : I18n{};
}

std::vector<FieldOption> OptionsFrom(json::Reader& in) {
    std::vector<FieldOption> out;
    const json::Array* list = in.OptionalList("options", kOptionsMax);
    if (list == nullptr) return out;
    for (std::size_t i = 0; i < list->size(); ++i) {
        json::Reader one((*list)[i], in.PathOf("options") + "[" + std::to_string(i) + "]");
        FieldOption option;
        option.id = one.Text("id", {.size_max = 32});
        option.label = I18nField(one, "label", kLabelRule);
        out.push_back(std::move(option));
        in.Merge(std::move(one));
    }
    return out;
}

// `depth` is that of this level; deeper than a tree may be is not read on, and CheckSchema refuses it.
std::vector<TreeNode> TreeFrom(json::Reader& in, std::string_view key, std::size_t depth) {
    std::vector<TreeNode> out;
    const json::Array* list = in.OptionalList(key, kTreeNodesMax);
    if (list == nullptr || depth > kTreeDepthMax + 1) return out;
    for (std::size_t i = 0; i < list->size(); ++i) {
        json::Reader one((*list)[i], in.PathOf(key) + "[" + std::to_string(i) + "]");
        TreeNode node;
        node.id = one.Text("id", {.size_max = 32});
        node.label = I18nField(one, "label", kLabelRule);
        node.children = TreeFrom(one, "children", depth + 1);
        out.push_back(std::move(node));
        in.Merge(std::move(one));
    }
    return out;
}

std::vector<std::string> AcceptFrom(json::Reader& in) {
    std::vector<std::string> out;
    const json::Array* list = in.OptionalList("accept", 20);
    if (list == nullptr) return out;
    for (const json::Value& type : *list) {
        const bool good = type.IsString() && !type.AsString().empty() && type.AsString().size() <= 100;
        if (good) out.push_back(type.AsString());
        if (!good) in.Note(in.PathOf("accept"), {"不是文件类型", "Not a media type"});
    }
    return out;
}

Field FieldFrom(json::Reader& in) {
    Field out;
    out.key = in.Text("key", {.size_max = 32});
    out.type = static_cast<FieldType>(in.Word("type", WordsOf<FieldType>()));
    const FieldTypeInfo& info = InfoOf(out.type);
    out.label = I18nField(in, "label", kLabelRule);
    out.help = OptionalI18n(in, "help", info.value == ValueKind::kNone ? kTextRule : kHelpRule);
    out.required = in.OptionalBool("required").value_or(false);
    out.sensitive = in.OptionalBool("sensitive").value_or(false);
    out.options = OptionsFrom(in);
    out.tree = TreeFrom(in, "tree", 1);
    out.min = in.OptionalInt("min", -kBoundMax, kBoundMax);
    out.max = in.OptionalInt(info.bounds == Bounds::kFiles ? "count" : "max", -kBoundMax, kBoundMax);
    out.visible_if = in.OptionalText("visible_if", {0, kConditionBytesMax, true}).value_or("");
    out.pattern = in.OptionalText("pattern", {0, kPatternBytesMax, false}).value_or("");
    out.decimals = in.OptionalInt("decimals", 0, kDecimalsMax).value_or(out.decimals);
    out.accept = AcceptFrom(in);
    out.max_kb = in.OptionalInt("max_kb", 1, kFileKbMax);
    if (const auto word = in.OptionalWord("unique_scope", WordsOf<UniqueScope>())) {
        out.unique = static_cast<UniqueScope>(*word);
    }
    out.retention_days = in.OptionalInt("retention_days", 1, kFieldRetentionDaysMax);
    return out;
}

json::Value ToJson(const AnswerValue& value) {
    if (const auto* list = std::get_if<std::vector<std::string>>(&value)) {
        json::Array out;
        for (const std::string& one : *list) out.push_back(one);
        return out;
    }
    if (const auto* text = std::get_if<std::string>(&value)) return *text;
    if (const auto* number = std::get_if<std::int64_t>(&value)) return *number;
    return std::get<bool>(value);
}

std::optional<AnswerValue> AnswerFrom(const json::Value& value) {
    if (value.IsString()) return value.AsString();
    if (value.IsInt()) return value.AsInt();
    if (value.IsBool()) return value.AsBool();
    if (!value.IsArray() || value.AsArray().size() > kOptionsMax) return std::nullopt;
    std::vector<std::string> out;
    for (const json::Value& one : value.AsArray()) {
        if (!one.IsString()) return std::nullopt;
        out.push_back(one.AsString());
    }
    return out;
}

}  // namespace

json::Value FieldJson(const Field& field) {
    return ToJson(field);
}

json::Value ToJson(const FormSchema& schema) {
    json::Array fields;
    for (const Field& field : schema.fields) fields.push_back(ToJson(field));
    return json::Object{{"fields", std::move(fields)}};
}

FormSchema SchemaFrom(json::Reader& in) {
    FormSchema out;
    const json::Array* list = in.List("fields", 0, kFieldsMax);
    if (list == nullptr) return out;
    for (std::size_t i = 0; i < list->size(); ++i) {
        json::Reader one((*list)[i], in.PathOf("fields") + "[" + std::to_string(i) + "]");
        out.fields.push_back(FieldFrom(one));
        in.Merge(std::move(one));
    }
    return out;
}

std::string EncodeSchema(const FormSchema& schema) {
    return json::Encode(ToJson(schema));
}

FormSchema DecodeSchema(std::string_view column) {
    const auto value = json::Decode(column);
    RT_CHECK(value.ok());
    json::Reader in(*value);
    FormSchema out = SchemaFrom(in);
    RT_CHECK(in.Finish().ok());
    return out;
}

json::Value ToJson(const Answers& answers) {
    json::Object out;
    for (const auto& [key, value] : answers) out.Set(key, ToJson(value));
    return out;
}

Result<Answers> AnswersFrom(const json::Value& value) {
    const base::Text kind{"数据类型不正确", "The value has the wrong type"};
    if (!value.IsObject()) return base::InvalidField("answers", kind);
    Answers out;
    Error mistakes = Fail(Code::kInvalid);
    for (const auto& [key, member] : value.AsObject().members()) {
        if (member.IsNull()) continue;
        auto answer = AnswerFrom(member);
        if (answer.has_value()) {
            out.emplace(key, *std::move(answer));
        } else {
            mistakes.fields.push_back({"answers." + key, kind});
        }
    }
    if (!mistakes.fields.empty()) return mistakes;
    return out;
}

std::string EncodeAnswers(const Answers& answers) {
    return json::Encode(ToJson(answers));
}

Answers DecodeAnswers(std::string_view column) {
    const auto value = json::Decode(column);
    RT_CHECK(value.ok());
    auto answers = AnswersFrom(*value);
    RT_CHECK(answers.ok());
    return *std::move(answers);
}

I18n I18nField(json::Reader& in, std::string_view key, json::TextRule rule) {
    I18n out;
    const json::Value* value = in.Object(key);
    if (value == nullptr) return out;
    json::Reader nested(*value, in.PathOf(key));
    out.zh = nested.Text("zh", rule);
    json::TextRule optional = rule;
    optional.size_min = 0;
    out.en = nested.OptionalText("en", optional).value_or("");
    in.Merge(std::move(nested));
    return out;
}

}  // namespace rt::registration
