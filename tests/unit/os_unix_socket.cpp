#include <doctest/doctest.h>
#include <unistd.h>

#include <string>
#include <thread>

#include "os/unix_socket.h"
#include "support/temp_dir.h"

namespace {

using rt::Code;
using rt::os::UnixSocket;
using rt::testing::TempDir;

constexpr int kTimeoutMs = 5000;

}  // namespace

TEST_CASE("lines go both ways over a control socket, and the kernel names the caller") {
    const TempDir folder;
    const std::string path = folder / "control";
    const auto listener = UnixSocket::Listen(path);
    REQUIRE(listener.ok());
    auto client = UnixSocket::Connect(path);
    REQUIRE(client.ok());
    auto server = listener->Accept(kTimeoutMs);
    REQUIRE(server.ok());
    CHECK(*server->PeerUser() == geteuid());

    const std::string large(1'000'000, 'x');
    {
        const std::jthread sender([&] { CHECK(client->WriteLine(large, kTimeoutMs).ok()); });
        CHECK(*server->ReadLine(large.size(), kTimeoutMs) == large);
    }
    REQUIRE(server->WriteLine("", kTimeoutMs).ok());
    CHECK(client->ReadLine(0, kTimeoutMs)->empty());
    // Lines that came together are read one by one.
    REQUIRE(server->WriteLine("first\nsecond\nthird", kTimeoutMs).ok());
    for (const char* line : {"first", "second", "third"}) CHECK(*client->ReadLine(100, kTimeoutMs) == line);
}

TEST_CASE("a control socket that is silent, gone or too loud is told apart") {
    const TempDir folder;
    const std::string path = folder / "control";
    CHECK(UnixSocket::Connect(path).error().code == Code::kUnavailable);
    {
        const auto listener = UnixSocket::Listen(path);
        REQUIRE(listener.ok());
        CHECK(listener->Accept(0).error().code == Code::kTimeout);
        auto client = UnixSocket::Connect(path);
        REQUIRE(client.ok());
        auto server = listener->Accept(kTimeoutMs);
        CHECK(client->ReadLine(10, 10).error().code == Code::kTimeout);
        REQUIRE(client->WriteLine(std::string(10'000, 'x'), kTimeoutMs).ok());
        CHECK(server->ReadLine(100, kTimeoutMs).error().code == Code::kBodyTooLarge);
        REQUIRE(client->WriteLine("bye", kTimeoutMs).ok());
        *client = UnixSocket();
    }
    // A file that a dead server left is replaced.
    CHECK(UnixSocket::Connect(path).error().code == Code::kUnavailable);
    CHECK(UnixSocket::Listen(path).ok());
    CHECK(!UnixSocket::Listen("/" + std::string(107, 'x')).ok());
}

TEST_CASE("the end of a hung-up peer is an error, not an empty line") {
    const TempDir folder;
    const auto listener = UnixSocket::Listen(folder / "control");
    REQUIRE(listener.ok());
    auto client = UnixSocket::Connect(folder / "control");
    auto server = listener->Accept(kTimeoutMs);
    REQUIRE(server.ok());
    { const UnixSocket gone(std::move(*client)); }
    CHECK(server->ReadLine(10, kTimeoutMs).error().code == Code::kUnavailable);
    CHECK(!server->WriteLine(std::string(1'000'000, 'x'), kTimeoutMs).ok());
}
