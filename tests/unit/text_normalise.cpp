#include <doctest/doctest.h>

#include <string>

#include "text/normalise.h"

using rt::text::NameKey;
using rt::text::Nfkc;

TEST_CASE("names that look the same have the same key") {
    struct Row {
        const char* a;
        const char* b;
    };
    const Row rows[] = {
        {"Tigers", "tigers"},
        {"Ｔｉｇｅｒｓ", "TIGERS"},  // full width
        {"老虎　队", " 老虎  队 "},  // ideographic space
        {"Stra\xC3\x9F"
         "e",
         "STRASSE"},                          // sharp s folds to ss
        {"e\xCC\x81quipe", "\xC3\x89quipe"},  // decomposed and composed
        {"ti\xE2\x80\x8Bgers", "tigers"},     // zero width space
        {"\xEF\xAC\x81ne", "FINE"},           // ligature fi
        {"a\tb\nc", "a b c"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.a);
        REQUIRE(NameKey(row.a).has_value());
        CHECK(*NameKey(row.a) == *NameKey(row.b));
    }
    CHECK(*NameKey("tigers") != *NameKey("tiger"));
    CHECK(*NameKey(" \xE2\x80\x8B ") == "");
}

TEST_CASE("a key is its own key") {
    for (const char* name : {"Ｔｉｇｅｒｓ  Ⅳ", "ẞ ǅ", "가나 다", "ﷺ", "İstanbul", "①②③"}) {
        CAPTURE(name);
        const auto once = NameKey(name);
        REQUIRE(once.has_value());
        CHECK(*NameKey(*once) == *once);
    }
}

TEST_CASE("broken UTF-8 has no normal form") {
    for (const char* bad : {"\xC0\xAF", "\xED\xA0\x80", "\xFF", "abc\xE4\xB8"}) {
        CHECK_FALSE(NameKey(bad).has_value());
        CHECK_FALSE(Nfkc(bad).has_value());
    }
    CHECK(*Nfkc("１２Ｘ") == "12X");
    CHECK(*Nfkc("") == "");
    const std::string with_nul("a\0b", 3);
    CHECK(Nfkc(with_nul) == with_nul);
}
