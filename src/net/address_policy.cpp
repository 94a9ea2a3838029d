#include "net/address_policy.h"

#include <string_view>
#include <vector>

namespace rt::net {
namespace {

// IPv4 ranges that are not public, and the exceptions inside the one IPv6 range that is (2000::/3).
constexpr std::string_view kNotPublic[] = {
    "0.0.0.0/8",        // this network
    "10.0.0.0/8",       // private
    "100.64.0.0/10",    // carrier NAT; 100.100.100.200 is Alibaba Cloud's metadata
    "127.0.0.0/8",      // loopback
    "168.63.129.16",    // Azure's platform address
    "169.254.0.0/16",   // link-local; 169.254.169.254 is metadata at most clouds
    "172.16.0.0/12",    // private
    "192.0.0.0/24",     // protocol assignments
    "192.0.2.0/24",     // documentation
    "192.31.196.0/24",  // AS112
    "192.52.193.0/24",  // AMT
    "192.88.99.0/24",   // 6to4 relays
    "192.168.0.0/16",   // private
    "192.175.48.0/24",  // AS112
    "198.18.0.0/15",    // benchmarks
    "198.51.100.0/24",  // documentation
    "203.0.113.0/24",   // documentation
    "224.0.0.0/4",      // multicast
    "240.0.0.0/4",      // reserved, broadcast
    "2001::/23",        // Teredo, benchmarks, ORCHID
    "2001:db8::/32",    // documentation
    "2002::/16",        // 6to4
    "2620:4f:8000::/48",
    "3fff::/20",  // documentation
};

std::vector<os::Cidr> Ranges() {
    std::vector<os::Cidr> out;
    for (const std::string_view text : kNotPublic) out.push_back(*os::Cidr::Parse(text));
    return out;
}

}  // namespace

bool IsPublic(const os::Address& address) {
    static const std::vector<os::Cidr> kRanges = Ranges();
    static const os::Cidr kGlobalUnicast = *os::Cidr::Parse("2000::/3");
    if (!address.IsIpv4() && !kGlobalUnicast.Contains(address)) return false;
    return !os::AnyContains(kRanges, address);
}

}  // namespace rt::net
