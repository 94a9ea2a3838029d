#include "support/local_server.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace rt::test {
namespace {

constexpr int kWaitMillis = 10'000;
constexpr int kTurnMillis = 20;

bool Wait(int fd, short events) {
    pollfd entry{.fd = fd, .events = events, .revents = 0};
    return poll(&entry, 1, kWaitMillis) > 0;
}

sockaddr_in AddressOf(const char* text) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    inet_pton(AF_INET, text, &address.sin_addr);
    return address;
}

int Bind(int fd, const char* text) {
    sockaddr_in address = AddressOf(text);
    socklen_t size = sizeof address;
    if (bind(fd, reinterpret_cast<const sockaddr*>(&address), size) != 0) return 0;
    getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
    return ntohs(address.sin_port);
}

}  // namespace

bool Peer::StartTls(crypto::TlsContext& context) {
    tls_ = crypto::NewTlsServerSession(context, fd_.get());
    while (true) {
        const auto step = tls_->Handshake().step;
        if (step == crypto::TlsStep::kDone) return true;
        const bool want_read = step == crypto::TlsStep::kWantRead;
        if (!want_read && step != crypto::TlsStep::kWantWrite) return false;
        if (!Wait(fd_.get(), want_read ? POLLIN : POLLOUT)) return false;
    }
}

std::size_t Peer::Read(char* out, std::size_t size) {
    while (true) {
        if (tls_ != nullptr) {
            const auto result = tls_->Read({out, size});
            if (result.step == crypto::TlsStep::kDone) return result.bytes;
            if (result.step != crypto::TlsStep::kWantRead) return 0;
        } else {
            const ssize_t got = recv(fd_.get(), out, size, 0);
            if (got >= 0) return static_cast<std::size_t>(got);
            if (errno != EAGAIN) return 0;
        }
        if (!Wait(fd_.get(), POLLIN)) return 0;
    }
}

std::string Peer::ReadUntil(std::string_view end) {
    std::array<char, 4096> piece{};
    while (true) {
        const std::size_t found = buffer_.find(end);
        if (found != std::string::npos) {
            std::string out = buffer_.substr(0, found + end.size());
            buffer_.erase(0, out.size());
            return out;
        }
        const std::size_t got = Read(piece.data(), piece.size());
        if (got == 0) return std::exchange(buffer_, {});
        buffer_.append(piece.data(), got);
    }
}

std::string Peer::ReadRequest() {
    std::string request = ReadUntil("\r\n\r\n");
    const std::string name = "Content-Length: ";
    const std::size_t at = request.find(name);
    if (at == std::string::npos) return request;
    std::size_t length = 0;
    for (std::size_t i = at + name.size(); request[i] >= '0' && request[i] <= '9'; ++i)
        length = length * 10 + static_cast<std::size_t>(request[i] - '0');
    std::array<char, 4096> piece{};
    while (buffer_.size() < length) {
        const std::size_t got = Read(piece.data(), piece.size());
        if (got == 0) break;
        buffer_.append(piece.data(), got);
    }
    request += buffer_.substr(0, length);
    buffer_.erase(0, std::min(length, buffer_.size()));
    return request;
}

bool Peer::Write(std::string_view data) {
    while (!data.empty()) {
        std::size_t sent = 0;
        if (tls_ != nullptr) {
            const auto result = tls_->Write(data);
            if (result.step == crypto::TlsStep::kDone) {
                sent = result.bytes;
            } else if (result.step != crypto::TlsStep::kWantWrite && result.step != crypto::TlsStep::kWantRead) {
                return false;
            }
        } else {
            const ssize_t done = send(fd_.get(), data.data(), data.size(), MSG_NOSIGNAL);
            if (done < 0 && errno != EAGAIN) return false;
            sent = done < 0 ? 0 : static_cast<std::size_t>(done);
        }
        data.remove_prefix(sent);
        if (sent == 0 && !Wait(fd_.get(), POLLOUT)) return false;
    }
    return true;
}

void Peer::WaitForEnd() {
    std::array<char, 4096> piece{};
    while (Read(piece.data(), piece.size()) > 0) {
    }
}

