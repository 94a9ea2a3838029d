// BSON as MongoDB writes it, type by type, and what is refused.

#include <doctest/doctest.h>

#include "mongo/bson.h"
#include "support/bson_bytes.h"

using namespace rt;
using testing::Doc;
using testing::Element;
using testing::Little;
using testing::Str;
using testing::U32;
using testing::Zero;

namespace {

std::string Json(const std::string& bson) {
    const auto decoded = mongo::DecodeBson(bson);
    REQUIRE_MESSAGE(decoded.ok(), decoded.error().message.en);
    return json::Encode(*decoded);
}

std::string One(int type, const std::string& value) {
    const std::string whole = Json(Doc(Element(type, "a", value)));
    return whole.substr(5, whole.size() - 6);
}

std::string Why(const std::string& bson, const mongo::BsonLimits& limits = {}) {
    const auto decoded = mongo::DecodeBson(bson, limits);
    if (decoded.ok()) return {};
    CHECK(decoded.error().code == Code::kInvalid);
    return decoded.error().message.en;
}

std::string Nested(std::size_t depth) {
    std::string out = Doc("");
    for (std::size_t i = 1; i < depth; ++i) out = Doc(Element(3, "a", out));
    return out;
}

}  // namespace

TEST_CASE("every type has its JSON") {
    CHECK(Json(Doc("")) == "{}");
    CHECK(One(0x01, Little(0x3ff8'0000'0000'0000, 8)) == "1.5");
    CHECK(One(0x01, Little(0x7ff0'0000'0000'0000, 8)) == R"({"$numberDouble":"Infinity"})");
    CHECK(One(0x01, Little(0x7ff8'0000'0000'0000, 8)) == R"({"$numberDouble":"NaN"})");
    CHECK(One(0x02, Str("圆桌")) == "\"圆桌\"");
    CHECK(One(0x03, Doc(Element(0x0a, "b", ""))) == R"({"b":null})");
    CHECK(One(0x04, Doc(Element(0x08, "0", Zero()) + Element(0x10, "1", U32(7)))) == "[false,7]");
    CHECK(One(0x05, U32(3) + Zero() + "abc") == R"({"$binary":{"base64":"YWJj","subType":"00"}})");
    CHECK(One(0x05, U32(7) + "\2" + U32(3) + "abc") == R"({"$binary":{"base64":"YWJj","subType":"02"}})");
    CHECK(One(0x06, "") == R"({"$undefined":true})");
    CHECK(One(0x07, "abcdefghijkl") == R"({"$oid":"6162636465666768696a6b6c"})");
    CHECK(One(0x08, "\1") == "true");
    CHECK(One(0x09, Little(1'700'000'000'123, 8)) == R"({"$date":"2023-11-14T22:13:20.123Z"})");
    CHECK(One(0x09, Little(static_cast<std::uint64_t>(-1), 8)) == R"({"$date":"1969-12-31T23:59:59.999Z"})");
    CHECK(One(0x09, Little(0x7fff'ffff'ffff'ffff, 8)) == R"({"$date":{"$numberLong":"9223372036854775807"}})");
    CHECK(One(0x0b, "^a" + Zero() + "i" + Zero()) == R"({"$regularExpression":{"pattern":"^a","options":"i"}})");
    CHECK(One(0x0c, Str("t") + "abcdefghijkl") ==
          R"({"$dbPointer":{"$ref":"t","$id":{"$oid":"6162636465666768696a6b6c"}}})");
    CHECK(One(0x0d, Str("fgh")) == R"({"$code":"fgh"})");
    CHECK(One(0x0e, Str("s")) == R"({"$symbol":"s"})");
    CHECK(One(0x0f, U32(17) + Str("fgh") + Doc("")) == R"({"$code":"fgh","$scope":{}})");
    CHECK(One(0x10, U32(0xffff'ffff)) == "-1");
    CHECK(One(0x11, U32(2) + U32(9)) == R"({"$timestamp":{"t":9,"i":2}})");
    CHECK(One(0x12, Little(0x7fff'ffff'ffff'ffff, 8)) == "9223372036854775807");
    CHECK(One(0x13, Little(150, 8) + Little(0x303c'0000'0000'0000, 8)) == R"({"$numberDecimal":"1.50"})");
    CHECK(One(0x7f, "") == R"({"$maxKey":1})");
    CHECK(One(0xff, "") == R"({"$minKey":1})");
}

TEST_CASE("decimals read as MongoDB writes them") {
    const auto text = [](std::uint64_t coefficient, std::int64_t exponent, bool negative = false) {
        const auto biased = static_cast<std::uint64_t>(exponent + 6'176);
        return mongo::DecimalText(coefficient, (biased << 49U) | (negative ? 1ULL << 63U : 0));
    };
    CHECK(text(0, 0) == "0");
    CHECK(text(0, 0, true) == "-0");
    CHECK(text(0, -2) == "0.00");
    CHECK(text(0, 3) == "0E+3");
    CHECK(text(123, 0) == "123");
    CHECK(text(123, -1) == "12.3");
    CHECK(text(123, -5) == "0.00123");
    CHECK(text(123, -8) == "0.00000123");
    CHECK(text(123, -9) == "1.23E-7");
    CHECK(text(123, 3) == "1.23E+5");
    CHECK(text(1, 6'111) == "1E+6111");
    CHECK(text(1, -6'176, true) == "-1E-6176");
    CHECK(mongo::DecimalText(0, 0x7c00'0000'0000'0000) == "NaN");
    CHECK(mongo::DecimalText(0, 0xf800'0000'0000'0000) == "-Infinity");
    // 34 nines, and one more than fits, which counts as 0.
    CHECK(mongo::DecimalText(0x378d'8e63'ffff'ffff, 0x3040'0000'0000'0000 | 0x0001'ed09'bead'87c0) ==
          std::string(34, '9'));
    CHECK(mongo::DecimalText(0x378d'8e64'0000'0000, 0x3040'0000'0000'0000 | 0x0001'ed09'bead'87c0) == "0");
    CHECK(mongo::DecimalText(5, 0x6000'0000'0000'0000) == "0E-6176");
}

TEST_CASE("what is damaged is refused, with the place") {
    const std::string sound =
        Doc(Element(0x02, "name", Str("x")) + Element(0x03, "in", Doc(Element(0x10, "n", U32(1)))));
    CHECK(Why(sound).empty());
    // Every cut, and every wrong length at the head.
    for (std::size_t size = 0; size < sound.size(); ++size) CHECK_FALSE(Why(sound.substr(0, size)).empty());
    for (std::size_t size = 0; size < sound.size() + 3; ++size) {
        if (size != sound.size()) CHECK_FALSE(Why(U32(size) + sound.substr(4)).empty());
    }
    CHECK(Why(sound + Zero()).find("bytes after the end") == 0);
    CHECK(Why(Doc(Element(0x02, "a", U32(0)))).find("a text without its NUL in a") == 0);
    CHECK(Why(Doc(Element(0x02, "a", U32(0xffff'ffff) + "x"))).find("cut short in a") == 0);
    CHECK(Why(Doc(Element(0x02, "a", U32(3) + "x" + Zero() + Zero()))).find("a NUL inside a text") == 0);
    CHECK(Why(Doc(Element(0x02, "a", Str("\xff")))).find("a text that is no UTF-8") == 0);
    CHECK(Why(Doc(Element(0x0a, "\xc0\x80", ""))).find("a name that is no UTF-8") == 0);
    CHECK(Why(Doc(Element(0x08, "a", "\2"))).find("a boolean") == 0);
    CHECK(Why(Doc(Element(0x14, "a", ""))).find("a type that is not known") == 0);
    CHECK(Why(Doc(Element(0x0a, "a", "") + Element(0x0a, "a", ""))).find("a key twice in a") == 0);
    CHECK(Why(Doc(Element(0x05, "a", U32(5) + "\2" + U32(3) + "x"))).find("a wrong length") == 0);
    CHECK(Why(Doc(Element(0x0f, "a", U32(16) + Str("fgh") + Doc("")))).find("a wrong length") == 0);
    CHECK(Why(Doc(Element(0x03, "a", Doc(Element(0x04, "b", Doc(Element(0x08, "0", "\7"))))))).find("a boolean") == 0);
    CHECK(Why(Doc(Element(0x03, "a", Doc(Element(0x04, "b", Doc(Element(0x08, "0", "\7"))))))).find("in a.b[0]") !=
          std::string::npos);
    // One that reaches into what comes behind it.
    CHECK_FALSE(Why(Doc(Element(0x03, "a", U32(8) + Zero()) + Element(0x0a, "b", ""))).empty());
}

TEST_CASE("depth and values have caps") {
    mongo::BsonLimits limits;
    CHECK(Why(Nested(limits.depth_max - 1)).empty());
    CHECK(Why(Nested(limits.depth_max)).empty());
    CHECK(Why(Nested(limits.depth_max + 1)).find("nested too deeply") == 0);
    limits.values_max = 3;
    const auto list = [](std::size_t count) {
        std::string elements;
        for (std::size_t i = 0; i < count; ++i) elements += Element(0x0a, "k" + std::to_string(i), "");
        return Doc(elements);
    };
    CHECK(Why(list(2), limits).empty());
    CHECK(Why(list(3), limits).empty());
    CHECK(Why(list(4), limits).find("too many values") == 0);
}

TEST_CASE("what is accepted can be kept as JSON") {
    mongo::BsonLimits limits;
    std::string date = Element(0x09, "a", Little(0x7fff'ffff'ffff'ffff, 8));
    for (std::size_t i = 1; i < limits.depth_max; ++i) date = Element(3, "a", Doc(date));
    const std::string text = Json(Doc(date));
    CHECK(json::Decode(text).ok());
}

TEST_CASE("ids and times in the forms they have") {
    CHECK(mongo::IdText(json::Object{{"$oid", "65f0"}}) == "65f0");
    CHECK(mongo::IdText(42) == "42");
    CHECK(mongo::IdText("a") == "a");
    CHECK(mongo::IdText(json::Value()).empty());
    CHECK(mongo::IdText(json::Object{{"a", 1}}) == R"({"a":1})");
    const auto at = [](const json::Value& value) {
        const auto time = mongo::TimeOf(value);
        return time.has_value() ? base::FormatRfc3339(*time) : std::string();
    };
    CHECK(at(json::Object{{"$date", "2024-01-02T03:04:05.000Z"}}) == "2024-01-02T03:04:05.000Z");
    CHECK(at("2024-01-02T03:04:05Z") == "2024-01-02T03:04:05.000Z");
    CHECK(at(1'700'000'000) == "2023-11-14T22:13:20.000Z");
    CHECK(at(1'700'000'000'123) == "2023-11-14T22:13:20.123Z");
    CHECK(at(1'700'000'000.0) == "2023-11-14T22:13:20.000Z");
    CHECK(at(-1).empty());
    CHECK(at("yesterday").empty());
    CHECK(at(json::Object{{"$date", json::Object{{"$numberLong", "1"}}}}).empty());
}
