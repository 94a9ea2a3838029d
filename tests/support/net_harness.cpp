#include "support/net_harness.h"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "base/parse.h"
#include "crypto/certificate.h"
#include "crypto/tls.h"

namespace rt::test {
namespace {

constexpr std::size_t kWriteMax = 1 << 30;

std::uint64_t ParseHex(std::string_view text) {
    std::uint64_t value = 0;
    for (const char c : text) {
        const std::string_view digits = "0123456789abcdef";
        const std::size_t digit = digits.find(static_cast<char>(c | 0x20));
        if (digit == std::string_view::npos) break;
        value = value * 16 + digit;
    }
    return value;
}

}  // namespace

Result<net::Principal> RoleAuthenticator::Authenticate(const net::Request& head) {
    const std::string_view value = head.HeaderValue("authorization");
    net::Principal principal;
    if (value.empty()) return principal;
    if (value == "Bearer expired") return Fail(Code::kTokenExpired);
    principal.user_id = 1;
    if (value == "Bearer organiser") {
        principal.user_id = 2;
        principal.role = net::Role::kOrganiser;
    } else if (value == "Bearer admin") {
        principal.user_id = 3;
        principal.role = net::Role::kAdmin;
    } else if (value != "Bearer user") {
        return Fail(Code::kUnauthenticated);
    }
    principal.public_id = "user" + std::to_string(principal.user_id);
    return principal;
}

Status SwitchAdmission::Admit(const net::Route& /*route*/, const net::Request& /*head*/) {
    return maintenance ? Status(Fail(Code::kMaintenance)) : Ok();
}

NetHarness::NetHarness(net::RouteTable route_table, std::vector<net::SocketRoute> socket_table)
    : routes(std::move(route_table)), sockets(std::move(socket_table)) {
    options.listeners.push_back({*os::ParseEndpoint("127.0.0.1:0"), net::ListenKind::kPlain, -1});
    options.reactors = 2;
    options.pools.store_threads = 4;
    options.deadlines.linger_ms = 1'000;
}

NetHarness::~NetHarness() = default;

void NetHarness::Start() {
    limiter = std::make_unique<net::RateLimiter>(rules, clock);
    server = std::make_unique<net::Server>(
        options, net::ServerParts{routes, sockets, authenticator, admission, *limiter, *log, metrics, clock, random});
    const Status started = server->Start();
    REQUIRE_MESSAGE(started.ok(), started.error().detail);
}

std::string RawAnswer::Field(std::string_view name) const {
    std::string_view rest = head;
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find("\r\n"), rest.size());
        const std::string_view line = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 2, rest.size()));
        const std::size_t colon = line.find(':');
        if (colon != std::string_view::npos && base::EqualsIgnoreAsciiCase(line.substr(0, colon), name)) {
            return std::string(base::TrimAscii(line.substr(colon + 1)));
        }
    }
    return {};
}

bool RawAnswer::Has(std::string_view name) const {
    return !Field(name).empty();
}

void NetHarness::UseTls() {
    const auto made = crypto::MakeSelfSigned({"localhost", "127.0.0.1"}, clock.Now(), 30, random);
    REQUIRE(made.ok());
    auto context = crypto::MakeTlsContext({{made->certificate_pem, made->key_pem}});
    REQUIRE(context.ok());
    options.tls = *context;
    for (net::ListenOptions& listener : options.listeners) listener.kind = net::ListenKind::kTls;
}

RawClient::RawClient(std::uint16_t port, Over over) {
    descriptor_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(descriptor_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
        close(descriptor_);
        descriptor_ = -1;
        return;
    }
    if (over == Over::kPlain) return;
    context_ = SSL_CTX_new(TLS_client_method());
    session_ = SSL_new(context_);
    SSL_set_fd(session_, descriptor_);
    SSL_set_msg_callback(session_, [](int sent, int /*version*/, int content, const void* bytes, std::size_t size,
                                      SSL* /*session*/, void* count) {
        const bool update = sent == 0 && content == SSL3_RT_HANDSHAKE && size > 0 &&
                            *static_cast<const unsigned char*>(bytes) == SSL3_MT_KEY_UPDATE;
        if (update) ++*static_cast<int*>(count);
    });
    SSL_set_msg_callback_arg(session_, &key_updates_);
    if (SSL_connect(session_) != 1) ended_ = true;
}

