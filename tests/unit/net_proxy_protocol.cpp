#include <doctest/doctest.h>

#include <string>

#include "net/proxy_protocol.h"

namespace {

using namespace std::string_literals;
using rt::net::ProxyHeader;
using rt::net::ProxyHeaderState;
using rt::net::ReadProxyHeader;

const std::string kSignature = "\r\n\r\n\0\r\nQUIT\n"s;

// Version and command, family and transport, then a length and that many bytes.
std::string Binary(int version_command, int family_transport, const std::string& rest) {
    std::string out = kSignature;
    out += static_cast<char>(version_command);
    out += static_cast<char>(family_transport);
    out += static_cast<char>(rest.size() >> 8);
    out += static_cast<char>(rest.size() & 0xFF);
    return out + rest;
}

const std::string kFour = "\xCB\x00\x71\x09\x0A\x00\x00\x01\x30\x39\x01\xBB"s;  // 203.0.113.9 -> 10.0.0.1
const std::string kSix = "\x20\x01\x0D\xB8"s + std::string(11, '\0') + "\x07" + std::string(16, '\1') + "\0\1\0\2"s;

std::string Outcome(std::string_view bytes) {
    const ProxyHeader header = ReadProxyHeader(bytes);
    if (header.state == ProxyHeaderState::kIncomplete) return "incomplete";
    if (header.state == ProxyHeaderState::kRejected) return "rejected";
    return std::to_string(header.size) + " " + (header.client ? header.client->Text() : "own");
}

}  // namespace

TEST_CASE("version 1") {
    CHECK(Outcome("PROXY TCP4 203.0.113.9 10.0.0.1 12345 443\r\nGET /") == "43 203.0.113.9");
    CHECK(Outcome("PROXY TCP6 2001:db8::7 ::1 1 65535\r\n") == "36 2001:db8::7");
    CHECK(Outcome("PROXY UNKNOWN\r\n") == "15 own");
    CHECK(Outcome("PROXY UNKNOWN ffff::1 whatever 1 2\r\n") == "36 own");
    for (const char* bad : {
             "PROXY TCP4 203.0.113.9 10.0.0.1 12345\r\n",
             "PROXY TCP4 203.0.113.9 10.0.0.1 12345 443 1\r\n",
             "PROXY TCP4 203.0.113.9 10.0.0.1 12345 65536\r\n",
             "PROXY TCP4 203.0.113.9 10.0.0.1 012 443\r\n",
             "PROXY TCP4 203.0.113.9 10.0.0.1 -1 443\r\n",
             "PROXY TCP4 2001:db8::7 ::1 1 2\r\n",
             "PROXY TCP6 203.0.113.9 10.0.0.1 1 2\r\n",
             "PROXY TCP6 [2001:db8::7] ::1 1 2\r\n",
             "PROXY TCP4 203.0.113.999 10.0.0.1 1 2\r\n",
             "PROXY TCP4  203.0.113.9 10.0.0.1 1 2\r\n",
             "PROXY tcp4 203.0.113.9 10.0.0.1 1 2\r\n",
             "PROXY UDP4 203.0.113.9 10.0.0.1 1 2\r\n",
             "PROXY \r\n",
             "proxy TCP4 203.0.113.9 10.0.0.1 1 2\r\n",
             "GET / HTTP/1.1\r\n",
             "\x16\x03\x01",
         }) {
        CAPTURE(bad);
        CHECK(Outcome(bad) == "rejected");
    }
    // 107 bytes with the line end are allowed, no more.
    CHECK(Outcome("PROXY UNKNOWN " + std::string(91, 'x') + "\r\n") == "107 own");
    CHECK(Outcome("PROXY UNKNOWN " + std::string(92, 'x') + "\r\n") == "rejected");
    CHECK(Outcome("PROXY UNKNOWN " + std::string(92, 'x')) == "incomplete");
    CHECK(Outcome("PROXY UNKNOWN " + std::string(93, 'x')) == "rejected");
}

TEST_CASE("version 2") {
    CHECK(Outcome(Binary(0x21, 0x11, kFour) + "GET /") == "28 203.0.113.9");
    CHECK(Outcome(Binary(0x21, 0x21, kSix)) == "52 2001:db8::7");
    // TLVs behind the addresses are passed over.
    CHECK(Outcome(Binary(0x21, 0x11, kFour + "\x03\0\4abcd"s)) == "35 203.0.113.9");
    CHECK(Outcome(Binary(0x20, 0x00, "")) == "16 own");
    CHECK(Outcome(Binary(0x20, 0x11, kFour)) == "28 own");
    CHECK(Outcome(Binary(0x21, 0x00, "tlv")) == "19 own");
    CHECK(Outcome(Binary(0x31, 0x11, kFour)) == "rejected");                  // version
    CHECK(Outcome(Binary(0x22, 0x11, kFour)) == "rejected");                  // command
    CHECK(Outcome(Binary(0x21, 0x12, kFour)) == "rejected");                  // datagrams
    CHECK(Outcome(Binary(0x21, 0x31, std::string(216, 'x'))) == "rejected");  // Unix sockets
    CHECK(Outcome(Binary(0x21, 0x11, kFour.substr(1))) == "rejected");
    CHECK(Outcome(Binary(0x21, 0x21, kFour)) == "rejected");
    CHECK(Outcome(Binary(0x21, 0x11, kFour + std::string(2'048 - 28, 't'))) == "2048 203.0.113.9");
    CHECK(Outcome(Binary(0x21, 0x11, kFour + std::string(2'049 - 28, 't'))) == "rejected");
}

TEST_CASE("every beginning of a header is incomplete, and byte by byte the end is found") {
    for (const std::string& header : {"PROXY TCP4 203.0.113.9 10.0.0.1 12345 443\r\n"s, Binary(0x21, 0x11, kFour),
                                      Binary(0x21, 0x21, kSix), "PROXY UNKNOWN\r\n"s}) {
        for (std::size_t i = 0; i < header.size(); ++i) CHECK(Outcome(header.substr(0, i)) == "incomplete");
        CHECK(ReadProxyHeader(header).size == header.size());
    }
}
