// Large bodies both ways: nothing waits for a slow client but the client itself.
#include <doctest/doctest.h>

#include <atomic>
#include <string>
#include <thread>

#include "net/file_body.h"
#include "net/upload.h"
#include "support/net_harness.h"
#include "support/temp_dir.h"

namespace {

using namespace rt;
using net::Method;
using net::Request;
using net::Response;
using net::Run;
using test::NetHarness;
using test::Over;
using test::RawAnswer;
using test::RawClient;
using test::TestRoute;

constexpr std::size_t kLarge = 40 << 20;

// Bytes that tell their place, so that a lost or doubled piece shows.
char ByteAt(std::uint64_t offset) {
    return static_cast<char>('a' + (offset * 2654435761U >> 13) % 26);
}

class Generator final : public net::Body {
  public:
    Generator(std::uint64_t bytes, bool knows_size, std::atomic<std::uint64_t>* pulled)
        : left_(bytes), knows_size_(knows_size), pulled_(pulled) {}
    std::optional<std::uint64_t> Size() const override {
        return knows_size_ ? std::optional(offset_ + left_) : std::nullopt;
    }
    Result<bool> Read(std::string& out, std::size_t bytes_max) override {
        const std::size_t size = std::min<std::uint64_t>(bytes_max, left_);
        for (std::size_t i = 0; i < size; ++i) out += ByteAt(offset_ + i);
        offset_ += size;
        left_ -= size;
        if (pulled_ != nullptr) pulled_->store(offset_);
        return left_ > 0;
    }

  private:
    std::uint64_t offset_ = 0;
    std::uint64_t left_;
    const bool knows_size_;
    std::atomic<std::uint64_t>* pulled_;
};

class Broken final : public net::Body {
  public:
    explicit Broken(bool short_one) : short_(short_one) {}
    std::optional<std::uint64_t> Size() const override { return 200'000; }
    Result<bool> Read(std::string& out, std::size_t bytes_max) override {
        if (++reads_ == 2 && !short_) return Fail(Code::kInternal, "disk gone");
        out.append(bytes_max, 'x');
        return reads_ < 2;
    }

  private:
    int reads_ = 0;
    const bool short_;
};

struct Fixture {
    explicit Fixture() {
        net::Route upload =
            TestRoute("upload", Method::kPut, "/upload", Run::kStore, [](const Request& request) -> Result<Response> {
                if (!request.file) return net::PlainText(200, "none");
                bool good = true;
                for (std::uint64_t offset = 0; offset < request.file->size(); offset += 1 << 20) {
                    std::string piece;
                    RT_CHECK_OK(request.file->ReadAt(offset, 1 << 20, piece));
                    for (std::size_t i = 0; i < piece.size(); ++i) good = good && piece[i] == ByteAt(offset + i);
                }
                return net::PlainText(200, std::to_string(request.file->size()) + (good ? " good" : " bad"));
            });
        upload.body = net::BodyKind::kFile;
        upload.body_bytes_max = kLarge;
        const auto pull = [this](bool knows_size) {
            return [this, knows_size](const Request& request) -> Result<Response> {
                Response response;
                response.content_type = "application/octet-stream";
                const auto bytes = request.Query("bytes").value_or("100000000");
                response.stream = std::make_shared<Generator>(std::stoull(std::string(bytes)), knows_size, &pulled);
                return response;
            };
        };
        const auto broken = [](bool short_one) {
            return [short_one](const Request&) -> Result<Response> {
                Response response;
                response.stream = std::make_shared<Broken>(short_one);
                return response;
            };
        };
        net.routes = {upload,
                      TestRoute("sized", Method::kGet, "/sized", Run::kStore, pull(true)),
                      TestRoute("chunked", Method::kGet, "/chunked", Run::kInline, pull(false)),
                      TestRoute("breaks", Method::kGet, "/breaks", Run::kStore, broken(false)),
                      TestRoute("short", Method::kGet, "/short", Run::kStore, broken(true)),
                      TestRoute("large", Method::kGet, "/large", Run::kStore,
                                [](const Request&) -> Result<Response> {
                                    return net::PlainText(200, std::string(3 << 20, 'L'));
                                }),
                      TestRoute("ping", Method::kGet, "/ping", Run::kStore,
                                [](const Request&) -> Result<Response> { return net::PlainText(200, "pong"); })};
        net.options.upload_folder = folder.path();
    }
    bool Serves() {
        RawClient client(net.port(), over);
        return client.Send("GET /ping HTTP/1.1\r\nHost: t\r\n\r\n") && client.Read().body == "pong";
    }

