// Requests to other servers, against real servers of this process that behave badly on purpose.
#include <doctest/doctest.h>

#include <condition_variable>
#include <string>
#include <thread>

#include "crypto/certificate.h"
#include "crypto/hash.h"
#include "net/client.h"
#include "os/file.h"
#include "support/local_server.h"
#include "support/temp_dir.h"

namespace {

using namespace rt;
using net::AddressPolicy;
using net::Client;
using net::ClientAnswer;
using net::ClientOptions;
using net::ClientRequest;
using test::HttpAnswer;
using test::LocalNameServer;
using test::LocalServer;
using test::Peer;

struct World {
    base::SystemClock clock;
    base::NullLog log;
    base::Metrics metrics;
    std::unique_ptr<Client> client;

    explicit World(ClientOptions options = {}) : client(std::make_unique<Client>(options, clock, log, metrics)) {}

    Result<ClientAnswer> Send(ClientRequest request) const { return client->Send(request); }
    Result<ClientAnswer> Get(const std::string& url, std::int64_t timeout_ms = 10'000) const {
        return Send({.url = url, .timeout_ms = timeout_ms, .addresses = AddressPolicy::kAny, .service = "test"});
    }
    std::int64_t Counted(std::string_view result) {
        return metrics.Get(Metric::kOutgoingRequests, {"test", result}).Value();
    }
};

std::string Url(const LocalServer& server, std::string_view host = "127.0.0.1") {
    return "http://" + std::string(host) + ":" + std::to_string(server.port());
}

Code CodeOf(const Result<ClientAnswer>& answer) {
    REQUIRE_FALSE(answer.ok());
    return answer.error().code;
}

std::string DetailOf(const Result<ClientAnswer>& answer) {
    REQUIRE_FALSE(answer.ok());
    return answer.error().detail;
}

TEST_CASE("a request arrives as it was given and the answer comes back") {
    std::string seen;
    LocalServer server([&](Peer& peer) {
        seen = peer.ReadRequest();
        peer.Write(HttpAnswer("{\"ok\":1}", "X-One: 1\r\n", "201 Created"));
    });
    World world;
    const auto answer = world.Send({.method = net::Method::kPost,
                                    .url = Url(server) + "/a%2Fb?c=d%20e",
                                    .headers = {{"X-Mine", "yes"}, {"Content-Type", "application/json"}},
                                    .body = std::string(3000, 'x'),
                                    .addresses = AddressPolicy::kAny,
                                    .service = "test"});
    REQUIRE(answer.ok());
    CHECK(answer->status == 201);
    CHECK(answer->body == "{\"ok\":1}");
    CHECK(answer->HeaderValue("x-one") == "1");
    CHECK(seen.starts_with("POST /a%2Fb?c=d%20e HTTP/1.1\r\n"));
    CHECK(seen.find("X-Mine: yes\r\n") != std::string::npos);
    CHECK(seen.find("Content-Length: 3000\r\n") != std::string::npos);
    CHECK(seen.find("Expect") == std::string::npos);
    CHECK(seen.ends_with(std::string(3000, 'x')));
    CHECK(world.Counted("2xx") == 1);
}

TEST_CASE("bodies come by length, in chunks and until the end") {
    const auto body_of = [](std::string text) {
        LocalServer server([&](Peer& peer) {
            peer.ReadRequest();
            peer.Write(text);
        });
        const auto answer = World().Get(Url(server));
        return answer.ok() ? answer->body : "error: " + answer.error().detail;
    };
    CHECK(body_of(HttpAnswer("abc")) == "abc");
    CHECK(body_of("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n") == "abcde");
    CHECK(body_of("HTTP/1.1 200 OK\r\n\r\nabc") == "abc");
    CHECK(body_of("HTTP/1.1 204 No Content\r\n\r\n") == "");
    CHECK(body_of("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc").starts_with("error: "));
    CHECK(body_of("HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc").starts_with("error: "));
    CHECK(body_of("hello").starts_with("error: "));
    CHECK(body_of("").starts_with("error: "));
}

TEST_CASE("an answer may be as large as it was said and not larger") {
    for (const bool chunked : {false, true}) {
        CAPTURE(chunked);
        LocalServer server([&](Peer& peer) {
            const std::string request = peer.ReadRequest();
            const std::string body(request.find("/100 ") != std::string::npos ? 100 : 101, 'x');
            if (!chunked) {
                peer.Write(HttpAnswer(body));
                return;
            }
            peer.Write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
            for (std::size_t i = 0; i < body.size(); ++i) peer.Write("1\r\nx\r\n");
            peer.Write("0\r\n\r\n");
        });
        World world;
        const auto get = [&](const std::string& path) {
            return world.Send({.url = Url(server) + path, .answer_bytes_max = 100, .addresses = AddressPolicy::kAny});
        };
        const auto full = get("/100");
        REQUIRE(full.ok());
        CHECK(full->body.size() == 100);
        CHECK(DetailOf(get("/101")) == "the answer is too large");
    }
}

TEST_CASE("an endless answer is cut off, wherever it is endless") {
    const std::string piece(16'384, 'x');
    for (const std::string& start :
         {std::string("HTTP/1.1 200 OK\r\n\r\n"), std::string("HTTP/1.1 200 OK\r\nX: "),
          std::string("HTTP/1.1 200 OK\r\n"), std::string("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;"),
          std::string("")}) {
        CAPTURE(start);
        LocalServer server([&](Peer& peer) {
            peer.ReadRequest();
            if (!peer.Write(start)) return;
            while (peer.Write(piece)) {
            }
        });
        CHECK(CodeOf(World().Get(Url(server))) == Code::kUpstream);
    }
}

TEST_CASE("a server that sends a byte now and then does not outlive the deadline") {
    for (const std::string& start : {std::string(), std::string("HTTP/1.1 200 OK\r\nX: "),
                                     std::string("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")}) {
        CAPTURE(start);
        std::atomic<bool> stop{false};
        LocalServer server([&](Peer& peer) {
            peer.ReadRequest();
            peer.Write(start);
            while (!stop && peer.Write("x")) std::this_thread::sleep_for(std::chrono::milliseconds(20));
        });
        World world;
        CHECK(CodeOf(world.Get(Url(server), 300)) == Code::kDeadline);
        CHECK(world.Counted("DEADLINE_EXCEEDED") == 1);
        stop = true;
    }
}

TEST_CASE("a server that says nothing, and one that does not read, end at the deadline") {
    LocalServer silent([](Peer& peer) { peer.WaitForEnd(); });
    World world;
    CHECK(CodeOf(world.Get(Url(silent), 200)) == Code::kDeadline);
    std::atomic<bool> stop{false};
    LocalServer deaf([&](Peer&) {
        while (!stop) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    });
    CHECK(CodeOf(world.Send({.method = net::Method::kPost,
                             .url = Url(deaf),
                             .body = std::string(64U << 20, 'x'),
                             .timeout_ms = 300,
                             .addresses = AddressPolicy::kAny})) == Code::kDeadline);
    stop = true;
}

TEST_CASE("a field that would be two, or one of the client's own, is refused before anything is sent") {
    LocalServer server([](Peer& peer) { peer.WaitForEnd(); });
    World world;
    for (const net::Header& header : std::initializer_list<net::Header>{{"X", "a\r\nY: b"},
                                                                        {"X", std::string("a\0b", 3)},
                                                                        {"X: a\r\nY", "b"},
                                                                        {"", "b"},
                                                                        {"content-length", "3"},
                                                                        {"Host", "other"},
                                                                        {"Transfer-Encoding", "chunked"}}) {
        CHECK(CodeOf(world.Send({.url = Url(server), .headers = {header}, .addresses = AddressPolicy::kAny})) ==
              Code::kInvalid);
    }
    CHECK(server.connections() == 0);
}

TEST_CASE("redirects are followed when told, and checked at every hop") {
    LocalServer inner([](Peer& peer) {
        const std::string request = peer.ReadRequest();
        const bool has = request.find("Authorization") != std::string::npos;
        peer.Write(HttpAnswer(request.substr(0, request.find(' ')) + (has ? " with" : " without")));
    });
    LocalServer forbidden([](Peer& peer) { peer.WaitForEnd(); }, "127.0.0.2");
    const std::string forbidden_url = Url(forbidden, "127.0.0.2");
    LocalServer outer([&](Peer& peer) {
        const std::string request = peer.ReadRequest();
        const std::string path = request.substr(request.find(' ') + 1, 6);
        std::string location = "/again";
        if (path.starts_with("/inner")) location = Url(inner);
        if (path.starts_with("/bad")) location = forbidden_url;
        peer.Write(HttpAnswer("", "Location: " + location + "\r\n", path.starts_with("/inner") ? "307 x" : "302 x"));
    });
    ClientOptions options;
    options.dialer.allowed = {*os::Cidr::Parse("127.0.0.1")};
    World world(options);
    const auto post = [&](const std::string& path, int redirects) {
        return world.Send({.method = net::Method::kPost,
                           .url = Url(outer) + path,
                           .headers = {{"Authorization", "secret"}},
                           .body = "x",
                           .redirects_max = redirects});
    };
    const auto untouched = post("/inner", 0);
    REQUIRE(untouched.ok());
    CHECK(untouched->status == 307);
    const auto followed = post("/inner", 1);
    REQUIRE(followed.ok());
    CHECK(followed->body == "POST without");
    CHECK(DetailOf(post("/loop", 3)) == "too many redirects");
    CHECK(CodeOf(post("/bad", 1)) == Code::kForbidden);
    CHECK(forbidden.connections() == 0);
}

TEST_CASE("a user's URL reaches no private address, by number or by name") {
    LocalServer server([](Peer& peer) { peer.WaitForEnd(); });
    LocalNameServer names;
    names.Set("inside.test", {{"127.0.0.1"}});
    names.Set("partly.test", {{"8.8.8.8", "127.0.0.1"}});
    ClientOptions options;
    options.dialer.name_servers = {names.Address()};
    World world(options);
    for (const char* host : {"127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "169.254.169.254", "localhost",
                             "inside.test", "partly.test"}) {
        CAPTURE(host);
        CHECK(CodeOf(world.Send({.url = Url(server, host)})) == Code::kForbidden);
    }
    CHECK(server.connections() == 0);
    CHECK(world.Get(Url(server, "nowhere.test"), 300).error().code == Code::kDeadline);
}

TEST_CASE("a name server that changes its mind changes nothing") {
    LocalServer good([](Peer& peer) {
        peer.ReadRequest();
        peer.Write(HttpAnswer("good"));
    });
    LocalNameServer names;
    // The first answer may be called, every later one may not.
    names.Set("rebind.test", {{"127.0.0.1"}, {"127.0.0.2"}});
    ClientOptions options;
    options.dialer.name_servers = {names.Address()};
    options.dialer.allowed = {*os::Cidr::Parse("127.0.0.1")};
    World world(options);
    const auto answer = world.Send({.url = Url(good, "rebind.test")});
    REQUIRE_MESSAGE(answer.ok(), (answer.ok() ? "" : answer.error().detail));
    CHECK(answer->body == "good");
    CHECK(names.Queries("rebind.test") == 1);
    CHECK(CodeOf(world.Send({.url = Url(good, "rebind.test")})) == Code::kForbidden);
}

struct TlsWorld {
    explicit TlsWorld(const std::vector<std::string>& cert_names, base::Time now, int days = 10) {
        const auto made = crypto::MakeSelfSigned(cert_names, now, days, random);
        REQUIRE(made.ok());
        REQUIRE(os::WriteFileAtomic(folder / "ca.pem", made->certificate_pem).ok());
        auto context_made = crypto::MakeTlsContext({{made->certificate_pem, made->key_pem}});
        REQUIRE(context_made.ok());
        context = *context_made;
        server = std::make_unique<LocalServer>([this](Peer& peer) {
            if (!peer.StartTls(*context)) return;
            requests += peer.ReadRequest().empty() ? 0 : 1;
            peer.Write(HttpAnswer("secret"));
        });
        names.Set("tls.test", {{"127.0.0.1"}});
    }
    ClientOptions Options(bool trusted) const {
        ClientOptions options;
        options.dialer.name_servers = {names.Address()};
        if (trusted) options.dialer.extra_ca_file = folder / "ca.pem";
        return options;
    }
    std::string SecureUrl(const std::string& host) const {
        return "https://" + host + ":" + std::to_string(server->port());
    }
    testing::TempDir folder;
    crypto::SystemRandom random;
    LocalNameServer names;
    std::shared_ptr<crypto::TlsContext> context;
    std::atomic<int> requests{0};
    std::unique_ptr<LocalServer> server;
};

TEST_CASE("TLS: the certificate must be trusted, made out to the name, and in force") {
    const base::Time now = base::SystemClock().Now();
    SUBCASE("all three") {
        TlsWorld tls({"tls.test", "127.0.0.1"}, now);
        World world(tls.Options(true));
        for (const char* host : {"tls.test", "127.0.0.1"}) {
            const auto answer = world.Get(tls.SecureUrl(host));
            REQUIRE_MESSAGE(answer.ok(), (answer.ok() ? "" : answer.error().detail));
            CHECK(answer->body == "secret");
        }
    }
    SUBCASE("an unknown authority") {
        TlsWorld tls({"tls.test"}, now);
        testing::TempDir folder;
        const auto other = crypto::MakeSelfSigned({"tls.test"}, now, 10, tls.random);
        REQUIRE(os::WriteFileAtomic(folder / "ca.pem", other->certificate_pem).ok());
        ClientOptions options = tls.Options(false);
        options.dialer.ca_file = folder / "ca.pem";
        CHECK(DetailOf(World(options).Get(tls.SecureUrl("tls.test"))).starts_with("TLS: self"));
        CHECK(tls.requests == 0);
    }
    SUBCASE("another name") {
        TlsWorld tls({"other.test", "127.0.0.2"}, now);
        World world(tls.Options(true));
        CHECK(DetailOf(world.Get(tls.SecureUrl("tls.test"))) == "TLS: hostname mismatch");
        CHECK(DetailOf(world.Get(tls.SecureUrl("127.0.0.1"))) == "TLS: IP address mismatch");
        CHECK(tls.requests == 0);
    }
    SUBCASE("expired") {
        TlsWorld tls({"tls.test"}, now.Plus(-20 * base::kMicrosPerDay));
        CHECK(DetailOf(World(tls.Options(true)).Get(tls.SecureUrl("tls.test"))) == "TLS: certificate has expired");
        CHECK(tls.requests == 0);
    }
    SUBCASE("not yet in force") {
        TlsWorld tls({"tls.test"}, now.Plus(20 * base::kMicrosPerDay));
        CHECK(DetailOf(World(tls.Options(true)).Get(tls.SecureUrl("tls.test"))) == "TLS: certificate is not yet valid");
        CHECK(tls.requests == 0);
    }
    SUBCASE("no TLS at all, and a handshake that hangs") {
        LocalServer plain([](Peer& peer) {
            peer.Write("HTTP/1.1 200 OK\r\n\r\n");
            peer.WaitForEnd();
        });
        World world;
        const std::string url = "https://127.0.0.1:" + std::to_string(plain.port());
        CHECK(CodeOf(world.Get(url)) == Code::kUpstream);
        LocalServer silent([](Peer& peer) { peer.WaitForEnd(); });
        CHECK(CodeOf(world.Get("https://127.0.0.1:" + std::to_string(silent.port()), 200)) == Code::kDeadline);
    }
    SUBCASE("no authorities") {
        TlsWorld tls({"tls.test"}, now);
        ClientOptions options = tls.Options(false);
        options.dialer.ca_file = "/nonexistent/ca.pem";
        CHECK(CodeOf(World(options).Get(tls.SecureUrl("tls.test"))) == Code::kUnavailable);
    }
}

TEST_CASE("at most so many requests to one server are under way") {
    std::mutex mutex;
    std::condition_variable changed;
    bool open = false;
    LocalServer server([&](Peer& peer) {
        peer.ReadRequest();
        std::unique_lock lock(mutex);
        changed.wait(lock, [&] { return open; });
        peer.Write(HttpAnswer("x"));
    });
    ClientOptions options;
    options.per_host_max = 2;
    World world(options);
    std::vector<std::thread> threads;
    for (int i = 0; i < 2; ++i) threads.emplace_back([&] { CHECK(world.Get(Url(server)).ok()); });
    while (server.connections() < 2) std::this_thread::yield();
    const auto refused = world.Get(Url(server));
    CHECK(CodeOf(refused) == Code::kUnavailable);
    CHECK(refused.error().retry_after_s == 1);
    {
        const std::lock_guard lock(mutex);
        open = true;
    }
    changed.notify_all();
    for (std::thread& thread : threads) thread.join();
    CHECK(world.Get(Url(server)).ok());
    CHECK(server.connections() == 3);
}

TEST_CASE("a server that fails again and again is left alone for a while") {
    std::atomic<bool> broken{true};
    LocalServer server([&](Peer& peer) {
        peer.ReadRequest();
        peer.Write(broken ? HttpAnswer("", "", "503 x") : HttpAnswer("x"));
    });
    base::ManualClock clock(base::SystemClock().Now());
    base::NullLog log;
    base::Metrics metrics;
    ClientOptions options;
    options.breaker_failures = 3;
    options.breaker_open_ms = 1'000;
    const Client client(options, clock, log, metrics);
    const auto get = [&] { return client.Send({.url = Url(server), .addresses = AddressPolicy::kAny}); };
    base::Series& open = metrics.Get(Metric::kOutgoingBreakers);
    for (int i = 0; i < 3; ++i) CHECK(get().ok());
    CHECK(open.Value() == 1);
    const auto refused = get();
    CHECK(CodeOf(refused) == Code::kUnavailable);
    CHECK(refused.error().retry_after_s == 1);
    CHECK(server.connections() == 3);
    clock.Advance(1'000 * base::kMicrosPerMilli);
    CHECK(get().ok());  // the trial, which fails
    CHECK(server.connections() == 4);
    clock.Advance(1'999 * base::kMicrosPerMilli);
    CHECK(CodeOf(get()) == Code::kUnavailable);
    clock.Advance(1 * base::kMicrosPerMilli);
    broken = false;
    CHECK(get().ok());
    CHECK(open.Value() == 0);
    CHECK(get().ok());
    CHECK(server.connections() == 6);
}

}  // namespace
