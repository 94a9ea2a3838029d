// URLs that we call, and addresses that users may make us call.
#include <doctest/doctest.h>

#include <string>

#include "net/address_policy.h"
#include "net/url.h"

namespace {

using rt::net::IsPublic;
using rt::net::Url;
using rt::os::Address;

std::string Parsed(std::string_view text) {
    const auto url = Url::Parse(text);
    return url.ok() ? url->Text() : "refused";
}

TEST_CASE("URLs are read strictly") {
    CHECK(Parsed("https://Example.ORG") == "https://example.org/");
    CHECK(Parsed("HTTP://example.org:80/a?b=c#d") == "http://example.org/a?b=c");
    CHECK(Parsed("http://example.org:8080?x") == "http://example.org:8080/?x");
    CHECK(Parsed("https://[2001:DB8::1]:444/x") == "https://[2001:db8::1]:444/x");
    CHECK(Parsed("http://192.0.2.1/") == "http://192.0.2.1/");
    CHECK(Parsed("http://my_host-1.internal/") == "http://my_host-1.internal/");
}

TEST_CASE("URLs that two programs could read differently are refused") {
    for (const char* text : {"",
                             "example.org",
                             "/path",
                             "ftp://example.org/",
                             "file:///etc/passwd",
                             "http:/example.org",
                             "http://",
                             "http:///path",
                             "http://user@example.org/",
                             "http://example.org:pw@127.0.0.1/",
                             "http://example.org:0/",
                             "http://example.org:65536/",
                             "http://example.org:/",
                             "http://example.org:+80/",
                             "http://exa mple.org/",
                             "http://example.org/a b",
                             "http://example.org/\r\nHost: x",
                             "http://example.org\\@127.0.0.1/",
                             "http://2130706433/",
                             "http://0x7f000001/",
                             "http://0x7f.0.0.1/",
                             "http://017700000001/",
                             "http://127.1/",
                             "http://0177.0.0.1/",
                             "http://127.0.0.01/",
                             "http://1.2.3.4.5/",
                             "http://example.org./",
                             "http://.org/",
                             "http://a..b/",
                             "http://-a.org/",
                             "http://::1/",
                             "http://[::1/",
                             "http://[127.0.0.1]/",
                             "http://[fe80::1%25eth0]/",
                             "http://\xE2\x93\x9B.org/",
                             "http://%31%32%37.0.0.1/"}) {
        CAPTURE(text);
        CHECK(Parsed(text) == "refused");
    }
    CHECK(Parsed("http://example.org/" + std::string(4077, 'a')) != "refused");
    CHECK(Parsed("http://example.org/" + std::string(4078, 'a')) == "refused");
}

TEST_CASE("a Location is resolved against the URL it answers") {
    const auto from = Url::Parse("https://example.org/a/b?c");
    REQUIRE(from.ok());
    const auto resolved = [&](std::string_view reference) {
        const auto url = from->Resolve(reference);
        return url.ok() ? url->Text() : "refused";
    };
    CHECK(resolved("/x") == "https://example.org/x");
    CHECK(resolved("x?y#z") == "https://example.org/a/x?y");
    CHECK(resolved("?y") == "https://example.org/a/b?y");
    CHECK(resolved("//other.test/x") == "https://other.test/x");
    CHECK(resolved("http://other.test") == "http://other.test/");
    CHECK(resolved("/a:b") == "https://example.org/a:b");
    CHECK(resolved("javascript:alert(1)") == "refused");
    CHECK(resolved("") == "refused");
}

TEST_CASE("only public addresses are public") {
    for (const char* text : {"8.8.8.8", "1.1.1.1", "172.15.255.255", "172.32.0.1", "100.63.255.255", "100.128.0.1",
                             "223.255.255.255", "192.0.1.1", "2400:3200::1", "2606:4700::1111"}) {
        CAPTURE(text);
        CHECK(IsPublic(*Address::Parse(text)));
    }
    for (const char* text : {"0.0.0.0",
                             "0.1.2.3",
                             "10.0.0.1",
                             "10.255.255.255",
                             "100.64.0.1",
                             "100.100.100.200",
                             "100.127.255.255",
                             "127.0.0.1",
                             "127.255.255.255",
                             "168.63.129.16",
                             "169.254.169.254",
                             "172.16.0.1",
                             "172.31.255.255",
                             "192.0.0.192",
                             "192.168.0.1",
                             "198.18.0.1",
                             "198.19.255.255",
                             "203.0.113.7",
                             "224.0.0.1",
                             "239.255.255.255",
                             "240.0.0.1",
                             "255.255.255.255",
                             "::",
                             "::1",
                             "::ffff:127.0.0.1",
                             "::ffff:10.0.0.1",
                             "::127.0.0.1",
                             "64:ff9b::7f00:1",
                             "fe80::1",
                             "fec0::1",
                             "fc00::1",
                             "fd00:ec2::254",
                             "ff02::1",
                             "2001::1",
                             "2001:db8::1",
                             "2002:7f00:1::",
                             "3fff::1",
                             "100::1",
                             "4000::1"}) {
        CAPTURE(text);
        CHECK_FALSE(IsPublic(*Address::Parse(text)));
    }
}

}  // namespace
