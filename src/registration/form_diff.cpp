#include "registration/form_diff.h"

#include <algorithm>
#include <set>
#include <utility>

#include "registration/form_json.h"

namespace rt::registration {
namespace {

// Members of which a change may make an answer invalid.
bool IsRule(const std::string& member) {
    constexpr std::string_view kWords[] = {"label", "help", "sensitive", "retention_days", "unique_scope"};
    return std::find(std::begin(kWords), std::end(kWords), member) == std::end(kWords);
}

std::vector<std::string> ChangedMembers(const json::Object& older, const json::Object& newer) {
    std::set<std::string> keys;
    for (const auto& [key, value] : older.members()) keys.insert(key);
    for (const auto& [key, value] : newer.members()) keys.insert(key);
    std::vector<std::string> out;
    for (const std::string& key : keys) {
        const json::Value* before = older.Find(key);
        const json::Value* after = newer.Find(key);
        if (before == nullptr || after == nullptr || !(*before == *after)) out.push_back(key);
    }
    return out;
}

std::vector<std::string> KeysIn(const FormSchema& schema, const FormSchema& other) {
    std::vector<std::string> out;
    for (const Field& field : schema.fields) {
        if (other.Find(field.key) != nullptr) out.push_back(field.key);
    }
    return out;
}

json::Value Texts(const std::vector<std::string>& texts) {
    json::Array out;
    for (const std::string& text : texts) out.push_back(text);
    return out;
}

}  // namespace

FormDiff DiffForms(const FormSchema& older, const FormSchema& newer) {
    FormDiff out;
    for (const Field& field : older.fields) {
        if (newer.Find(field.key) != nullptr) continue;
        out.removed.push_back(field.key);
        out.breaks = out.breaks || field.HasAnswer();
    }
    for (const Field& field : newer.fields) {
        const Field* before = older.Find(field.key);
        if (before == nullptr) {
            out.added.push_back(field.key);
            out.breaks = out.breaks || field.required;
            continue;
        }
        const json::Value was = FieldJson(*before);
        const json::Value is = FieldJson(field);
        ChangedField changed{field.key, ChangedMembers(was.AsObject(), is.AsObject())};
        if (changed.members.empty()) continue;
        out.breaks = out.breaks || std::any_of(changed.members.begin(), changed.members.end(), IsRule);
        out.changed.push_back(std::move(changed));
    }
    const auto before = KeysIn(older, newer);
    const auto after = KeysIn(newer, older);
    for (std::size_t i = 0; i < after.size(); ++i) {
        if (after[i] != before[i]) out.moved.push_back(after[i]);
    }
    return out;
}

json::Value ToJson(const FormDiff& diff) {
    json::Array changed;
    for (const ChangedField& field : diff.changed) {
        changed.push_back(json::Object{{"key", field.key}, {"members", Texts(field.members)}});
    }
    return json::Object{{"added", Texts(diff.added)},
                        {"removed", Texts(diff.removed)},
                        {"changed", std::move(changed)},
                        {"moved", Texts(diff.moved)},
                        {"breaks", diff.breaks}};
}

}  // namespace rt::registration