    testing::TempDir folder;
    std::atomic<std::uint64_t> pulled{0};
    NetHarness net{{}};
    Over over = Over::kPlain;
};

std::string Pattern(std::uint64_t offset, std::size_t size) {
    std::string out(size, ' ');
    for (std::size_t i = 0; i < size; ++i) out[i] = ByteAt(offset + i);
    return out;
}

TEST_CASE("a large upload arrives whole in a file, with a length and in chunks, plain and over TLS") {
    for (const Over over : {Over::kPlain, Over::kTls}) {
        Fixture f;
        f.over = over;
        if (over == Over::kTls) f.net.UseTls();
        f.net.Start();
        RawClient client(f.net.port(), over);
        REQUIRE(
            client.Send("PUT /upload HTTP/1.1\r\nHost: t\r\nContent-Length: " + std::to_string(kLarge) + "\r\n\r\n"));
        for (std::uint64_t offset = 0; offset < kLarge; offset += 1 << 20)
            REQUIRE(client.Send(Pattern(offset, 1 << 20)));
        CHECK(client.Read().body == std::to_string(kLarge) + " good");

        REQUIRE(client.Send("PUT /upload HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n"));
        for (std::uint64_t offset = 0; offset < 5'000'000; offset += 50'000) {
            REQUIRE(client.Send("C350\r\n" + Pattern(offset, 50'000) + "\r\n"));
        }
        REQUIRE(client.Send("0\r\n\r\n"));
        CHECK(client.Read().body == "5000000 good");
        CHECK(f.Serves());
    }
}

TEST_CASE("an upload is refused over the route's limit: by its length, and by its chunks") {
    Fixture f;
    f.net.Start();
    RawClient by_length(f.net.port());
    REQUIRE(by_length.Send("PUT /upload HTTP/1.1\r\nHost: t\r\nContent-Length: " + std::to_string(kLarge + 1) +
                           "\r\n\r\n"));
    CHECK(by_length.Read().status == 413);
    CHECK(by_length.ServerCloses());
    RawClient by_chunks(f.net.port());
    REQUIRE(
        by_chunks.Send("PUT /upload HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n2800000\r\n"));
    CHECK(by_chunks.Read().status == 413);
    CHECK(by_chunks.ServerCloses());
}

TEST_CASE("uploads are capped by address and in total, and what was refused or done makes room") {
    Fixture f;
    f.net.options.caps.uploads_per_address_max = 2;
    f.net.options.caps.upload_bytes_max = 100'000;
    f.net.Start();
    const auto begin = [&](RawClient& client, std::size_t sent) {
        return client.Send("PUT /upload HTTP/1.1\r\nHost: t\r\nContent-Length: 60000\r\n\r\n" + Pattern(0, sent));
    };
    {
        RawClient first(f.net.port());
        RawClient second(f.net.port());
        REQUIRE(begin(first, 10));
        REQUIRE(begin(second, 10));
        RawClient third(f.net.port());
        // The two before may still be on their way to their reactor.
        REQUIRE(test::Eventually([&] { return f.net.server->figures().requests_in_flight == 2; }));
        REQUIRE(begin(third, 10));
        const RawAnswer refused = third.Read();
        CHECK(refused.status == 429);
        CHECK(refused.Has("retry-after"));
        REQUIRE(first.Send(Pattern(10, 59'990)));
        CHECK(first.Read().body == "60000 good");
    }
    REQUIRE(test::Eventually([&] { return f.net.server->figures().connections == 0; }));
    RawClient one(f.net.port());
    REQUIRE(begin(one, 59'000));
    REQUIRE(test::Eventually([&] { return f.net.metrics.Get(Metric::kHttpBytesIn).Value() > 119'000; }));
    RawClient two(f.net.port());
    REQUIRE(begin(two, 50'000));
    CHECK(two.Read().status == 503);
    REQUIRE(one.Send(Pattern(59'000, 1'000)));
    CHECK(one.Read().body == "60000 good");
    // The file goes when its exchange is over, a moment after the answer.
    REQUIRE(test::Eventually([&] { return f.net.server->figures().requests_in_flight == 0; }));
    RawClient again(f.net.port());
    REQUIRE(begin(again, 60'000));
    CHECK(again.Read().body == "60000 good");
    CHECK(std::filesystem::is_empty(f.folder.path()));
}

TEST_CASE("a pulled answer arrives whole: sized, chunked, HTTP/1.0, HEAD, plain and over TLS") {
    for (const Over over : {Over::kPlain, Over::kTls}) {
        Fixture f;
        if (over == Over::kTls) f.net.UseTls();
        f.net.Start();
        RawClient client(f.net.port(), over);
        for (const std::size_t size : {0UL, 1UL, 65'535UL, 65'536UL, 65'537UL, 1'000'000UL}) {
            for (const char* path : {"/sized", "/chunked"}) {
                CAPTURE(size);
                REQUIRE(client.Send("GET " + std::string(path) + "?bytes=" + std::to_string(size) +
                                    " HTTP/1.1\r\nHost: t\r\n\r\n"));
                const RawAnswer answer = client.Read();
                CHECK(answer.complete);
                CHECK(answer.body == Pattern(0, size));
                CHECK(answer.Has("content-length") == (std::string(path) == "/sized"));
            }
        }
        REQUIRE(client.Send("HEAD /sized?bytes=77 HTTP/1.1\r\nHost: t\r\n\r\n"));
        CHECK(client.Read(true).Field("content-length") == "77");
        REQUIRE(client.Send("GET /large HTTP/1.1\r\nHost: t\r\n\r\n"));
        CHECK(client.Read().body == std::string(3 << 20, 'L'));
        RawClient old(f.net.port(), over);
        REQUIRE(old.Send("GET /chunked?bytes=300000 HTTP/1.0\r\n\r\n"));
        const RawAnswer until_close = old.Read();
        CHECK(until_close.body == Pattern(0, 300'000));
        CHECK_FALSE(until_close.Has("transfer-encoding"));
        CHECK(until_close.Field("connection") == "close");
    }
}

TEST_CASE("an answer that cannot be finished ends the connection, never in a way that looks whole") {
    Fixture f;
    f.net.Start();
    for (const char* path : {"/breaks", "/short"}) {
        CAPTURE(path);
        RawClient client(f.net.port());
        REQUIRE(client.Send("GET " + std::string(path) + " HTTP/1.1\r\nHost: t\r\n\r\n"));
        const RawAnswer answer = client.Read();
        CHECK(answer.status == 200);
        CHECK_FALSE(answer.complete);
        CHECK(client.ServerCloses());
    }
}

TEST_CASE("a reader that stalls holds up nobody, and no more than a little is made ahead for it") {
    Fixture f;
    f.net.options.reactors = 1;
    f.net.options.pools.body_threads = 1;
    f.net.options.pools.store_threads = 1;
    f.net.Start();
    RawClient stalled(f.net.port());
    stalled.SetReceiveBuffer(8'192);
    REQUIRE(stalled.Send("GET /sized?bytes=100000000 HTTP/1.1\r\nHost: t\r\n\r\n"));
    CHECK(stalled.ReadBytes(1'000).size() == 1'000);
    // The kernel's buffers fill up, and 64 KB of our own: far from the hundred million that would be made meanwhile.
    for (int i = 0; i < 60; ++i) CHECK(f.Serves());
    CHECK(f.pulled.load() < 20'000'000);
}

TEST_CASE("TLS 1.3: new keys are asked for while a large answer is under way, and it arrives whole") {
    constexpr std::size_t kBytes = 20'000'000;
    Fixture f;
    f.net.UseTls();
    f.net.options.reactors = 1;
    f.net.Start();
    RawClient client(f.net.port(), Over::kTls);
    const auto request = "GET /sized?bytes=" + std::to_string(kBytes) + " HTTP/1.1\r\nHost: t\r\n\r\n";
    for (int round = 1; round <= 2; ++round) {
        CAPTURE(round);
        REQUIRE(client.Send(request));
        REQUIRE(client.ReadHead().starts_with("HTTP/1.1 200"));
        // The server writes and finds no room; it does not read until the answer is out.
        std::string body = client.ReadBytes(100'000);
        for (int i = 0; i < 20; ++i) CHECK(client.RequestKeyUpdate());
        body += client.ReadBytes(kBytes - body.size());
        REQUIRE(body.size() == kBytes);
        bool good = true;
        for (std::size_t i = 0; i < kBytes; ++i) good = good && body[i] == ByteAt(i);
        CHECK(good);
    }
    // It reads them with the next request, and answers all that came together with one of its own.
    CHECK(client.StillServes());
    CHECK(client.key_updates() >= 2);
}

TEST_CASE("TLS 1.3: a client that wants new keys before each request is served") {
    Fixture f;
    f.net.UseTls();
    f.net.Start();
    RawClient client(f.net.port(), Over::kTls);
    for (int i = 1; i <= 20; ++i) {
        REQUIRE(client.RequestKeyUpdate());
        REQUIRE(client.StillServes());
        CHECK(client.key_updates() == i);
    }
}

}  // namespace
