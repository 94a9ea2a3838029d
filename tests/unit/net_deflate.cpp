// permessage-deflate: what is agreed, the examples of RFC 7692, both directions, and messages made to do harm.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "base/random.h"
#include "net/ws_deflate.h"
#include "net/ws_extension.h"

namespace {

using namespace rt::net;
using rt::base::SeededRandom;

// The answer to a list of offers; "none": no compression; "malformed".
std::string Answer(std::string_view offers, const SocketCompression& ours) {
    Head head;
    head.fields.push_back({"Sec-WebSocket-Extensions", offers});
    const auto parsed = ParseExtensions(head);
    if (!parsed.has_value()) return "malformed";
    const auto terms = ChooseDeflate(*parsed, ours);
    return terms.has_value() ? DeflateAnswer(*terms) : "none";
}

const std::string kNoContext = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

// Bytes, zeros among them.
template <std::size_t N>
std::string Raw(const char (&text)[N]) {
    return std::string(text, N - 1);
}

std::string Mixed(std::size_t size, std::uint64_t seed) {
    SeededRandom random(seed);
    std::string out;
    while (out.size() < size) {
        const std::string word = "word" + std::to_string(random.Below(500));
        out += random.Below(4) == 0 ? std::string(1 + random.Below(40), static_cast<char>(random.Below(256))) : word;
    }
    out.resize(size);
    return out;
}

InflateResult Inflate(std::string_view packed, std::size_t bytes_max, std::string& out) {
    MessageInflater inflater;
    return inflater.Inflate(packed, DeflateContext::kFresh, bytes_max, out);
}

}  // namespace

TEST_CASE("offers are answered as RFC 7692 says") {
    const SocketCompression fresh{.enabled = true};
    CHECK(Answer("permessage-deflate", {}) == "none");
    CHECK(Answer("permessage-deflate", fresh) == kNoContext);
    CHECK(Answer("permessage-deflate; client_max_window_bits", fresh) == kNoContext + "; client_max_window_bits=15");
    CHECK(Answer("permessage-deflate; client_max_window_bits=10", fresh) == kNoContext + "; client_max_window_bits=10");
    CHECK(Answer("permessage-deflate; server_max_window_bits=9", fresh) == kNoContext + "; server_max_window_bits=9");
    CHECK(Answer("permessage-deflate; server_max_window_bits=\"10\"", fresh) ==
          kNoContext + "; server_max_window_bits=10");
    const SocketCompression kept{.enabled = true, .keeps_context = true, .window_bits = 12};
    CHECK(Answer("permessage-deflate", kept) == "permessage-deflate; server_max_window_bits=12");
    CHECK(Answer("permessage-deflate; server_no_context_takeover", kept) ==
          "permessage-deflate; server_no_context_takeover; server_max_window_bits=12");
    CHECK(Answer("permessage-deflate; client_no_context_takeover; client_max_window_bits", kept) ==
          "permessage-deflate; client_no_context_takeover; server_max_window_bits=12; client_max_window_bits=12");
    CHECK(Answer("x-other; a=b, permessage-deflate", fresh) == kNoContext);
    CHECK(Answer(" , permessage-deflate ,", fresh) == kNoContext);
}

TEST_CASE("an offer that cannot be met is passed over for the next") {
    const SocketCompression ours{.enabled = true};
    for (const char* bad :
         {"server_max_window_bits", "server_max_window_bits=8", "server_max_window_bits=7", "server_max_window_bits=16",
          "server_max_window_bits=010", "server_max_window_bits=1x", "client_max_window_bits=7",
          "client_max_window_bits=16", "server_no_context_takeover=1", "client_no_context_takeover=true", "unknown",
          "server_no_context_takeover; server_no_context_takeover", "client_max_window_bits; client_max_window_bits=9",
          "server_max_window_bits=9; server_max_window_bits=9"}) {
        CAPTURE(bad);
        const std::string offer = std::string("permessage-deflate; ") + bad;
        CHECK(Answer(offer, ours) == "none");
        CHECK(Answer(offer + ", permessage-deflate", ours) == kNoContext);
    }
    for (const char* malformed : {";", "permessage-deflate;", "permessage-deflate; =1", "permessage-deflate; a=",
                                  "permessage-deflate; a=\"", "permessage-deflate; a=\"b c\"", "permessage-deflate a",
                                  "permessage-deflate; a=\"\"", "(", "permessage-deflate; a=1 2"}) {
        CAPTURE(malformed);
        CHECK(Answer(malformed, ours) == "malformed");
    }
}

