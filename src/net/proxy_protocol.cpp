#include "net/proxy_protocol.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>

#include "base/parse.h"

namespace rt::net {
namespace {

constexpr std::string_view kSignature1 = "PROXY ";
constexpr std::string_view kSignature2("\r\n\r\n\0\r\nQUIT\n", 12);
constexpr std::size_t kLineBytesMax = 107;  // version 1, with its line end
constexpr std::size_t kFixedBytes2 = 16;
constexpr std::uint64_t kPortMax = 65'535;

constexpr ProxyHeader kRejected{ProxyHeaderState::kRejected, 0, {}};
constexpr ProxyHeader kIncomplete{ProxyHeaderState::kIncomplete, 0, {}};

std::string_view TakeWord(std::string_view& line) {
    const std::size_t space = line.find(' ');
    const std::string_view word = line.substr(0, space);
    line = space == std::string_view::npos ? std::string_view() : line.substr(space + 1);
    return word;
}

bool IsPort(std::string_view text) {
    const auto port = base::ParseUnsigned(text);
    return port.has_value() && *port <= kPortMax && (text.size() == 1 || text[0] != '0');
}

// An address of the family that was announced, not in brackets.
std::optional<os::Address> ReadAddress(std::string_view text, bool ipv4) {
    if (text.starts_with('[') || (text.find(':') == std::string_view::npos) != ipv4) return std::nullopt;
    return os::Address::Parse(text);
}

ProxyHeader ReadVersion1(std::string_view bytes) {
    const std::size_t end = bytes.substr(0, kLineBytesMax).find("\r\n");
    if (end == std::string_view::npos) return bytes.size() < kLineBytesMax ? kIncomplete : kRejected;
    ProxyHeader header{ProxyHeaderState::kAccepted, end + 2, {}};
    std::string_view line = bytes.substr(kSignature1.size(), end - kSignature1.size());
    const std::string_view family = TakeWord(line);
    if (family == "UNKNOWN") return header;
    if (family != "TCP4" && family != "TCP6") return kRejected;
    const bool ipv4 = family == "TCP4";
    header.client = ReadAddress(TakeWord(line), ipv4);
    const bool whole = header.client && ReadAddress(TakeWord(line), ipv4) && IsPort(TakeWord(line)) && IsPort(line);
    return whole ? header : kRejected;
}

std::optional<os::Address> AddressOf4(std::string_view bytes) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    std::memcpy(&address.sin_addr, bytes.data(), sizeof address.sin_addr);
    return os::Address::FromSockaddr(reinterpret_cast<const sockaddr&>(address));
}

std::optional<os::Address> AddressOf6(std::string_view bytes) {
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    std::memcpy(&address.sin6_addr, bytes.data(), sizeof address.sin6_addr);
    return os::Address::FromSockaddr(reinterpret_cast<const sockaddr&>(address));
}

ProxyHeader ReadVersion2(std::string_view bytes) {
    if (bytes.size() < kFixedBytes2) return kIncomplete;
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(bytes[at]); };
    const unsigned command = byte(12) & 0x0FU;
    const unsigned family = byte(13) >> 4U;
    const unsigned transport = byte(13) & 0x0FU;
    const std::size_t length = byte(14) * 256U + byte(15);
    if (byte(12) >> 4U != 2 || command > 1 || kFixedBytes2 + length > kProxyHeaderBytesMax) return kRejected;
    if (bytes.size() < kFixedBytes2 + length) return kIncomplete;
    ProxyHeader header{ProxyHeaderState::kAccepted, kFixedBytes2 + length, {}};
    if (command == 0 || family == 0) return header;  // LOCAL; AF_UNSPEC
    constexpr unsigned kStream = 1;
    constexpr std::size_t kBytes4 = 12;
    constexpr std::size_t kBytes6 = 36;
    const std::string_view addresses = bytes.substr(kFixedBytes2, length);
    if (transport != kStream) return kRejected;
    if (family == 1 && length >= kBytes4) header.client = AddressOf4(addresses);
    if (family == 2 && length >= kBytes6) header.client = AddressOf6(addresses);
    return header.client ? header : kRejected;
}

}  // namespace

ProxyHeader ReadProxyHeader(std::string_view bytes) {
    const auto may_be = [&](std::string_view signature) {
        const std::size_t known = std::min(bytes.size(), signature.size());
        return bytes.substr(0, known) == signature.substr(0, known);
    };
    if (may_be(kSignature1)) return bytes.size() < kSignature1.size() ? kIncomplete : ReadVersion1(bytes);
    if (may_be(kSignature2)) return bytes.size() < kSignature2.size() ? kIncomplete : ReadVersion2(bytes);
    return kRejected;
}

}  // namespace rt::net
