// tls_handshakes: opens TLS connections to a server on the loopback interface, one request each, for a time, and prints
// how many as JSON. Each thread keeps one connection at a time; --resume uses the last ticket again.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

struct Arguments {
    int port = 0;
    int threads = 4;
    double seconds = 5;
    bool resume = false;
};

struct Counts {
    std::atomic<long> full{0};
    std::atomic<long> resumed{0};
    std::atomic<long> failed{0};
};

[[noreturn]] void Fail(const char* why) {
    std::fprintf(stderr, "tls_handshakes: %s\n", why);
    std::exit(2);
}

Arguments Parse(int argc, char** argv) {
    Arguments out;
    for (int i = 1; i < argc; ++i) {
        const std::string option = argv[i];
        if (option == "--resume") {
            out.resume = true;
            continue;
        }
        if (i + 1 >= argc) Fail("usage: --port N [--threads N] [--seconds N] [--resume]");
        const double value = std::atof(argv[++i]);
        if (option == "--port")
            out.port = static_cast<int>(value);
        else if (option == "--threads")
            out.threads = static_cast<int>(value);
        else if (option == "--seconds")
            out.seconds = value;
        else
            Fail("unknown option");
    }
    if (out.port < 1 || out.port > 65535 || out.threads < 1 || out.threads > 64) Fail("a number is out of range");
    return out;
}

int Connect(int port) {
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    // An end by RST leaves no port waiting: the bench would run out of them.
    const linger at_once{1, 0};
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    if (connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) return fd;
    close(fd);
    return -1;
}

// One connection: handshake, one request, its answer (with the ticket before it), end. true if all of it went well.
bool Visit(SSL_CTX* context, const Arguments& arguments, SSL_SESSION*& ticket, Counts& counts) {
    static constexpr char kRequest[] = "GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n";
    const int fd = Connect(arguments.port);
    if (fd < 0) return false;
    SSL* ssl = SSL_new(context);
    SSL_set_fd(ssl, fd);
    if (ticket != nullptr) SSL_set_session(ssl, ticket);
    bool good = SSL_connect(ssl) == 1;
    char answer[4096];
    good = good && SSL_write(ssl, kRequest, sizeof kRequest - 1) > 0;
    const int size = good ? SSL_read(ssl, answer, sizeof answer) : 0;
    good = good && size > 12 && std::memcmp(answer, "HTTP/1.1 200", 12) == 0;
    if (good) (SSL_session_reused(ssl) == 1 ? counts.resumed : counts.full).fetch_add(1);
    if (good && arguments.resume) {
        SSL_SESSION_free(ticket);
        ticket = SSL_get1_session(ssl);
    }
    SSL_set_quiet_shutdown(ssl, 1);
    SSL_shutdown(ssl);  // keeps the session resumable
    SSL_free(ssl);
    close(fd);
    return good;
}

void Run(const Arguments& arguments, Clock::time_point end, Counts& counts) {
    SSL_CTX* context = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_verify(context, SSL_VERIFY_NONE, nullptr);
    SSL_CTX_set1_groups_list(context, "X25519");
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_SESSION* ticket = nullptr;
    while (Clock::now() < end) {
        if (!Visit(context, arguments, ticket, counts)) counts.failed.fetch_add(1);
    }
    SSL_SESSION_free(ticket);
    SSL_CTX_free(context);
}

}  // namespace

int main(int argc, char** argv) {
    const Arguments arguments = Parse(argc, argv);
    Counts counts;
    const Clock::time_point began = Clock::now();
    const auto end =
        began + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(arguments.seconds));
    std::vector<std::thread> threads;
    for (int i = 0; i < arguments.threads; ++i) threads.emplace_back([&] { Run(arguments, end, counts); });
    for (std::thread& thread : threads) thread.join();
    const double seconds = std::chrono::duration<double>(Clock::now() - began).count();
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    const double cpu = static_cast<double>(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
                       static_cast<double>(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
    std::printf("{\"seconds\":%.6f,\"cpu_seconds\":%.6f,\"full\":%ld,\"resumed\":%ld,\"failed\":%ld}\n", seconds, cpu,
                counts.full.load(), counts.resumed.load(), counts.failed.load());
    return 0;
}
