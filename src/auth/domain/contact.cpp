#include "auth/domain/contact.h"

#include <algorithm>

#include "base/parse.h"

namespace rt::auth::domain {

namespace {

constexpr std::size_t kLocalBytesMax = 64;
constexpr std::size_t kDomainBytesMax = 253;
constexpr std::size_t kLabelBytesMax = 63;
constexpr std::size_t kE164DigitsMin = 7;
constexpr std::size_t kE164DigitsMax = 15;
constexpr std::string_view kMainland = "86";

bool IsDigit(char c) {
    return c >= '0' && c <= '9';
}
bool IsLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
std::string Lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return out;
}

// A dot-atom (RFC 5322 §3.2.3).
bool IsLocalPart(std::string_view local) {
    if (local.empty() || local.size() > kLocalBytesMax || local.front() == '.' || local.back() == '.') return false;
    if (local.find("..") != std::string_view::npos) return false;
    return std::all_of(local.begin(), local.end(), [](char c) {
        return IsDigit(c) || IsLetter(c) || std::string_view(".!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
    });
}

bool IsLabel(std::string_view label) {
    if (label.empty() || label.size() > kLabelBytesMax || label.front() == '-' || label.back() == '-') return false;
    return std::all_of(label.begin(), label.end(), [](char c) { return IsDigit(c) || IsLetter(c) || c == '-'; });
}

bool IsDomain(std::string_view domain) {
    if (domain.size() > kDomainBytesMax || domain.find('.') == std::string_view::npos) return false;
    std::string_view last;
    while (true) {
        const std::size_t dot = domain.find('.');
        last = domain.substr(0, dot);
        if (!IsLabel(last)) return false;
        if (dot == std::string_view::npos) break;
        domain.remove_prefix(dot + 1);
    }
    return !std::all_of(last.begin(), last.end(), IsDigit);  // else it is an address, not a name
}

bool IsMainlandMobile(std::string_view digits) {
    return digits.size() == 11 && digits[0] == '1' && digits[1] >= '3';
}

}  // namespace

std::optional<Contact> ParseEmail(std::string_view nfkc) {
    const std::string_view text = base::TrimAscii(nfkc);
    if (text.size() > kEmailBytesMax) return std::nullopt;
    const std::size_t at = text.find('@');
    if (at == std::string_view::npos) return std::nullopt;
    const std::string_view local = text.substr(0, at);
    const std::string_view domain = text.substr(at + 1);
    if (!IsLocalPart(local) || !IsDomain(domain)) return std::nullopt;
    return Contact{Channel::kEmail, std::string(local) + "@" + Lower(domain), Lower(text)};
}

std::optional<Contact> ParsePhone(std::string_view nfkc) {
    std::string_view text = base::TrimAscii(nfkc);
    bool international = text.starts_with('+');
    if (international) text.remove_prefix(1);
    std::string digits;
    for (const char c : text) {
        if (IsDigit(c)) {
            digits += c;
        } else if (std::string_view(" -.()").find(c) == std::string_view::npos || digits.size() > kE164DigitsMax) {
            return std::nullopt;
        }
    }
    if (!international && digits.starts_with("00")) {
        international = true;
        digits.erase(0, 2);
    }
    if (!international && IsMainlandMobile(digits)) digits.insert(0, kMainland);
    if (!international && !(digits.starts_with(kMainland) && digits.size() == 13)) return std::nullopt;
    if (digits.size() < kE164DigitsMin || digits.size() > kE164DigitsMax || digits[0] == '0') return std::nullopt;
    if (digits.starts_with(kMainland) && !IsMainlandMobile(std::string_view(digits).substr(kMainland.size()))) {
        return std::nullopt;
    }
    const std::string number = "+" + digits;
    return Contact{Channel::kPhone, number, number};
}

std::string Masked(const Contact& contact) {
    const std::string& text = contact.address;
    if (contact.channel == Channel::kEmail) {
        const std::size_t at = std::min(text.find('@'), text.size());
        return text.substr(0, at > 1 ? 1 : 0) + "***" + text.substr(at);
    }
    if (text.starts_with("+86") && text.size() == 14) return text.substr(3, 3) + "****" + text.substr(10);
    if (text.size() < 8) return "***";
    return text.substr(0, 3) + std::string(text.size() - 7, '*') + text.substr(text.size() - 4);
}

}  // namespace rt::auth::domain
