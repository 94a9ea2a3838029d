#include "net/conditional.h"

#include "base/parse.h"

namespace rt::net {
namespace {

std::string_view TakeItem(std::string_view& list) {
    const std::size_t comma = list.find(',');
    const std::string_view item = base::TrimAscii(list.substr(0, comma));
    list = comma == std::string_view::npos ? std::string_view() : list.substr(comma + 1);
    return item;
}

// ";q=0", ";q=0.", ";q=0.0" ... ";q=0.000"
bool IsRefused(std::string_view parameters) {
    const std::size_t q = parameters.find("q=");
    return q != std::string_view::npos &&
           base::TrimAscii(parameters.substr(q + 2)).find_first_not_of("0.") == std::string_view::npos;
}

}  // namespace

bool MatchesEtag(std::string_view if_none_match, std::string_view etag) {
    if (base::TrimAscii(if_none_match) == "*") return true;
    while (!if_none_match.empty()) {
        std::string_view item = TakeItem(if_none_match);
        if (item.starts_with("W/")) item.remove_prefix(2);
        if (item == etag) return true;
    }
    return false;
}

bool AcceptsCoding(std::string_view accept_encoding, std::string_view coding) {
    bool any = false;
    while (!accept_encoding.empty()) {
        const std::string_view item = TakeItem(accept_encoding);
        const std::size_t semicolon = item.find(';');
        const std::string_view name = base::TrimAscii(item.substr(0, semicolon));
        const bool refused = semicolon != std::string_view::npos && IsRefused(item.substr(semicolon + 1));
        if (base::EqualsIgnoreAsciiCase(name, coding)) return !refused;
        if (name == "*") any = !refused;
    }
    return any;
}

}  // namespace rt::net
