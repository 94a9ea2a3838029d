#include "net/cross_origin.h"

#include <algorithm>

#include "base/parse.h"

namespace rt::net {
namespace {

constexpr std::size_t kOriginBytesMax = 255;

bool IsHostCharacter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '[' || c == ']' || c == ':';
}

// Where any origin is let in, it is still written into our answer.
bool IsOneWord(std::string_view origin) {
    return origin.size() <= kOriginBytesMax &&
           std::all_of(origin.begin(), origin.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

}  // namespace

Result<std::string> NormaliseOrigin(std::string_view text) {
    const auto refuse = [&] {
        return Fail(Code::kInvalid, std::string(text) + " is no origin such as https://example.org");
    };
    std::string origin(text);
    std::transform(origin.begin(), origin.end(), origin.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    const bool https = origin.starts_with("https://");
    if (origin.size() > kOriginBytesMax || (!https && !origin.starts_with("http://"))) return refuse();
    const std::string_view host = std::string_view(origin).substr(https ? 8 : 7);
    const bool plain = !host.empty() && host.front() != ':' && host.front() != '.' && host.front() != '-' &&
                       std::all_of(host.begin(), host.end(), IsHostCharacter);
    if (!plain) return refuse();
    const std::size_t colon = host.rfind(':');
    if (colon == std::string_view::npos || host.back() == ']') return origin;
    const std::string_view port = host.substr(colon + 1);
    const auto number = base::ParseUnsigned(port);
    if (!number || *number == 0 || *number > 65'535) return refuse();
    if (port == (https ? "443" : "80")) origin.resize(origin.size() - port.size() - 1);
    return origin;
}

std::string_view AllowedOrigin(const Head& head, const std::vector<std::string>& allowed) {
    std::string_view origin;
    for (const FieldView& field : head.fields) {
        if (!base::EqualsIgnoreAsciiCase(field.name, "origin")) continue;
        if (!origin.empty()) return {};
        origin = field.value;
    }
    const bool listed = std::any_of(allowed.begin(), allowed.end(),
                                    [&](const std::string& one) { return one == origin || one == "*"; });
    return listed && IsOneWord(origin) ? origin : std::string_view();
}

}  // namespace rt::net
