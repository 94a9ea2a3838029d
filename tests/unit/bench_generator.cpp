// The load generator of ./dev bench: its histogram, its parser, and that an open loop shows what a closed loop hides.
#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "bench/generator/answer_parser.h"
#include "bench/generator/histogram.h"
#include "bench/generator/load.h"

using rt::bench::Histogram;
using rt::bench::ParseAnswer;
using rt::bench::ParsedAnswer;

TEST_CASE("a quantile is within one percent of the true one") {
    std::mt19937_64 random(7);
    std::lognormal_distribution<double> latency(12, 3);
    Histogram histogram;
    std::vector<std::int64_t> all;
    for (int i = 0; i < 20'000; ++i) {
        all.push_back(static_cast<std::int64_t>(latency(random)));
        histogram.Add(all.back());
    }
    std::sort(all.begin(), all.end());
    for (const double fraction : {0.001, 0.5, 0.9, 0.99, 0.999}) {
        const auto rank = static_cast<std::size_t>(fraction * static_cast<double>(all.size()) + 0.5);
        const auto truth = static_cast<double>(all[rank - 1]);
        CHECK(static_cast<double>(histogram.Quantile(fraction)) >= truth * 0.99);
        CHECK(static_cast<double>(histogram.Quantile(fraction)) <= truth * 1.01 + 1);
    }
    CHECK(histogram.Quantile(1) == all.back());
    CHECK(histogram.max_nanos() == all.back());
}

TEST_CASE("values at the ends of the histogram") {
    Histogram histogram;
    CHECK(histogram.Quantile(0.5) == 0);
    for (const std::int64_t value : {std::int64_t{-5}, std::int64_t{255}, std::int64_t{256}, INT64_MAX})
        histogram.Add(value);
    CHECK(histogram.Quantile(0.25) == 0);
    CHECK(histogram.Quantile(0.5) == 255);
    CHECK(histogram.Quantile(1) == INT64_MAX);
}

TEST_CASE("an answer ends where its length says") {
    const std::string head = "HTTP/1.1 201 Created\r\ncontent-LENGTH:  4 \r\nConnection: Close\r\n\r\n";
    CHECK(ParseAnswer(head.substr(0, head.size() - 1)).state == ParsedAnswer::State::kIncomplete);
    CHECK(ParseAnswer(head + "abc").state == ParsedAnswer::State::kIncomplete);
    const ParsedAnswer whole = ParseAnswer(head + "abcd");
    CHECK(whole.state == ParsedAnswer::State::kComplete);
    CHECK(whole.status == 201);
    CHECK(whole.head_bytes == head.size());
    CHECK(whole.body_bytes == 4);
    CHECK(whole.closes);
    CHECK(ParseAnswer("HTTP/1.1 204 No Content\r\n\r\n").state == ParsedAnswer::State::kComplete);
    CHECK(ParseAnswer("SSH-2.0-x\r\n\r\n").state == ParsedAnswer::State::kBad);
    CHECK(ParseAnswer("HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n").state == ParsedAnswer::State::kBad);
    CHECK(ParseAnswer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n").state == ParsedAnswer::State::kBad);
}

namespace {

// Answers requests of one connection, the tenth only after a pause; then it is gone.
class PausingServer {
  public:
    explicit PausingServer(int answers_max = 200)
        : answers_max_(answers_max), listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        REQUIRE(bind(listener_, reinterpret_cast<sockaddr*>(&address), size) == 0);
        REQUIRE(listen(listener_, 16) == 0);
        REQUIRE(getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
        port_ = ntohs(address.sin_port);
        thread_ = std::thread([this] { Serve(); });
    }
    ~PausingServer() {
        shutdown(listener_, SHUT_RDWR);
        thread_.join();
        close(listener_);
    }
    std::uint16_t port() const { return port_; }

  private:
    void Serve() const {
        const int client = accept(listener_, nullptr, nullptr);
        std::array<char, 256> buffer;
        int answered = 0;
        while (client >= 0 && recv(client, buffer.data(), buffer.size(), 0) > 0) {
            if (++answered == 10) std::this_thread::sleep_for(std::chrono::milliseconds(300));
            constexpr std::string_view kAnswer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
            if (send(client, kAnswer.data(), kAnswer.size(), MSG_NOSIGNAL) < 0) break;
            if (answered == answers_max_) break;
        }
        shutdown(listener_, SHUT_RDWR);
        if (client >= 0) close(client);
    }

    const int answers_max_;
    int listener_;
    std::uint16_t port_ = 0;
    std::thread thread_;
};

rt::bench::LoadResult LoadOf(double rate, std::uint16_t port, bool until_gone = false) {
    const std::vector<std::string_view> requests(200, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    rt::bench::LoadOptions options;
    options.port = port;
    options.connections = 1;
    options.rate = rate;
    options.seconds_max = 30;
    options.keep_answers = true;
    options.until_gone = until_gone;
    return RunLoad(options, requests);
}

}  // namespace

TEST_CASE("an open loop counts the stall for every request that was due in it, a closed loop once") {
    const auto slow = [](const rt::bench::LoadResult& result) {
        REQUIRE(result.by_status.at(200).count == 200);
        int count = 0;
        for (int i = 1; i <= 200; ++i) {
            if (result.latency.Quantile(i / 200.0) > 100'000'000) ++count;
        }
        return count;
    };
    const PausingServer closed;
    const int hidden = slow(LoadOf(0, closed.port()));
    CHECK(hidden >= 1);
    CHECK(hidden <= 20);
    const PausingServer open;
    CHECK(slow(LoadOf(400, open.port())) >= 40);  // 400/s times the 0.2 s of the pause that leave over 0.1 s of waiting
}

TEST_CASE("a run until the server is gone keeps what was answered before") {
    const PausingServer server(20);
    const auto result = LoadOf(0, server.port(), true);
    CHECK(result.by_status.at(200).count == 20);
    CHECK(result.failed_connects == 1);
    CHECK(result.answers[19].status == 200);
    CHECK(result.answers[20].status == 0);
    CHECK(result.answers[199].status == 0);
}
