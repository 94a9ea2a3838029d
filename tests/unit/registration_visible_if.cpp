// Conditions of fields, and the patterns of texts: what they mean, and that nothing makes them slow or large.
#include <doctest/doctest.h>

#include <string>

#include "base/random.h"
#include "registration/domain/form.h"
#include "registration/domain/pattern.h"
#include "registration/domain/visible_if.h"

using namespace rt::registration;

namespace {

bool Parses(const std::string& text) {
    return std::holds_alternative<Condition>(Condition::Parse(text));
}

bool Holds(const std::string& text, const Answers& answers) {
    const auto parsed = Condition::Parse(text);
    REQUIRE(std::holds_alternative<Condition>(parsed));
    return std::get<Condition>(parsed).Holds(answers);
}

Field Make(std::string key, FieldType type) {
    Field out;
    out.key = std::move(key);
    out.type = type;
    out.label = {"字段", "Field"};
    if (type == FieldType::kSingle || type == FieldType::kMulti) out.options = {{"s", {"小", "S"}}, {"m", {"中", "M"}}};
    return out;
}

const Answers kAnswers{{"size", std::string("s")},
                       {"age", std::int64_t{17}},
                       {"agreed", true},
                       {"no", false},
                       {"hobbies", std::vector<std::string>{"chess", "go"}},
                       {"born", std::string("2009-05-01")}};

}  // namespace

TEST_CASE("conditions hold as they read") {
    struct Row {
        const char* text;
        bool holds;
    };
    constexpr Row kRows[] = {{R"(size == "s")", true},
                             {R"(size == "m")", false},
                             {R"(size != "m")", true},
                             {R"(size in ["m", "s"])", true},
                             {R"(size in ["m"])", false},
                             {"age < 18", true},
                             {"age <= 17", true},
                             {"age > 17", false},
                             {"age >= 17", true},
                             {"age == 17", true},
                             {"age == -17", false},
                             {R"(hobbies has "chess")", true},
                             {R"(hobbies has "golf")", false},
                             {R"(born < "2009-06-01")", true},
                             {"agreed", true},
                             {"agreed == true", true},
                             {"no", false},
                             {"not no", true},
                             {"not not agreed", true},
                             {"answered(size)", true},
                             {"answered(missing)", false},
                             {"missing", false},
                             {R"(missing == "x")", false},
                             {R"(missing != "x")", true},
                             {"missing < 3", false},
                             {R"(age == "17")", false},
                             {R"(no or agreed and age > 20)", false},
                             {R"((no or agreed) and age < 20)", true},
                             {R"(not (no or age < 20))", false},
                             {"agreed and\n not no", true}};
    for (const Row& row : kRows) {
        CAPTURE(std::string(row.text));
        CHECK(Holds(row.text, kAnswers) == row.holds);
    }
}

TEST_CASE("what is no condition is refused") {
    for (const char* text : {"",
                             "  ",
                             "==",
                             "size =",
                             "size = \"s\"",
                             "size == ",
                             "size == s",
                             "size == \"s",
                             "size == \"\\x\"",
                             "(size",
                             "size)",
                             "size size",
                             "and",
                             "size and",
                             "or size",
                             "not",
                             "size in []",
                             "size in [\"a\"",
                             "size in \"a\"",
                             "answered",
                             "answered()",
                             "answered(Size)",
                             "Size == 1",
                             "size == 1.5",
                             "size has",
                             "size == 99999999999999999999",
                             "size == \"a\" == \"b\"",
                             "size == 'a'",
                             "system(\"x\")",
                             "a.b == 1",
                             "\xff"}) {
        CAPTURE(std::string(text));
        CHECK_FALSE(Parses(text));
    }
}

TEST_CASE("conditions are bounded at limit-1, limit, limit+1") {
    const auto spaced = [](std::size_t bytes) { return "size" + std::string(bytes - 4, ' '); };
    CHECK(Parses(spaced(kConditionBytesMax - 1)));
    CHECK(Parses(spaced(kConditionBytesMax)));
    CHECK_FALSE(Parses(spaced(kConditionBytesMax + 1)));

    // n truths joined by n - 1 signs.
    const auto joined = [](int truths) {
        std::string out = "a";
        for (int i = 1; i < truths; ++i) out += " or a";
        return out;
    };
    CHECK(Parses(joined(25)));                          // 49 nodes
    CHECK(Parses("not " + joined(25)));                 // 50
    CHECK_FALSE(Parses("not a or not " + joined(24)));  // 51

    const auto nested = [](int depth) {
        return std::string(static_cast<std::size_t>(depth), '(') + "a" +
               std::string(static_cast<std::size_t>(depth), ')');
    };
    CHECK(Parses(nested(kConditionDepthMax - 2)));
    CHECK(Parses(nested(kConditionDepthMax - 1)));
    CHECK_FALSE(Parses(nested(kConditionDepthMax)));

    const auto listed = [](std::size_t size) {
        std::string out = "a in [1";
        for (std::size_t i = 1; i < size; ++i) out += ",1";
        return out + "]";
    };
    CHECK(Parses(listed(kConditionListMax - 1)));
    CHECK(Parses(listed(kConditionListMax)));
    CHECK_FALSE(Parses(listed(kConditionListMax + 1)));
}

