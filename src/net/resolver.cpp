#include "net/resolver.h"

#include <ares.h>
#include <netinet/in.h>
#include <poll.h>

#include <algorithm>
#include <array>

namespace rt::net {
namespace {

constexpr int kTryMillis = 1'500;
constexpr int kTries = 3;
constexpr std::size_t kAddressesMax = 16;

struct Answer {
    bool done = false;
    int status = ARES_SUCCESS;
    std::vector<os::Address> addresses;
};

void OnAnswer(void* argument, int status, int /*timeouts*/, ares_addrinfo* found) {
    auto& answer = *static_cast<Answer*>(argument);
    answer.done = true;
    answer.status = status;
    if (found == nullptr) return;
    for (const ares_addrinfo_node* node = found->nodes; node != nullptr; node = node->ai_next) {
        const auto address = os::Address::FromSockaddr(*node->ai_addr);
        if (address && answer.addresses.size() < kAddressesMax) answer.addresses.push_back(*address);
    }
    ares_freeaddrinfo(found);
}

class Channel {
  public:
    Channel() = default;
    Channel(const Channel&) = delete;
    Channel& operator=(const Channel&) = delete;
    ~Channel() {
        if (channel_ != nullptr) ares_destroy(channel_);
    }

    int Open(const std::string& servers) {
        static const int kLibrary = ares_library_init(ARES_LIB_INIT_ALL);
        if (kLibrary != ARES_SUCCESS) return kLibrary;
        ares_options options{};
        options.timeout = kTryMillis;
        options.tries = kTries;
        std::string lookups = "fb";  // /etc/hosts, then the name servers
        options.lookups = lookups.data();
        const int opened =
            ares_init_options(&channel_, &options, ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_LOOKUPS);
        if (opened != ARES_SUCCESS || servers.empty()) return opened;
        return ares_set_servers_ports_csv(channel_, servers.c_str());
    }

    // Waits for the sockets of the query, poll(2) because descriptors may lie over FD_SETSIZE.
    void Turn(const os::Deadline& deadline) {
        std::array<ares_socket_t, ARES_GETSOCK_MAXNUM> sockets{};
        const int wanted = ares_getsock(channel_, sockets.data(), static_cast<int>(sockets.size()));
        std::array<pollfd, ARES_GETSOCK_MAXNUM> entries{};
        nfds_t count = 0;
        for (std::size_t i = 0; i < sockets.size(); ++i) {
            short events = 0;
            if (ARES_GETSOCK_READABLE(wanted, i) != 0) events = static_cast<short>(events | POLLIN);
            if (ARES_GETSOCK_WRITABLE(wanted, i) != 0) events = static_cast<short>(events | POLLOUT);
            if (events != 0) entries.at(count++) = {.fd = sockets.at(i), .events = events, .revents = 0};
        }
        timeval most{.tv_sec = 1, .tv_usec = 0};
        timeval buffer{};
        const timeval* next = ares_timeout(channel_, &most, &buffer);
        const std::int64_t next_ms = next->tv_sec * 1'000 + next->tv_usec / 1'000 + 1;
        const int found = poll(entries.data(), count, static_cast<int>(std::min(next_ms, deadline.LeftMillis())));
        if (found <= 0) ares_process_fd(channel_, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
        for (nfds_t i = 0; found > 0 && i < count; ++i) {
            const pollfd& entry = entries.at(i);
            if (entry.revents == 0) continue;
            const bool read = (entry.revents & (POLLIN | POLLERR | POLLHUP)) != 0;
            const bool write = (entry.revents & POLLOUT) != 0;
            ares_process_fd(channel_, read ? entry.fd : ARES_SOCKET_BAD, write ? entry.fd : ARES_SOCKET_BAD);
        }
    }

    ares_channel get() const { return channel_; }

  private:
    ares_channel channel_ = nullptr;
};

}  // namespace

Resolver::Resolver(const std::vector<std::string>& name_servers) {
    for (const std::string& server : name_servers) servers_ += (servers_.empty() ? "" : ",") + server;
}

Result<std::vector<os::Address>> Resolver::Resolve(const std::string& name, const os::Deadline& deadline) const {
    Answer answer;  // outlives the channel, whose end calls back
    Channel channel;
    if (const int opened = channel.Open(servers_); opened != ARES_SUCCESS)
        return Fail(Code::kInternal, std::string("name resolution: ") + ares_strerror(opened));
    ares_addrinfo_hints hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    ares_getaddrinfo(channel.get(), name.c_str(), nullptr, &hints, OnAnswer, &answer);
    while (!answer.done && !deadline.Passed()) channel.Turn(deadline);
    if (!answer.done) return Fail(Code::kDeadline, "the name was not resolved in time");
    if (answer.status == ARES_ETIMEOUT) return Fail(Code::kDeadline, "no name server answers");
    if (answer.status != ARES_SUCCESS || answer.addresses.empty())
        return Fail(Code::kUpstream, std::string("the name does not resolve: ") + ares_strerror(answer.status));
    return std::move(answer.addresses);
}

}  // namespace rt::net
