// The head check as a function: what is accepted and how it is framed, what is refused and why, and every cap.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "net/head.h"

namespace {

using namespace rt;
using net::CheckHead;
using net::Framing;
using net::Head;
using net::HeadLimits;
using net::HeadState;

struct Checked {
    net::HeadVerdict verdict;
    Head head;
};

Checked Check(std::string_view bytes, const HeadLimits& limits = {}) {
    Checked out;
    out.verdict = CheckHead(bytes, limits, out.head);
    return out;
}

std::string With(std::string_view fields, std::string_view line = "GET / HTTP/1.1") {
    return std::string(line) + "\r\nHost: a\r\n" + std::string(fields) + "\r\n";
}

TEST_CASE("an accepted head tells method, target, fields and framing") {
    const std::string bytes =
        "POST /a/%41?x=1&y HTTP/1.1\r\nHost: example.org:8080\r\nContent-Length:  12 \t\r\nX-Empty:\r\n\r\nbody";
    const Checked got = Check(bytes);
    REQUIRE(got.verdict.state == HeadState::kAccepted);
    CHECK(got.head.method == net::Method::kPost);
    CHECK(got.head.path == "/a/%41");
    CHECK(got.head.query == "x=1&y");
    CHECK(got.head.host == "example.org:8080");
    CHECK(got.head.framing == Framing::kLength);
    CHECK(got.head.content_length == 12);
    CHECK(got.head.keep_alive);
    CHECK(got.head.fields.size() == 3);
    CHECK(got.head.Value("x-EMPTY").empty());
    CHECK(got.head.size == bytes.size() - 4);
}

TEST_CASE("every prefix of a good head is incomplete, and never refused") {
    const std::string bytes = With("Transfer-Encoding: chunked\r\nAccept: */*\r\n", "POST /path?q HTTP/1.1");
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        CAPTURE(size);
        CHECK(Check(bytes.substr(0, size)).verdict.state == HeadState::kIncomplete);
    }
    CHECK(Check(bytes).verdict.state == HeadState::kAccepted);
    CHECK(Check(bytes).head.framing == Framing::kChunked);
}

TEST_CASE("connections live and end as the fields say") {
    CHECK(Check(With("")).head.keep_alive);
    CHECK_FALSE(Check(With("Connection: close\r\n")).head.keep_alive);
    CHECK_FALSE(Check(With("Connection: x, CLOSE\r\n")).head.keep_alive);
    CHECK_FALSE(Check("GET / HTTP/1.0\r\n\r\n").head.keep_alive);
    CHECK(Check(With("Connection: keep-alive\r\n", "GET / HTTP/1.0")).head.keep_alive);
    CHECK_FALSE(Check(With("Connection: close\r\nConnection: keep-alive\r\n", "GET / HTTP/1.0")).head.keep_alive);
    CHECK(Check(With("Connection: keep-alive, Upgrade\r\nUpgrade: WebSocket\r\n")).head.upgrades_to_websocket);
    CHECK_FALSE(Check(With("Upgrade: websocket\r\n")).head.upgrades_to_websocket);
    CHECK_FALSE(Check(With("Connection: upgrade\r\nUpgrade: h2c\r\n")).head.upgrades_to_websocket);
    CHECK(Check(With("Expect: 100-Continue\r\nContent-Length: 1\r\n")).head.expects_continue);
    CHECK_FALSE(Check(With("Expect: 100-continue\r\nContent-Length: 0\r\n")).head.expects_continue);
}

struct Refusal {
    std::string bytes;
    Code code;
    std::string_view reason;
};

