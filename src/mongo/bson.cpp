#include "mongo/bson.h"

#include <array>
#include <bit>
#include <cmath>
#include <set>
#include <utility>

#include "base/encoding.h"
#include "base/parse.h"
#include "base/utf8.h"

namespace rt::mongo {
namespace {

using json::Value;

// The types of the specification.
enum class Type : std::uint8_t {
    kDouble = 0x01,
    kString = 0x02,
    kDocument = 0x03,
    kArray = 0x04,
    kBinary = 0x05,
    kUndefined = 0x06,
    kObjectId = 0x07,
    kBool = 0x08,
    kDate = 0x09,
    kNull = 0x0a,
    kRegex = 0x0b,
    kPointer = 0x0c,
    kCode = 0x0d,
    kSymbol = 0x0e,
    kScopedCode = 0x0f,
    kInt32 = 0x10,
    kTimestamp = 0x11,
    kInt64 = 0x12,
    kDecimal = 0x13,
    kMaxKey = 0x7f,
    kMinKey = 0xff,
};

constexpr std::size_t kObjectIdBytes = 12;
constexpr unsigned kOldBinary = 2;  // a sub-type with a length of its own inside
// Years 1 to 9999, as RFC 3339 can write them.
constexpr std::int64_t kDateMsMin = -62'135'596'800'000;
constexpr std::int64_t kDateMsMax = 253'402'300'799'999;

Value DateValue(std::int64_t ms) {
    if (ms < kDateMsMin || ms > kDateMsMax) {
        return json::Object{{"$date", json::Object{{"$numberLong", std::to_string(ms)}}}};
    }
    return json::Object{{"$date", base::FormatRfc3339({ms * 1'000})}};
}

Value DoubleValue(double value) {
    if (std::isfinite(value)) return value;
    const char* name = value > 0 ? "Infinity" : "-Infinity";
    return json::Object{{"$numberDouble", std::isnan(value) ? "NaN" : name}};
}

// One document after another, by a cursor that never leaves the bytes. The path is kept for messages alone.
class Decoder {
  public:
    Decoder(std::string_view bytes, const BsonLimits& limits) : bytes_(bytes), limits_(limits) {}

    Result<json::Object> Whole() {
        RT_TRY(auto out, Document(0));
        if (at_ != bytes_.size()) return Bad("bytes after the end");
        return out;
    }

  private:
    enum class Shape : std::uint8_t { kDocument, kArray };

    Error Bad(std::string_view what) const {
        const std::string text =
            std::string(what) + (path_.empty() ? "" : " in " + path_) + ", at byte " + std::to_string(at_);
        return base::FailText(Code::kInvalid, {text, text}, "bson");
    }

    Result<std::string_view> Take(std::size_t size) {
        if (size > bytes_.size() - at_) return Bad("cut short");
        const auto out = bytes_.substr(at_, size);
        at_ += size;
        return out;
    }
    Result<std::uint32_t> TakeU32() {
        RT_TRY(const auto bytes, Take(4));
        return ReadU32(bytes);
    }
    Result<std::uint64_t> TakeU64() {
        RT_TRY(const auto bytes, Take(8));
        return ReadU64(bytes);
    }

    // Up to the next NUL, which is taken, too.
    Result<std::string> Name() {
        const auto end = bytes_.find('\0', at_);
        if (end == std::string_view::npos) return Bad("a name without an end");
        const auto text = bytes_.substr(at_, end - at_);
        if (!base::IsUtf8(text)) return Bad("a name that is no UTF-8");
        at_ = end + 1;
        return std::string(text);
    }

    Result<std::string> Text() {
        RT_TRY(const auto size, TakeU32());
        if (size == 0) return Bad("a text without its NUL");
        RT_TRY(const auto bytes, Take(size));
        const auto text = bytes.substr(0, size - 1);
        if (bytes.back() != '\0') return Bad("a text without its NUL");
        if (text.find('\0') != std::string_view::npos) return Bad("a NUL inside a text");
        if (!base::IsUtf8(text)) return Bad("a text that is no UTF-8");
        return std::string(text);
    }

    Result<std::string> ObjectId() {
        RT_TRY(const auto bytes, Take(kObjectIdBytes));
        return base::HexEncode(base::AsBytes(bytes));
    }

    // Where the document that begins here ends: behind its last NUL.
    Result<std::size_t> EndOf() {
        const std::size_t begin = at_;
        RT_TRY(const auto size, TakeU32());
        if (size < kDocumentBytesMin || size > bytes_.size() - begin) return Bad("a wrong length");
        if (bytes_[begin + size - 1] != '\0') return Bad("a document without its NUL");
        return begin + size;
    }

    Result<json::Object> Document(std::size_t depth) {
        json::Object out;
        std::set<std::string, std::less<>> keys;
        RT_CHECK_OK(Elements(depth, Shape::kDocument, [&](std::string name, Value value) -> Status {
            if (!keys.insert(name).second) return Bad("a key twice");
            out.Add(std::move(name), std::move(value));
            return Ok();
        }));
        return out;
    }

    template <class Sink>
    Status Elements(std::size_t depth, Shape shape, const Sink& sink) {
        if (depth >= limits_.depth_max) return Bad("nested too deeply");
        RT_TRY(const auto end, EndOf());
        std::size_t index = 0;
        while (at_ < end - 1) {
            if (++values_ > limits_.values_max) return Bad("too many values");
            const auto type = static_cast<Type>(static_cast<std::uint8_t>(bytes_[at_++]));
            RT_TRY(std::string name, Name());
            const std::size_t path_before = path_.size();
            path_ += shape == Shape::kArray ? "[" + std::to_string(index++) + "]" : (path_.empty() ? "" : ".") + name;
            RT_TRY(Value value, One(type, depth));
            if (at_ > end - 1) return Bad("longer than its document");
            RT_CHECK_OK(sink(std::move(name), std::move(value)));
            path_.resize(path_before);
        }
        at_ = end;
        return Ok();
    }

    Result<Value> List(std::size_t depth) {
        json::Array out;
        RT_CHECK_OK(Elements(depth, Shape::kArray, [&](const std::string& /*index*/, Value value) -> Status {
            out.push_back(std::move(value));
            return Ok();
        }));
        return Value(std::move(out));
    }

    Result<Value> Binary() {
        RT_TRY(const auto size, TakeU32());
        RT_TRY(const auto kind, Take(1));
        RT_TRY(auto bytes, Take(size));
        const unsigned sub_type = static_cast<std::uint8_t>(kind[0]);
        if (sub_type == kOldBinary) {
            if (bytes.size() < 4 || ReadU32(bytes) != bytes.size() - 4) return Bad("a wrong length");
            bytes.remove_prefix(4);
        }
        const std::array<std::uint8_t, 1> one{static_cast<std::uint8_t>(sub_type)};
        return Value(json::Object{{"$binary", json::Object{{"base64", base::Base64Encode(base::AsBytes(bytes))},
                                                           {"subType", base::HexEncode(one)}}}});
    }

    Result<Value> Bool() {
        RT_TRY(const auto byte, Take(1));
        if (byte[0] != '\0' && byte[0] != '\1') return Bad("a boolean that is neither 0 nor 1");
        return Value(byte[0] == '\1');
    }

    Result<Value> Regex() {
        RT_TRY(auto pattern, Name());
        RT_TRY(auto options, Name());
        return Value(json::Object{
            {"$regularExpression", json::Object{{"pattern", std::move(pattern)}, {"options", std::move(options)}}}});
    }

    Result<Value> Pointer() {
        RT_TRY(auto name, Text());
        RT_TRY(auto id, ObjectId());
        return Value(json::Object{
            {"$dbPointer", json::Object{{"$ref", std::move(name)}, {"$id", json::Object{{"$oid", std::move(id)}}}}}});
    }

    Result<Value> ScopedCode(std::size_t depth) {
        const std::size_t begin = at_;
        RT_TRY(const auto size, TakeU32());
        RT_TRY(auto code, Text());
        RT_TRY(auto scope, Document(depth + 2));  // one more in JSON
        if (at_ - begin != size) return Bad("a wrong length");
        return Value(json::Object{{"$code", std::move(code)}, {"$scope", std::move(scope)}});
    }

    Result<Value> Timestamp() {
        RT_TRY(const auto raw, TakeU64());
        const auto seconds = static_cast<std::int64_t>(raw >> 32U);
        const auto order = static_cast<std::int64_t>(raw & 0xffff'ffffU);
        return Value(json::Object{{"$timestamp", json::Object{{"t", seconds}, {"i", order}}}});
    }

    Result<Value> Decimal() {
        RT_TRY(const auto low, TakeU64());
        RT_TRY(const auto high, TakeU64());
        return Value(json::Object{{"$numberDecimal", DecimalText(low, high)}});
    }

    template <class Wrapped>
    Result<Value> Named(const char* name, Result<Wrapped> inner) {
        if (!inner.ok()) return inner.error();
        return Value(json::Object{{name, *std::move(inner)}});
    }

    // What is a number, or as small as one.
    Result<Value> Scalar(Type type) {
        switch (type) {
            case Type::kDouble: {
                RT_TRY(const auto raw, TakeU64());
                return DoubleValue(std::bit_cast<double>(raw));
            }
            case Type::kDate: {
                RT_TRY(const auto raw, TakeU64());
                return DateValue(static_cast<std::int64_t>(raw));
            }
            case Type::kInt32: {
                RT_TRY(const auto raw, TakeU32());
                return Value(static_cast<std::int32_t>(raw));
            }
            case Type::kInt64: {
                RT_TRY(const auto raw, TakeU64());
                return Value(static_cast<std::int64_t>(raw));
            }
            case Type::kBool:
                return Bool();
            case Type::kNull:
                return Value();
            case Type::kUndefined:
                return Value(json::Object{{"$undefined", true}});
            case Type::kMaxKey:
                return Value(json::Object{{"$maxKey", 1}});
            case Type::kMinKey:
                return Value(json::Object{{"$minKey", 1}});
            default:
                return Bad("a type that is not known");
        }
    }

    Result<Value> One(Type type, std::size_t depth) {
        switch (type) {
            case Type::kString: {
                RT_TRY(auto text, Text());
                return Value(std::move(text));
            }
            case Type::kDocument: {
                RT_TRY(auto inner, Document(depth + 1));
                return Value(std::move(inner));
            }
            case Type::kArray:
                return List(depth + 1);
            case Type::kBinary:
                return Binary();
            case Type::kObjectId:
                return Named("$oid", ObjectId());
            case Type::kRegex:
                return Regex();
            case Type::kPointer:
                return Pointer();
            case Type::kCode:
                return Named("$code", Text());
            case Type::kSymbol:
                return Named("$symbol", Text());
            case Type::kScopedCode:
                return ScopedCode(depth);
            case Type::kTimestamp:
                return Timestamp();
            case Type::kDecimal:
                return Decimal();
            default:
                return Scalar(type);
        }
    }

    std::string_view bytes_;
    const BsonLimits limits_;
    std::size_t at_ = 0;
    std::size_t values_ = 0;
    std::string path_;
};

// Divides the number (most significant word first) and returns the remainder.
std::uint32_t DivideBy(std::array<std::uint32_t, 4>& words, std::uint32_t divisor) {
    std::uint64_t rest = 0;
    for (std::uint32_t& word : words) {
        const std::uint64_t now = rest << 32U | word;
        word = static_cast<std::uint32_t>(now / divisor);
        rest = now % divisor;
    }
    return static_cast<std::uint32_t>(rest);
}

std::string DigitsOf(std::uint64_t low, std::uint64_t high) {
    std::array<std::uint32_t, 4> words{static_cast<std::uint32_t>(high >> 32U), static_cast<std::uint32_t>(high),
                                       static_cast<std::uint32_t>(low >> 32U), static_cast<std::uint32_t>(low)};
    std::string out;
    while (words != std::array<std::uint32_t, 4>{}) {
        out.insert(out.begin(), static_cast<char>('0' + DivideBy(words, 10)));
    }
    return out.empty() ? "0" : out;
}

std::optional<base::Time> TimeOfNumber(std::int64_t number) {
    constexpr std::int64_t kSecondsMax = 100'000'000'000;  // the year 5138; as ms it is 1973
    const std::int64_t ms = number < kSecondsMax ? number * 1'000 : number;
    if (number < 0 || ms > kDateMsMax) return std::nullopt;
    return base::Time{ms * 1'000};
}

}  // namespace

std::uint32_t ReadU32(std::string_view bytes) {
    std::uint32_t out = 0;
    for (unsigned i = 0; i < 4; ++i) out |= static_cast<std::uint32_t>(static_cast<std::uint8_t>(bytes[i])) << (8U * i);
    return out;
}

std::uint64_t ReadU64(std::string_view bytes) {
    return static_cast<std::uint64_t>(ReadU32(bytes.substr(4))) << 32U | ReadU32(bytes);
}

std::string DecimalText(std::uint64_t low, std::uint64_t high) {
    constexpr std::int64_t kBias = 6'176;
    constexpr std::size_t kDigitsMax = 34;
    const std::string sign = (high >> 63U) != 0 ? "-" : "";
    const auto combination = (high >> 58U) & 0x1fU;
    if (combination == 0x1fU) return "NaN";
    if (combination == 0x1eU) return sign + "Infinity";
    const bool wide = (combination >> 3U) == 3U;  // a coefficient beyond 34 digits, which counts as 0
    const std::int64_t exponent = static_cast<std::int64_t>((wide ? high >> 47U : high >> 49U) & 0x3fffU) - kBias;
    std::string digits = wide ? "0" : DigitsOf(low, high & 0x1'ffff'ffff'ffffU);
    if (digits.size() > kDigitsMax) digits = "0";
    const auto count = static_cast<std::int64_t>(digits.size());
    const std::int64_t scientific = count - 1 + exponent;
    if (exponent > 0 || scientific < -6) {
        if (count > 1) digits.insert(1, ".");
        return sign + digits + "E" + (scientific < 0 ? "" : "+") + std::to_string(scientific);
    }
    if (exponent == 0) return sign + digits;
    if (count + exponent > 0) return sign + digits.insert(static_cast<std::size_t>(count + exponent), ".");
    return sign + "0." + std::string(static_cast<std::size_t>(-(count + exponent)), '0') + digits;
}

Result<json::Object> DecodeBson(std::string_view bytes, const BsonLimits& limits) {
    if (bytes.size() > kDocumentBytesMax) {
        return base::FailText(Code::kInvalid, {"larger than a document may be", "larger than a document may be"});
    }
    return Decoder(bytes, limits).Whole();
}

std::string IdText(const json::Value& id) {
    if (id.IsNull()) return {};
    if (id.IsString()) return id.AsString();
    if (id.IsInt()) return std::to_string(id.AsInt());
    const json::Value* digits = id.Find("$oid");
    return digits != nullptr && digits->IsString() ? digits->AsString() : json::Encode(id);
}

std::optional<base::Time> TimeOf(const json::Value& value) {
    if (value.IsInt()) return TimeOfNumber(value.AsInt());
    if (value.IsNumber()) {
        const double number = value.AsDouble();
        return number >= 0 && number < 1e15 ? TimeOfNumber(static_cast<std::int64_t>(number)) : std::nullopt;
    }
    const json::Value* inner = value.IsString() ? &value : value.Find("$date");
    if (inner == nullptr || !inner->IsString()) return std::nullopt;
    const auto time = base::ParseRfc3339(inner->AsString());
    return time.ok() ? std::optional(*time) : std::nullopt;
}

}  // namespace rt::mongo