RawClient::~RawClient() {
    SSL_free(session_);
    SSL_CTX_free(context_);
    if (descriptor_ >= 0) close(descriptor_);
}

bool RawClient::Send(std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t sent =
            session_ != nullptr ? SSL_write(session_, bytes.data(), static_cast<int>(std::min(bytes.size(), kWriteMax)))
                                : send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

ssize_t RawClient::Receive(char* buffer, std::size_t size) {
    return session_ != nullptr ? SSL_read(session_, buffer, static_cast<int>(size))
                               : recv(descriptor_, buffer, size, 0);
}

bool RawClient::Fill() {
    if (ended_) return false;
    pollfd wait{descriptor_, POLLIN, 0};
    const bool waiting = session_ != nullptr && SSL_pending(session_) > 0;
    if (!waiting && poll(&wait, 1, kPatienceMillis) <= 0) return false;
    char buffer[65'536];
    const ssize_t size = Receive(buffer, sizeof buffer);
    if (size <= 0) {
        ended_ = true;
        return false;
    }
    pending_.append(buffer, static_cast<std::size_t>(size));
    return true;
}

std::string RawClient::ReadHead() {
    while (pending_.find("\r\n\r\n") == std::string::npos) {
        if (!Fill()) return {};
    }
    const std::size_t end = pending_.find("\r\n\r\n") + 4;
    std::string head = pending_.substr(0, end);
    pending_.erase(0, end);
    return head;
}

std::string RawClient::ReadBytes(std::size_t bytes) {
    while (pending_.size() < bytes && Fill()) {
    }
    std::string out = pending_.substr(0, bytes);
    pending_.erase(0, out.size());
    return out;
}

std::string RawClient::ReadSome(std::size_t bytes_max) {
    if (pending_.empty()) Fill();
    std::string out = pending_.substr(0, bytes_max);
    pending_.erase(0, out.size());
    return out;
}

RawAnswer RawClient::Read(bool head_request) {
    RawAnswer answer;
    do {
        answer.head = ReadHead();
        if (answer.head.size() < 12) return answer;
        answer.status = static_cast<int>(base::ParseUnsigned(answer.head.substr(9, 3)).value_or(0));
    } while (answer.status == 100);
    if (head_request || answer.status == 204 || answer.status == 304 || answer.status == 101) {
        answer.complete = true;
        return answer;
    }
    if (answer.Field("transfer-encoding") == "chunked") {
        while (true) {
            while (pending_.find("\r\n") == std::string::npos) {
                if (!Fill()) return answer;
            }
            const std::size_t line = pending_.find("\r\n");
            const std::uint64_t size = ParseHex(std::string_view(pending_).substr(0, line));
            pending_.erase(0, line + 2);
            const std::string data = ReadBytes(size + 2);
            if (data.size() != size + 2) return answer;
            answer.body.append(data, 0, size);
            if (size == 0) break;
        }
        answer.complete = true;
        return answer;
    }
    if (answer.Has("content-length")) {
        const std::size_t size = base::ParseUnsigned(answer.Field("content-length")).value_or(0);
        answer.body = ReadBytes(size);
        answer.complete = answer.body.size() == size;
        return answer;
    }
    while (Fill()) {
    }
    answer.body.swap(pending_);
    answer.complete = ended_;
    return answer;
}

bool RawClient::ServerCloses() {
    while (Fill()) pending_.clear();
    return ended_;
}

bool RawClient::StillServes() {
    return Send("GET /still-serves HTTP/1.1\r\nHost: t\r\n\r\n") && Read().status == 404;
}

bool RawClient::RequestKeyUpdate() {
    return SSL_key_update(session_, SSL_KEY_UPDATE_REQUESTED) == 1 && SSL_do_handshake(session_) == 1;
}

void RawClient::ShutdownWrite() {
    shutdown(descriptor_, SHUT_WR);
}

void RawClient::SetReceiveBuffer(int bytes) {
    setsockopt(descriptor_, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
}

void RawClient::SetNoDelay() {
    const int on = 1;
    setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

bool Eventually(const std::function<bool()>& condition) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(RawClient::kPatienceMillis);
    while (!condition()) {
        if (std::chrono::steady_clock::now() > deadline) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    return true;
}

}  // namespace rt::test