TEST_CASE("the examples of RFC 7692 7.2.3 come out as Hello") {
    MessageInflater inflater;
    std::string out;
    const auto hello = [&](const std::string& packed, DeflateContext context) {
        REQUIRE(inflater.Inflate(packed, context, 5, out) == InflateResult::kDone);
        CHECK(out == "Hello");
    };
    hello(Raw("\xf2\x48\xcd\xc9\xc9\x07\x00"), DeflateContext::kFresh);
    hello(Raw("\xf2\x00\x11\x00\x00"), DeflateContext::kKept);  // out of the window of the one before
    hello(Raw("\x00\x05\x00\xfa\xff\x48\x65\x6c\x6c\x6f\x00"), DeflateContext::kFresh);
    hello(Raw("\xf3\x48\xcd\xc9\xc9\x07\x00\x00"), DeflateContext::kFresh);  // a final block
    hello(Raw("\xf2\x00\x11\x00\x00"), DeflateContext::kKept);               // the window outlives it
    hello(Raw("\xf2\x48\x05\x00\x00\x00\xff\xff\xca\xc9\xc9\x07\x00"), DeflateContext::kFresh);
    REQUIRE(inflater.Inflate(Raw("\x00"), DeflateContext::kKept, 0, out) == InflateResult::kDone);
    CHECK(out.empty());
    // Without the window, what points into it is bad data.
    CHECK(Inflate(Raw("\xf2\x00\x11\x00\x00"), 5, out) == InflateResult::kBad);
}

TEST_CASE("what goes in comes out, with every window, fresh and kept") {
    for (const int bits : {9, 12, 15}) {
        for (const auto context : {DeflateContext::kFresh, DeflateContext::kKept}) {
            MessageDeflater deflater(bits);
            MessageInflater inflater;
            for (const std::size_t size : {0, 1, 100, 16'384, 70'000, 0, 300'000}) {
                const std::string plain = Mixed(size, size + 1);
                std::string packed;
                REQUIRE(deflater.Deflate(plain, context, packed));
                std::string back;
                REQUIRE(inflater.Inflate(packed, context, size, back) == InflateResult::kDone);
                REQUIRE(back == plain);
            }
        }
    }
    MessageDeflater deflater(15);
    const std::string plain = Mixed(2'000, 7);
    std::string first;
    std::string second;
    REQUIRE(deflater.Deflate(plain, DeflateContext::kKept, first));
    REQUIRE(deflater.Deflate(plain, DeflateContext::kKept, second));
    CHECK(second.size() * 4 < first.size());
}

TEST_CASE("the cap holds at limit-1, limit and limit+1, and a bomb is cut there") {
    MessageDeflater deflater(15);
    std::string packed;
    std::string out;
    for (const std::size_t limit : {1, 100, 16'384, 100'000}) {
        for (const std::int64_t off : {-1, 0, 1}) {
            const std::size_t size = limit + static_cast<std::size_t>(off);
            REQUIRE(deflater.Deflate(Mixed(size, 3), DeflateContext::kFresh, packed));
            CHECK(Inflate(packed, limit, out) == (off > 0 ? InflateResult::kTooBig : InflateResult::kDone));
        }
    }
    const std::string zeros(200 << 20, '\0');
    REQUIRE(deflater.Deflate(zeros, DeflateContext::kFresh, packed));
    REQUIRE(packed.size() < (1 << 20));
    CHECK(Inflate(packed, 1 << 20, out) == InflateResult::kTooBig);
    CHECK(out.capacity() < (8 << 20));
}

TEST_CASE("noise ends in an answer") {
    SeededRandom random(20261122);
    MessageDeflater deflater(15);
    MessageInflater inflater;
    for (int i = 0; i < 20'000; ++i) {
        std::string packed;
        REQUIRE(deflater.Deflate(Mixed(random.Below(600), random.Below(1'000)), DeflateContext::kFresh, packed));
        for (std::uint64_t flips = 1 + random.Below(4); flips > 0 && !packed.empty(); --flips) {
            packed[random.Below(packed.size())] = static_cast<char>(random.Below(256));
        }
        std::string out;
        const auto result = inflater.Inflate(packed, DeflateContext::kFresh, 1'000, out);
        if (result == InflateResult::kDone) CHECK(out.size() <= 1'000);
    }
}

TEST_CASE("a message to many is compressed once, and not at all where that does not help") {
    SharedDeflate shared;
    const auto plain = std::make_shared<const std::string>(Mixed(5'000, 1));
    const auto first = shared.Deflate(plain, 15);
    REQUIRE(first != nullptr);
    CHECK(first->size() < plain->size());
    CHECK(shared.Deflate(plain, 15) == first);
    CHECK(shared.Deflate(plain, 9) != first);
    SeededRandom random(5);
    std::string noise;
    for (int i = 0; i < 2'000; ++i) noise += static_cast<char>(random.Below(256));
    CHECK(shared.Deflate(std::make_shared<const std::string>(noise), 15) == nullptr);
}