LocalServer::LocalServer(Handler handler, const char* address)
    : handler_(std::move(handler)), listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    port_ = Bind(listener_.get(), address);
    listen(listener_.get(), 64);
    thread_ = std::thread([this] { Accept(); });
}

LocalServer::~LocalServer() {
    stop_ = true;
    thread_.join();
    for (std::thread& peer : peers_) peer.join();
}

void LocalServer::Accept() {
    while (!stop_) {
        pollfd entry{.fd = listener_.get(), .events = POLLIN, .revents = 0};
        if (poll(&entry, 1, kTurnMillis) <= 0) continue;
        os::Fd fd(accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
        if (!fd) continue;
        ++connections_;
        peers_.emplace_back([this, taken = fd.Release()] {
            Peer peer{os::Fd(taken)};
            handler_(peer);
        });
    }
}

LocalNameServer::LocalNameServer() : fd_(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    port_ = Bind(fd_.get(), "127.0.0.1");
    thread_ = std::thread([this] { Serve(); });
}

LocalNameServer::~LocalNameServer() {
    stop_ = true;
    thread_.join();
}

void LocalNameServer::Set(const std::string& name, std::vector<std::vector<std::string>> answers) {
    const std::lock_guard lock(mutex_);
    names_[name] = std::move(answers);
}

int LocalNameServer::Queries(const std::string& name) const {
    const std::lock_guard lock(mutex_);
    const auto found = queries_.find(name);
    return found == queries_.end() ? 0 : found->second;
}

void LocalNameServer::Serve() {
    std::array<char, 1500> buffer{};
    while (!stop_) {
        pollfd entry{.fd = fd_.get(), .events = POLLIN, .revents = 0};
        if (poll(&entry, 1, kTurnMillis) <= 0) continue;
        sockaddr_in from{};
        socklen_t size = sizeof from;
        const ssize_t got =
            recvfrom(fd_.get(), buffer.data(), buffer.size(), 0, reinterpret_cast<sockaddr*>(&from), &size);
        if (got < 12) continue;
        const std::string answer = Answer({buffer.data(), static_cast<std::size_t>(got)});
        if (answer.empty()) continue;
        sendto(fd_.get(), answer.data(), answer.size(), 0, reinterpret_cast<const sockaddr*>(&from), size);
    }
}

// RFC 1035: the question again, and one A record for each address.
std::string LocalNameServer::Answer(std::string_view query) {
    std::string name;
    std::size_t at = 12;
    while (at < query.size() && query[at] != 0) {
        const auto length = static_cast<std::size_t>(query[at]);
        name += (name.empty() ? "" : ".") + std::string(query.substr(at + 1, length));
        at += length + 1;
    }
    const std::string_view question = query.substr(12, at + 5 - 12);
    if (question.size() < 5) return {};
    const bool is_a = question[question.size() - 3] == 1;
    std::vector<std::string> addresses;
    {
        const std::lock_guard lock(mutex_);
        const auto found = names_.find(name);
        if (found == names_.end()) return {};
        if (is_a) {
            const auto turn = static_cast<std::size_t>(queries_[name]++);
            addresses = found->second.at(std::min(turn, found->second.size() - 1));
        }
    }
    std::string out(query.substr(0, 2));
    out += std::string("\x81\x80\x00\x01\x00", 5) + static_cast<char>(addresses.size()) + std::string(4, '\0');
    out += question;
    for (const std::string& text : addresses) {
        in_addr address{};
        inet_pton(AF_INET, text.c_str(), &address);
        out += std::string("\xC0\x0C\x00\x01\x00\x01\x00\x00\x00\x00\x00\x04", 12);
        out.append(reinterpret_cast<const char*>(&address), sizeof address);
    }
    return out;
}

std::string HttpAnswer(std::string_view body, std::string_view fields, std::string_view status) {
    std::string out = "HTTP/1.1 " + std::string(status) + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n";
    return out.append(fields).append("\r\n").append(body);
}

}  // namespace rt::test
