#include "os/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>

#include "base/parse.h"

namespace rt::os {
namespace {

constexpr std::array<std::uint8_t, 12> kMappedPrefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
constexpr unsigned kMappedBits = 96;
constexpr unsigned kAllBits = 128;

}  // namespace

std::optional<Address> Address::Parse(std::string_view text) {
    if (text.size() > 2 && text.front() == '[' && text.back() == ']') text = text.substr(1, text.size() - 2);
    // A NUL would hide what follows it from inet_pton.
    if (text.find('\0') != std::string_view::npos) return std::nullopt;
    const std::string copy(text);
    Address address;
    in_addr v4{};
    if (inet_pton(AF_INET, copy.c_str(), &v4) == 1) {
        std::copy(kMappedPrefix.begin(), kMappedPrefix.end(), address.bytes_.begin());
        std::memcpy(address.bytes_.data() + kMappedPrefix.size(), &v4, sizeof v4);
        return address;
    }
    if (inet_pton(AF_INET6, copy.c_str(), address.bytes_.data()) != 1) return std::nullopt;
    return address;
}

std::optional<Address> Address::FromSockaddr(const sockaddr& address) {
    Address out;
    if (address.sa_family == AF_INET) {
        sockaddr_in v4{};
        std::memcpy(&v4, &address, sizeof v4);
        std::copy(kMappedPrefix.begin(), kMappedPrefix.end(), out.bytes_.begin());
        std::memcpy(out.bytes_.data() + kMappedPrefix.size(), &v4.sin_addr, sizeof v4.sin_addr);
        return out;
    }
    if (address.sa_family != AF_INET6) return std::nullopt;
    sockaddr_in6 v6{};
    std::memcpy(&v6, &address, sizeof v6);
    std::memcpy(out.bytes_.data(), &v6.sin6_addr, sizeof v6.sin6_addr);
    return out;
}

bool Address::IsIpv4() const {
    return std::equal(kMappedPrefix.begin(), kMappedPrefix.end(), bytes_.begin());
}

std::string Address::Text() const {
    if (IsIpv4()) {  // every request behind a proxy has one, so no printf
        std::string out;
        for (std::size_t i = kMappedPrefix.size(); i < bytes_.size(); ++i) {
            if (!out.empty()) out += '.';
            out += std::to_string(bytes_.at(i));
        }
        return out;
    }
    std::array<char, INET6_ADDRSTRLEN> buffer{};
    return inet_ntop(AF_INET6, bytes_.data(), buffer.data(), buffer.size()) == nullptr ? "" : buffer.data();
}

Address Address::Prefix(unsigned bits) const {
    Address out = *this;
    for (unsigned i = 0; i < out.bytes_.size(); ++i) {
        const unsigned kept = bits > i * 8 ? std::min(bits - i * 8, 8U) : 0U;
        out.bytes_.at(i) = static_cast<std::uint8_t>(out.bytes_.at(i) & (0xFF00U >> kept));
    }
    return out;
}

std::string Endpoint::Text() const {
    const std::string host = address.IsIpv4() ? address.Text() : "[" + address.Text() + "]";
    return host + ":" + std::to_string(port);
}

Result<Endpoint> ParseEndpoint(std::string_view text) {
    const std::size_t colon = text.rfind(':');
    std::string_view host = colon == std::string_view::npos ? std::string_view() : text.substr(0, colon);
    const std::string_view port_text = colon == std::string_view::npos ? text : text.substr(colon + 1);
    const auto port = base::ParseUnsigned(port_text);
    if (!port || *port > 65'535) {
        return Fail(Code::kInvalid, "no port from 0 to 65535 in '" + std::string(text) + "'");
    }
    if (host.empty() || host == "*") host = "::";
    if (host == "localhost") host = "127.0.0.1";
    const auto address = Address::Parse(host);
    const bool bare_v6 = host.find(':') != std::string_view::npos && host.front() != '[' && host != "::";
    if (!address || bare_v6) {
        return Fail(Code::kInvalid,
                    "'" + std::string(text) + "' is no ADDRESS:PORT; IPv6 stands in brackets, names are not resolved");
    }
    return Endpoint{*address, static_cast<std::uint16_t>(*port)};
}

std::optional<Cidr> Cidr::Parse(std::string_view text) {
    const std::size_t slash = text.find('/');
    const auto address = Address::Parse(text.substr(0, slash));
    if (!address) return std::nullopt;
    Cidr cidr;
    cidr.network_ = *address;
    if (slash == std::string_view::npos) return cidr;
    const auto bits = base::ParseUnsigned(text.substr(slash + 1));
    const unsigned offset = address->IsIpv4() ? kMappedBits : 0;
    if (!bits || *bits > kAllBits - offset) return std::nullopt;
    cidr.bits_ = offset + static_cast<unsigned>(*bits);
    cidr.network_ = address->Prefix(cidr.bits_);
    return cidr;
}

bool Cidr::Contains(const Address& address) const {
    return address.Prefix(bits_) == network_;
}

bool AnyContains(const std::vector<Cidr>& ranges, const Address& address) {
    return std::any_of(ranges.begin(), ranges.end(), [&](const Cidr& range) { return range.Contains(address); });
}

}  // namespace rt::os
