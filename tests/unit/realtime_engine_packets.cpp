// Packets and payloads of Engine.IO 3 and 4.
#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

#include "realtime/protocol/engine_packet.h"
#include "realtime/protocol/engine_payload.h"

namespace rt::realtime::protocol {
namespace {

using namespace std::string_literals;

// "message:hello|message*:<bytes>|..." with a star for binary, or "... bad" at the end.
std::string Read(Payload payload, std::string_view body) {
    constexpr std::string_view kNames[] = {"open", "close", "ping", "pong", "message", "upgrade", "noop"};
    PayloadReader reader(payload, body);
    Packet packet;
    std::string out;
    while (true) {
        const PayloadReader::Step step = reader.Next(packet);
        if (step == PayloadReader::Step::kEnd) return out;
        if (!out.empty()) out += '|';
        if (step == PayloadReader::Step::kBad) return out + "bad";
        out.append(kNames[static_cast<std::size_t>(packet.type)]);
        out.append(packet.form == Form::kBinary ? "*:" : ":").append(packet.data);
    }
}

TEST_CASE("a text frame is a digit and the data") {
    const auto hello = DecodeText("4hello");
    REQUIRE(hello.has_value());
    CHECK(hello->type == PacketType::kMessage);
    CHECK(hello->data == "hello");
    CHECK(DecodeText("2probe")->type == PacketType::kPing);
    CHECK(DecodeText("6")->data.empty());
    for (const std::string_view bad : {"", "7", "a", "abc", " 4", "/", "\xff", "-1"}) CHECK_FALSE(DecodeText(bad));
    CHECK(EncodeText(PacketType::kPong, "probe") == "3probe");
    CHECK(EncodeText(PacketType::kClose) == "1");
}

TEST_CASE("a binary frame has a type in protocol 3 only") {
    const auto bare = DecodeBinary(Version::kV4, "\1\2\3");
    REQUIRE(bare.has_value());
    CHECK(bare->type == PacketType::kMessage);
    CHECK(bare->data == "\1\2\3");
    CHECK(DecodeBinary(Version::kV4, "")->data.empty());
    const auto typed = DecodeBinary(Version::kV3, "\4\1\2");
    REQUIRE(typed.has_value());
    CHECK(typed->type == PacketType::kMessage);
    CHECK(typed->data == "\1\2");
    CHECK_FALSE(DecodeBinary(Version::kV3, ""));
    CHECK_FALSE(DecodeBinary(Version::kV3, "\7"));
    CHECK_FALSE(DecodeBinary(Version::kV3, "4"));
    CHECK(EncodeBinary(Version::kV4, "\1\2") == "\1\2");
    CHECK(EncodeBinary(Version::kV3, "\1\2") == "\4\1\2");
}

TEST_CASE("the open packet has the keys of the reference and no others") {
    CHECK(EncodeOpen({"abc", true, 25'000, 20'000, 1'000'000}) ==
          R"(0{"sid":"abc","upgrades":["websocket"],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000})");
    CHECK(EncodeOpen({"abc", false, 300, 200, 5}) ==
          R"(0{"sid":"abc","upgrades":[],"pingInterval":300,"pingTimeout":200,"maxPayload":5})");
}

TEST_CASE("payloads are read packet by packet") {
    struct Case {
        Payload payload;
        std::string body;
        std::string_view packets;
    };
    const std::vector<Case> cases{
        {Payload::kV4, "4hello", "message:hello"},
        {Payload::kV4, "4test1\x1e"s + "4test2\x1e"s + "2", "message:test1|message:test2|ping:"},
        {Payload::kV4, "4a\x1e"s + "bAQIDBA==", "message:a|message*:\1\2\3\4"},
        {Payload::kV4, "b", "message*:"},
        {Payload::kV4, "4", "message:"},
        {Payload::kV4, "", "bad"},
        {Payload::kV4, "abc", "bad"},
        {Payload::kV4, "4a\x1e", "message:a|bad"},
        {Payload::kV4, "\x1e"s + "4a", "bad"},
        {Payload::kV4, "4a\x1e\x1e"s + "4b", "message:a|bad"},
        {Payload::kV4, "bAQ", "bad"},
        {Payload::kV4, "bAQ=", "bad"},
        {Payload::kV4, "b!!!!", "bad"},
        {Payload::kV3Text, "6:4hello", "message:hello"},
        {Payload::kV3Text, "6:4hello1:2", "message:hello|ping:"},
        {Payload::kV3Text, "2:4\xe2\x82\xac", "message:\xe2\x82\xac"},
        {Payload::kV3Text, "3:4\xf0\x9f\x8e\xb2"s + "1:2", "message:\xf0\x9f\x8e\xb2|ping:"},
        {Payload::kV3Text, "2:4\xf0\x9f\x8e\xb2", "bad"},
        {Payload::kV3Text, "10:b4AQIDBA==", "message*:\1\2\3\4"},
        {Payload::kV3Text, "7:4hello", "bad"},
        {Payload::kV3Text, "5:4hello", "message:hell|bad"},
        {Payload::kV3Text, "0:", "bad"},
        {Payload::kV3Text, ":4", "bad"},
        {Payload::kV3Text, "", "bad"},
        {Payload::kV3Text, "-1:4", "bad"},
        {Payload::kV3Text, "1e3:4", "bad"},
        {Payload::kV3Text, "6", "bad"},
        {Payload::kV3Text, "1000000000:4", "bad"},
        {Payload::kV3Text, "99999999999999999999:4", "bad"},
        {Payload::kV3Text, "3:b9A", "bad"},
        {Payload::kV3Binary, "\0\6\xff"s + "4hello", "message:hello"},
        {Payload::kV3Binary, "\0\6\xff"s + "4hello\1\5\xff\4\1\2\3\4"s, "message:hello|message*:\1\2\3\4"},
        {Payload::kV3Binary, "\0\1\1\xff"s + "4ten bytes!", "message:ten bytes!"},
        {Payload::kV3Binary, "\0\7\xff"s + "4hello", "bad"},
        {Payload::kV3Binary, "\0\xff"s + "4", "bad"},
        {Payload::kV3Binary, "\2\1\xff"s + "4", "bad"},
        {Payload::kV3Binary, "\0\1"s, "bad"},
        {Payload::kV3Binary, "\0"s, "bad"},
        {Payload::kV3Binary, "\0\3\xff"s + "4\xff\xfe", "bad"},
        {Payload::kV3Binary, "\0\1\1\1\1\1\1\1\1\1\1\xff"s + "4", "bad"},
        {Payload::kV3Binary, "\1\0\xff"s, "bad"},
    };
    for (const Case& row : cases) {
        CAPTURE(row.body);
        CHECK(Read(row.payload, row.body) == row.packets);
    }
}

TEST_CASE("what is written is what the other side reads") {
    const std::vector<std::string> texts{"4hello", "2", "4圆桌 🎲", "4"};
    for (const Payload payload : {Payload::kV4, Payload::kV3Text, Payload::kV3Binary}) {
        const Version version = payload == Payload::kV4 ? Version::kV4 : Version::kV3;
        std::string body;
        for (const std::string& text : texts) AppendPacket(payload, Form::kText, text, body);
        AppendPacket(payload, Form::kBinary, EncodeBinary(version, "\1\2\x1e\xff"), body);
        CHECK(Read(payload, body) == "message:hello|ping:|message:圆桌 🎲|message:|message*:\1\2\x1e\xff");
    }
    std::string body;
    AppendPacket(Payload::kV3Text, Form::kBinary, "\4\1\2\3\4", body);
    CHECK(body == "10:b4AQIDBA==");
    body.clear();
    AppendPacket(Payload::kV3Text, Form::kText, "4🎲", body);
    CHECK(body == "3:4🎲");
}

TEST_CASE("the escapes of JSONP are undone") {
    CHECK(UnescapeJsonp("6:4hello") == "6:4hello");
    CHECK(UnescapeJsonp(R"(a\nb)") == "a\nb");
    CHECK(UnescapeJsonp(R"(a\\nb)") == R"(a\nb)");
    CHECK(UnescapeJsonp(R"(a\)") == R"(a\)");
}

}  // namespace
}  // namespace rt::realtime::protocol
