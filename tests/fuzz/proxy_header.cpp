// The PROXY header: no crash, the same verdict however the bytes are cut, and an accepted header is whole and says how
// long it is.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "net/proxy_protocol.h"

namespace {

using namespace rt;
using net::ProxyHeader;
using net::ProxyHeaderState;

constexpr std::string_view kText = "PROXY ";
constexpr std::string_view kBinary("\r\n\r\n\0\r\nQUIT\n", 12);

void Require(bool condition) {
    if (!condition) std::abort();
}

void CheckAccepted(const ProxyHeader& header, std::string_view bytes) {
    Require(header.size > 0 && header.size <= bytes.size() && header.size <= net::kProxyHeaderBytesMax);
    const std::string_view text = bytes.substr(0, header.size);
    Require(text.starts_with(kBinary) || (text.starts_with(kText) && text.find("\r\n") == text.size() - 2));
    // What follows the header is none of its business.
    const ProxyHeader alone = net::ReadProxyHeader(text);
    Require(alone.state == ProxyHeaderState::kAccepted && alone.size == header.size && alone.client == header.client);
}

void CheckCuts(const ProxyHeader& whole, std::string_view bytes) {
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        const ProxyHeader cut = net::ReadProxyHeader(bytes.substr(0, size));
        if (whole.state == ProxyHeaderState::kAccepted) {
            Require(cut.state == (size < whole.size ? ProxyHeaderState::kIncomplete : ProxyHeaderState::kAccepted));
        } else {
            Require(cut.state != ProxyHeaderState::kAccepted);
        }
        if (whole.state == ProxyHeaderState::kIncomplete) Require(cut.state == ProxyHeaderState::kIncomplete);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const ProxyHeader whole = net::ReadProxyHeader(bytes);
    if (whole.state == ProxyHeaderState::kAccepted) CheckAccepted(whole, bytes);
    // Nobody is asked to send more than a header can hold.
    if (whole.state == ProxyHeaderState::kIncomplete) Require(bytes.size() < net::kProxyHeaderBytesMax);
    CheckCuts(whole, bytes.substr(0, net::kProxyHeaderBytesMax + 1));
    return 0;
}
