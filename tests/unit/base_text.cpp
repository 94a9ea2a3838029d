#include <doctest/doctest.h>

#include <string>

#include "base/encoding.h"
#include "base/parse.h"
#include "base/utf8.h"

namespace {

using namespace rt::base;
using namespace std::string_view_literals;

std::string Text(const std::optional<Bytes>& bytes) {
    return bytes.has_value() ? std::string(AsText(*bytes)) : "refused";
}

}  // namespace

TEST_CASE("UTF-8 is judged by RFC 3629, whole and byte by byte") {
    struct Case {
        std::string_view bytes;
        bool good;
    };
    const Case cases[] = {
        {"", true},
        {"ascii", true},
        {"\x7F", true},
        {"\xC2\x80", true},
        {"\xDF\xBF", true},
        {"\xE0\xA0\x80", true},
        {"\xED\x9F\xBF", true},
        {"\xEE\x80\x80", true},
        {"\xEF\xBF\xBF", true},
        {"\xF0\x90\x80\x80", true},
        {"\xF4\x8F\xBF\xBF", true},
        {"\0"sv, true},
        {"\x80", false},
        {"\xBF", false},
        {"\xC0\x80", false},
        {"\xC1\xBF", false},
        {"\xC2", false},
        {"\xC2\x7F", false},
        {"\xC2\xC0", false},
        {"\xE0\x9F\xBF", false},
        {"\xE0\xA0", false},
        {"\xE1\x80", false},
        {"\xED\xA0\x80", false},
        {"\xED\xBF\xBF", false},
        {"\xF0\x8F\xBF\xBF", false},
        {"\xF0\x90\x80", false},
        {"\xF4\x90\x80\x80", false},
        {"\xF5\x80\x80\x80", false},
        {"\xF8\x88\x80\x80\x80", false},
        {"\xFE", false},
        {"\xFF", false},
        {"a\xE5\x9C", false},
        {"\xE5\x9C\x86\x80", false},
    };
    for (const Case& c : cases) {
        CAPTURE(HexEncode(AsBytes(c.bytes)));
        CHECK(IsUtf8(c.bytes) == c.good);
        Utf8Validator validator;
        bool fed = true;
        for (const char byte : c.bytes) fed = fed && validator.Feed(std::string_view(&byte, 1));
        CHECK((fed && validator.Complete()) == c.good);
        CHECK(CodePointCount(c.bytes).has_value() == c.good);
    }
}

TEST_CASE("every code point survives being read back") {
    for (char32_t point = 0; point <= 0x10FFFF; point += point < 0x3000 ? 1 : 97) {
        if (point >= 0xD800 && point <= 0xDFFF) continue;
        std::string text;
        if (point < 0x80) {
            text = {static_cast<char>(point)};
        } else if (point < 0x800) {
            text = {static_cast<char>(0xC0 | point >> 6), static_cast<char>(0x80 | (point & 0x3F))};
        } else if (point < 0x10000) {
            text = {static_cast<char>(0xE0 | point >> 12), static_cast<char>(0x80 | (point >> 6 & 0x3F)),
                    static_cast<char>(0x80 | (point & 0x3F))};
        } else {
            text = {static_cast<char>(0xF0 | point >> 18), static_cast<char>(0x80 | (point >> 12 & 0x3F)),
                    static_cast<char>(0x80 | (point >> 6 & 0x3F)), static_cast<char>(0x80 | (point & 0x3F))};
        }
        std::string_view rest = text;
        REQUIRE(NextCodePoint(rest) == point);
        REQUIRE(rest.empty());
    }
}

TEST_CASE("reading stops at the bad byte") {
    std::string_view text =
        "a\xFF"
        "b";
    CHECK(NextCodePoint(text) == U'a');
    CHECK(!NextCodePoint(text).has_value());
    CHECK(text.size() == 2);
    std::string_view empty;
    CHECK(!NextCodePoint(empty).has_value());
    CHECK(CodePointCount("\xE5\x9C\x86\xE6\xA1\x8C") == 2);
}

TEST_CASE("a plain line holds no controls, separators or direction overrides") {
    for (const std::string_view good : {"", "Roundtable", "\xE5\x9C\x86\xE6\xA1\x8C", "a b", "\xC2\xA0",
                                        "\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x92\xBB"}) {
        CHECK(IsPlainLine(good));
    }
    for (const std::string_view bad :
         {"\0"sv, "a\nb"sv, "a\tb"sv, "\r"sv, "\x1B[0m"sv, "\x7F"sv, "\xC2\x80"sv, "\xC2\x9F"sv, "\xE2\x80\xA8"sv,
          "\xE2\x80\xA9"sv, "\xE2\x80\xAA"sv, "\xE2\x80\xAE"sv, "\xE2\x81\xA6"sv, "\xE2\x81\xA9"sv, "\xEF\xBB\xBF"sv,
          "\xFF"sv}) {
        CAPTURE(HexEncode(AsBytes(bad)));
        CHECK(!IsPlainLine(bad));
    }
}

