// Which addresses a request of ours may go to.
#pragma once

#include <cstdint>

#include "os/address.h"

namespace rt::net {

enum class AddressPolicy : std::uint8_t {
    kAny,         // the operator named the server
    kPublicOnly,  // a user did: nothing inside our network, on this machine, or of a cloud's metadata service
};

// Reachable by everybody: none of the special-purpose ranges of RFC 6890 and the IANA registries, multicast and
// reserved space included. ::ffff:a.b.c.d counts as a.b.c.d; forms that carry an IPv4 address elsewhere (6to4, Teredo,
// NAT64, compatible) are not public.
bool IsPublic(const os::Address& address);

}  // namespace rt::net
