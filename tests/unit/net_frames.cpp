// WebSocket frames as bytes: what a client may send, in one piece and byte by byte, and what ends the connection.
#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

#include "net/ws_frames.h"

namespace {

using namespace rt::net;
using Event = FrameEvent;

constexpr std::string_view kMask = "\x11\x22\x33\x44";

struct Frame {
    int first = 0x81;  // FIN, RSV and opcode
    std::string payload;
};

std::string Bytes(const Frame& frame) {
    std::string out(1, static_cast<char>(frame.first));
    const std::size_t size = frame.payload.size();
    if (size < 126) {
        out += static_cast<char>(0x80 | size);
    } else {
        const int bytes = size < 65'536 ? 2 : 8;
        out += static_cast<char>(0x80 | (bytes == 2 ? 126 : 127));
        for (int i = bytes - 1; i >= 0; --i) out += static_cast<char>(size >> (8 * i) & 0xFF);
    }
    out += kMask;
    for (std::size_t i = 0; i < size; ++i) out += static_cast<char>(frame.payload[i] ^ kMask[i & 3]);
    return out;
}

std::string Bytes(const std::vector<Frame>& frames) {
    std::string out;
    for (const Frame& frame : frames) out += Bytes(frame);
    return out;
}

std::vector<FrameResult> Read(std::string_view bytes, std::size_t step, std::size_t message_max = 1 << 20,
                              std::size_t fragments_max = 16) {
    FrameReader reader(message_max, fragments_max);
    std::vector<FrameResult> events;
    while (!bytes.empty()) {
        std::string_view piece = bytes.substr(0, step);
        bytes.remove_prefix(piece.size());
        while (true) {
            FrameResult result = reader.Next(piece);
            if (result.event == Event::kNeedMore) break;
            events.push_back(result);
            if (result.event == Event::kError || result.event == Event::kClose) return events;
        }
    }
    return events;
}

TEST_CASE("messages of every length form arrive") {
    for (const std::size_t size : {0UL, 1UL, 125UL, 126UL, 65'535UL, 65'536UL, 200'000UL}) {
        const std::string payload(size, 'z');
        for (const std::size_t step : {7UL, 1'000'000UL}) {
            const auto events = Read(Bytes(Frame{0x82, payload}), step);
            REQUIRE(events.size() == 1);
            CHECK(events[0].event == Event::kMessage);
            CHECK(events[0].kind == rt::net::MessageKind::kBinary);
            CHECK(events[0].payload == payload);
        }
    }
}

TEST_CASE("fragments make one message, control frames come between them") {
    const std::string bytes =
        Bytes({{0x01, "a"}, {0x89, "ping"}, {0x00, ""}, {0x8A, "pong"}, {0x80, "b"}, {0x81, "next"}});
    for (const std::size_t step : {1UL, 1000UL}) {
        const auto events = Read(bytes, step);
        REQUIRE(events.size() == 4);
        CHECK(events[0].event == Event::kPing);
        CHECK(events[0].payload == "ping");
        CHECK(events[1].event == Event::kPong);
        CHECK(events[2].payload == "ab");
        CHECK(events[3].payload == "next");
    }
}

TEST_CASE("text is UTF-8, also across fragments, and bad text ends at the first bad byte") {
    CHECK(Read(Bytes({{0x01, "\xE5\x9C"}, {0x80, "\x86"}}), 1000)[0].payload == "\xE5\x9C\x86");
    for (const std::string bad : {"\xC0\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xFF"}) {
        CAPTURE(bad);
        CHECK(Read(Bytes(Frame{0x81, bad}), 1000)[0].code == kCloseBadData);
    }
    CHECK(Read(Bytes(Frame{0x81, "\xE5\x9C"}), 1000)[0].code == kCloseBadData);  // cut off
    CHECK(Read(Bytes(Frame{0x01, "a\xFF"}), 1000)[0].code == kCloseBadData);     // before the message is whole
    CHECK(Read(Bytes(Frame{0x82, "\xFF"}), 1000)[0].event == Event::kMessage);   // binary may hold anything
}

TEST_CASE("protocol errors") {
    const std::vector<std::pair<std::string, std::uint16_t>> table{
        {std::string("\x81\x01") + "a", kCloseProtocolError},  // not masked
        {Bytes(Frame{0xC1, "a"}), kCloseProtocolError},        // RSV1
        {Bytes(Frame{0xA1, "a"}), kCloseProtocolError},        // RSV2
        {Bytes(Frame{0x91, "a"}), kCloseProtocolError},        // RSV3
        {Bytes(Frame{0x83, ""}), kCloseProtocolError},         // unknown opcodes
        {Bytes(Frame{0x87, ""}), kCloseProtocolError},
        {Bytes(Frame{0x8B, ""}), kCloseProtocolError},
        {Bytes(Frame{0x8F, ""}), kCloseProtocolError},
        {Bytes(Frame{0x80, "a"}), kCloseProtocolError},            // continuation of nothing
        {Bytes({{0x01, "a"}, {0x81, "b"}}), kCloseProtocolError},  // a new message inside one
        {Bytes({{0x01, "a"}, {0x02, "b"}}), kCloseProtocolError},
        {Bytes(Frame{0x09, ""}), kCloseProtocolError},  // fragmented control frames
        {Bytes(Frame{0x08, ""}), kCloseProtocolError},
        {Bytes(Frame{0x89, std::string(126, 'p')}), kCloseProtocolError},  // control frame too long
        {std::string("\x81\xFE\x00\x7D", 4) + std::string(4 + 125, 'x'), kCloseProtocolError},  // not the shortest form
        {std::string("\x81\xFF\0\0\0\0\0\0\xFF\xFF", 10) + std::string(4, 'x'), kCloseProtocolError},
        {std::string("\x81\xFF\x80\0\0\0\0\0\0\0", 10) + std::string(4, 'x'), kCloseProtocolError},
    };
    for (const auto& [bytes, code] : table) {
        for (const std::size_t step : {1UL, 1000UL}) {
            CAPTURE(bytes);
            const auto events = Read(bytes, step);
            REQUIRE_FALSE(events.empty());
            CHECK(events.back().event == Event::kError);
            CHECK(events.back().code == code);
        }
    }
}

TEST_CASE("a control frame of 125 bytes is the longest") {
    CHECK(Read(Bytes(Frame{0x89, std::string(125, 'p')}), 1000)[0].event == Event::kPing);
}

TEST_CASE("size and fragment caps at one less, at the limit and at one more; the size is refused from the header") {
    for (const std::size_t size : {99UL, 100UL, 101UL}) {
        const auto one = Read(Bytes(Frame{0x82, std::string(size, 'x')}), 1000, 100);
        CHECK((one[0].event == Event::kMessage) == (size <= 100));
        const auto two = Read(Bytes({{0x02, std::string(50, 'x')}, {0x80, std::string(size - 50, 'x')}}), 1000, 100);
        CHECK((two[0].event == Event::kMessage) == (size <= 100));
        if (size > 100) CHECK(two[0].code == kCloseTooBig);
    }
    const auto early = Read(Bytes(Frame{0x82, std::string(101, 'x')}).substr(0, 6), 1000, 100);
    REQUIRE(early.size() == 1);
    CHECK(early[0].code == kCloseTooBig);
    for (const std::size_t count : {3UL, 4UL, 5UL}) {
        std::vector<Frame> frames{{0x02, "a"}};
        for (std::size_t i = 2; i < count; ++i) frames.push_back({0x00, "a"});
        frames.push_back({0x80, "a"});
        CHECK((Read(Bytes(frames), 1000, 100, 4).back().event == Event::kMessage) == (count <= 4));
    }
}

std::string CodeBytes(unsigned code) {
    return {static_cast<char>(code >> 8), static_cast<char>(code & 0xFF)};
}

TEST_CASE("close codes: every one of 65 536") {
    for (unsigned code = 0; code < 65'536; ++code) {
        const bool good = code == 1000 || code == 1001 || code == 1002 || code == 1003 ||
                          (code >= 1007 && code <= 1014) || (code >= 3000 && code < 5000);
        const auto events = Read(Bytes(Frame{0x88, CodeBytes(code)}), 1000);
        REQUIRE(events.size() == 1);
        if ((events[0].event == Event::kClose) != good) FAIL_CHECK("code " << code);
        if (good && events[0].code != code) FAIL_CHECK("code " << code);
    }
    CHECK(Read(Bytes(Frame{0x88, ""}), 1000)[0].code == kCloseNoStatus);
    CHECK(Read(Bytes(Frame{0x88, "\x03"}), 1000)[0].code == kCloseProtocolError);
    CHECK(Read(Bytes(Frame{0x88, CodeBytes(1000) + "bye"}), 1000)[0].payload == "bye");
    CHECK(Read(Bytes(Frame{0x88, CodeBytes(1000) + "\xFF"}), 1000)[0].code == kCloseBadData);
}

TEST_CASE("headers that we send, and close reasons cut between characters") {
    CHECK(FrameHeader(Opcode::kText, 5) == std::string("\x81\x05", 2));
    CHECK(FrameHeader(Opcode::kBinary, 125) == std::string("\x82\x7D", 2));
    CHECK(FrameHeader(Opcode::kText, 126) == std::string("\x81\x7E\x00\x7E", 4));
    CHECK(FrameHeader(Opcode::kText, 65'535) == std::string("\x81\x7E\xFF\xFF", 4));
    CHECK(FrameHeader(Opcode::kText, 65'536) == std::string("\x81\x7F\0\0\0\0\0\x01\0\0", 10));
    CHECK(ClosePayload(1001, "x") == std::string("\x03\xE9x", 3));
    std::string reason;
    for (int i = 0; i < 42; ++i) reason += "\xE5\x9C\x86";
    CHECK(ClosePayload(1000, reason).size() == 2 + 123);
    CHECK(ClosePayload(1000, "a" + reason).size() == 2 + 121);
}

}  // namespace
