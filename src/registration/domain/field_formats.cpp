#include "registration/domain/field_formats.h"

#include <algorithm>

#include "base/parse.h"
#include "registration/domain/calendar.h"
#include "text/normalise.h"

namespace rt::registration {
namespace {

bool IsDigit(char c) {
    return c >= '0' && c <= '9';
}

char Lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

char Upper(char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

// NFKC without these signs.
std::optional<std::string> Without(std::string_view typed, std::string_view signs) {
    if (typed.size() > 128) return std::nullopt;
    const auto plain = text::Nfkc(base::TrimAscii(typed));
    if (!plain.has_value()) return std::nullopt;
    std::string out;
    std::copy_if(plain->begin(), plain->end(), std::back_inserter(out),
                 [&](char c) { return signs.find(c) == std::string_view::npos; });
    return out;
}

// ISO 3166-1 alpha-2.
constexpr std::string_view kCountries =
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ "
    "CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO "
    "FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE "
    "JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO "
    "MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW "
    "PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM "
    "TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW ";

bool IsHost(std::string_view host) {
    if (host.empty() || host.size() > 253 || host.front() == '.' || host.find("..") != std::string_view::npos)
        return false;
    return std::all_of(host.begin(), host.end(),
                       [](char c) { return IsDigit(c) || (c >= 'a' && c <= 'z') || c == '-' || c == '.'; });
}

}  // namespace

std::optional<std::string> NormalisePhone(std::string_view typed) {
    auto number = Without(typed, " -.()");
    if (!number.has_value()) return std::nullopt;
    const std::string_view digits = std::string_view(*number).substr(number->starts_with('+') ? 1 : 0);
    if (digits.size() < 5 || digits.size() > 15 || !std::all_of(digits.begin(), digits.end(), IsDigit))
        return std::nullopt;
    return number;
}

std::optional<std::string> NormalisePassport(std::string_view typed) {
    auto number = Without(typed, " -");
    if (!number.has_value() || number->size() < 5 || number->size() > 12) return std::nullopt;
    std::transform(number->begin(), number->end(), number->begin(), Upper);
    const bool good =
        std::all_of(number->begin(), number->end(), [](char c) { return IsDigit(c) || (c >= 'A' && c <= 'Z'); });
    return good ? number : std::nullopt;
}

std::optional<std::string> NormaliseUrl(std::string_view typed) {
    std::string url(base::TrimAscii(typed));
    if (url.size() > 2'000) return std::nullopt;
    const bool printable = std::all_of(url.begin(), url.end(), [](char c) {
        return static_cast<unsigned char>(c) > 0x20 && c != 0x7F && c != '"' && c != '<' && c != '>' && c != '\\';
    });
    const std::size_t colon = url.find("://");
    if (!printable || colon == std::string::npos) return std::nullopt;
    const std::size_t host = colon + 3;
    const std::size_t end = std::min(url.find_first_of("/?#", host), url.size());
    std::transform(url.begin(), url.begin() + static_cast<std::ptrdiff_t>(end), url.begin(), Lower);
    const std::string_view scheme = std::string_view(url).substr(0, colon);
    if (scheme != "http" && scheme != "https") return std::nullopt;
    const std::string_view authority = std::string_view(url).substr(host, end - host);
    const std::size_t port = authority.find(':');
    if (port != std::string_view::npos) {
        const auto number = base::ParseUnsigned(authority.substr(port + 1));
        if (!number || *number == 0 || *number > 65'535) return std::nullopt;
    }
    return IsHost(authority.substr(0, port)) ? std::optional(url) : std::nullopt;
}

std::optional<std::string> NormaliseCountry(std::string_view typed) {
    std::string code(base::TrimAscii(typed));
    if (code.size() != 2) return std::nullopt;
    std::transform(code.begin(), code.end(), code.begin(), Upper);
    const std::size_t at = kCountries.find(code);
    return at != std::string_view::npos && at % 3 == 0 ? std::optional(code) : std::nullopt;
}

bool IsTimeOfDay(std::string_view text) {
    if (text.size() != 5 || text[2] != ':') return false;
    const auto hour = base::ParseUnsigned(text.substr(0, 2));
    const auto minute = base::ParseUnsigned(text.substr(3, 2));
    return hour && minute && *hour < 24 && *minute < 60;
}

bool IsDateTime(std::string_view text) {
    return text.size() == 16 && text[10] == 'T' && ParseDate(text.substr(0, 10)).has_value() &&
           IsTimeOfDay(text.substr(11));
}

std::optional<std::string> NormaliseDecimal(std::string_view typed, std::int64_t decimals) {
    const auto compact = Without(typed, " ");
    if (!compact.has_value()) return std::nullopt;
    std::string_view rest = *compact;
    const bool negative = rest.starts_with('-');
    if (negative) rest.remove_prefix(1);
    const std::size_t point = rest.find('.');
    std::string_view whole = rest.substr(0, point);
    std::string fraction(point == std::string_view::npos ? std::string_view() : rest.substr(point + 1));
    const auto digits = [](std::string_view text) { return std::all_of(text.begin(), text.end(), IsDigit); };
    if (whole.empty() || !digits(whole) || !digits(fraction) || (point != std::string_view::npos && fraction.empty())) {
        return std::nullopt;
    }
    while (whole.size() > 1 && whole.front() == '0') whole.remove_prefix(1);
    if (whole.size() > 12 || static_cast<std::int64_t>(fraction.size()) > decimals) return std::nullopt;
    fraction.resize(static_cast<std::size_t>(decimals), '0');
    const bool zero = whole == "0" && fraction.find_first_not_of('0') == std::string::npos;
    std::string out = (negative && !zero ? "-" : "") + std::string(whole);
    if (decimals > 0) out += "." + fraction;
    return out;
}

std::int64_t DecimalUnits(std::string_view normal) {
    std::string digits;
    for (const char c : normal) {
        if (c != '.') digits += c;
    }
    return base::ParseSigned(digits).value_or(0);
}

}  // namespace rt::registration
