#include "json/reader.h"

#include <algorithm>
#include <array>

#include "base/utf8.h"

namespace rt::json {
namespace {

using base::Text;

constexpr std::size_t kMistakesMax = 100;
constexpr std::size_t kFieldNameShownMax = 80;

Text Required() {
    return {"必填", "is required"};
}

// ASCII blanks, the no-break space and the ideographic space that Chinese input methods type.
constexpr std::array<std::string_view, 6> kBlanks{" ", "\t", "\r", "\n", "\xC2\xA0", "\xE3\x80\x80"};

std::string_view Trim(std::string_view text) {
    const auto strip_one = [&] {
        for (const std::string_view blank : kBlanks) {
            if (text.starts_with(blank)) return text.remove_prefix(blank.size()), true;
            if (text.ends_with(blank)) return text.remove_suffix(blank.size()), true;
        }
        return false;
    };
    while (strip_one()) {
    }
    return text;
}

std::string UnixLineEnds(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\r') {
            out += text[i];
        } else if (i + 1 == text.size() || text[i + 1] != '\n') {
            out += '\n';
        }
    }
    return out;
}

bool IsPlainText(std::string_view text) {
    while (true) {
        const std::size_t at = text.find_first_of("\n\t");
        if (!base::IsPlainLine(text.substr(0, at))) return false;
        if (at == std::string_view::npos) return true;
        text.remove_prefix(at + 1);
    }
}

Text Between(std::string_view zh_what, std::string_view en_what, std::int64_t min, std::int64_t max) {
    const std::string low = std::to_string(min);
    const std::string high = std::to_string(max);
    return {std::string(zh_what) + low + " 到 " + high + " 之间", std::string(en_what) + low + " to " + high};
}

std::string Shown(std::string_view key) {
    std::string out(key.substr(0, kFieldNameShownMax));
    // The cut may have split a character.
    while (!out.empty() && !base::IsUtf8(out)) out.pop_back();
    return out;
}

}  // namespace

Reader::Reader(const Value& value, std::string path) : value_(value), path_(std::move(path)) {
    if (!value_.IsObject()) Note(path_, {"应为对象", "must be an object"});
}

std::string Reader::PathOf(std::string_view key) const {
    return path_.empty() ? std::string(key) : path_ + "." + std::string(key);
}

void Reader::Note(std::string field, base::Text reason) {
    if (mistakes_.size() < kMistakesMax) mistakes_.push_back({std::move(field), std::move(reason)});
}

bool Reader::Has(std::string_view key) const {
    const Value* value = value_.Find(key);
    return value != nullptr && !value->IsNull();
}

// The member, or nullptr when it is absent or null.
const Value* Reader::Get(std::string_view key, bool required) {
    seen_.emplace(key);
    const Value* value = value_.Find(key);
    if (value != nullptr && !value->IsNull()) return value;
    if (required && value_.IsObject()) Note(PathOf(key), Required());
    return nullptr;
}

std::optional<std::string> Reader::ReadText(std::string_view key, TextRule rule, bool required) {
    const Value* value = Get(key, required);
    if (value == nullptr) return std::nullopt;
    if (!value->IsString()) {
        Note(PathOf(key), {"应为文字", "must be a string"});
        return std::nullopt;
    }
    std::string text(Trim(value->AsString()));
    if (rule.multiline) text = UnixLineEnds(text);
    if (!(rule.multiline ? IsPlainText(text) : base::IsPlainLine(text))) {
        Note(PathOf(key), {"含有不允许的字符", "contains characters that are not allowed"});
        return std::nullopt;
    }
    const std::size_t size = base::CodePointCount(text).value_or(0);
    if (size == 0 && rule.size_min > 0) {
        Note(PathOf(key), required ? Required() : base::Text{"不能为空", "must not be empty"});
        return std::nullopt;
    }
    if (size < rule.size_min || size > rule.size_max) {
        Note(PathOf(key), Between("字数应在 ", "must have this many characters: ",
                                  static_cast<std::int64_t>(rule.size_min), static_cast<std::int64_t>(rule.size_max)));
        return std::nullopt;
    }
    return text;
}

std::string Reader::Text(std::string_view key, TextRule rule) {
    return ReadText(key, rule, true).value_or("");
}

std::optional<std::string> Reader::OptionalText(std::string_view key, TextRule rule) {
    return ReadText(key, rule, false);
}

std::optional<std::int64_t> Reader::ReadInt(std::string_view key, std::int64_t min, std::int64_t max, bool required) {
    const Value* value = Get(key, required);
    if (value == nullptr) return std::nullopt;
    if (!value->IsInt()) {
        Note(PathOf(key), {"应为整数", "must be an integer"});
        return std::nullopt;
    }
    if (value->AsInt() < min || value->AsInt() > max) {
        Note(PathOf(key), Between("应在 ", "must be from ", min, max));
        return std::nullopt;
    }
    return value->AsInt();
}

