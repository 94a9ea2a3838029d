#include "registration/legacy/survey.h"

#include <algorithm>
#include <utility>

#include "mongo/bson.h"

namespace rt::registration::legacy {
namespace {

constexpr std::size_t kWordsMax = 30;
constexpr std::size_t kWordBytesMax = 40;
constexpr std::size_t kNameBytesMax = 120;

}  // namespace

std::string TypeName(const json::Value& value) {
    if (value.IsNull()) return "null";
    if (value.IsBool()) return "bool";
    if (value.IsInt()) return "int";
    if (value.IsNumber()) return "double";
    if (value.IsString()) return "string";
    if (value.IsArray()) return "array";
    const auto& members = value.AsObject().members();
    if (members.empty() || members.front().first.empty() || members.front().first[0] != '$') return "document";
    const std::string name = members.front().first.substr(1);
    if (name == "oid") return "objectId";
    return name == "numberDecimal" ? "decimal" : name;
}

json::Array RefusedJson(const std::vector<Refused>& refused) {
    json::Array out;
    for (const Refused& one : refused) out.push_back(json::Object{{"id", one.id}, {"reason", one.reason}});
    return out;
}

void Survey::Note(Facts& facts, const std::string& name, const json::Value& value) {
    const bool known = facts.fields.contains(name);
    if ((!known && facts.fields.size() >= kSurveyFieldsMax) || name.size() > kNameBytesMax) return;
    FieldFacts& field = facts.fields[name];
    ++field.documents;
    field.types.insert(TypeName(value));
    if (!IsStateName(name) || !(value.IsString() || value.IsInt())) return;
    std::set<std::string>& words = facts.words[name];
    const std::string word = mongo::IdText(value);
    if (words.size() < kWordsMax && word.size() <= kWordBytesMax) words.insert(word);
}

void Survey::Add(const mongo::Namespace& of, std::string_view bson) {
    Facts& facts = collections_[of.Text()];
    ++facts.documents;
    facts.bytes += static_cast<std::int64_t>(bson.size());
    const auto document = mongo::DecodeBson(bson);
    if (!document.ok()) {
        ++facts.unreadable;
        if (facts.refused.size() < kRefusedShown) {
            facts.refused.push_back({"#" + std::to_string(facts.documents), document.error().message.en});
        }
        return;
    }
    for (const auto& [name, value] : document->members()) {
        Note(facts, name, value);
        // One step further: enough for {"contact": {"phone": ...}}.
        if (TypeName(value) != "document") continue;
        for (const auto& [inner, what] : value.AsObject().members()) Note(facts, name + "." + inner, what);
    }
}

json::Array Survey::Report() const {
    json::Array out;
    for (const auto& [name, facts] : collections_) {
        json::Array fields;
        for (const auto& [field, what] : facts.fields) {
            json::Array types;
            for (const std::string& type : what.types) types.emplace_back(type);
            fields.push_back(json::Object{{"name", field}, {"types", std::move(types)}, {"documents", what.documents}});
        }
        out.push_back(json::Object{{"collection", name},
                                   {"documents", facts.documents},
                                   {"bytes", facts.bytes},
                                   {"unreadable", facts.unreadable},
                                   {"refused", RefusedJson(facts.refused)},
                                   {"fields", std::move(fields)}});
    }
    return out;
}

std::vector<std::string> Survey::FieldsOf(std::string_view collection) const {
    std::vector<std::string> out;
    const auto found = collections_.find(collection);
    if (found == collections_.end()) return out;
    for (const auto& [name, facts] : found->second.fields) out.push_back(name);
    return out;
}

Map Survey::FirstMap() const {
    Map out;
    out.places.emplace("*", Place{"SLUG-OF-THE-EVENT", "CODE-OF-THE-DIVISION"});
    for (const auto& [name, facts] : collections_) {
        std::map<std::string, std::vector<std::string>, std::less<>> words;
        for (const auto& [field, values] : facts.words) words[field] = {values.begin(), values.end()};
        out.collections.emplace(name, Guess(name.substr(name.find('.') + 1), FieldsOf(name), words));
    }
    return out;
}

}  // namespace rt::registration::legacy
