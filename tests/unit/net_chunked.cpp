#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "net/chunked.h"

namespace {

using rt::net::ChunkDecoder;
using State = ChunkDecoder::State;

struct Decoded {
    State state = State::kMore;
    std::string data;
    std::string rest;
};

Decoded Decode(std::string_view bytes, std::size_t step) {
    ChunkDecoder decoder;
    Decoded out;
    while (!bytes.empty() && out.state == State::kMore) {
        std::string_view piece = bytes.substr(0, step);
        const std::size_t before = piece.size();
        out.state = decoder.Feed(piece, out.data, 1'000'000);
        bytes.remove_prefix(before - piece.size());
        if (before == piece.size()) break;
    }
    out.rest = bytes;
    return out;
}

TEST_CASE("good bodies, whole and byte by byte") {
    const std::vector<std::pair<std::string, std::string>> table{
        {"0\r\n\r\n", ""},
        {"3\r\nabc\r\n0\r\n\r\n", "abc"},
        {"A\r\n0123456789\r\n1\r\nx\r\n000\r\n\r\n", "0123456789x"},
        {"3;name=value\r\nabc\r\n0;last\r\n\r\n", "abc"},
        {"3;q=\"a b\"\r\nabc\r\n0\r\n\r\n", "abc"},
        {"3\r\nabc\r\n0\r\nTrailer-Field: x\r\nOther: y\r\n\r\n", "abc"},
        {"2\r\n\r\n\r\n0\r\n\r\n", "\r\n"},
    };
    for (const auto& [bytes, data] : table) {
        for (const std::size_t step : {1UL, 2UL, 3UL, 1000UL}) {
            CAPTURE(bytes);
            const Decoded got = Decode(bytes + "GET", step);
            CHECK(got.state == State::kDone);
            CHECK(got.data == data);
            CHECK(got.rest == "GET");
        }
    }
}

TEST_CASE("bad bodies") {
    using namespace std::string_literals;
    const std::vector<std::string> table{
        "\r\n",
        "x\r\n",
        "-1\r\n",
        "+1\r\na\r\n",
        "0x1\r\n",
        " 1\r\na\r\n",
        "1 \r\na\r\n",
        "1\na\n",
        "1\r\nab\r\n",
        "1\r\na\n",
        "1\r\na\rb",
        "1\r\naX",
        "1\ra\r\n",
        "1;\x01\r\n",
        "1;a\nb\r\n",
        ";a\r\n",
        "1\t;a\r\n",
        "0\r\nX\r\n",
        "0\r\nX : a\r\n",
        "0\r\n: a\r\n",
        "0\r\n a: b\r\n",
        "0\r\nHost: a\r\n",
        "0\r\nContent-Length: 1\r\n",
        "0\r\nTransfer-Encoding: chunked\r\n",
        "0\r\nA: b\nC: d\r\n\r\n",
        "1000000000000\r\n",
        "1\r\na\r\n\r\n",
        "1\0\r\n"s,
    };
    for (const std::string& bytes : table) {
        for (const std::size_t step : {1UL, 1000UL}) {
            CAPTURE(bytes);
            CHECK(Decode(bytes + "0\r\n\r\n", step).state == State::kBad);
        }
    }
}

TEST_CASE("caps on digits, lines, extensions and trailers hold at the limit and break after it") {
    const auto state = [](const std::string& bytes) { return Decode(bytes, 1000).state; };
    CHECK(state(std::string(ChunkDecoder::kSizeDigitsMax - 1, '0') + "1\r\na\r\n0\r\n\r\n") == State::kDone);
    CHECK(state(std::string(ChunkDecoder::kSizeDigitsMax, '0') + "1\r\na\r\n0\r\n\r\n") == State::kBad);
    CHECK(state("1;" + std::string(ChunkDecoder::kLineBytesMax - 2, 'a') + "\r\na\r\n0\r\n\r\n") == State::kDone);
    CHECK(state("1;" + std::string(ChunkDecoder::kLineBytesMax, 'a') + "\r\na\r\n0\r\n\r\n") == State::kBad);

    const std::string extension = ";" + std::string(127, 'e');  // 128 bytes
    std::string body;
    for (std::size_t i = 0; i < ChunkDecoder::kExtensionBytesMax / 128; ++i) body += "1" + extension + "\r\na\r\n";
    CHECK(state(body + "0\r\n\r\n") == State::kDone);
    CHECK(state(body + "1;e\r\na\r\n0\r\n\r\n") == State::kBad);

    const std::string line = "T: " + std::string(1024 - 5, 't') + "\r\n";  // 1024 bytes
    std::string trailers;
    for (std::size_t i = 0; i < ChunkDecoder::kTrailerBytesMax / 1024; ++i) trailers += line;
    CHECK(state("0\r\n" + trailers + "\r\n") == State::kDone);
    CHECK(state("0\r\n" + trailers + "T: t\r\n\r\n") == State::kBad);
}

TEST_CASE("output stops at the caller's limit and goes on from there") {
    ChunkDecoder decoder;
    const std::string bytes = "6\r\nabcdef\r\n0\r\n\r\n";
    std::string_view input = bytes;
    std::string out;
    CHECK(decoder.Feed(input, out, 4) == State::kMore);
    CHECK(out == "abcd");
    CHECK(decoder.announced_bytes() == 6);
    std::string rest;
    CHECK(decoder.Feed(input, rest, 4) == State::kDone);
    CHECK(rest == "ef");
}

}  // namespace