std::int64_t Reader::Int(std::string_view key, std::int64_t min, std::int64_t max) {
    return ReadInt(key, min, max, true).value_or(0);
}

std::optional<std::int64_t> Reader::OptionalInt(std::string_view key, std::int64_t min, std::int64_t max) {
    return ReadInt(key, min, max, false);
}

std::optional<bool> Reader::ReadBool(std::string_view key, bool required) {
    const Value* value = Get(key, required);
    if (value == nullptr) return std::nullopt;
    if (!value->IsBool()) {
        Note(PathOf(key), {"应为 true 或 false", "must be true or false"});
        return std::nullopt;
    }
    return value->AsBool();
}

bool Reader::Bool(std::string_view key) {
    return ReadBool(key, true).value_or(false);
}

std::optional<bool> Reader::OptionalBool(std::string_view key) {
    return ReadBool(key, false);
}

std::optional<base::Time> Reader::ReadTime(std::string_view key, bool required) {
    const Value* value = Get(key, required);
    if (value == nullptr) return std::nullopt;
    if (value->IsString()) {
        const auto time = base::ParseRfc3339(value->AsString());
        if (time.ok()) return *time;
    }
    Note(PathOf(key), {"应为 RFC 3339 时间，例如 2026-05-01T09:00:00+08:00",
                       "must be an RFC 3339 time such as 2026-05-01T09:00:00+08:00"});
    return std::nullopt;
}

base::Time Reader::Time(std::string_view key) {
    return ReadTime(key, true).value_or(base::Time{});
}

std::optional<base::Time> Reader::OptionalTime(std::string_view key) {
    return ReadTime(key, false);
}

std::optional<std::size_t> Reader::ReadWord(std::string_view key, std::span<const std::string_view> words,
                                            bool required) {
    const Value* value = Get(key, required);
    if (value == nullptr) return std::nullopt;
    if (value->IsString()) {
        const auto found = std::find(words.begin(), words.end(), value->AsString());
        if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
    }
    std::string list;
    for (const std::string_view word : words) list.append(list.empty() ? "" : ", ").append(word);
    Note(PathOf(key), {"应为以下之一：" + list, "must be one of " + list});
    return std::nullopt;
}

std::size_t Reader::Word(std::string_view key, std::span<const std::string_view> words) {
    return ReadWord(key, words, true).value_or(0);
}

std::optional<std::size_t> Reader::OptionalWord(std::string_view key, std::span<const std::string_view> words) {
    return ReadWord(key, words, false);
}

const Array* Reader::ReadList(std::string_view key, std::size_t size_min, std::size_t size_max, bool required) {
    const Value* value = Get(key, required);
    if (value == nullptr) return nullptr;
    if (!value->IsArray()) {
        Note(PathOf(key), {"应为列表", "must be a list"});
        return nullptr;
    }
    const Array& list = value->AsArray();
    if (list.size() < size_min || list.size() > size_max) {
        Note(PathOf(key), Between("元素个数应在 ", "must have this many elements: ",
                                  static_cast<std::int64_t>(size_min), static_cast<std::int64_t>(size_max)));
        return nullptr;
    }
    return &list;
}

const Array* Reader::List(std::string_view key, std::size_t size_min, std::size_t size_max) {
    return ReadList(key, size_min, size_max, true);
}

const Array* Reader::OptionalList(std::string_view key, std::size_t size_max) {
    return ReadList(key, 0, size_max, false);
}

const Value* Reader::ReadObject(std::string_view key, bool required) {
    const Value* value = Get(key, required);
    if (value == nullptr || value->IsObject()) return value;
    Note(PathOf(key), {"应为对象", "must be an object"});
    return nullptr;
}

const Value* Reader::Object(std::string_view key) {
    return ReadObject(key, true);
}

const Value* Reader::OptionalObject(std::string_view key) {
    return ReadObject(key, false);
}

const Value* Reader::Any(std::string_view key) {
    seen_.emplace(key);
    return value_.Find(key);
}

void Reader::NoteUnknown() {
    if (!value_.IsObject()) return;
    for (const Member& member : value_.AsObject().members()) {
        if (!seen_.contains(member.first)) Note(PathOf(Shown(member.first)), {"未知的字段", "is not a known field"});
    }
}

void Reader::Merge(Reader&& nested) {
    nested.NoteUnknown();
    for (base::FieldError& mistake : nested.mistakes_) Note(std::move(mistake.field), std::move(mistake.reason));
    nested.mistakes_.clear();
}

Status Reader::Finish() {
    NoteUnknown();
    if (mistakes_.empty()) return Ok();
    Error error = Fail(Code::kInvalid);
    error.fields = std::move(mistakes_);
    mistakes_.clear();
    return error;
}

}  // namespace rt::json
