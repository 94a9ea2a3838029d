#include <doctest/doctest.h>

#include <string>

#include "json/json.h"

namespace {

using rt::Code;
using rt::json::Array;
using rt::json::Decode;
using rt::json::Encode;
using rt::json::Object;
using rt::json::Value;

std::string Refusal(std::string_view text) {
    const auto value = Decode(text);
    if (value.ok()) return "accepted: " + Encode(*value);
    CHECK(value.error().code == Code::kBadJson);
    CHECK(!value.error().message.zh.empty());
    CHECK(!value.error().message.en.empty());
    return value.error().detail;
}

std::string Nested(std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
}

// An array of `values` numbers is values + 1 nodes.
std::string Numbers(std::size_t values) {
    std::string text = "[0";
    for (std::size_t i = 1; i < values; ++i) text += ",0";
    return text + "]";
}

}  // namespace

TEST_CASE("what is not exactly one JSON value is refused with its place") {
    struct Case {
        std::string_view text;
        std::string_view refusal;
    };
    using namespace std::string_view_literals;
    const Case cases[] = {
        {"", "syntax error at line 1, column 1"},
        {" ", "syntax error at line 1, column 1"},
        {"{", "syntax error at line 1, column 1"},
        {"[1,2", "syntax error at line 1, column 4"},
        {"{} {}", "syntax error at line 1, column 4"},
        {"{}x", "syntax error at line 1, column 3"},
        {"1 2", "syntax error at line 1, column 3"},
        {"{\n  \"a\": 1,\n  \"b\": tru\n}", "syntax error at line 3, column 11"},
        {"{\n  \"a\": 1,\n  \"a\": 2\n}", "duplicate key at line 3, column 5"},
        {"{\"a\":1,\"\\u0061\":2}", "duplicate key at line 1, column 15"},
        {"{\"x\":{\"b\":1,\"b\":1}}", "duplicate key at line 1, column 15"},
        {"{}\0"sv, "NUL character at line 1, column 3"},
        {"{}\0{}"sv, "NUL character at line 1, column 3"},
        {"\"a\0b\""sv, "NUL character at line 1, column 3"},
        {"\"a\\u0000b\"", "NUL character at line 1, column 10"},
        {"{\"a\\u0000\":1}", "NUL character at line 1, column 10"},
        {"\xEF\xBB\xBF{}", "byte order mark at line 1, column 1"},
        {"9223372036854775808", "integer does not fit 64 bits at line 1, column 19"},
        {"-9223372036854775809", "integer does not fit 64 bits at line 1, column 20"},
        {"[18446744073709551616]", "integer does not fit 64 bits at line 1, column 22"},
        {"1e400", "number out of range at line 1, column 5"},
        {"[-1e999]", "number out of range at line 1, column 8"},
        {"01", "syntax error at line 1, column 2"},
        {"+1", "syntax error at line 1, column 1"},
        {"1.", "syntax error at line 1, column 2"},
        {".5", "syntax error at line 1, column 1"},
        {"0x10", "syntax error at line 1, column 2"},
        {"NaN", "syntax error at line 1, column 1"},
        {"Infinity", "syntax error at line 1, column 1"},
        {"[1,]", "syntax error at line 1, column 4"},
        {"{\"a\":1,}", "syntax error at line 1, column 8"},
        {"{a:1}", "syntax error at line 1, column 2"},
        {"{'a':1}", "syntax error at line 1, column 2"},
        {"/* c */ 1", "syntax error at line 1, column 1"},
        {"1 // c", "syntax error at line 1, column 3"},
        {"\"a\nb\"", "syntax error at line 1, column 3"},
        {"\"tab\there\"", "syntax error at line 1, column 5"},
        {"\"\\x41\"", "syntax error at line 1, column 3"},
        {"\"\\ud800\"", "syntax error at line 1, column 8"},
        {"\"\\udc00\"", "syntax error at line 1, column 7"},
        {"\"\\ud800\\u0041\"", "syntax error at line 1, column 13"},
        {"\"\xC0\xAF\"", "syntax error at line 1, column 2"},
        {"\"\xED\xA0\x80\"", "syntax error at line 1, column 2"},
        {"\"\xF5\x80\x80\x80\"", "syntax error at line 1, column 2"},
        {"\"\xE5\"", "syntax error at line 1, column 3"},
        {"\"\xFF\"", "syntax error at line 1, column 2"},
        // Columns count characters, not bytes.
        {"\"\xE5\x9C\x86\xE6\xA1\x8C\" x", "syntax error at line 1, column 6"},
    };
    for (const Case& c : cases) {
        CAPTURE(c.text);
        CHECK(Refusal(c.text) == c.refusal);
    }
}

TEST_CASE("the refusal reads well in both languages") {
    const auto value = Decode("{\"a\":1,\"a\":2}");
    REQUIRE(!value.ok());
    CHECK(value.error().message.en == "The body is not valid JSON (line 1, column 10): duplicate key");
    CHECK(value.error().message.zh == "JSON 格式不正确（第 1 行第 10 列）：重复的键");
}

