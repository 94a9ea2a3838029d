#include <doctest/doctest.h>

#include <map>
#include <string>

#include "json/reader.h"

namespace {

using rt::json::Decode;
using rt::json::Reader;
using rt::json::Value;

constexpr std::array<std::string_view, 2> kColours{"red", "blue"};

// Every noted mistake as "field: reason".
std::map<std::string, std::string> Mistakes(Reader& in) {
    std::map<std::string, std::string> out;
    const rt::Status status = in.Finish();
    if (status.ok()) return out;
    CHECK(status.error().code == rt::Code::kInvalid);
    for (const auto& field : status.error().fields) {
        CHECK(!field.reason.zh.empty());
        out[field.field] = field.reason.en;
    }
    return out;
}

std::string Letters(std::size_t count) {
    std::string out;
    for (std::size_t i = 0; i < count; ++i) out += "\xE5\x9C\x86";
    return out;
}

}  // namespace

TEST_CASE("a reader takes every kind of field") {
    const Value value = *Decode(
        R"({"name":" \u3000 Roundtable \u00a0","cap":5,"on":true,"at":"2026-05-01T09:00:00+08:00","colour":"blue",
            "list":[1,2],"object":{"x":1},"any":null,"none":null})");
    Reader in(value);
    CHECK(in.Text("name") == "Roundtable");
    CHECK(in.Int("cap", 5, 5) == 5);
    CHECK(in.Bool("on"));
    CHECK(rt::base::FormatRfc3339(in.Time("at")) == "2026-05-01T01:00:00.000Z");
    CHECK(in.Word("colour", kColours) == 1);
    CHECK(in.List("list", 2, 2)->size() == 2);
    REQUIRE(in.Object("object") != nullptr);
    CHECK(in.Any("any")->IsNull());
    CHECK(in.Any("absent") == nullptr);
    CHECK(!in.Has("none"));
    CHECK(in.Has("cap"));
    CHECK(!in.OptionalText("none").has_value());
    CHECK(!in.OptionalInt("none", 0, 1).has_value());
    CHECK(!in.OptionalBool("absent").has_value());
    CHECK(!in.OptionalTime("absent").has_value());
    CHECK(!in.OptionalWord("absent", kColours).has_value());
    CHECK(in.OptionalList("absent", 1) == nullptr);
    CHECK(in.OptionalObject("absent") == nullptr);
    CHECK(Mistakes(in).empty());
}

TEST_CASE("every mistake is told at once, with its path") {
    const Value value = *Decode(
        R"({"name":5,"cap":"5","rate":1.0,"on":1,"at":"yesterday","colour":"green","list":{},"object":[],"more":1,
            "elements":[{"name":"","extra":1},7]})");
    Reader in(value, "root");
    CHECK(in.Text("name").empty());
    CHECK(in.Int("cap", 0, 9) == 0);
    CHECK(in.Int("rate", 0, 9) == 0);
    CHECK(!in.Bool("on"));
    CHECK(in.Time("at").micros == 0);
    CHECK(in.Word("colour", kColours) == 0);
    CHECK(in.List("list", 0, 9) == nullptr);
    CHECK(in.Object("object") == nullptr);
    CHECK(in.Text("absent").empty());
    const auto* elements = in.List("elements", 1, 2);
    REQUIRE(elements != nullptr);
    for (std::size_t i = 0; i < elements->size(); ++i) {
        Reader nested((*elements)[i], in.PathOf("elements") + "[" + std::to_string(i) + "]");
        nested.Text("name");
        in.Merge(std::move(nested));
    }
    in.Note(in.PathOf("own"), {"自己的", "own reason"});
    CHECK(Mistakes(in) == std::map<std::string, std::string>{
                              {"root.name", "must be a string"},
                              {"root.cap", "must be an integer"},
                              {"root.rate", "must be an integer"},
                              {"root.on", "must be true or false"},
                              {"root.at", "must be an RFC 3339 time such as 2026-05-01T09:00:00+08:00"},
                              {"root.colour", "must be one of red, blue"},
                              {"root.list", "must be a list"},
                              {"root.object", "must be an object"},
                              {"root.absent", "is required"},
                              {"root.more", "is not a known field"},
                              {"root.elements[0].name", "is required"},
                              {"root.elements[0].extra", "is not a known field"},
                              {"root.elements[1]", "must be an object"},
                              {"root.own", "own reason"},
                          });
}

