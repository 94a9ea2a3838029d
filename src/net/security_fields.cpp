#include "net/security_fields.h"

#include <array>
#include <cstdint>
#include <string>

#include "base/encoding.h"
#include "crypto/hash.h"
#include "net/field_lines.h"

namespace rt::net {
namespace {

// X-Frame-Options is Helmet's SAMEORIGIN made stricter: nothing here is framed. X-XSS-Protection 0 switches off a
// filter of old browsers that could be turned against pages.
constexpr std::array<SecurityField, 9> kFields{{
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Origin-Agent-Cluster", "?1"},
    {"Referrer-Policy", "no-referrer"},
    {"X-Content-Type-Options", "nosniff"},
    {"X-DNS-Prefetch-Control", "off"},
    {"X-Download-Options", "noopen"},
    {"X-Frame-Options", "DENY"},
    {"X-Permitted-Cross-Domain-Policies", "none"},
    {"X-XSS-Protection", "0"},
}};

constexpr std::array<SecurityField, 2> kReplaceable{{
    {"Content-Security-Policy", "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
}};

// " 'sha256-...'" for the text of every inline element of one name. Our pages are made by our build: the tags are in
// lower case and their attributes hold no '>'.
std::string HashesOf(std::string_view html, std::string_view element) {
    const std::string open = "<" + std::string(element);
    const std::string end = "</" + std::string(element) + ">";
    std::string out;
    for (std::size_t at = html.find(open); at != std::string_view::npos; at = html.find(open, at + 1)) {
        const std::size_t tag_end = html.find('>', at);
        const std::size_t close = html.find(end, at);
        if (tag_end == std::string_view::npos || close == std::string_view::npos || close < tag_end) continue;
        const std::string_view tag = html.substr(at, tag_end - at);
        if (tag.find(" src=") != std::string_view::npos) continue;
        const auto digest = crypto::Sha256(html.substr(tag_end + 1, close - tag_end - 1));
        out.append(" 'sha256-").append(base::Base64Encode(digest)).append("'");
    }
    return out;
}

}  // namespace

std::span<const SecurityField> SecurityFields() {
    return kFields;
}

std::string_view SecurityFieldLines() {
    static const std::string kLines = [] {
        std::string lines;
        for (const SecurityField& field : kFields) {
            AppendFieldLine(lines, field.name, field.value);
        }
        return lines;
    }();
    return kLines;
}

void AppendReplaceableSecurity(const Response& response, std::string& lines) {
    for (const SecurityField& field : kReplaceable) {
        if (!HasField(response, field.name)) AppendFieldLine(lines, field.name, field.value);
    }
}

std::string PagePolicy(std::string_view html) {
    return "default-src 'none'; script-src 'self'" + HashesOf(html, "script") + "; style-src 'self'" +
           HashesOf(html, "style") +
           "; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; "
           "form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";
}

void AddPageSecurity(Response& response, const std::string& policy, Came came) {
    response.With("Content-Security-Policy", came == Came::kSecure ? policy + "; upgrade-insecure-requests" : policy)
        .With("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()");
}

}  // namespace rt::net
