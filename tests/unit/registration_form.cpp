#include <doctest/doctest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "registration/domain/field_checks.h"
#include "registration/domain/form.h"
#include "registration/domain/form_types.h"
#include "registration/form_json.h"

using namespace rt::registration;

namespace {

constexpr Date kToday{2026, 11, 22};

Field Make(FieldType type, std::string key = "f") {
    Field out;
    out.key = std::move(key);
    out.type = type;
    out.label = {"字段", "Field"};
    if (InfoOf(type).tree) out.tree = {{"11", {"北京", ""}, {{"east", {"东城", ""}, {}}}}, {"12", {"天津", ""}, {}}};
    if (InfoOf(type).options) {
        out.options = {{"a", {"甲", "A"}}, {"b", {"乙", "B"}}, {"c", {"丙", "C"}}};
    }
    return out;
}

bool Accepts(const Field& field, AnswerValue value) {
    return CheckAnswers({{field}}, {{field.key, std::move(value)}}, kToday).mistakes.empty();
}

std::string IdCard(std::string digits17) {
    digits17 += IdCardCheckCharacter(digits17);
    return digits17;
}

std::string Text(std::size_t size) {
    std::string out;
    for (std::size_t i = 0; i < size; ++i) out += "字";
    return out;
}

}  // namespace

TEST_CASE("identity card numbers") {
    // The example that GB 11643-1999 gives.
    const auto card = ParseIdCardCn("11010519491231002X", kToday);
    REQUIRE(card.has_value());
    CHECK(card->birth == Date{1949, 12, 31});
    CHECK(card->sex == IdCardCn::Sex::kFemale);
    CHECK(ParseIdCardCn("11010519491231002x", kToday)->number == "11010519491231002X");
    CHECK(ParseIdCardCn("１１０１０５１９４９１２３１００２Ｘ", kToday).has_value());
    CHECK(ParseIdCardCn("110105 19491231 002X", kToday).has_value());
    const char* bad[] = {"",
                         "11010519491231002",    // 17
                         "11010519491231002XX",  // 19
                         "110105194912310021",   // check character
                         "11010519491131002X",   // 31 November
                         "01010519491231002X",   // region
                         "A1010519491231002X",
                         "1101051949123100X2",
                         "110105491231002"};
    for (const char* one : bad) CHECK_FALSE(ParseIdCardCn(one, kToday).has_value());
    CHECK(ParseIdCardCn(IdCard("11010520261122001"), kToday).has_value());
    CHECK_FALSE(ParseIdCardCn(IdCard("11010520261123001"), kToday).has_value());
    CHECK(ParseIdCardCn(IdCard("11010520240229001"), kToday).has_value());
    CHECK_FALSE(ParseIdCardCn(IdCard("11010520230229001"), kToday).has_value());
    CHECK(ParseIdCardCn(IdCard("11010520000101011"), kToday)->sex == IdCardCn::Sex::kMale);
}

TEST_CASE("a wrong digit or two swapped neighbours of a card number are found") {
    const std::string good = "11010519491231002X";
    for (std::size_t i = 0; i < 17; ++i) {
        for (char c = '0'; c <= '9'; ++c) {
            if (c == good[i]) continue;
            std::string typo = good;
            typo[i] = c;
            CHECK_FALSE(ParseIdCardCn(typo, kToday).has_value());
        }
    }
    for (std::size_t i = 0; i + 1 < 17; ++i) {
        std::string swapped = good;
        std::swap(swapped[i], swapped[i + 1]);
        if (swapped != good) CHECK_FALSE(ParseIdCardCn(swapped, kToday).has_value());
    }
}

TEST_CASE("mobile numbers and mail addresses") {
    for (const char* good :
         {"13812345678", "+86 138 1234 5678", "138-1234-5678", "１３８１２３４５６７８", "008613812345678"}) {
        CAPTURE(good);
        CHECK(NormaliseMobileCn(good) == "13812345678");
    }
    for (const char* bad :
         {"", "1381234567", "138123456789", "12812345678", "23812345678", "+8513812345678", "1381234567a"}) {
        CHECK_FALSE(NormaliseMobileCn(bad).has_value());
    }
    CHECK(NormaliseEmail("Li.Lei+x@Example.COM") == "Li.Lei+x@example.com");
    CHECK(NormaliseEmail("a@b.cn") == "a@b.cn");
    for (const char* bad : {"", "a", "@b.cn", "a@", "a@b", "a@b.1", ".a@b.cn", "a.@b.cn", "a..b@b.cn", "a@-b.cn",
                            "a@b-.cn", "a b@b.cn", "a@b..cn", "a@b.cn.", "a@@b.cn", "a\n@b.cn", "张@b.cn"}) {
        CAPTURE(bad);
        CHECK_FALSE(NormaliseEmail(bad).has_value());
    }
    CHECK(NormaliseEmail(std::string(64, 'a') + "@b.cn").has_value());
    CHECK_FALSE(NormaliseEmail(std::string(65, 'a') + "@b.cn").has_value());
}

