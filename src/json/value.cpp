#include <algorithm>

#include "base/check.h"
#include "json/json.h"

namespace rt::json {

Object::Object(std::initializer_list<Member> members) {
    for (const Member& member : members) Set(member.first, member.second);
}

const Value* Object::Find(std::string_view key) const {
    const auto found = std::find_if(members_.begin(), members_.end(), [&](const Member& m) { return m.first == key; });
    return found == members_.end() ? nullptr : &found->second;
}

void Object::Set(std::string key, Value value) {
    const auto found = std::find_if(members_.begin(), members_.end(), [&](const Member& m) { return m.first == key; });
    if (found != members_.end()) {
        found->second = std::move(value);
    } else {
        members_.emplace_back(std::move(key), std::move(value));
    }
}

void Object::Add(std::string key, Value value) {
    members_.emplace_back(std::move(key), std::move(value));
}

void Object::Erase(std::string_view key) {
    std::erase_if(members_, [&](const Member& m) { return m.first == key; });
}

bool Object::operator==(const Object& other) const {
    return members_.size() == other.members_.size() &&
           std::all_of(members_.begin(), members_.end(), [&](const Member& member) {
               const Value* value = other.Find(member.first);
               return value != nullptr && *value == member.second;
           });
}

Value::Value(bool value) : data_(value) {}
Value::Value(double value) : data_(value) {}
Value::Value(const char* value) : data_(std::string(value)) {}
Value::Value(std::string_view value) : data_(std::string(value)) {}
Value::Value(std::string value) : data_(std::move(value)) {}
Value::Value(Array value) : data_(std::move(value)) {}
Value::Value(Object value) : data_(std::move(value)) {}

bool Value::IsNull() const {
    return std::holds_alternative<std::nullptr_t>(data_);
}
bool Value::IsBool() const {
    return std::holds_alternative<bool>(data_);
}
bool Value::IsInt() const {
    return std::holds_alternative<std::int64_t>(data_);
}
bool Value::IsNumber() const {
    return IsInt() || std::holds_alternative<double>(data_);
}
bool Value::IsString() const {
    return std::holds_alternative<std::string>(data_);
}
bool Value::IsArray() const {
    return std::holds_alternative<Array>(data_);
}
bool Value::IsObject() const {
    return std::holds_alternative<Object>(data_);
}

bool Value::AsBool() const {
    RT_CHECK(IsBool());
    return *std::get_if<bool>(&data_);
}

std::int64_t Value::AsInt() const {
    RT_CHECK(IsInt());
    return *std::get_if<std::int64_t>(&data_);
}

double Value::AsDouble() const {
    RT_CHECK(IsNumber());
    return IsInt() ? static_cast<double>(AsInt()) : *std::get_if<double>(&data_);
}

const std::string& Value::AsString() const {
    RT_CHECK(IsString());
    return *std::get_if<std::string>(&data_);
}

const Array& Value::AsArray() const {
    RT_CHECK(IsArray());
    return *std::get_if<Array>(&data_);
}

Array& Value::AsArray() {
    RT_CHECK(IsArray());
    return *std::get_if<Array>(&data_);
}

const Object& Value::AsObject() const {
    RT_CHECK(IsObject());
    return *std::get_if<Object>(&data_);
}

Object& Value::AsObject() {
    RT_CHECK(IsObject());
    return *std::get_if<Object>(&data_);
}

const Value* Value::Find(std::string_view key) const {
    return IsObject() ? AsObject().Find(key) : nullptr;
}

bool Value::operator==(const Value& other) const {
    return data_ == other.data_;
}

}  // namespace rt::json
