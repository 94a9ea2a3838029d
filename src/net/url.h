// Absolute http and https URLs, read strictly (RFC 3986): what two parsers could read differently is refused.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "os/address.h"

namespace rt::net {

inline constexpr std::size_t kUrlBytesMax = 4096;

struct Url {
    bool secure = false;
    std::string host;                    // lower case, without brackets
    std::optional<os::Address> literal;  // when the host is an address
    std::uint16_t port = 0;
    std::string target;  // path and query, from "/"

    // VALIDATION_FAILED: another scheme, user info, a host that is neither a DNS name nor a plain address (decimal,
    // octal, hexadecimal and shortened forms are neither), control characters, blanks, backslashes. A fragment is
    // dropped.
    static Result<Url> Parse(std::string_view text);
    // What a Location field of this URL's answer names.
    Result<Url> Resolve(std::string_view reference) const;

    // "example.org", "example.org:8080", "[2001:db8::1]": the Host field (RFC 9110 §7.2).
    std::string Authority() const;
    // Scheme, host and port.
    std::string Origin() const;
    std::string Text() const { return Origin() + target; }
};

// A DNS name of letters, digits, '-' and '_' whose last label is no number; at most 253 bytes.
bool IsDnsName(std::string_view host);

}  // namespace rt::net