TEST_CASE("depth is limited") {
    using rt::json::kDepthMax;
    CHECK(Decode(Nested(kDepthMax - 1)).ok());
    CHECK(Decode(Nested(kDepthMax)).ok());
    CHECK(Refusal(Nested(kDepthMax + 1)) == "nested too deeply at line 1, column 33");
    CHECK(Refusal(Nested(100'000)) == "nested too deeply at line 1, column 33");
    CHECK(Refusal(std::string(1'000'000, '[')) == "nested too deeply at line 1, column 33");
    std::string objects;
    for (int i = 0; i < 33; ++i) objects += "{\"a\":";
    CHECK(Refusal(objects).starts_with("nested too deeply"));
    // Many containers side by side are no depth.
    CHECK(Decode("[" + Nested(31) + "," + Nested(31) + "]").ok());
}

TEST_CASE("the number of values is limited") {
    using rt::json::kNodesMax;
    CHECK(Decode(Numbers(kNodesMax - 2)).ok());
    CHECK(Decode(Numbers(kNodesMax - 1)).ok());
    CHECK(Refusal(Numbers(kNodesMax)).starts_with("too many values"));
}

TEST_CASE("duplicate keys are found among many") {
    std::string text = "{";
    for (int i = 0; i < 100'000; ++i) text += "\"k" + std::to_string(i) + "\":0,";
    CHECK(Decode(text + "\"last\":0}").ok());
    CHECK(Refusal(text + "\"k99999\":0}").starts_with("duplicate key"));
    CHECK(Refusal(text + "\"k0\":0}").starts_with("duplicate key"));
}

TEST_CASE("integers are exact and stay apart from doubles") {
    CHECK(Decode("9223372036854775807")->AsInt() == INT64_MAX);
    CHECK(Decode("-9223372036854775808")->AsInt() == INT64_MIN);
    CHECK(Decode("9007199254740993")->AsInt() == 9007199254740993);
    CHECK(Decode("-0")->AsInt() == 0);
    CHECK(!Decode("1.0")->IsInt());
    CHECK(Decode("1.0")->IsNumber());
    CHECK(!Decode("1e3")->IsInt());
    CHECK(Decode("1e3")->AsDouble() == 1000.0);
    CHECK(Decode("9223372036854775808.0")->AsDouble() == 9223372036854775808.0);
    CHECK(Decode("1e-999")->AsDouble() == 0.0);
}

TEST_CASE("values are decoded as they are") {
    const auto value = Decode(" {\"b\":[null,true,false,-7,0.5,\"\\ud83c\\udfae\\n\\/\"],\"a\":{}}\r\n\t ");
    REQUIRE(value.ok());
    CHECK(*value == Value(Object{{"a", Object{}}, {"b", Array{nullptr, true, false, -7, 0.5, "\xF0\x9F\x8E\xAE\n/"}}}));
    CHECK(value->AsObject().members()[0].first == "b");
    CHECK(value->Find("none") == nullptr);
    CHECK(Value(7).Find("a") == nullptr);
}

TEST_CASE("encoding is deterministic and safe inside a page") {
    CHECK(Encode(Object{{"z", 1}, {"a", Array{nullptr, true, 1.0, -0.5, 1e300}}}) ==
          "{\"z\":1,\"a\":[null,true,1.0,-0.5,1e+300]}");
    CHECK(Encode("</script><!-- \" \\ \b\f\n\r\t\x01\x7F") ==
          "\"<\\/script>\\u003c!-- \\\" \\\\ \\b\\f\\n\\r\\t\\u0001\x7F\"");
    CHECK(Encode("\xE2\x80\xA8\xE2\x80\xA9\xE5\x9C\x86") == "\"\\u2028\\u2029\xE5\x9C\x86\"");
    CHECK(Encode("a\xFF\xE5\x9C") == "\"a\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"");
    CHECK(Encode(std::string("a\0b", 3)) == "\"a\\u0000b\"");
    CHECK(Encode(1.0 / 0.0 * 1.0) == "null");
    CHECK(Encode(INT64_MIN) == "-9223372036854775808");
    CHECK(rt::json::EncodePretty(Object{{"a", Array{1, Object{}}}, {"b", Array{}}}) ==
          "{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\": []\n}");
}

TEST_CASE("what was encoded decodes to the same value") {
    for (const std::string_view text : {"{\"a\":[1,2.5,\"x\",{\"b\":null}],\"c\":\"\\u0001<\\/\"}", "[]", "0.1",
                                        "1e+300", "5e-324", "1.7976931348623157e+308", "\"\xF0\x9F\x8E\xAE\""}) {
        CAPTURE(text);
        const auto value = Decode(text);
        REQUIRE(value.ok());
        CHECK(Encode(*value) == text);
        CHECK(*Decode(Encode(*value)) == *value);
        CHECK(*Decode(rt::json::EncodePretty(*value)) == *value);
    }
}

TEST_CASE("an object replaces, erases and compares without regard to order") {
    Object object{{"a", 1}, {"b", 2}, {"a", 3}};
    CHECK(object.members().size() == 2);
    CHECK(object.Find("a")->AsInt() == 3);
    CHECK(object == Object{{"b", 2}, {"a", 3}});
    CHECK(!(object == Object{{"b", 2}}));
    CHECK(!(object == Object{{"b", 2}, {"c", 3}}));
    object.Erase("a");
    CHECK(object.Find("a") == nullptr);
    CHECK(object == Object{{"b", 2}});
}
