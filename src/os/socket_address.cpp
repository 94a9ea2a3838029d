#include "os/socket_address.h"

#include <netinet/in.h>

#include <cstring>

namespace rt::os {

SocketAddress ToSocketAddress(const Endpoint& endpoint) {
    SocketAddress out;
    const auto& bytes = endpoint.address.bytes();
    if (endpoint.address.IsIpv4()) {
        sockaddr_in v4{};
        v4.sin_family = AF_INET;
        v4.sin_port = htons(endpoint.port);
        std::memcpy(&v4.sin_addr, bytes.data() + bytes.size() - sizeof v4.sin_addr, sizeof v4.sin_addr);
        std::memcpy(&out.storage, &v4, sizeof v4);
        out.size = sizeof v4;
    } else {
        sockaddr_in6 v6{};
        v6.sin6_family = AF_INET6;
        v6.sin6_port = htons(endpoint.port);
        std::memcpy(&v6.sin6_addr, bytes.data(), bytes.size());
        std::memcpy(&out.storage, &v6, sizeof v6);
        out.size = sizeof v6;
    }
    return out;
}

}  // namespace rt::os
