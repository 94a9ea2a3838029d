// Conditional requests and content codings as functions of field values (RFC 9110 §12.5.3, §13). Pure.
#pragma once

#include <string_view>

namespace rt::net {

// Does If-None-Match name this strong tag (weak comparison; "*" names every one)?
bool MatchesEtag(std::string_view if_none_match, std::string_view etag);

// Does Accept-Encoding allow the coding ("br", "gzip")? A coding with q=0 is refused, "*" stands for those not named.
bool AcceptsCoding(std::string_view accept_encoding, std::string_view coding);

}  // namespace rt::net
