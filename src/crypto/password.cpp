#include "crypto/password.h"

#include <crypt.h>

#include <array>
#include <cstring>
#include <memory>

#include "base/parse.h"
#include "crypto/hash.h"

namespace rt::crypto {
namespace {

constexpr std::string_view kPrefix = "$2b$";
constexpr std::size_t kHashSize = 60;
constexpr std::size_t kSaltEnd = 29;  // "$2b$12$" and 22 characters of salt
constexpr std::size_t kSaltBytes = 16;

// crypt_data is 32 KB: too much for a thread with a small stack.
std::string Crypt(std::string_view password, const std::string& setting) {
    const auto data = std::make_unique<crypt_data>();
    std::string phrase(password);
    const char* out = crypt_rn(phrase.c_str(), setting.c_str(), data.get(), sizeof(crypt_data));
    std::string hash = out == nullptr ? std::string() : std::string(out);
    explicit_bzero(phrase.data(), phrase.size());
    explicit_bzero(data.get(), sizeof(crypt_data));
    return hash;
}

bool IsBcrypt(std::string_view hash) {
    return hash.size() == kHashSize &&
           (hash.starts_with("$2b$") || hash.starts_with("$2a$") || hash.starts_with("$2y$"));
}

bool Fits(std::string_view password) {
    return password.size() <= kPasswordBytesMax && password.find('\0') == std::string_view::npos;
}

}  // namespace

Result<std::string> HashPassword(std::string_view password, int cost, Random& random) {
    if (!Fits(password)) return Fail(Code::kInvalid, "password is longer than 72 bytes or holds a NUL byte");
    if (cost < kBcryptCostMin || cost > kBcryptCostMax) return Fail(Code::kInternal, "bcrypt cost out of range");
    std::array<std::uint8_t, kSaltBytes> salt{};
    random.Fill(salt);
    std::array<char, CRYPT_GENSALT_OUTPUT_SIZE> setting{};
    if (crypt_gensalt_rn(kPrefix.data(), static_cast<unsigned long>(cost), reinterpret_cast<const char*>(salt.data()),
                         static_cast<int>(salt.size()), setting.data(), static_cast<int>(setting.size())) == nullptr) {
        return Fail(Code::kInternal, "bcrypt is not available");
    }
    std::string hash = Crypt(password, setting.data());
    if (hash.size() != kHashSize || !hash.starts_with(kPrefix)) return Fail(Code::kInternal, "bcrypt failed");
    return hash;
}

bool VerifyPassword(std::string_view password, const std::string& hash) {
    if (!IsBcrypt(hash) || !Fits(password)) return false;
    const std::string own = Crypt(password, hash.substr(0, kSaltEnd));
    return own.size() == kHashSize && EqualConstantTime(own, hash);
}

std::optional<int> BcryptCost(std::string_view hash) {
    if (!IsBcrypt(hash)) return std::nullopt;
    const auto cost = base::ParseUnsigned(hash.substr(kPrefix.size(), 2));
    return cost.has_value() ? std::optional(static_cast<int>(*cost)) : std::nullopt;
}

bool NeedsRehash(std::string_view hash, int cost) {
    return !hash.starts_with(kPrefix) || BcryptCost(hash).value_or(0) < cost;
}

}  // namespace rt::crypto
