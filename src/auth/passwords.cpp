#include "auth/passwords.h"

#include <array>

#include "auth/domain/credentials.h"
#include "base/encoding.h"
#include "crypto/password.h"
#include "text/normalise.h"

namespace rt::auth {

namespace {

// "$2b$cost$", 22 characters of salt, 31 of hash. Random hex is within bcrypt's alphabet; the last character of the
// salt and of the hash carries unused bits, which '.' leaves at zero.
std::string HashOfNobody(int cost, Random& random) {
    std::array<std::uint8_t, 26> bytes{};
    random.Fill(bytes);
    const std::string hex = base::HexEncode(bytes);
    const std::string digits = (cost < 10 ? "0" : "") + std::to_string(cost);
    return "$2b$" + digits + "$" + hex.substr(0, 21) + '.' + hex.substr(21, 30) + '.';
}

}  // namespace

Passwords::Passwords(int cost, Random& random) : cost_(cost), random_(random) {
    for (int each = 0; each <= cost; ++each) nobodies_.push_back(HashOfNobody(each, random));
}

std::string Passwords::Normalise(std::string_view password) {
    return text::Nfkc(password).value_or(std::string(password));
}

Result<std::string> Passwords::Hash(std::string_view normalised) const {
    return crypto::HashPassword(normalised, cost_, random_);
}

bool Passwords::Verify(std::string_view normalised, const std::string& hash) const {
    // What no account can have is not compared, but costs the same.
    const bool possible = !hash.empty() && normalised.size() <= domain::kPasswordBytesMax &&
                          normalised.find('\0') == std::string_view::npos;
    if (possible && crypto::VerifyPassword(normalised, hash)) return true;
    // So does a hash of a lower cost: of another setting's time, or taken over from another service.
    const auto done = possible ? crypto::BcryptCost(hash) : std::nullopt;
    for (const int cost : domain::RemainingCosts(done, cost_))
        crypto::VerifyPassword("nobody's password", nobodies_.at(static_cast<std::size_t>(cost)));
    return false;
}

bool Passwords::NeedsRehash(std::string_view hash) const {
    return crypto::NeedsRehash(hash, cost_);
}

}  // namespace rt::auth
