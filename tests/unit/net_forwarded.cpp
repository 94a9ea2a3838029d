#include <doctest/doctest.h>

#include <string>

#include "net/forwarded.h"

namespace {

using rt::net::CheckHead;
using rt::net::ClientOf;
using rt::net::Head;
using rt::os::Address;
using rt::os::Cidr;

// "address secure" of a request whose peer and fields are these; 10.0.0.0/8 and 2001:db8:f::/48 are proxies of ours.
std::string Client(const char* peer, const std::string& fields) {
    const std::vector<Cidr> proxies{*Cidr::Parse("10.0.0.0/8"), *Cidr::Parse("2001:db8:f::/48")};
    const std::string text = "GET / HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n";
    Head head;
    REQUIRE(CheckHead(text, {}, head).state == rt::net::HeadState::kAccepted);
    const Address address = *Address::Parse(peer);
    const auto client = ClientOf(address, rt::os::AnyContains(proxies, address), head, proxies);
    return client.address.Text() + (client.secure ? " secure" : "");
}

}  // namespace

TEST_CASE("the client is the right-most address that no proxy of ours has: a table of attacks") {
    struct Row {
        const char* peer;
        const char* fields;
        const char* client;
    };
    for (const Row& row : {
             Row{"203.0.113.9", "", "203.0.113.9"},
             // A stranger's fields count for nothing.
             Row{"203.0.113.9", "X-Forwarded-For: 198.51.100.1\r\nX-Forwarded-Proto: https\r\n", "203.0.113.9"},
             Row{"10.0.0.1", "", "10.0.0.1"},
             Row{"10.0.0.1", "X-Forwarded-For: 198.51.100.1\r\n", "198.51.100.1"},
             // What the client wrote itself stands left of what our proxy saw.
             Row{"10.0.0.1", "X-Forwarded-For: 127.0.0.1, 198.51.100.1\r\n", "198.51.100.1"},
             Row{"10.0.0.1", "X-Forwarded-For: 10.0.0.7, 198.51.100.1\r\n", "198.51.100.1"},
             Row{"10.0.0.1", "X-Forwarded-For: 127.0.0.1\r\nX-Forwarded-For: 198.51.100.1\r\n", "198.51.100.1"},
             Row{"10.0.0.1", "x-forwarded-for: 127.0.0.1\r\nX-FORWARDED-FOR: 198.51.100.1\r\n", "198.51.100.1"},
             // Two proxies of ours, one behind the other.
             Row{"10.0.0.1", "X-Forwarded-For: 127.0.0.1, 198.51.100.1, 10.0.0.2\r\n", "198.51.100.1"},
             Row{"10.0.0.1", "X-Forwarded-For: 10.0.0.3, 10.0.0.2\r\n", "10.0.0.3"},
             // What cannot be read ends the search at what is known for sure.
             Row{"10.0.0.1", "X-Forwarded-For: 198.51.100.1, unknown\r\n", "10.0.0.1"},
             Row{"10.0.0.1", "X-Forwarded-For: 198.51.100.1, , 10.0.0.2\r\n", "10.0.0.2"},
             Row{"10.0.0.1", "X-Forwarded-For: 198.51.100.1:4711\r\n", "10.0.0.1"},
             Row{"10.0.0.1", "X-Forwarded-For: 0x7f.1\r\n", "10.0.0.1"},
             Row{"10.0.0.1", "X-Forwarded-For: 127.1\r\n", "10.0.0.1"},
             Row{"10.0.0.1", "X-Forwarded-For: 198.51.100.001\r\n", "10.0.0.1"},
             Row{"10.0.0.1", "X-Forwarded-For: localhost\r\n", "10.0.0.1"},
             Row{"10.0.0.1", "X-Forwarded-For: \r\n", "10.0.0.1"},
             Row{"10.0.0.1", "X-Forwarded-For: 198.51.100.1,\r\n", "10.0.0.1"},
             // Both ways to write one address are one client.
             Row{"10.0.0.1", "X-Forwarded-For: ::ffff:198.51.100.1\r\n", "198.51.100.1"},
             Row{"10.0.0.1", "X-Forwarded-For: ::ffff:10.0.0.5, ::ffff:10.0.0.4\r\n", "10.0.0.5"},
             Row{"2001:db8:f::1", "X-Forwarded-For: 2001:DB8::7\r\n", "2001:db8::7"},
             Row{"2001:db8:f::1", "X-Forwarded-For: [2001:db8::7]\r\n", "2001:db8::7"},
             // Other names for the same thing are not looked at.
             Row{"10.0.0.1",
                 "Forwarded: for=198.51.100.1\r\nX-Real-IP: 198.51.100.1\r\nTrue-Client-IP: 198.51.100.1\r\n",
                 "10.0.0.1"},
             Row{"10.0.0.1", "X-Forwarded-Proto: https\r\n", "10.0.0.1 secure"},
             Row{"10.0.0.1", "X-Forwarded-Proto: https, http\r\n", "10.0.0.1"},
             Row{"10.0.0.1", "X-Forwarded-Proto: https\r\nX-Forwarded-Proto: http\r\n", "10.0.0.1"},
             Row{"10.0.0.1", "X-Forwarded-Proto: http\r\nX-Forwarded-Proto: HTTPS\r\n", "10.0.0.1 secure"},
         }) {
        CAPTURE(row.peer);
        CAPTURE(row.fields);
        CHECK(Client(row.peer, row.fields) == row.client);
    }
}
