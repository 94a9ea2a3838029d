// Network addresses as values: IPv4 and IPv6, endpoints and address ranges. No names are resolved here.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

struct sockaddr;

namespace rt::os {

// An IPv4 address is kept as ::ffff:a.b.c.d, so that one socket for both families gives equal values.
class Address {
  public:
    // "192.0.2.1", "2001:db8::1", "[2001:db8::1]"; no zone, no name.
    static std::optional<Address> Parse(std::string_view text);
    // nullopt for a family that is neither IPv4 nor IPv6.
    static std::optional<Address> FromSockaddr(const sockaddr& address);

    bool IsIpv4() const;
    // "192.0.2.1" or RFC 5952 text.
    std::string Text() const;
    // The first `bits` of 128 (96 + n for an IPv4 prefix of n bits) kept, the rest zero.
    Address Prefix(unsigned bits) const;
    const std::array<std::uint8_t, 16>& bytes() const { return bytes_; }

    auto operator<=>(const Address&) const = default;

  private:
    std::array<std::uint8_t, 16> bytes_{};
};

struct Endpoint {
    Address address;
    std::uint16_t port = 0;
    // "192.0.2.1:80", "[2001:db8::1]:80".
    std::string Text() const;
};

// "127.0.0.1:3000", "[::1]:3000", ":3000" and "*:3000" (every address, both families), "3000". INVALID says what is
// wrong.
Result<Endpoint> ParseEndpoint(std::string_view text);

// "10.0.0.0/8", "2001:db8::/32", or one address.
class Cidr {
  public:
    static std::optional<Cidr> Parse(std::string_view text);
    bool Contains(const Address& address) const;

  private:
    Address network_;
    unsigned bits_ = 128;
};

bool AnyContains(const std::vector<Cidr>& ranges, const Address& address);

}  // namespace rt::os
