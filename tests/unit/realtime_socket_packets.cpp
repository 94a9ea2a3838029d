// Packets of Socket.IO 4 and 5.
#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

#include "realtime/protocol/socket_packet.h"

namespace rt::realtime::protocol {
namespace {

// "type nsp id attachments json", or "bad".
std::string Read(std::string_view text) {
    const auto packet = DecodeSocketPacket(text);
    if (!packet.ok()) return "bad";
    return std::to_string(static_cast<int>(packet->type)) + " " + packet->nsp + " " +
           (packet->id.has_value() ? std::to_string(*packet->id) : "-") + " " + std::to_string(packet->attachments) +
           " " + (packet->data.has_value() ? json::Encode(*packet->data) : "-");
}

std::string Nested(std::size_t depth) {
    return "2" + std::string(depth, '[') + "\"a\"" + std::string(depth, ']');
}

TEST_CASE("what a client may send is read, what it may not is refused") {
    struct Case {
        std::string text;
        std::string_view read;
    };
    const std::vector<Case> cases{
        {"0", "0 / - 0 -"},
        {R"(0{"token":"123"})", R"(0 / - 0 {"token":"123"})"},
        {"0/custom", "0 /custom - 0 -"},
        {"0/custom,", "0 /custom - 0 -"},
        {R"(0/custom,{"a":1})", R"(0 /custom - 0 {"a":1})"},
        {"0/admin?token=1", "0 /admin?token=1 - 0 -"},
        {"0[]", "bad"},
        {"0\"x\"", "bad"},
        {"0{", "bad"},
        {"1", "1 / - 0 -"},
        {"1/custom,", "1 /custom - 0 -"},
        {"1{}", "bad"},
        {R"(2["message",1,"2",{"3":[true]}])", R"(2 / - 0 ["message",1,"2",{"3":[true]}])"},
        {R"(2/custom,456["message"])", R"(2 /custom 456 0 ["message"])"},
        {R"(20["a"])", R"(2 / 0 0 ["a"])"},
        {R"(2[7,"number as a name"])", R"(2 / - 0 [7,"number as a name"])"},
        {R"(29007199254740991["a"])", R"(2 / 9007199254740991 0 ["a"])"},
        {R"(29007199254740992["a"])", "bad"},
        {R"(299999999999999999999999["a"])", "bad"},
        {"2", "bad"},
        {"2[]", "bad"},
        {"2{}", "bad"},
        {"2[null]", "bad"},
        {"2[{}]", "bad"},
        {R"(2abc["a"])", "bad"},
        {R"(2-1["a"])", "bad"},
        {R"(2["a")", "bad"},
        {R"(2["a"]x)", "bad"},
        {R"(2["a","\u0000"])", "bad"},
        {R"(2["connect"])", "bad"},
        {R"(2["connect_error"])", "bad"},
        {R"(2["disconnect"])", "bad"},
        {R"(2["disconnecting"])", "bad"},
        {R"(2["newListener"])", "bad"},
        {R"(2["removeListener"])", "bad"},
        {R"(51-["connect",{"_placeholder":true,"num":0}])", "bad"},
        {R"(312[1,"2"])", "3 / 12 0 [1,\"2\"]"},
        {"312[]", "3 / 12 0 []"},
        {"3[]", "bad"},
        {"312", "bad"},
        {R"(4{"message":"x"})", R"(4 / - 0 {"message":"x"})"},
        {"4", "bad"},
        {R"(51-["a",{"_placeholder":true,"num":0}])", R"(5 / - 1 ["a",{"_placeholder":true,"num":0}])"},
        {R"(52-/custom,789["a",{"_placeholder":true,"num":1},{"_placeholder":true,"num":0}])",
         R"(5 /custom 789 2 ["a",{"_placeholder":true,"num":1},{"_placeholder":true,"num":0}])"},
        {R"(50-["a"])", R"(5 / - 0 ["a"])"},
        {R"(510-["a"])", R"(5 / - 10 ["a"])"},
        {R"(511-["a"])", "bad"},
        {R"(5["a"])", "bad"},
        {R"(5-["a"])", "bad"},
        {R"(51["a"])", "bad"},
        {R"(5999999999999999999999-["a"])", "bad"},
        {R"(5-1-["a"])", "bad"},
        {R"(51.5-["a"])", "bad"},
        {"51-", "bad"},
        {R"(51-["a",{"_placeholder":true,"num":1}])", "bad"},
        {R"(51-["a",{"_placeholder":true,"num":-1}])", "bad"},
        {R"(51-["a",{"_placeholder":true,"num":"splice"}])", "bad"},
        {R"(51-["a",{"_placeholder":true}])", "bad"},
        {R"(51-["a",[{"b":{"_placeholder":true,"num":2}}]])", "bad"},
        {R"(51-["a",{"_placeholder":false,"num":9}])", R"(5 / - 1 ["a",{"_placeholder":false,"num":9}])"},
        {R"(61-12[{"_placeholder":true,"num":0}])", R"(6 / 12 1 [{"_placeholder":true,"num":0}])"},
        {R"(61-[{"_placeholder":true,"num":0}])", "bad"},
        {"7", "bad"},
        {"", "bad"},
        {"abc", "bad"},
        {"/", "bad"},
        {Nested(json::kDepthMax - 1), "bad"},  // the name of the event is an array
        {R"(2["a",)" + std::string(json::kDepthMax - 1, '[') + std::string(json::kDepthMax - 1, ']') + "]",
         "2 / - 0 [\"a\","
         "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["
         "]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]"
         "]"},
        {R"(2["a",)" + std::string(json::kDepthMax, '[') + std::string(json::kDepthMax, ']') + "]", "bad"},
        {"0/" + std::string(kNamespaceBytesMax, 'n') + ",", "bad"},
    };
    for (const Case& row : cases) {
        CAPTURE(row.text);
        CHECK(Read(row.text) == row.read);
    }
    CHECK(DecodeSocketPacket("0/" + std::string(kNamespaceBytesMax - 1, 'n')).ok());
}

TEST_CASE("heads are written as the reference writes them") {
    CHECK(EncodeHead(SocketType::kEvent, "/", {}) == "2");
    CHECK(EncodeHead(SocketType::kEvent, "/custom", 12) == "2/custom,12");
    CHECK(EncodeHead(SocketType::kAck, "/", 0) == "30");
    CHECK(EncodeHead(SocketType::kEvent, "/", {}, 2) == "52-");
    CHECK(EncodeHead(SocketType::kAck, "/custom", 789, 1) == "61-/custom,789");
    CHECK(EncodeHead(SocketType::kConnectError, "/random", {}) == "4/random,");
}

}  // namespace
}  // namespace rt::realtime::protocol
