#include "registration/domain/field_checks.h"

#include <algorithm>
#include <array>

#include "base/check.h"
#include "base/utf8.h"
#include "text/normalise.h"

namespace rt::registration {
namespace {

bool IsDigit(char c) {
    return c >= '0' && c <= '9';
}

bool IsLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool AllDigits(std::string_view text) {
    return std::all_of(text.begin(), text.end(), IsDigit);
}

// NFKC without spaces and dashes.
std::optional<std::string> Compact(std::string_view typed) {
    if (typed.size() > 128) return std::nullopt;
    const auto plain = text::Nfkc(typed);
    if (!plain.has_value()) return std::nullopt;
    std::string out;
    for (const char c : *plain) {
        if (c != ' ' && c != '-') out += c;
    }
    return out;
}

bool IsLocalPart(std::string_view local) {
    constexpr std::string_view kSpecial = "!#$%&'*+/=?^_`{|}~-";
    if (local.empty() || local.size() > 64) return false;
    bool dot = true;
    for (const char c : local) {
        if (c == '.' && dot) return false;
        dot = c == '.';
        if (!dot && !IsDigit(c) && !IsLetter(c) && kSpecial.find(c) == std::string_view::npos) return false;
    }
    return !dot;
}

bool IsLabel(std::string_view label) {
    if (label.empty() || label.size() > 63 || label.front() == '-' || label.back() == '-') return false;
    return std::all_of(label.begin(), label.end(), [](char c) { return IsDigit(c) || IsLetter(c) || c == '-'; });
}

bool IsMailDomain(std::string_view domain) {
    if (domain.size() > 253) return false;
    std::size_t labels = 0;
    while (true) {
        const std::size_t dot = domain.find('.');
        const std::string_view label = domain.substr(0, dot);
        if (!IsLabel(label)) return false;
        ++labels;
        if (dot == std::string_view::npos) return labels >= 2 && !AllDigits(label);
        domain.remove_prefix(dot + 1);
    }
}

// First two digits: provinces, municipalities, Taiwan, Hong Kong, Macau (GB/T 2260; 83 are residence permits of
// Taiwan).
bool IsRegion(std::string_view two) {
    constexpr std::string_view kRegions =
        "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83 ";
    const std::size_t at = kRegions.find(two);
    return at != std::string_view::npos && at % 3 == 0;
}

}  // namespace

std::optional<std::string> NormaliseMobileCn(std::string_view typed) {
    const auto compact = Compact(typed);
    if (!compact.has_value()) return std::nullopt;
    std::string_view number = *compact;
    if (number.starts_with("+86")) {
        number.remove_prefix(3);
    } else if (number.size() == 15 && number.starts_with("0086")) {
        number.remove_prefix(4);
    }
    if (number.size() != 11 || !AllDigits(number) || number[0] != '1' || number[1] < '3') return std::nullopt;
    return std::string(number);
}

std::optional<std::string> NormaliseEmail(std::string_view typed) {
    if (typed.size() > 512) return std::nullopt;
    const auto plain = text::Nfkc(typed);
    if (!plain.has_value() || plain->size() > 254) return std::nullopt;
    const std::size_t at = plain->rfind('@');
    if (at == std::string::npos) return std::nullopt;
    if (!IsLocalPart(plain->substr(0, at)) || !IsMailDomain(plain->substr(at + 1))) return std::nullopt;
    std::string out = *plain;
    for (std::size_t i = at; i < out.size(); ++i) {
        if (out[i] >= 'A' && out[i] <= 'Z') out[i] = static_cast<char>(out[i] - 'A' + 'a');
    }
    return out;
}

char IdCardCheckCharacter(std::string_view digits17) {
    RT_CHECK(digits17.size() == 17);
    constexpr std::array kWeights{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
    int sum = 0;
    for (std::size_t i = 0; i < kWeights.size(); ++i) sum += (digits17[i] - '0') * kWeights[i];
    return "10X98765432"[sum % 11];
}

std::optional<IdCardCn> ParseIdCardCn(std::string_view typed, const Date& today) {
    auto number = Compact(typed);
    if (!number.has_value() || number->size() != 18) return std::nullopt;
    if (number->back() == 'x') number->back() = 'X';
    const std::string_view digits(number->data(), 17);
    if (!AllDigits(digits) || !IsRegion(digits.substr(0, 2))) return std::nullopt;
    const auto birth = ParseCompactDate(digits.substr(6, 8));
    if (!birth.has_value() || *birth > today) return std::nullopt;
    if (IdCardCheckCharacter(digits) != number->back()) return std::nullopt;
    const auto sex = (digits[16] - '0') % 2 == 1 ? IdCardCn::Sex::kMale : IdCardCn::Sex::kFemale;
    return IdCardCn{std::move(*number), *birth, sex};
}

std::string MaskMiddle(std::string_view text) {
    std::size_t size = base::CodePointCount(text).value_or(0);
    const std::size_t head = size >= 11 ? 3 : size >= 4 ? 1 : 0;
    const std::size_t tail = size >= 15 ? 4 : size >= 11 ? 2 : 0;
    std::string out;
    for (std::size_t i = 0; i < size; ++i) {
        const char* begin = text.data();
        (void)base::NextCodePoint(text);
        if (i < head || i >= size - tail) {
            out.append(begin, static_cast<std::size_t>(text.data() - begin));
        } else {
            out += '*';
        }
    }
    return out;
}

}  // namespace rt::registration
