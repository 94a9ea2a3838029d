// slow_clients: keeps connections open that send a head or a body one byte a second, or read an answer 64 bytes a
// second. A connection that the server ends is opened again. Stops by itself, or on SIGTERM, and prints figures as
// JSON.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

namespace {

constexpr char kUsage[] =
    "Usage: slow_clients --port N --seconds N [--head N] [--body N] [--read N] [--read-path PATH] [--body-path PATH]\n";
constexpr std::size_t kConnectionsMax = 2000;
constexpr int kRoundsPerSecond = 10;  // each connection acts in one round of every second, so their bytes are spread

enum class Kind { kHead, kBody, kRead };

struct Options {
    std::uint16_t port = 0;
    double seconds = 10;
    std::array<std::size_t, 3> counts{};  // by Kind
    std::string read_path = "/";
    std::string body_path = "/";
};

struct Slow {
    Kind kind = Kind::kHead;
    std::size_t index = 0;
    int fd = -1;
    bool begun = false;  // the first bytes are sent
};

struct Figures {
    unsigned long opened = 0;
    unsigned long ended_by_server = 0;
    unsigned long refused = 0;
};

volatile std::sig_atomic_t stop_asked = 0;

std::string FirstBytes(const Options& options, Kind kind) {
    if (kind == Kind::kHead) return "GET /livez HTTP/1.1\r\nHost: slow\r\nX-Slow: ";
    if (kind == Kind::kBody) {
        return "POST " + options.body_path +
               " HTTP/1.1\r\nHost: slow\r\nContent-Type: application/json\r\nContent-Length: 20000\r\n\r\n{";
    }
    std::string requests;  // many at once, so that the answers fill every buffer on the way
    for (int i = 0; i < 32; ++i) requests += "GET " + options.read_path + " HTTP/1.1\r\nHost: slow\r\n\r\n";
    return requests;
}

void Open(const Options& options, Slow& slow, Figures& figures) {
    slow.fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    slow.begun = false;
    if (slow.kind == Kind::kRead) {
        const int bytes = 4096;
        setsockopt(slow.fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
    }
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(0x7F020001U + static_cast<std::uint32_t>(slow.index % 200));
    const bool bound = bind(slow.fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(options.port);
    if (!bound ||
        (connect(slow.fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 && errno != EINPROGRESS)) {
        close(slow.fd);
        slow.fd = -1;
        ++figures.refused;
        return;
    }
    ++figures.opened;
}

bool Begin(const Options& options, Slow& slow) {
    const std::string first = FirstBytes(options, slow.kind);
    slow.begun = send(slow.fd, first.data(), first.size(), MSG_NOSIGNAL) >= 0;
    return slow.begun || errno == EAGAIN || errno == ENOTCONN;
}

// False when the server has ended the connection.
bool Act(const Options& options, Slow& slow) {
    if (!slow.begun) return Begin(options, slow);
    std::array<char, 64> buffer;
    const ssize_t got = recv(slow.fd, buffer.data(), buffer.size(), 0);
    if (got == 0 || (got < 0 && errno != EAGAIN)) return false;
    if (slow.kind == Kind::kRead) return true;
    if (got > 0) return false;  // an answer before the request was whole: the server has refused it
    return send(slow.fd, "x", 1, MSG_NOSIGNAL) >= 0 || errno == EAGAIN;
}

double Number(const char* text, double max) {
    char* end = nullptr;
    const double value = std::strtod(text, &end);
    if (*end != '\0' || end == text || value < 0 || value > max) {
        std::fprintf(stderr, "slow_clients: not a number in range: %s\n", text);
        std::exit(1);
    }
    return value;
}

Options Parse(int argc, char** argv) {
    Options out;
    for (int i = 1; i + 1 < argc; i += 2) {
        const std::string option = argv[i];
        const char* value = argv[i + 1];
        const auto count = [&] { return static_cast<std::size_t>(Number(value, kConnectionsMax)); };
        if (option == "--port") out.port = static_cast<std::uint16_t>(Number(value, 65535));
        if (option == "--seconds") out.seconds = Number(value, 120);
        if (option == "--head") out.counts[0] = count();
        if (option == "--body") out.counts[1] = count();
        if (option == "--read") out.counts[2] = count();
        if (option == "--read-path") out.read_path = value;
        if (option == "--body-path") out.body_path = value;
    }
    if (out.port == 0) {
        std::fputs(kUsage, stderr);
        std::exit(1);
    }
    return out;
}

Figures Run(const Options& options) {
    std::vector<Slow> clients;
    for (std::size_t kind = 0; kind < options.counts.size(); ++kind) {
        for (std::size_t i = 0; i < options.counts[kind]; ++i) {
            clients.push_back({static_cast<Kind>(kind), clients.size(), -1});
        }
    }
    Figures figures;
    const auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(options.seconds);
    for (std::size_t round = 0; stop_asked == 0 && std::chrono::steady_clock::now() < end; ++round) {
        for (Slow& slow : clients) {
            if (slow.fd < 0) {
                Open(options, slow, figures);
            } else if (slow.index % kRoundsPerSecond == round % kRoundsPerSecond && !Act(options, slow)) {
                ++figures.ended_by_server;
                close(slow.fd);
                slow.fd = -1;
            }
        }
        poll(nullptr, 0, 1000 / kRoundsPerSecond);
    }
    for (const Slow& slow : clients) {
        if (slow.fd >= 0) close(slow.fd);
    }
    return figures;
}

}  // namespace

int main(int argc, char** argv) {
    struct sigaction action {};
    action.sa_handler = [](int) { stop_asked = 1; };
    sigaction(SIGTERM, &action, nullptr);
    const Figures figures = Run(Parse(argc, argv));
    std::printf("{\"opened\":%lu,\"ended_by_server\":%lu,\"refused\":%lu}\n", figures.opened, figures.ended_by_server,
                figures.refused);
    return 0;
}