TEST_CASE("numbers are read whole or not at all") {
    CHECK(ParseUnsigned("0") == 0U);
    CHECK(ParseUnsigned("007") == 7U);
    CHECK(ParseUnsigned("18446744073709551615") == UINT64_MAX);
    CHECK(ParseSigned("-9223372036854775808") == INT64_MIN);
    CHECK(ParseSigned("9223372036854775807") == INT64_MAX);
    for (const char* bad :
         {"", " 1", "1 ", "+1", "-1", "1x", "0x1", "1.0", "1e3", "18446744073709551616", "\xEF\xBC\x91"}) {
        CAPTURE(bad);
        CHECK(!ParseUnsigned(bad).has_value());
    }
    for (const char* bad : {"", "+1", "--1", "-", "9223372036854775808", "-9223372036854775809", "1-"}) {
        CAPTURE(bad);
        CHECK(!ParseSigned(bad).has_value());
    }
    CHECK(TrimAscii(" \t\r\n a b \n") == "a b");
    CHECK(TrimAscii(" ").empty());
    CHECK(EqualsIgnoreAsciiCase("Content-LENGTH", "content-length"));
    CHECK(!EqualsIgnoreAsciiCase("a", "ab"));
    CHECK(!EqualsIgnoreAsciiCase("[", "{"));
    CHECK(!EqualsIgnoreAsciiCase("\xC3\x84", "\xC3\xA4"));
}

TEST_CASE("hex") {
    CHECK(HexEncode(AsBytes("\x00\xff\x1a"sv)) == "00ff1a");
    CHECK(Text(HexDecode("414243")) == "ABC");
    CHECK(Text(HexDecode("4a4A")) == "JJ");
    for (const char* bad : {"4", "4g", "0x41", " 41", "41 "}) CHECK(!HexDecode(bad).has_value());
}

TEST_CASE("base64 is canonical: every text has one decoding and the reverse") {
    struct Case {
        std::string_view plain;
        std::string_view standard;
        std::string_view url;
    };
    // The first seven are the vectors of RFC 4648 §10.
    const Case cases[] = {{"", "", ""},
                          {"f", "Zg==", "Zg"},
                          {"fo", "Zm8=", "Zm8"},
                          {"foo", "Zm9v", "Zm9v"},
                          {"foob", "Zm9vYg==", "Zm9vYg"},
                          {"fooba", "Zm9vYmE=", "Zm9vYmE"},
                          {"foobar", "Zm9vYmFy", "Zm9vYmFy"},
                          {"\xfb\xff\xfe", "+//+", "-__-"}};
    for (const Case& c : cases) {
        CHECK(Base64Encode(AsBytes(c.plain)) == c.standard);
        CHECK(Base64UrlEncode(AsBytes(c.plain)) == c.url);
        CHECK(Text(Base64Decode(c.standard)) == c.plain);
        CHECK(Text(Base64UrlDecode(c.url)) == c.plain);
    }
    for (const std::string_view bad :
         {"Zg"sv, "Zg="sv, "Zg==="sv, "Zh=="sv, "Zm9="sv, "Z"sv, "Z==="sv, "===="sv, "Zm9v="sv, "Z=9v"sv, "Zm 9v"sv,
          "Zm9v\n"sv, "-__-"sv, "Zg==Zg=="sv, "Zm9vYg==\0\0\0\0"sv}) {
        CAPTURE(bad);
        CHECK(!Base64Decode(bad).has_value());
    }
    for (const std::string_view bad : {"Zg==", "Zh", "Zm9", "Z", "+//+", "Zm9v ", "Zm9vY", "="}) {
        CAPTURE(bad);
        CHECK(!Base64UrlDecode(bad).has_value());
    }
}

TEST_CASE("base32 of Crockford reads what people mistype") {
    CHECK(Base32Encode(AsBytes("\x00\x00\x00\x00\x00"sv)) == "00000000");
    CHECK(Base32Encode(AsBytes("\xff\xff\xff\xff\xff"sv)) == "zzzzzzzz");
    CHECK(Base32Encode(AsBytes("\x00\x44\x32\x14\xC7\x42\x54\xB6\x35\xCF"sv)) == "0123456789abcdef");
    CHECK(Base32Normalise("OIL0123ABCZ") == "0110123abcz");
    for (const char* bad : {"u", "U", "a-b", " ", "\xE5\x9C\x86"}) CHECK(!Base32Normalise(bad).has_value());
}

TEST_CASE("percent escapes") {
    CHECK(PercentDecode("a%20b+c%E5%9C%86", false) == "a b+c\xE5\x9C\x86");
    CHECK(PercentDecode("a+b", true) == "a b");
    CHECK(PercentDecode("%2B", true) == "+");
    CHECK(PercentDecode("%2541", false) == "%41");
    CHECK(PercentDecode("%00", false) == std::string(1, '\0'));
    for (const char* bad : {"%", "%4", "%4x", "%x4", "a%", "%%41", "%+1"}) {
        CAPTURE(bad);
        CHECK(!PercentDecode(bad, false).has_value());
    }
    CHECK(PercentEncode("aZ0-._~ /+\xE5") == "aZ0-._~%20%2F%2B%E5");
}