TEST_CASE("what is refused, with its reason") {
    using namespace std::string_literals;
    const std::vector<Refusal> table{
        {"GET / HTTP/1.1\nHost: a\r\n\r\n", Code::kBadRequest, "bare_lf"},
        {"GET / HTTP/1.1\r\nHost: a\n\r\n", Code::kBadRequest, "bare_lf"},
        {"GET / HTTP/1.1\r\nHost: a\r\n\n", Code::kBadRequest, "bare_lf"},
        {"GET / HTTP/1.1\r\rHost: a\r\n\r\n", Code::kBadRequest, "bare_cr"},
        {With("X: a\rb\r\n"), Code::kBadRequest, "bare_cr"},
        {With("X: a\0b\r\n"s), Code::kBadRequest, "control_character"},
        {With("X: a\x01\r\n"), Code::kBadRequest, "control_character"},
        {With("X: a\x7F\r\n"), Code::kBadRequest, "control_character"},
        {"\x16\x03\x01\x02", Code::kBadRequest, "control_character"},
        {"GET\0/ HTTP/1.1"s, Code::kBadRequest, "control_character"},
        {" GET / HTTP/1.1\r\n", Code::kBadRequest, "bad_request_line"},
        {"GET  / HTTP/1.1\r\n", Code::kBadRequest, "bad_request_line"},
        {"GET / HTTP/1.1 \r\n", Code::kBadRequest, "bad_request_line"},
        {"GET /\r\n", Code::kBadRequest, "bad_request_line"},
        {"GET\r\n", Code::kBadRequest, "bad_request_line"},
        {"GET\t/\tHTTP/1.1\r\n", Code::kBadRequest, "bad_request_line"},
        {"G<T / HTTP/1.1\r\n", Code::kBadRequest, "bad_method"},
        {"get / HTTP/1.1\r\n", Code::kNotImplemented, "unknown_method"},
        {"BREW / HTTP/1.1\r\n", Code::kNotImplemented, "unknown_method"},
        {"GET / http/1.1\r\n", Code::kBadRequest, "bad_version"},
        {"GET / HTTP/11\r\n", Code::kBadRequest, "bad_version"},
        {"GET / HTTP/1.10\r\n", Code::kBadRequest, "bad_version"},
        {"GET / HTTP/2.0\r\n", Code::kVersionNotSupported, "version_not_supported"},
        {"GET / HTTP/1.2\r\n", Code::kVersionNotSupported, "version_not_supported"},
        {"GET * HTTP/1.1\r\n", Code::kBadRequest, "bad_target"},
        {"GET a HTTP/1.1\r\n", Code::kBadRequest, "bad_target"},
        {"GET /#f HTTP/1.1\r\n", Code::kBadRequest, "bad_target"},
        {"GET /\\ HTTP/1.1\r\n", Code::kBadRequest, "bad_target"},
        {"GET /\xE4 HTTP/1.1\r\n", Code::kBadRequest, "bad_target"},
        {"GET /%4 HTTP/1.1\r\n", Code::kBadRequest, "bad_escape"},
        {"GET /?%zz HTTP/1.1\r\n", Code::kBadRequest, "bad_escape"},
        {"GET ftp://a/ HTTP/1.1\r\n", Code::kBadRequest, "bad_target"},
        {"GET http://a HTTP/1.1\r\n", Code::kBadRequest, "bad_target"},
        {"GET http://u@a/ HTTP/1.1\r\n", Code::kBadRequest, "bad_target"},
        {"GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n", Code::kBadRequest, "host_differs"},
        {"GET / HTTP/1.1\r\n\r\n", Code::kBadRequest, "no_host"},
        {"GET / HTTP/1.1\r\nHost:\r\n\r\n", Code::kBadRequest, "bad_host"},
        {"GET / HTTP/1.1\r\nHost: a b\r\n\r\n", Code::kBadRequest, "bad_host"},
        {"GET / HTTP/1.1\r\nHost: a:x\r\n\r\n", Code::kBadRequest, "bad_host"},
        {"GET / HTTP/1.1\r\nHost: [::1\r\n\r\n", Code::kBadRequest, "bad_host"},
        {With("Host: a\r\n"), Code::kBadRequest, "repeated_field"},
        {With("Content-Length: 1\r\nContent-Length: 1\r\n"), Code::kBadRequest, "repeated_field"},
        {With("X : a\r\n"), Code::kBadRequest, "bad_field"},
        {With("X\r\n"), Code::kBadRequest, "bad_field"},
        {With(": a\r\n"), Code::kBadRequest, "bad_field"},
        {With("X: a\r\n b\r\n"), Code::kBadRequest, "folded_field"},
        {"GET / HTTP/1.1\r\n Host: a\r\n", Code::kBadRequest, "folded_field"},
        {With("Content-Length: +1\r\n"), Code::kBadRequest, "bad_length"},
        {With("Content-Length: -1\r\n"), Code::kBadRequest, "bad_length"},
        {With("Content-Length: 1, 1\r\n"), Code::kBadRequest, "bad_length"},
        {With("Content-Length: 0x1\r\n"), Code::kBadRequest, "bad_length"},
        {With("Content-Length:\r\n"), Code::kBadRequest, "bad_length"},
        {With("Content-Length: 9999999999999999\r\n"), Code::kBodyTooLarge, "length_too_large"},
        {With("Content-Length: 1\r\nTransfer-Encoding: chunked\r\n"), Code::kBadRequest, "length_and_coding"},
        {With("Transfer-Encoding: gzip\r\n"), Code::kBadRequest, "unknown_coding"},
        {With("Transfer-Encoding: gzip, chunked\r\n"), Code::kNotImplemented, "unknown_coding"},
        {With("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"), Code::kBadRequest, "repeated_field"},
        {With("Transfer-Encoding: chunked\r\n", "POST / HTTP/1.0"), Code::kBadRequest, "coding_in_http_1_0"},
        {With("Expect: 200-ok\r\n"), Code::kExpectationFailed, "unknown_expectation"},
    };
    for (const Refusal& row : table) {
        CAPTURE(row.bytes);
        const Checked got = Check(row.bytes);
        CHECK(got.verdict.state == HeadState::kRejected);
        CHECK(got.verdict.reason == row.reason);
        CHECK(got.verdict.code == row.code);
    }
}

