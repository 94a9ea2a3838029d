#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstring>
#include <string>

#include "os/address.h"

namespace {

using rt::os::Address;
using rt::os::Cidr;
using rt::os::ParseEndpoint;

std::string Round(std::string_view text) {
    const auto address = Address::Parse(text);
    return address.has_value() ? address->Text() : "refused";
}

bool Inside(std::string_view network, std::string_view address) {
    return Cidr::Parse(network)->Contains(*Address::Parse(address));
}

}  // namespace

TEST_CASE("addresses are read strictly and written canonically") {
    struct Case {
        std::string_view text;
        std::string_view out;
    };
    using namespace std::string_view_literals;
    const Case cases[] = {
        {"192.0.2.1", "192.0.2.1"},
        {"0.0.0.0", "0.0.0.0"},
        {"255.255.255.255", "255.255.255.255"},
        {"::", "::"},
        {"::1", "::1"},
        {"[::1]", "::1"},
        {"2001:DB8:0:0:0:0:0:1", "2001:db8::1"},
        {"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},
        {"::ffff:192.0.2.1", "192.0.2.1"},
        {"::FFFF:c000:201", "192.0.2.1"},
        {"192.0.2.256", "refused"},
        {"192.0.2", "refused"},
        {"192.0.2.1.1", "refused"},
        {"192.0.2.01", "refused"},
        {"0x7f.1", "refused"},
        {"2130706433", "refused"},
        {" 192.0.2.1", "refused"},
        {"192.0.2.1 ", "refused"},
        {"192.0.2.1\0x"sv, "refused"},
        {"::1\0"sv, "refused"},
        {"[::1", "refused"},
        {"[]", "refused"},
        {"fe80::1%eth0", "refused"},
        {"1::2::3", "refused"},
        {":::", "refused"},
        {"", "refused"},
        {"localhost", "refused"},
        {"1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa:bbbb", "refused"},
    };
    for (const Case& c : cases) {
        CAPTURE(c.text);
        CHECK(Round(c.text) == c.out);
    }
}

TEST_CASE("an IPv4 address inside IPv6 is the IPv4 address") {
    const auto mapped = *Address::Parse("::ffff:10.1.2.3");
    CHECK(mapped == *Address::Parse("10.1.2.3"));
    CHECK(mapped.IsIpv4());
    CHECK(Inside("10.0.0.0/8", "::ffff:10.1.2.3"));

    sockaddr_storage storage{};
    sockaddr_in6 v6{};
    v6.sin6_family = AF_INET6;
    v6.sin6_addr.s6_addr[10] = v6.sin6_addr.s6_addr[11] = 0xFF;
    v6.sin6_addr.s6_addr[12] = 127;
    v6.sin6_addr.s6_addr[15] = 1;
    std::memcpy(&storage, &v6, sizeof v6);
    const auto from_v6 = Address::FromSockaddr(reinterpret_cast<const sockaddr&>(storage));
    CHECK(from_v6->Text() == "127.0.0.1");
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    storage = {};
    std::memcpy(&storage, &v4, sizeof v4);
    CHECK(Address::FromSockaddr(reinterpret_cast<const sockaddr&>(storage)) == from_v6);
    storage.ss_family = AF_UNIX;
    CHECK(!Address::FromSockaddr(reinterpret_cast<const sockaddr&>(storage)).has_value());
}

TEST_CASE("networks contain what they should") {
    CHECK(Inside("0.0.0.0/0", "203.0.113.9"));
    CHECK(!Inside("0.0.0.0/0", "::1"));
    CHECK(Inside("::/0", "2001:db8::1"));
    CHECK(Inside("10.0.0.0/8", "10.255.255.255"));
    CHECK(!Inside("10.0.0.0/8", "11.0.0.0"));
    CHECK(!Inside("10.0.0.0/8", "9.255.255.255"));
    CHECK(!Inside("10.0.0.0/8", "a00::"));
    CHECK(Inside("172.16.0.0/12", "172.31.255.255"));
    CHECK(!Inside("172.16.0.0/12", "172.32.0.0"));
    CHECK(Inside("192.0.2.128/25", "192.0.2.128"));
    CHECK(!Inside("192.0.2.128/25", "192.0.2.127"));
    CHECK(Inside("192.0.2.1", "192.0.2.1"));
    CHECK(Inside("192.0.2.1/32", "192.0.2.1"));
    CHECK(!Inside("192.0.2.1", "192.0.2.2"));
    CHECK(Inside("10.9.9.9/8", "10.0.0.1"));
    CHECK(Inside("2001:db8::/32", "2001:db8:ffff::1"));
    CHECK(!Inside("2001:db8::/32", "2001:db9::"));
    CHECK(Inside("fc00::/7", "fdff::1"));
    CHECK(!Inside("fc00::/7", "fe00::1"));
    CHECK(Inside("::1/128", "::1"));
    CHECK(!Inside("::1/128", "::"));
    for (const char* bad : {"", "/", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/+8", "::/129", "10.0.0.0/8/8", "10/8", "x/8",
                            "10.0.0.0/ 8", "10.0.0.0/-1", "/8"}) {
        CAPTURE(bad);
        CHECK(!Cidr::Parse(bad).has_value());
    }
    const std::vector<Cidr> list{*Cidr::Parse("10.0.0.0/8"), *Cidr::Parse("::1")};
    CHECK(rt::os::AnyContains(list, *Address::Parse("::1")));
    CHECK(rt::os::AnyContains(list, *Address::Parse("10.1.1.1")));
    CHECK(!rt::os::AnyContains(list, *Address::Parse("::2")));
    CHECK(!rt::os::AnyContains({}, *Address::Parse("::2")));
}

TEST_CASE("a prefix keeps the first bits") {
    const auto address = *Address::Parse("2001:db8:1:2:3:4:5:6");
    CHECK(address.Prefix(64).Text() == "2001:db8:1:2::");
    CHECK(address.Prefix(64) == Address::Parse("2001:db8:1:2:ffff::1")->Prefix(64));
    CHECK(address.Prefix(64) != Address::Parse("2001:db8:1:3::1")->Prefix(64));
    CHECK(address.Prefix(128) == address);
    CHECK(address.Prefix(0).Text() == "::");
    CHECK(Address::Parse("2001:ffff::")->Prefix(17).Text() == "2001:8000::");
    CHECK(Address::Parse("192.0.2.255")->Prefix(96 + 25).Text() == "192.0.2.128");
}

TEST_CASE("endpoints to listen on") {
    const auto round = [](std::string_view text) {
        const auto endpoint = ParseEndpoint(text);
        return endpoint.ok() ? endpoint->Text() : std::string("refused");
    };
    CHECK(round("127.0.0.1:3000") == "127.0.0.1:3000");
    CHECK(round("[::1]:0") == "[::1]:0");
    CHECK(round("[2001:db8::1]:65535") == "[2001:db8::1]:65535");
    CHECK(round("*:80") == "[::]:80");
    CHECK(round(":80") == "[::]:80");
    CHECK(round("3000") == "[::]:3000");
    CHECK(round("localhost:80") == "127.0.0.1:80");
    for (const char* bad :
         {"", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "127.0.0.1:+80", "127.0.0.1:80x", "::1:80",
          "[::1]", "[::1]80", "[]:80", "example.org:80", "127.0.0.1:80:80"}) {
        CAPTURE(bad);
        CHECK(round(bad) == "refused");
    }
}