TEST_CASE("text is measured in characters after trimming") {
    const auto verdict = [](const std::string& text, rt::json::TextRule rule) {
        const Value value(rt::json::Object{{"t", text}});
        Reader in(value);
        in.Text("t", rule);
        return in.Finish().ok();
    };
    CHECK(!verdict(Letters(1), {.size_min = 2, .size_max = 4}));
    CHECK(verdict(Letters(2), {.size_min = 2, .size_max = 4}));
    CHECK(verdict(Letters(3), {.size_min = 2, .size_max = 4}));
    CHECK(verdict(Letters(4), {.size_min = 2, .size_max = 4}));
    CHECK(!verdict(Letters(5), {.size_min = 2, .size_max = 4}));
    CHECK(verdict("  " + Letters(4) + "\n\xE3\x80\x80", {.size_min = 2, .size_max = 4}));
    CHECK(!verdict("   ", {.size_min = 1, .size_max = 4}));
    CHECK(verdict("   ", {.size_min = 0, .size_max = 4}));
    CHECK(!verdict("a\nb", {}));
    CHECK(verdict("a\nb\tc", {.multiline = true}));
    CHECK(!verdict("a\x1b[31mb", {.multiline = true}));
    CHECK(
        !verdict("a\xE2\x80\xAE"
                 "b",
                 {.multiline = true}));
}

TEST_CASE("line ends are made uniform") {
    const Value value(rt::json::Object{{"t", "a\r\nb\rc\n"}});
    Reader in(value);
    CHECK(in.Text("t", {.multiline = true}) == "a\nb\nc");
}

TEST_CASE("an optional text may be empty only where the rule says so") {
    const Value value(rt::json::Object{{"t", " "}});
    Reader strict(value);
    CHECK(!strict.OptionalText("t").has_value());
    CHECK(Mistakes(strict) == std::map<std::string, std::string>{{"t", "must not be empty"}});
    Reader lax(value);
    CHECK(lax.OptionalText("t", {.size_min = 0}) == "");
    CHECK(Mistakes(lax).empty());
}

TEST_CASE("ranges and list sizes hold at their edges") {
    const auto int_ok = [](std::int64_t n) {
        const Value value(rt::json::Object{{"n", n}});
        Reader in(value);
        in.Int("n", -2, 3);
        return in.Finish().ok();
    };
    CHECK(!int_ok(-3));
    CHECK(int_ok(-2));
    CHECK(int_ok(3));
    CHECK(!int_ok(4));
    const auto list_ok = [](std::size_t size) {
        const Value value(rt::json::Object{{"l", rt::json::Array(size)}});
        Reader in(value);
        in.List("l", 1, 2);
        return in.Finish().ok();
    };
    CHECK(!list_ok(0));
    CHECK(list_ok(1));
    CHECK(list_ok(2));
    CHECK(!list_ok(3));
}

TEST_CASE("a value that is no object is one mistake, and mistakes are capped") {
    const Value list(rt::json::Array{});
    Reader in(list, "body");
    in.Text("a");
    in.Int("b", 0, 1);
    CHECK(Mistakes(in) == std::map<std::string, std::string>{{"body", "must be an object"}});

    rt::json::Object many;
    for (int i = 0; i < 500; ++i) many.Add("k" + std::to_string(i), i);
    const Value hostile(many);
    Reader capped(hostile);
    CHECK(capped.Finish().error().fields.size() == 100);
    const Value named(rt::json::Object{{std::string(79, 'x') + "\xE5\x9C\x86", 1}});
    Reader long_name(named);
    CHECK(long_name.Finish().error().fields.at(0).field == std::string(79, 'x'));
}
