// The header that a proxy puts before a connection to name its client: PROXY protocol, versions 1 (text) and 2
// (binary). Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "os/address.h"

namespace rt::net {

// A whole header fits into this, its TLVs included; a longer one is refused.
inline constexpr std::size_t kProxyHeaderBytesMax = 2'048;

enum class ProxyHeaderState : std::uint8_t { kIncomplete, kAccepted, kRejected };

struct ProxyHeader {
    ProxyHeaderState state = ProxyHeaderState::kIncomplete;
    std::size_t size = 0;                 // bytes of the header, for kAccepted
    std::optional<os::Address> client{};  // none: LOCAL or UNKNOWN, the connection is the proxy's own
};

// Looks at the first bytes of a connection. Strict: what is not exactly a header is kRejected, as early as that is
// sure.
ProxyHeader ReadProxyHeader(std::string_view bytes);

}  // namespace rt::net
