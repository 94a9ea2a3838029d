#include "registration/domain/invite_code.h"

#include <array>
#include <cstdint>

#include "base/check.h"
#include "base/encoding.h"
#include "text/normalise.h"

namespace rt::registration {

std::string NewInviteCode(Random& random) {
    std::array<std::uint8_t, 5> bytes{};
    random.Fill(bytes);
    return base::Base32Encode(bytes);
}

std::optional<std::string> ParseInviteCode(std::string_view typed) {
    if (typed.size() > 64) return std::nullopt;
    const auto plain = text::Nfkc(typed);
    if (!plain.has_value()) return std::nullopt;
    std::string code;
    for (const char c : *plain) {
        if (c != '-' && c != ' ') code += c;
    }
    if (code.size() != kInviteCodeLength) return std::nullopt;
    return base::Base32Normalise(code);
}

std::string ShowInviteCode(std::string_view code) {
    RT_CHECK(code.size() == kInviteCodeLength);
    std::string out;
    for (std::size_t i = 0; i < code.size(); ++i) {
        if (i == kInviteCodeLength / 2) out += '-';
        const char c = code[i];
        out += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    }
    return out;
}

}  // namespace rt::registration