TEST_CASE("each type takes its own values and no others") {
    struct Row {
        FieldType type;
        std::vector<AnswerValue> good;
        std::vector<AnswerValue> bad;
    };
    using T = std::string;
    using L = std::vector<std::string>;
    const auto n = [](std::int64_t number) { return AnswerValue(number); };
    const T file = "0123456789abcdef";
    const T other = "0123456789abcdeg";
    const Row rows[] = {
        {FieldType::kText, {T("hello"), T(" 你好 ")}, {n(1), true, L{"a"}, T("a\nb"), T("\xff")}},
        {FieldType::kTextarea, {T("a\nb")}, {n(1), true, L{"a"}, T("a\0b", 3)}},
        {FieldType::kInt, {n(5), n(-5), n(INT64_MAX)}, {T("5"), true, L{"5"}}},
        {FieldType::kBool, {true, false}, {T("true"), n(1), L{"a"}}},
        {FieldType::kSingle, {T("a")}, {T("d"), n(1), true, L{"a"}}},
        {FieldType::kMulti, {L{"a", "c"}}, {L{"a", "a"}, L{"d"}, T("a"), n(1), true}},
        {FieldType::kDate, {T("2024-02-29"), T("1900-01-01")}, {T("2023-02-29"), T("24-02-29"), T("2024-2-9"), n(1)}},
        {FieldType::kEmail, {T("a@b.cn")}, {T("a@b"), n(1), L{"a@b.cn"}}},
        {FieldType::kMobileCn, {T("13812345678")}, {T("12812345678"), n(13812345678)}},
        {FieldType::kIdCardCn, {T("11010519491231002X")}, {T("110105194912310021"), n(1)}},
        {FieldType::kDecimal,
         {T("0"), T("-1.5"), T("12.50")},
         {T("1.234"), T("1."), T(".5"), T("1e3"), T("--1"), n(1)}},
        {FieldType::kMoney, {n(0), n(1'250)}, {n(-1), n(kMoneyMax + 1), T("12.50")}},
        {FieldType::kDropdown, {T("b")}, {T("d"), L{"b"}}},
        {FieldType::kCascade,
         {L{"11", "east"}, L{"12"}},
         {L{"11"}, L{"11", "west"}, L{"12", "east"}, L{"13"}, T("11")}},
        {FieldType::kTime, {T("00:00"), T("23:59")}, {T("24:00"), T("9:30"), T("09:60"), n(9)}},
        {FieldType::kDatetime,
         {T("2026-01-31T09:30")},
         {T("2026-01-31 09:30"), T("2026-02-30T09:30"), T("2026-01-31")}},
        {FieldType::kDaterange,
         {L{"2026-01-01", "2026-01-01"}, L{"2026-01-01", "2026-02-01"}},
         {L{"2026-02-01", "2026-01-01"}, L{"2026-01-01"}, L{"2026-01-01", "x"}, T("2026-01-01")}},
        {FieldType::kPhone,
         {T("+44 20 7946 0958"), T("010-12345678")},
         {T("1234"), T("1234567890123456"), T("+a"), n(1)}},
        {FieldType::kPassport, {T("e12345678"), T("AB 12345")}, {T("1234"), T("E1234567890123"), T("E1234_678")}},
        {FieldType::kUrl,
         {T("https://example.org/a?b#c"), T("HTTP://EXAMPLE.org:80")},
         {T("javascript:alert(1)"), T("ftp://a.b"), T("https://"), T("https://user@a.b"), T("https://a b.c"),
          T("//a.b")}},
        {FieldType::kCountry, {T("CN"), T("gb")}, {T("XX"), T("CHN"), T("N "), n(1)}},
        {FieldType::kAddress,
         {L{"11/east", "幸福路 1 号"}, L{"12", "x", "200000"}},
         {L{"11", "x"}, L{"11/east"}, L{"11/east", " "}, L{"", "x"}, L{"12", "x", "邮编"}, T("12")}},
        {FieldType::kFile, {L{file}}, {L{file, other}, L{"x"}, L{"../../../etc/pas"}, T(file)}},
        {FieldType::kImage, {L{file}}, {L{file, file}, T(file)}},
        {FieldType::kSignature, {L{file}}, {L{file, other}, T(file)}},
        {FieldType::kSize, {T("a")}, {T("xxl")}},
        {FieldType::kRating, {n(1), n(5)}, {n(0), n(6), T("5")}},
        {FieldType::kConsent, {true, false}, {T("yes"), n(1)}},
        {FieldType::kSection, {}, {T("a"), n(1), true, L{"a"}}},
        {FieldType::kMarkdown, {}, {T("a"), n(1), true, L{"a"}}}};
    CHECK(std::size(rows) == WordsOf<FieldType>().size());
    for (const Row& row : rows) {
        CAPTURE(Word(row.type));
        for (std::size_t i = 0; i < row.good.size(); ++i) {
            CAPTURE(i);
            CHECK(Accepts(Make(row.type), row.good[i]));
        }
        for (std::size_t i = 0; i < row.bad.size(); ++i) {
            CAPTURE(i);
            CHECK_FALSE(Accepts(Make(row.type), row.bad[i]));
        }
    }
}

TEST_CASE("what is accepted is in normal form: judging it again changes nothing") {
    const auto normal = [](FieldType type, AnswerValue given) {
        const Field field = Make(type);
        const auto once = CheckAnswers({{field}}, {{"f", std::move(given)}}, kToday);
        REQUIRE(once.mistakes.empty());
        const auto twice = CheckAnswers({{field}}, once.checked.answers, kToday);
        CHECK(twice.mistakes.empty());
        CHECK(twice.checked.answers == once.checked.answers);
        return once.checked.answers.at("f");
    };
    using T = std::string;
    CHECK(normal(FieldType::kDecimal, T(" 007.5 ")) == AnswerValue(T("7.50")));
    CHECK(normal(FieldType::kDecimal, T("-0.00")) == AnswerValue(T("0.00")));
    CHECK(normal(FieldType::kPhone, T("+44 (20) 7946-0958")) == AnswerValue(T("+442079460958")));
    CHECK(normal(FieldType::kPassport, T("e1234-5678")) == AnswerValue(T("E12345678")));
    CHECK(normal(FieldType::kUrl, T("HTTPS://Example.ORG/Path")) == AnswerValue(T("https://example.org/Path")));
    CHECK(normal(FieldType::kCountry, T("cn")) == AnswerValue(T("CN")));
}

TEST_CASE("a field whose condition does not hold is not required, and its answer is dropped") {
    FormSchema schema{
        {Make(FieldType::kBool, "student"), Make(FieldType::kText, "school"), Make(FieldType::kText, "form")}};
    schema.fields[1].required = true;
    schema.fields[1].visible_if = "student";
    schema.fields[2].visible_if = "answered(school)";
    REQUIRE(CheckSchema(schema).empty());
    CHECK_FALSE(schema.HasRequired());
    const auto hidden =
        CheckAnswers(schema, {{"student", false}, {"school", std::string("x")}, {"form", std::string("3")}}, kToday);
    CHECK(hidden.mistakes.empty());
    // The answer that hangs on a dropped one goes with it.
    CHECK(hidden.checked.answers.size() == 1);
    CHECK(hidden.checked.visible == std::vector<std::string>{"student"});
    CHECK(CheckAnswers(schema, {{"student", true}}, kToday).mistakes.size() == 1);
    CHECK(CheckAnswers(schema, {{"student", true}, {"school", std::string("x")}, {"form", std::string("3")}}, kToday)
              .checked.answers.size() == 3);
}

TEST_CASE("a card number tells birth and gender") {
    const auto check = CheckAnswers({{Make(FieldType::kIdCardCn)}}, {{"f", std::string("11010519491231002X")}}, kToday);
    CHECK(check.checked.birth == Date{1949, 12, 31});
    CHECK(check.checked.gender == Gender::kFemale);
}

TEST_CASE("bounds at limit-1, limit, limit+1") {
    Field text = Make(FieldType::kText);
    text.min = 2;
    text.max = 4;
    CHECK_FALSE(Accepts(text, Text(1)));
    CHECK(Accepts(text, Text(2)));
    CHECK(Accepts(text, Text(4)));
    CHECK_FALSE(Accepts(text, Text(5)));
    Field number = Make(FieldType::kInt);
    number.min = -3;
    number.max = 3;
    CHECK_FALSE(Accepts(number, std::int64_t{-4}));
    CHECK(Accepts(number, std::int64_t{-3}));
    CHECK(Accepts(number, std::int64_t{3}));
    CHECK_FALSE(Accepts(number, std::int64_t{4}));
    Field multi = Make(FieldType::kMulti);
    multi.min = 2;
    multi.max = 2;
    CHECK_FALSE(Accepts(multi, std::vector<std::string>{"a"}));
    CHECK(Accepts(multi, std::vector<std::string>{"b", "a"}));
    CHECK_FALSE(Accepts(multi, std::vector<std::string>{"a", "b", "c"}));
    CHECK(Accepts(Make(FieldType::kText), Text(199)));
    CHECK(Accepts(Make(FieldType::kText), Text(200)));
    CHECK_FALSE(Accepts(Make(FieldType::kText), Text(201)));
    CHECK(Accepts(Make(FieldType::kTextarea), Text(2'000)));
    CHECK_FALSE(Accepts(Make(FieldType::kTextarea), Text(2'001)));
}

TEST_CASE("required fields, unknown fields, normal forms") {
    FormSchema schema{{Make(FieldType::kText, "name"), Make(FieldType::kIdCardCn, "card"),
                       Make(FieldType::kBool, "agree"), Make(FieldType::kMulti, "days")}};
    for (Field& field : schema.fields) field.required = true;
    const auto none = CheckAnswers(schema, {}, kToday);
    CHECK(none.mistakes.size() == 4);
    const auto blank = CheckAnswers(
        schema,
        {{"name", std::string("  ")}, {"card", std::string()}, {"agree", false}, {"days", std::vector<std::string>{}}},
        kToday);
    CHECK(blank.mistakes.size() == 4);
    const auto good = CheckAnswers(schema,
                                   {{"name", std::string(" 李雷 ")},
                                    {"card", std::string("11010519491231002x")},
                                    {"agree", true},
                                    {"days", std::vector<std::string>{"c", "a"}}},
                                   kToday);
    REQUIRE(good.mistakes.empty());
    CHECK(std::get<std::string>(good.checked.answers.at("name")) == "李雷");
    CHECK(good.checked.id_number == "11010519491231002X");
    CHECK(std::get<std::vector<std::string>>(good.checked.answers.at("days")) == std::vector<std::string>{"a", "c"});
    const auto unknown = CheckAnswers({{Make(FieldType::kText, "name")}}, {{"other", true}}, kToday);
    REQUIRE(unknown.mistakes.size() == 1);
    CHECK(unknown.mistakes[0].field == "answers.other");
}

TEST_CASE("schemas that cannot be published") {
    CHECK(CheckSchema({{Make(FieldType::kSingle)}}).empty());
    const auto refused = [](const Field& field) { return !CheckSchema({{field}}).empty(); };
    for (const char* key : {"", "1a", "A", "a b", "名"}) CHECK(refused(Make(FieldType::kText, key)));
    CHECK_FALSE(refused(Make(FieldType::kText, std::string(32, 'a'))));
    CHECK(refused(Make(FieldType::kText, std::string(33, 'a'))));
    Field options = Make(FieldType::kSingle);
    options.options.push_back({"a", {"又", ""}});
    CHECK(refused(options));
    options.options.clear();
    CHECK(refused(options));
    Field text = Make(FieldType::kText);
    text.options = {{"a", {"甲", ""}}};
    CHECK(refused(text));
    Field bounds = Make(FieldType::kInt);
    bounds.min = 3;
    bounds.max = 2;
    CHECK(refused(bounds));
    Field date = Make(FieldType::kDate);
    date.min = 1;
    CHECK(refused(date));
    CHECK_FALSE(CheckSchema({{Make(FieldType::kText, "a"), Make(FieldType::kInt, "a")}}).empty());
    CHECK_FALSE(CheckSchema({{Make(FieldType::kIdCardCn, "a"), Make(FieldType::kIdCardCn, "b")}}).empty());
    FormSchema many;
    for (int i = 0; i < 60; ++i) many.fields.push_back(Make(FieldType::kText, "f" + std::to_string(i)));
    CHECK(CheckSchema(many).empty());
    many.fields.push_back(Make(FieldType::kText, "last"));
    CHECK_FALSE(CheckSchema(many).empty());
}

TEST_CASE("schema and answers survive their JSON") {
    FormSchema schema;
    for (std::size_t t = 0; t < WordsOf<FieldType>().size(); ++t) {
        Field field = Make(static_cast<FieldType>(t), "f" + std::to_string(t));
        field.help = {"说明", ""};
        field.required = t % 2 == 0;
        schema.fields.push_back(field);
    }
    schema.fields[2].min = -5;
    const std::string text = EncodeSchema(schema);
    CHECK(EncodeSchema(DecodeSchema(text)) == text);
    const Answers answers{
        {"a", std::string("x\"<\n")}, {"b", std::int64_t{-7}}, {"c", false}, {"d", std::vector<std::string>{"p", "q"}}};
    CHECK(DecodeAnswers(EncodeAnswers(answers)) == answers);
    CHECK_FALSE(AnswersFrom(*rt::json::Decode(R"({"a":{"b":1}})")).ok());
    CHECK_FALSE(AnswersFrom(*rt::json::Decode(R"({"a":1.5})")).ok());
    CHECK(AnswersFrom(*rt::json::Decode(R"({"a":null})"))->empty());
}

TEST_CASE("masking keeps the ends of long texts only") {
    CHECK(MaskMiddle("11010519491231002X") == "110***********002X");
    CHECK(MaskMiddle("13812345678") == "138******78");
    CHECK(MaskMiddle("张三") == "**");
    CHECK(MaskMiddle("abcd") == "a***");
    CHECK(MaskMiddle("") == "");
}
