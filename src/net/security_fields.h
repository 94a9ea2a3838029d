// The fields by which browsers are told to be strict: those of Helmet's defaults, on every answer the server gives.
#pragma once

#include <span>
#include <string_view>

#include "net/http.h"

namespace rt::net {

struct SecurityField {
    std::string_view name;
    std::string_view value;
};

// The table. No handler sets one of these.
std::span<const SecurityField> SecurityFields();
// The same as the lines of a head, each with its end of line.
std::string_view SecurityFieldLines();

// The lines of those that a handler may set otherwise (a page needs scripts, a public file may be shown elsewhere) and
// has not: then an answer may load nothing and be framed by nobody.
void AppendReplaceableSecurity(const Response& response, std::string& lines);

// For pages: what they need and no more. Inline scripts and styles of `html` are allowed by their hash, never by
// 'unsafe-inline'. `secure`: the page came over TLS.
enum class Came : std::uint8_t { kPlain, kSecure };
std::string PagePolicy(std::string_view html);
void AddPageSecurity(Response& response, const std::string& policy, Came came);

}  // namespace rt::net
