#include "net/forwarded.h"

#include <algorithm>

#include "base/parse.h"

namespace rt::net {
namespace {

constexpr std::size_t kRequestIdBytesMax = 64;
constexpr int kQualityOne = 1000;

// "0.8" -> 800; 0 for anything that is no qvalue.
int Quality(std::string_view text) {
    if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1')) return 0;
    int value = (text[0] - '0') * kQualityOne;
    int unit = kQualityOne / 10;
    for (std::size_t i = 2; i < text.size(); ++i, unit /= 10) {
        if (text[1] != '.' || text[i] < '0' || text[i] > '9') return 0;
        value += (text[i] - '0') * unit;
    }
    return std::min(value, kQualityOne);
}

// Takes the last element of a comma-separated list.
std::string_view TakeLast(std::string_view& list) {
    const std::size_t comma = list.rfind(',');
    const std::string_view last = comma == std::string_view::npos ? list : list.substr(comma + 1);
    list = comma == std::string_view::npos ? std::string_view() : list.substr(0, comma);
    return base::TrimAscii(last);
}

// The entry that the nearest proxy wrote: those before it may be the client's own.
std::string_view LastEntry(const Head& head, std::string_view name) {
    for (auto field = head.fields.rbegin(); field != head.fields.rend(); ++field) {
        std::string_view list = field->value;
        if (base::EqualsIgnoreAsciiCase(field->name, name)) return TakeLast(list);
    }
    return {};
}

bool HasLanguage(std::string_view range, std::string_view language) {
    return range.size() >= 2 && base::EqualsIgnoreAsciiCase(range.substr(0, 2), language) &&
           (range.size() == 2 || range[2] == '-');
}

}  // namespace

ClientAddress ClientOf(const os::Address& peer, bool peer_is_proxy, const Head& head,
                       const std::vector<os::Cidr>& proxies) {
    ClientAddress client{peer, false};
    if (!peer_is_proxy) return client;
    client.secure = base::EqualsIgnoreAsciiCase(LastEntry(head, "x-forwarded-proto"), "https");
    // Several fields are one list, the last field at its end (RFC 9110 §5.3).
    for (auto field = head.fields.rbegin(); field != head.fields.rend(); ++field) {
        if (!base::EqualsIgnoreAsciiCase(field->name, "x-forwarded-for")) continue;
        std::string_view list = field->value;
        while (!list.empty()) {
            const auto address = os::Address::Parse(TakeLast(list));
            // What stands left of an unreadable entry was written by nobody we trust.
            if (!address) return client;
            client.address = *address;
            if (!os::AnyContains(proxies, *address)) return client;
        }
    }
    return client;
}

base::Locale LocaleOf(std::string_view accept_language) {
    int zh = 0;
    int en = 0;
    while (!accept_language.empty()) {
        const std::size_t comma = accept_language.find(',');
        const std::string_view item = base::TrimAscii(accept_language.substr(0, comma));
        accept_language = comma == std::string_view::npos ? std::string_view() : accept_language.substr(comma + 1);
        const std::size_t semicolon = item.find(';');
        const std::string_view range = base::TrimAscii(item.substr(0, semicolon));
        int quality = kQualityOne;
        if (semicolon != std::string_view::npos) {
            const std::string_view parameter = base::TrimAscii(item.substr(semicolon + 1));
            quality = parameter.starts_with("q=") || parameter.starts_with("Q=") ? Quality(parameter.substr(2)) : 0;
        }
        if (HasLanguage(range, "zh")) zh = std::max(zh, quality);
        if (HasLanguage(range, "en")) en = std::max(en, quality);
    }
    return en > zh ? base::Locale::kEn : base::Locale::kZhCn;
}

bool IsRequestId(std::string_view text) {
    return !text.empty() && text.size() <= kRequestIdBytesMax && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' || c == '_' ||
               c == '.';
    });
}

}  // namespace rt::net
