// An endpoint as the socket calls want it.
#pragma once

#include <sys/socket.h>

#include "os/address.h"

namespace rt::os {

// A value; `size` is how much of `storage` is used.
struct SocketAddress {
    sockaddr_storage storage{};
    socklen_t size = 0;

    sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
    const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
};

SocketAddress ToSocketAddress(const Endpoint& endpoint);

}  // namespace rt::os
