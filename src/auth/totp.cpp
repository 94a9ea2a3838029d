#include "auth/totp.h"

#include <array>

#include "base/encoding.h"
#include "crypto/hash.h"

namespace rt::auth::totp {

std::string NewSecret(Random& random) {
    std::array<std::uint8_t, kSecretBytes> bytes{};
    random.Fill(bytes);
    return std::string(base::AsText(bytes));
}

std::int64_t StepAt(base::Time now) {
    return now.micros / (kStepSeconds * base::kMicrosPerSecond);
}

std::string CodeAt(std::string_view secret, std::int64_t step, int digits) {
    std::array<std::uint8_t, 8> counter{};
    for (std::size_t i = 0; i < counter.size(); ++i) {
        counter[counter.size() - 1 - i] = static_cast<std::uint8_t>(static_cast<std::uint64_t>(step) >> (8 * i));
    }
    const auto mac = crypto::HmacSha1(secret, base::AsText(counter));
    // Dynamic truncation (RFC 4226 §5.3).
    const std::size_t offset = mac.back() & 0x0F;
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i) value = value << 8 | mac.at(offset + i);
    value &= 0x7FFF'FFFF;
    std::string out(static_cast<std::size_t>(digits), '0');
    for (auto at = out.rbegin(); at != out.rend(); ++at) {
        *at = static_cast<char>('0' + value % 10);
        value /= 10;
    }
    return out;
}

std::optional<std::int64_t> MatchingStep(std::string_view secret, std::string_view code, base::Time now,
                                         std::int64_t last_step) {
    const std::int64_t present = StepAt(now);
    std::optional<std::int64_t> found;
    for (std::int64_t step = present + kWindowSteps; step >= present - kWindowSteps; --step) {
        const bool same = crypto::EqualConstantTime(CodeAt(secret, step), code);
        if (same && step > last_step) found = step;
    }
    return found;
}

std::string Base32(std::string_view bytes) {
    constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    std::string out;
    std::uint32_t buffer = 0;
    int bits = 0;
    for (const char c : bytes) {
        buffer = buffer << 8 | static_cast<unsigned char>(c);
        bits += 8;
        while (bits >= 5) {
            bits -= 5;
            out += kAlphabet[buffer >> bits & 31U];
        }
        buffer &= (1U << bits) - 1;
    }
    if (bits > 0) out += kAlphabet[buffer << (5 - bits) & 31U];
    return out;
}

std::string Uri(std::string_view issuer, std::string_view account, std::string_view secret) {
    const std::string name = base::PercentEncode(issuer);
    return "otpauth://totp/" + name + ":" + base::PercentEncode(account) + "?secret=" + Base32(secret) +
           "&issuer=" + name + "&algorithm=SHA1&digits=6&period=30";
}

}  // namespace rt::auth::totp
