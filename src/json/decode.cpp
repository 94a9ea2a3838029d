#include <cmath>
#include <cstddef>
#include <iterator>
#include <limits>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "base/check.h"
#include "json/json.h"
#include "json/large.h"

namespace rt::json {
namespace {

using base::Text;

// Hands the bytes to the parser and remembers how far it has read, because its callbacks do not say where they are.
class Cursor {
  public:
    using iterator_category = std::input_iterator_tag;
    using value_type = char;
    using difference_type = std::ptrdiff_t;
    using pointer = const char*;
    using reference = const char&;

    Cursor(const char* at, const char** furthest) : at_(at), furthest_(furthest) {}
    reference operator*() const { return *at_; }
    Cursor& operator++() {
        *furthest_ = ++at_;
        return *this;
    }
    Cursor operator++(int) {
        const Cursor before = *this;
        ++*this;
        return before;
    }
    bool operator==(const Cursor& other) const { return at_ == other.at_; }
    bool operator!=(const Cursor& other) const { return at_ != other.at_; }

  private:
    const char* at_;
    const char** furthest_;
};

// An array or object that is still open.
struct Frame {
    Value value;
    std::string key;  // of the member that comes next
    // Every key, once there are more than a linear search should go through (a hostile body has 100 000).
    std::unique_ptr<std::set<std::string, std::less<>>> keys;
};

constexpr std::size_t kLinearSearchMax = 16;
// Most bodies are not nested more deeply.
constexpr std::size_t kUsualDepth = 8;

// Builds the value from the parser's events; a callback that returns false stops the parser.
class Builder {
  public:
    explicit Builder(std::size_t nodes_max) : nodes_max_(nodes_max) { open_.reserve(kUsualDepth); }

    using number_integer_t = nlohmann::json::number_integer_t;
    using number_unsigned_t = nlohmann::json::number_unsigned_t;
    using number_float_t = nlohmann::json::number_float_t;

    // NOLINTBEGIN(readability-identifier-naming): the names are those of nlohmann::json_sax.
    bool null() { return Put(Value()); }
    bool boolean(bool value) { return Put(Value(value)); }
    bool number_integer(number_integer_t value) { return Put(Value(value)); }
    bool number_unsigned(number_unsigned_t value) {
        if (value > static_cast<number_unsigned_t>(std::numeric_limits<std::int64_t>::max())) return IntegerTooLarge();
        return Put(Value(static_cast<std::int64_t>(value)));
    }
    // An integer that fits neither 64-bit type arrives here, already rounded.
    bool number_float(number_float_t value, const std::string& text) {
        if (text.find_first_of(".eE") == std::string::npos) return IntegerTooLarge();
        if (!std::isfinite(value)) return Refuse({"数字超出范围", "number out of range"});
        return Put(Value(value));
    }
    bool string(std::string& value) { return NoNul(value) && Put(Value(std::move(value))); }
    bool binary(nlohmann::json::binary_t& /*value*/) { return Refuse({"不支持二进制", "binary data"}); }
    bool start_object(std::size_t /*size*/) { return Push(Value(Object())); }
    bool start_array(std::size_t /*size*/) { return Push(Value(Array())); }
    bool end_object() { return Pop(); }
    bool end_array() { return Pop(); }
    bool key(std::string& key) {
        if (!NoNul(key)) return false;
        Frame& frame = open_.back();
        if (!NewKey(frame, key)) return Refuse({"重复的键", "duplicate key"});
        frame.key = std::move(key);
        return true;
    }
    bool parse_error(std::size_t /*position*/, const std::string& /*token*/, const nlohmann::json::exception& error) {
        // 406: a number whose exponent is too large for a double.
        if (error.id == 406) return Refuse({"数字超出范围", "number out of range"});
        return Refuse({"语法错误", "syntax error"});
    }
    // NOLINTEND(readability-identifier-naming)

