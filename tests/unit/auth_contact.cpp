#include <doctest/doctest.h>

#include <string>

#include "auth/domain/contact.h"
#include "auth/domain/device.h"

using namespace rt::auth::domain;

TEST_CASE("e-mail addresses have one form") {
    const auto one = ParseEmail("  Lin.Wei@Example.ORG ");
    REQUIRE(one);
    CHECK(one->address == "Lin.Wei@example.org");
    CHECK(one->key == "lin.wei@example.org");
    CHECK(ParseEmail("a@b.cn"));
    CHECK(ParseEmail(std::string(64, 'a') + "@example.org"));
    for (const char* bad : {"", "lin", "@example.org", "lin@", "lin@example", "lin@@example.org", "a b@example.org",
                            ".a@example.org", "a.@example.org", "a..b@example.org", "a@-b.org", "a@b-.org", "a@b..org",
                            "a@192.0.2.1", "\"a\"@example.org", "a@exa_mple.org", "王@example.org", "a@例子.org"}) {
        CAPTURE(bad);
        CHECK_FALSE(ParseEmail(bad));
    }
    CHECK_FALSE(ParseEmail(std::string(65, 'a') + "@example.org"));
    const std::string labels = std::string(60, 'b') + "." + std::string(60, 'c') + "." + std::string(60, 'd') + ".org";
    CHECK(ParseEmail(std::string(64, 'a') + "@" + labels));
    CHECK_FALSE(ParseEmail("a@" + std::string(64, 'b') + ".org"));
}

TEST_CASE("phone numbers have one form") {
    for (const char* same :
         {"13800138000", "+8613800138000", "86 138 0013 8000", "0086-13800138000", "+86 (138) 0013-8000"}) {
        CAPTURE(same);
        const auto phone = ParsePhone(same);
        REQUIRE(phone);
        CHECK(phone->key == "+8613800138000");
    }
    REQUIRE(ParsePhone("+44 20 7946 0018"));
    CHECK(ParsePhone("+44 20 7946 0018")->key == "+442079460018");
    for (const char* bad : {"", "12345", "12800138000", "1380013800", "138001380001", "+86 10 6552 9988", "+0123456789",
                            "2079460018", "+1234567890123456", "138a0138000", "+"}) {
        CAPTURE(bad);
        CHECK_FALSE(ParsePhone(bad));
    }
}

TEST_CASE("what others see of an address does not tell it") {
    CHECK(Masked(*ParseEmail("linwei@example.org")) == "l***@example.org");
    CHECK(Masked(*ParseEmail("l@example.org")) == "***@example.org");
    CHECK(Masked(*ParsePhone("13800138000")) == "138****8000");
    CHECK(Masked(*ParsePhone("+442079460018")) == "+44******0018");
}

TEST_CASE("a device is called by its program and system") {
    CHECK(DeviceLabel("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 "
                      "Safari/537.36") == "Chrome, Windows");
    CHECK(DeviceLabel("Mozilla/5.0 (Linux; Android 13) AppleWebKit/537.36 Chrome/86 MicroMessenger/8.0") ==
          "WeChat, Android");
    CHECK(DeviceLabel("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Safari/604.1") ==
          "Safari, iPhone");
    CHECK(DeviceLabel("curl/8.5.0") == "curl");
    CHECK(DeviceLabel("") == "?");
    CHECK(DeviceLabel(std::string(200, 'x')).size() == 40);
}
