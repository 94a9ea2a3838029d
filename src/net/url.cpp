#include "net/url.h"

#include <algorithm>

#include "base/parse.h"

namespace rt::net {
namespace {

constexpr std::size_t kNameBytesMax = 253;
constexpr std::size_t kLabelBytesMax = 63;
constexpr std::uint16_t kHttpPort = 80;
constexpr std::uint16_t kHttpsPort = 443;

Error Bad(std::string_view what) {
    return Fail(Code::kInvalid, "URL: " + std::string(what));
}

char Lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool IsDigit(char c) {
    return c >= '0' && c <= '9';
}

bool IsLabelChar(char c) {
    return IsDigit(c) || (Lower(c) >= 'a' && Lower(c) <= 'z') || c == '-' || c == '_';
}

bool IsLabel(std::string_view label) {
    return !label.empty() && label.size() <= kLabelBytesMax && label.front() != '-' && label.back() != '-' &&
           std::all_of(label.begin(), label.end(), IsLabelChar);
}

// "123", "0x7f": some programs would read the whole name as an address.
bool LooksLikeNumber(std::string_view label) {
    if (std::all_of(label.begin(), label.end(), IsDigit)) return true;
    return label.size() >= 2 && label[0] == '0' && Lower(label[1]) == 'x';
}

Status CheckCharacters(std::string_view text) {
    const auto odd = [](char c) { return c <= 0x20 || c >= 0x7F || c == '\\'; };
    if (text.size() > kUrlBytesMax) return Bad("too long");
    if (std::any_of(text.begin(), text.end(), odd)) return Bad("a character that must be escaped");
    return Ok();
}

// "host", "host:8080", "[::1]:8080" into `url`.
Status ParseAuthority(std::string_view authority, Url& url) {
    if (authority.find('@') != std::string_view::npos) return Bad("user information is not accepted");
    std::string_view host = authority;
    std::string_view port;
    const std::size_t bracket = authority.rfind(']');
    const std::size_t colon = authority.rfind(':');
    if (colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket)) {
        host = authority.substr(0, colon);
        port = authority.substr(colon + 1);
        const auto number = base::ParseUnsigned(port);
        if (!number || *number == 0 || *number > 65'535) return Bad("the port is not from 1 to 65535");
        url.port = static_cast<std::uint16_t>(*number);
    } else {
        url.port = url.secure ? kHttpsPort : kHttpPort;
    }
    const bool v6 = !host.empty() && host.front() == '[';
    if (v6 || host.find(':') != std::string_view::npos) {
        if (!v6 || host.back() != ']') return Bad("an IPv6 address stands in brackets");
        host = host.substr(1, host.size() - 2);
        if (host.find(':') == std::string_view::npos) return Bad("brackets are for IPv6 addresses");
    }
    url.literal = os::Address::Parse(host);
    if (!url.literal && !IsDnsName(host)) return Bad("the host is neither a name nor an address");
    url.host.resize(host.size());
    std::transform(host.begin(), host.end(), url.host.begin(), Lower);
    if (url.literal) url.host = url.literal->Text();
    return Ok();
}

}  // namespace

bool IsDnsName(std::string_view host) {
    if (host.empty() || host.size() > kNameBytesMax) return false;
    std::string_view rest = host;
    while (true) {
        const std::size_t dot = rest.find('.');
        const std::string_view label = rest.substr(0, dot);
        if (!IsLabel(label)) return false;
        if (dot == std::string_view::npos) return !LooksLikeNumber(label);
        rest = rest.substr(dot + 1);
    }
}

Result<Url> Url::Parse(std::string_view text) {
    RT_CHECK_OK(CheckCharacters(text));
    const std::size_t colon = text.find("://");
    if (colon == std::string_view::npos) return Bad("no absolute URL");
    const std::string_view scheme = text.substr(0, colon);
    Url url;
    url.secure = base::EqualsIgnoreAsciiCase(scheme, "https");
    if (!url.secure && !base::EqualsIgnoreAsciiCase(scheme, "http")) return Bad("neither http nor https");
    std::string_view rest = text.substr(colon + 3);
    rest = rest.substr(0, rest.find('#'));
    const std::size_t end = rest.find_first_of("/?");
    RT_CHECK_OK(ParseAuthority(rest.substr(0, end), url));
    const std::string_view target = end == std::string_view::npos ? std::string_view() : rest.substr(end);
    url.target = target.empty() || target.front() == '?' ? "/" + std::string(target) : std::string(target);
    return url;
}

Result<Url> Url::Resolve(std::string_view reference) const {
    RT_CHECK_OK(CheckCharacters(reference));
    if (reference.empty()) return Bad("an empty reference");
    const std::size_t colon = reference.find(':');
    if (colon != std::string_view::npos && colon < reference.find_first_of("/?#")) return Parse(reference);
    if (reference.starts_with("//")) return Parse((secure ? "https:" : "http:") + std::string(reference));
    Url next = *this;
    const std::string_view path = std::string_view(target).substr(0, target.find('?'));
    const std::string_view kept = reference.substr(0, reference.find('#'));
    if (kept.empty()) return next;
    if (kept.front() == '/') {
        next.target = kept;
    } else if (kept.front() == '?') {
        next.target = std::string(path) + std::string(kept);
    } else {
        next.target = std::string(path.substr(0, path.rfind('/') + 1)) + std::string(kept);
    }
    return next;
}

std::string Url::Authority() const {
    const bool v6 = literal && !literal->IsIpv4();
    std::string out = v6 ? "[" + host + "]" : host;
    if (port != (secure ? kHttpsPort : kHttpPort)) out += ":" + std::to_string(port);
    return out;
}

std::string Url::Origin() const {
    return (secure ? "https://" : "http://") + Authority();
}

}  // namespace rt::net
