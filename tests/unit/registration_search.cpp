// What a name is found by.
#include <doctest/doctest.h>

#include "registration/domain/search_text.h"

namespace {

using namespace rt::registration;  // NOLINT: the module under test
using Parts = std::vector<std::string>;

TEST_CASE("parts begin at words, and at every character of scripts without spaces") {
    CHECK(NameParts("flying tigers") == Parts{"flyingtigers", "tigers"});
    CHECK(NameParts("清华一队") == Parts{"清华一队", "华一队", "一队", "队"});
    CHECK(NameParts("3年2班 a组") == Parts{"3年2班a组", "年2班a组", "2班a组", "班a组", "a组", "组"});
    CHECK(NameParts("a-b") == Parts{"a-b", "-b", "b"});
    CHECK(NameParts("abcdefghijklmnop") == Parts{"abcdefghijkl"});
    CHECK(NameParts("队队队") == Parts{"队队队", "队队", "队"});
    CHECK(NameParts("").empty());
    CHECK(NameParts("  ").empty());
    CHECK(NameParts("ßé ö") == Parts{"ßéö", "ö"});
}

TEST_CASE("a name has no more parts than the bound") {
    std::string name;
    for (int i = 0; i < 100; ++i) name += "a" + std::to_string(i) + " ";
    CHECK(NameParts(name).size() == kPartsMax);
}

TEST_CASE("what is typed is cut to what a part can hold") {
    CHECK(SearchPart("flying t") == "flyingt");
    CHECK(SearchPart("abcdefghijklmnop") == "abcdefghijkl");
    CHECK(SearchPart(" ").empty());
}

TEST_CASE("the end of a prefix is above all that begin with it and no more") {
    CHECK(PrefixEnd("ab") == "ac");
    CHECK(PrefixEnd("a\xFF") == "b");
    CHECK(PrefixEnd("\xFF").empty());
    CHECK(PrefixEnd("").empty());
    CHECK(std::string("ab\xF4\x8F\xBF\xBF") < PrefixEnd("ab"));
}

}  // namespace
