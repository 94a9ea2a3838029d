#include <doctest/doctest.h>

#include <numeric>
#include <optional>
#include <string>
#include <vector>

#include "auth/domain/credentials.h"

using rt::auth::domain::LoginNameProblem;
using rt::auth::domain::NormaliseLoginName;
using rt::auth::domain::PasswordProblem;

TEST_CASE("login names have one form") {
    CHECK(NormaliseLoginName("  Lin.Wei-42 ") == "lin.wei-42");
    CHECK(NormaliseLoginName("\tADMIN\n") == "admin");
}

TEST_CASE("login names: length and characters") {
    CHECK(LoginNameProblem("ab"));
    CHECK_FALSE(LoginNameProblem("abc"));
    CHECK_FALSE(LoginNameProblem(std::string(32, 'a')));
    CHECK(LoginNameProblem(std::string(33, 'a')));
    for (const char* good : {"lin", "0lin", "lin.wei", "lin_wei", "lin-wei", "a--"})
        CHECK_FALSE(LoginNameProblem(good));
    for (const char* bad :
         {"", "Lin", ".lin", "-lin", "_lin", "lin wei", "lin@wei", "lin/wei", "林林林", "lin\n", "lin%"}) {
        CAPTURE(bad);
        const auto problem = LoginNameProblem(bad);
        REQUIRE(problem);
        CHECK_FALSE(problem->zh.empty());
        CHECK_FALSE(problem->en.empty());
    }
}

TEST_CASE("passwords: 8 characters to 72 bytes") {
    CHECK(PasswordProblem("kT9#xLm", "lin"));
    CHECK_FALSE(PasswordProblem("kT9#xLm2", "lin"));
    const std::string base = "correct horse battery staple and so on, ";
    CHECK_FALSE(PasswordProblem((base + base).substr(0, 71), "lin"));
    CHECK_FALSE(PasswordProblem((base + base).substr(0, 72), "lin"));
    CHECK(PasswordProblem((base + base).substr(0, 73), "lin"));
    CHECK_FALSE(PasswordProblem("   spaces   are fine ", "lin"));
    CHECK(PasswordProblem("我的密码还不长", "lin"));
    CHECK_FALSE(PasswordProblem("我的密码已经够长", "lin"));
}

TEST_CASE("passwords that everybody tries are refused") {
    for (const char* weak :
         {"password", "PassWord",   "password1", "Password2026!", "p@ssw0rd", "12345678",   "87654321",  "1234567890",
          "aaaaaaaa", "abcdefgh",   "hgfedcba",  "abababab",      "12121212", "1231231231", "qwertyui",  "qwerty2024",
          "1qaz2wsx", "woaini1314", "a12345678", "admin888",      "88888888", "lin.wei-42", "LIN.WEI-42"}) {
        CAPTURE(weak);
        CHECK(PasswordProblem(weak, "lin.wei-42"));
    }
    for (const char* fine : {"tr0ub4dor&3x", "purple monkey dishwasher", "lin.wei-42x9", "Zk3!pQ8r"}) {
        CAPTURE(fine);
        CHECK_FALSE(PasswordProblem(fine, "lin.wei-42"));
    }
}

TEST_CASE("passwords that bcrypt or a terminal would mangle are refused") {
    CHECK(PasswordProblem(std::string("kT9#xLm2\0aa", 11), "lin"));
    CHECK(PasswordProblem("kT9#xLm2\n", "lin"));
    CHECK(PasswordProblem("kT9#xLm2\x7f", "lin"));
    CHECK(PasswordProblem("kT9#xLm2\xff", "lin"));
}

TEST_CASE("rounds of bcrypt add up to the work of the full cost") {
    using rt::auth::domain::RemainingCosts;
    const auto work = [](const std::vector<int>& costs) {
        return std::accumulate(costs.begin(), costs.end(), 0L, [](long sum, int cost) { return sum + (1L << cost); });
    };
    for (int full = 4; full <= 16; ++full) {
        CAPTURE(full);
        CHECK_EQ(work(RemainingCosts(std::nullopt, full)), 1L << full);
        for (int used = 4; used <= full; ++used) CHECK_EQ(work(RemainingCosts(used, full)) + (1L << used), 1L << full);
        CHECK(RemainingCosts(full + 1, full).empty());
    }
}