TEST_CASE("the caps hold at one less, at the limit and at one more") {
    const HeadLimits limits{.target_bytes_max = 100, .head_bytes_max = 400, .fields_max = 5};
    for (const std::size_t size : {99UL, 100UL, 101UL}) {
        const Checked got = Check("GET /" + std::string(size - 1, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n", limits);
        CHECK((got.verdict.state == HeadState::kAccepted) == (size <= 100));
        if (size > 100) CHECK(got.verdict.code == Code::kUriTooLong);
    }
    for (const std::size_t size : {399UL, 400UL, 401UL}) {
        const std::string start = "GET / HTTP/1.1\r\nHost: a\r\nX: ";
        const Checked got = Check(start + std::string(size - start.size() - 4, 'x') + "\r\n\r\n", limits);
        CHECK((got.verdict.state == HeadState::kAccepted) == (size <= 400));
        if (size > 400) CHECK(got.verdict.code == Code::kHeadersTooLarge);
    }
    for (const std::size_t count : {4UL, 5UL, 6UL}) {
        std::string fields;
        for (std::size_t i = 1; i < count; ++i) fields += "X: a\r\n";
        const Checked got = Check(With(fields), limits);
        CHECK((got.verdict.state == HeadState::kAccepted) == (count <= 5));
        if (count > 5) CHECK(got.verdict.code == Code::kHeadersTooLarge);
    }
}

TEST_CASE("a head that never ends is refused at the cap, not kept") {
    const HeadLimits limits{.target_bytes_max = 100, .head_bytes_max = 400, .fields_max = 5};
    CHECK(Check("GET /" + std::string(200, 'a'), limits).verdict.code == Code::kUriTooLong);
    CHECK(Check(std::string(40, 'A'), limits).verdict.code == Code::kNotImplemented);
    CHECK(Check("GET / HTTP/1.1\r\nX: " + std::string(500, 'x'), limits).verdict.code == Code::kHeadersTooLarge);
}

TEST_CASE("one empty line before a request is passed over, two are not") {
    CHECK(Check("\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n").verdict.state == HeadState::kAccepted);
    CHECK(Check("\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n").verdict.state == HeadState::kRejected);
}

TEST_CASE("absolute and asterisk forms") {
    const Checked absolute = Check("GET http://A:80/p?q HTTP/1.1\r\nHost: a:80\r\n\r\n");
    REQUIRE(absolute.verdict.state == HeadState::kAccepted);
    CHECK(absolute.head.path == "/p");
    CHECK(absolute.head.query == "q");
    const Checked asterisk = Check("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n");
    REQUIRE(asterisk.verdict.state == HeadState::kAccepted);
    CHECK(asterisk.head.path == "*");
}

}  // namespace