    bool Refuse(Text reason) {
        reason_ = std::move(reason);
        return false;
    }
    const Text& reason() const { return reason_; }
    Value Take() { return std::move(root_); }

  private:
    bool IntegerTooLarge() { return Refuse({"整数超出 64 位范围", "integer does not fit 64 bits"}); }

    bool NoNul(const std::string& text) {
        return text.find('\0') == std::string::npos || Refuse({"包含空字符", "NUL character"});
    }

    bool Count() { return ++nodes_ <= nodes_max_ || Refuse({"元素过多", "too many values"}); }

    static bool NewKey(Frame& frame, const std::string& key) {
        const auto& members = frame.value.AsObject().members();
        if (members.size() < kLinearSearchMax) return frame.value.Find(key) == nullptr;
        if (frame.keys == nullptr) {
            frame.keys = std::make_unique<std::set<std::string, std::less<>>>();
            for (const Member& member : members) frame.keys->insert(member.first);
        }
        return frame.keys->insert(key).second;
    }

    bool Push(Value container) {
        if (!Count()) return false;
        if (open_.size() >= kDepthMax) return Refuse({"嵌套过深", "nested too deeply"});
        open_.push_back({std::move(container), {}, nullptr});
        return true;
    }

    bool Pop() {
        Value done = std::move(open_.back().value);
        open_.pop_back();
        Attach(std::move(done));
        return true;
    }

    bool Put(Value value) {
        if (!Count()) return false;
        Attach(std::move(value));
        return true;
    }

    void Attach(Value value) {
        if (open_.empty()) {
            root_ = std::move(value);
            return;
        }
        Frame& frame = open_.back();
        if (frame.value.IsArray()) {
            frame.value.AsArray().push_back(std::move(value));
        } else {
            frame.value.AsObject().Add(std::move(frame.key), std::move(value));
        }
    }

    Value root_;
    std::vector<Frame> open_;
    const std::size_t nodes_max_;
    std::size_t nodes_ = 0;
    Text reason_;
};

Error BadJson(std::string_view text, std::size_t offset, const Text& reason) {
    const std::string_view before = text.substr(0, offset);
    std::size_t line = 1;
    std::size_t column = 0;
    // The place of the last character read; a line break stands at the end of its own line.
    char previous = ' ';
    for (const char c : before) {
        if (previous == '\n') {
            ++line;
            column = 0;
        }
        // Continuation bytes of UTF-8 are part of the character before them.
        if ((static_cast<unsigned char>(c) & 0xC0U) != 0x80U) ++column;
        previous = c;
    }
    if (column == 0) column = 1;
    const std::string l = std::to_string(line);
    const std::string c = std::to_string(column);
    return FailText(Code::kBadJson,
                    {"JSON 格式不正确（第 " + l + " 行第 " + c + " 列）：" + reason.zh,
                     "The body is not valid JSON (line " + l + ", column " + c + "): " + reason.en},
                    reason.en + " at line " + l + ", column " + c);
}

}  // namespace

Result<Value> Decode(std::string_view text) {
    return DecodeLarge(text, kNodesMax);
}

Result<Value> DecodeLarge(std::string_view text, std::size_t nodes_max) {
    // The parser takes a NUL byte for the end of the text and skips a byte order mark.
    const std::size_t nul = text.find('\0');
    if (nul != std::string_view::npos) return BadJson(text, nul + 1, {"包含空字符", "NUL character"});
    if (text.starts_with("\xEF\xBB\xBF")) return BadJson(text, 1, {"包含字节序标记", "byte order mark"});

    Builder builder(nodes_max);
    const char* furthest = text.data();
    const Cursor begin(text.data(), &furthest);
    const Cursor end(text.data() + text.size(), &furthest);
    if (!nlohmann::json::sax_parse(begin, end, &builder, nlohmann::json::input_format_t::json, true)) {
        return BadJson(text, static_cast<std::size_t>(furthest - text.data()), builder.reason());
    }
    return builder.Take();
}

}  // namespace rt::json
