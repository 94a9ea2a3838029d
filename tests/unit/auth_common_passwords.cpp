#include <doctest/doctest.h>

#include <string>

#include "auth/domain/common_passwords.h"
#include "auth/domain/credentials.h"

using rt::auth::domain::IsBuiltOn;
using rt::auth::domain::IsCommonPassword;
using rt::auth::domain::PasswordOwner;
using rt::auth::domain::PasswordProblem;

TEST_CASE("what guessers try first is common") {
    for (const char* weak :
         {"password",         "password1",   "password123",    "p@ssw0rd",       "p@$$w0rd!",    "drowssap",
          "passwordpassword", "letmein123",  "welcome2026",    "2026welcome",    "iloveyou520",  "iloveyou!",
          "sunshine88",       "dragon1234",  "michael1990",    "football!!",     "qwertyuiop",   "1qaz2wsx",
          "1q2w3e4r5t",       "zaq12wsx",    "qweasdzxc",      "asdfghjkl",      "qwer1234",     "!qaz@wsx",
          "12345678",         "987654321",   "00000000",       "abcdefgh",       "abcabcabc",    "123123123",
          "19900101",         "01011990",    "19991231",       "13800138000",    "zw19900101",   "lxm880808",
          "a123456789",       "aa123456",    "abc13800138000", "5201314520",     "147258369",    "woaini1314",
          "woaini520",        "nihao123456", "zhangwei88",     "wangfang1990",   "xiaoming123",  "beijing2008",
          "taobao123",        "zhongguo666", "loveyou1314",    "sunshineflower", "master12",     "trustno1",
          "administrator",    "admin@123",   "roundtable2026", "computer1!",     "monkeymonkey", "1password1"}) {
        CAPTURE(weak);
        CHECK(IsCommonPassword(weak));
    }
}

TEST_CASE("what nobody would try first is not") {
    for (const char* fine :
         {"correct horse battery", "tr0ub4dor&3x", "kt9#xlm2", "purple monkey dishwasher", "zk3!pq8r", "v8mqzt2hd0",
          "ceiling-otter-42", "我的密码很长", "gib mir den ball", "58274019", "jx7wpbn4", "the sea at night",
          "lin.wei-42x9", "muffin_theory", "q7r2s9t4", "passing trains at 9"}) {
        CAPTURE(fine);
        CHECK_FALSE(IsCommonPassword(fine));
    }
}

TEST_CASE("a password is not built on the name of its owner or of the site") {
    CHECK(IsBuiltOn("linwei1990", "linwei"));
    CHECK(IsBuiltOn("!linwei!", "linwei"));
    CHECK(IsBuiltOn("iewnil88", "linwei"));
    CHECK(IsBuiltOn("linweilinwei", "linwei"));
    CHECK_FALSE(IsBuiltOn("linwei and the sea", "linwei"));
    CHECK_FALSE(IsBuiltOn("li123456x", "li"));
    const PasswordOwner owner{"lin.wei", "Wei Zhulin", "Marble Cup"};
    for (const char* named : {"lin.wei42", "Zhulin2026", "MARBLE123", "marble cup"}) {
        CAPTURE(named);
        CHECK(PasswordProblem(named, owner));
    }
    CHECK_FALSE(PasswordProblem("a marble rolls away", owner));
}

TEST_CASE("a login name is no phone number") {
    CHECK(rt::auth::domain::LoginNameProblem("13800138000"));
    CHECK_FALSE(rt::auth::domain::LoginNameProblem("1380013800"));
    CHECK_FALSE(rt::auth::domain::LoginNameProblem("lin13800138000"));
}
