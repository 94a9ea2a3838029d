// socket_clients: many clients of Socket.IO over WebSocket on one thread. Each connects to "/", answers heartbeats and,
// in a closed loop (--window) or an open one (--rate, each second and client), sends `message-with-ack` and waits for
// the acknowledgement; in the open loop a latency counts from the moment a message was due. Prints figures as JSON.
#include <sys/epoll.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "bench/generator/histogram.h"
#include "bench/generator/socket_client.h"

namespace {

using rt::bench::Die;
using rt::bench::Histogram;
using rt::bench::Now;

constexpr char kUsage[] =
    "Usage: socket_clients --port N --connections N --seconds N [--window N | --rate N] [--connected-file PATH]\n";
constexpr std::size_t kConnectingMax = 256;
constexpr double kConnectSecondsMax = 60;
constexpr std::string_view kArguments = R"(["message-with-ack",{"roomId":"4k7w","cmdId":17,"team":[1,3,4]}])";

struct Options {
    std::uint16_t port = 0;
    std::size_t connections = 1;
    double seconds = 3;
    std::size_t window = 0;
    double rate = 0;
    std::string connected_file;
};

struct Client {
    rt::bench::SocketClient socket;
    std::uint64_t next_id = 0;
    std::deque<std::int64_t> sent;  // when each message that waits for its acknowledgement was due
    std::int64_t due = 0;
};

class Load {
  public:
    explicit Load(Options options)
        : options_(std::move(options)), epoll_(epoll_create1(EPOLL_CLOEXEC)), clients_(options_.connections) {}

    void Run() {
        Connect();
        if (!options_.connected_file.empty()) {
            std::FILE* const file = std::fopen(options_.connected_file.c_str(), "w");
            if (file == nullptr) Die("socket_clients: connected file");
            std::fclose(file);
        }
        const std::int64_t began = Now();
        end_ = began + static_cast<std::int64_t>(options_.seconds * 1e9);
        Begin(began);
        while (Now() < end_) {
            SendDue();
            Turn(options_.rate > 0 ? 1 : 20);
        }
        Tell(static_cast<double>(Now() - began) / 1e9);
    }

  private:
    void Connect() {
        const std::int64_t began = Now();
        std::size_t opened = 0;
        while (connected_ < clients_.size()) {
            while (opened < clients_.size() && opened - connected_ < kConnectingMax) {
                clients_[opened].socket.Open(epoll_, opened, options_.port, "/socket.io/?EIO=4&transport=websocket");
                ++opened;
            }
            Turn(20);
            if (Now() - began > static_cast<std::int64_t>(kConnectSecondsMax * 1e9)) {
                std::fprintf(stderr, "socket_clients: %zu of %zu connected\n", connected_, clients_.size());
                std::exit(1);
            }
        }
        connect_seconds_ = static_cast<double>(Now() - began) / 1e9;
    }

    void Turn(int wait_ms) {
        std::array<epoll_event, 512> events;
        const int count = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), wait_ms);
        for (int i = 0; i < count; ++i) {
            Client& client = clients_[events.at(static_cast<std::size_t>(i)).data.u64];
            if (!client.socket.Read([&](std::string_view text) { OnText(client, text); })) ++lost_;
            if (options_.window == 0 && options_.rate <= 0) client.socket.Shrink();
            client.socket.Flush();
        }
    }

    void OnText(Client& client, std::string_view text) {
        if (text == "2") {
            client.socket.Put("3");
        } else if (text.starts_with("0{")) {
            client.socket.Put("40");
        } else if (text.starts_with("40")) {
            ++connected_;
        } else if (text.starts_with("43") && !client.sent.empty()) {
            latencies_.Add(Now() - client.sent.front());
            client.sent.pop_front();
            if (options_.window > 0) Ask(client, Now());
        }
    }

    static void Ask(Client& client, std::int64_t due) {
        client.socket.Put("42" + std::to_string(client.next_id++) + std::string(kArguments));
        client.sent.push_back(due);
    }

    void Begin(std::int64_t now) {
        for (std::size_t i = 0; i < clients_.size(); ++i) {
            for (std::size_t n = 0; n < options_.window; ++n) Ask(clients_[i], now);
            clients_[i].socket.Flush();
            if (options_.rate > 0) {
                period_ = static_cast<std::int64_t>(1e9 / options_.rate);
                clients_[i].due =
                    now + period_ * static_cast<std::int64_t>(i) / static_cast<std::int64_t>(clients_.size());
            }
        }
    }

    void SendDue() {
        if (options_.rate <= 0) return;
        const std::int64_t now = Now();
        for (Client& client : clients_) {
            for (; client.due <= now; client.due += period_) Ask(client, client.due);
            client.socket.Flush();
        }
    }

    void Tell(double seconds) const {
        const auto ms = [&](double fraction) { return static_cast<double>(latencies_.Quantile(fraction)) / 1e6; };
        std::printf(
            "{\"connected\":%zu,\"connect_seconds\":%.3f,\"acks\":%llu,\"seconds\":%.3f,\"p50_ms\":%.3f,\"p99_ms\":%."
            "3f,"
            "\"lost\":%zu,\"cpu_seconds\":%.2f}\n",
            connected_, connect_seconds_, static_cast<unsigned long long>(latencies_.count()), seconds, ms(0.5),
            ms(0.99), lost_, rt::bench::CpuSeconds());
    }

    const Options options_;
    const int epoll_;
    std::vector<Client> clients_;
    std::size_t connected_ = 0;
    std::size_t lost_ = 0;
    double connect_seconds_ = 0;
    std::int64_t period_ = 0;
    std::int64_t end_ = 0;
    Histogram latencies_;
};

Options Parse(int argc, char** argv) {
    Options out;
    for (int i = 1; i + 1 < argc; i += 2) {
        const std::string_view option = argv[i];
        const char* const value = argv[i + 1];
        if (option == "--port") out.port = static_cast<std::uint16_t>(std::strtoul(value, nullptr, 10));
        if (option == "--connections") out.connections = std::strtoul(value, nullptr, 10);
        if (option == "--seconds") out.seconds = std::strtod(value, nullptr);
        if (option == "--window") out.window = std::strtoul(value, nullptr, 10);
        if (option == "--rate") out.rate = std::strtod(value, nullptr);
        if (option == "--connected-file") out.connected_file = value;
    }
    if (out.port == 0 || out.connections == 0) {
        std::fputs(kUsage, stderr);
        std::exit(1);
    }
    return out;
}

}  // namespace

int main(int argc, char** argv) {
    rt::bench::AllowOpenFiles();
    Load(Parse(argc, argv)).Run();
    return 0;
}