TEST_CASE("a condition may ask only what was asked before, and only what can be") {
    const std::vector<Field> before{Make("size", FieldType::kSingle), Make("many", FieldType::kMulti),
                                    Make("age", FieldType::kInt),     Make("born", FieldType::kDate),
                                    Make("yes", FieldType::kBool),    Make("head", FieldType::kSection),
                                    Make("name", FieldType::kText)};
    const auto good = [&](const char* text) {
        const auto parsed = Condition::Parse(text);
        REQUIRE(std::holds_alternative<Condition>(parsed));
        return std::get<Condition>(parsed).CheckAgainst(before).empty();
    };
    for (const char* text : {R"(size == "m")", R"(many has "s")", "age > 3", R"(born > "2000-01-01")", "yes",
                             "yes == false", "answered(many)", R"(name == "x")", R"(size in ["s","m"])"}) {
        CAPTURE(std::string(text));
        CHECK(good(text));
    }
    for (const char* text :
         {R"(later == "m")", R"(size == "xl")", R"(many == "s")", R"(many has "xl")", R"(age == "3")", "size == 3",
          R"(name > "a")", "head", R"(yes == "true")", R"(size in ["s","xl"])"}) {
        CAPTURE(std::string(text));
        CHECK_FALSE(good(text));
    }
}

TEST_CASE("whatever is typed as a condition or a pattern, judging it ends and changes nothing") {
    rt::base::SeededRandom random(7);
    const std::string alphabet = "ab()[]{}\"\\ \n,<>=!andornothasin0123456789_*+?.-^$|d\xE4\xBD\xA0";
    for (int round = 0; round < 20'000; ++round) {
        std::string text;
        for (std::uint64_t i = random.Below(40); i > 0; --i) text += alphabet[random.Below(alphabet.size())];
        const auto parsed = Condition::Parse(text);
        if (const auto* condition = std::get_if<Condition>(&parsed)) {
            const bool first = condition->Holds(kAnswers);
            CHECK(condition->Holds(kAnswers) == first);
        }
        if (const auto pattern = Pattern::Parse(text)) {
            const bool first = pattern->Matches("ab12");
            CHECK(pattern->Matches("ab12") == first);
        }
    }
}

TEST_CASE("patterns match the whole text") {
    const auto matches = [](const char* pattern, const char* text) {
        const auto parsed = Pattern::Parse(pattern);
        REQUIRE(parsed.has_value());
        return parsed->Matches(text);
    };
    CHECK(matches(R"([A-Z]{2}\d{6})", "AB123456"));
    CHECK_FALSE(matches(R"([A-Z]{2}\d{6})", "AB12345"));
    CHECK_FALSE(matches(R"([A-Z]{2}\d{6})", "AB1234567"));
    CHECK_FALSE(matches(R"([A-Z]{2}\d{6})", "ab123456"));
    CHECK(matches("第?\\d+号", "第12号"));
    CHECK(matches("第?\\d+号", "1号"));
    CHECK_FALSE(matches("第?\\d+号", "第号"));
    CHECK(matches("[^ ]{1,3}", "abc"));
    CHECK_FALSE(matches("[^ ]{1,3}", "abcd"));
    CHECK_FALSE(matches("[^ ]{1,3}", ""));
    CHECK(matches("a*b", "aaab"));
    CHECK(matches("a*b", "b"));
    CHECK(matches("a.c", "a你c"));
    CHECK(matches(R"(\w+\.\w+)", "a_1.b"));
    CHECK(matches("a{0,2}", ""));
    CHECK_FALSE(matches("a{0,2}", "aaa"));
    for (const char* bad : {"", "(a)", "a|b", "[", "[]", "[z-a]", "a{2,1}", "a{", "*", "\\q", "a{999}", "a**"}) {
        CAPTURE(std::string(bad));
        CHECK_FALSE(Pattern::Parse(bad).has_value());
    }
    CHECK(Pattern::Parse("a{255}a").has_value());
    CHECK(Pattern::Parse("a{256}").has_value());
    CHECK_FALSE(Pattern::Parse("a{256}a").has_value());
    // What takes a backtracking matcher longer than the universe lasts.
    std::string evil;
    for (int i = 0; i < 60; ++i) evil += "a?";
    evil += "a{60}";
    CHECK(matches(evil.c_str(), std::string(60, 'a').c_str()));
    CHECK_FALSE(matches(evil.c_str(), (std::string(5'000, 'a') + "b").c_str()));
}
