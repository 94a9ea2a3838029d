#include "net/handshake.h"

#include <algorithm>

#include "base/encoding.h"
#include "base/parse.h"
#include "crypto/hash.h"
#include "net/cross_origin.h"
#include "net/ws_extension.h"

namespace rt::net {
namespace {

constexpr std::string_view kGuid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
constexpr std::size_t kKeyBytes = 16;

bool IsOwnOrigin(std::string_view origin, std::string_view host) {
    const std::size_t scheme = origin.find("://");
    return scheme != std::string_view::npos && base::EqualsIgnoreAsciiCase(origin.substr(scheme + 3), host);
}

}  // namespace

Status CheckHandshake(const Head& head, const std::vector<std::string>& allowed_origins) {
    if (head.Value("sec-websocket-version") != "13") return Fail(Code::kUpgradeRequired, "websocket_version");
    const auto key = base::Base64Decode(head.Value("sec-websocket-key"));
    if (!key || key->size() != kKeyBytes) return Fail(Code::kBadRequest, "websocket_key");
    if (head.framing == Framing::kChunked || head.content_length > 0) return Fail(Code::kBadRequest, "websocket_body");
    if (!ParseExtensions(head).has_value()) return Fail(Code::kBadRequest, "websocket_extensions");
    const std::string_view origin = head.Value("origin");
    if (origin.empty() || IsOwnOrigin(origin, head.host)) return Ok();
    if (!AllowedOrigin(head, allowed_origins).empty()) return Ok();
    return Fail(Code::kForbidden, "origin");
}

std::string AcceptKey(std::string_view key) {
    return base::Base64Encode(crypto::Sha1(std::string(key) + std::string(kGuid)));
}

std::string ChooseProtocol(std::string_view offered, const std::vector<std::string>& known) {
    while (!offered.empty()) {
        const std::size_t comma = offered.find(',');
        const std::string_view name = base::TrimAscii(offered.substr(0, comma));
        offered = comma == std::string_view::npos ? std::string_view() : offered.substr(comma + 1);
        if (std::find(known.begin(), known.end(), name) != known.end()) return std::string(name);
    }
    return {};
}

}  // namespace rt::net
