#include "auth/access_token.h"

#include <array>
#include <optional>
#include <utility>

#include "base/encoding.h"
#include "crypto/hash.h"
#include "json/json.h"

namespace rt::auth {

namespace {

constexpr std::size_t kTokenIdBytes = 16;
constexpr std::size_t kIdBytes = 8;
constexpr std::size_t kTagBytes = 8;

std::string BigEndian(std::uint64_t value) {
    std::string out(kIdBytes, '\0');
    for (std::size_t i = 0; i < kIdBytes; ++i) out[kIdBytes - 1 - i] = static_cast<char>(value >> (8 * i));
    return out;
}

std::uint64_t FromBigEndian(std::string_view bytes) {
    std::uint64_t value = 0;
    for (const char c : bytes) value = value << 8 | static_cast<unsigned char>(c);
    return value;
}

std::string Mac(const std::string& key, std::string_view purpose, std::string_view data, std::size_t bytes) {
    const auto digest = crypto::HmacSha256(key, std::string(purpose) + '\0' + std::string(data));
    return std::string(base::AsText(digest).substr(0, bytes));
}

std::string Xor(std::string_view a, std::string_view b) {
    std::string out(a);
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<char>(out[i] ^ b[i]);
    return out;
}

// The id under a pad that is never used twice (it depends on the token's own id), then a tag that tells which key it
// was.
std::string Seal(const std::string& key, UserId user, std::string_view token_id) {
    const std::string id = BigEndian(static_cast<std::uint64_t>(user.value));
    const std::string hidden = Xor(id, Mac(key, "pad", token_id, kIdBytes));
    return base::Base64UrlEncode(base::AsBytes(hidden + Mac(key, "tag", id + std::string(token_id), kTagBytes)));
}

std::optional<UserId> Unseal(const std::string& key, std::string_view sealed, std::string_view token_id) {
    const auto bytes = base::Base64UrlDecode(sealed);
    if (!bytes || bytes->size() != kIdBytes + kTagBytes) return std::nullopt;
    const std::string_view text = base::AsText(*bytes);
    const std::string id = Xor(text.substr(0, kIdBytes), Mac(key, "pad", token_id, kIdBytes));
    const std::string tag = Mac(key, "tag", id + std::string(token_id), kTagBytes);
    if (!crypto::EqualConstantTime(tag, text.substr(kIdBytes))) return std::nullopt;
    return UserId{static_cast<std::int64_t>(FromBigEndian(id))};
}

Error Bad(std::string_view what) {
    return Fail(Code::kUnauthenticated, "access token: " + std::string(what));
}

const std::string* FindText(const json::Value& claims, std::string_view key) {
    const json::Value* value = claims.Find(key);
    return value != nullptr && value->IsString() ? &value->AsString() : nullptr;
}

std::optional<std::int64_t> FindInt(const json::Value& claims, std::string_view key) {
    const json::Value* value = claims.Find(key);
    if (value == nullptr || !value->IsInt()) return std::nullopt;
    return value->AsInt();
}

std::int64_t Seconds(base::Time time) {
    return time.micros / base::kMicrosPerSecond;
}

}  // namespace

Result<AccessTokens> AccessTokens::Create(const std::vector<std::string>& secrets_newest_first) {
    RT_TRY(auto keys, crypto::JwtKeys::FromSecrets(secrets_newest_first));
    std::vector<std::string> seal_keys;
    for (const std::string& secret : secrets_newest_first) {
        seal_keys.emplace_back(base::AsText(crypto::HmacSha256(secret, "roundtable user id seal")));
    }
    return AccessTokens(std::move(keys), std::move(seal_keys));
}

std::string AccessTokens::Issue(const AccessClaims& claims, Random& random) const {
    std::array<std::uint8_t, kTokenIdBytes> id_bytes{};
    random.Fill(id_bytes);
    const std::string token_id = base::Base64UrlEncode(id_bytes);
    const json::Object payload{{"iss", kTokenIssuer},
                               {"aud", kTokenAudience},
                               {"sub", claims.public_id},
                               {"uid", Seal(seal_keys_.front(), claims.user, token_id)},
                               {"role", Name(claims.role)},
                               {"epoch", claims.epoch},
                               {"gen", claims.generation},
                               {"sid", claims.session},
                               {"jti", token_id},
                               {"iat", Seconds(claims.issued)},
                               {"exp", Seconds(claims.expires)}};
    return keys_.Sign(json::Encode(payload));
}

Result<AccessClaims> AccessTokens::Verify(std::string_view token, base::Time now) const {
    RT_TRY(const std::string payload, keys_.Verify(token));
    auto decoded = json::Decode(payload);
    if (!decoded.ok()) return Bad("payload");
    const json::Value& claims = *decoded;
    const std::string* issuer = FindText(claims, "iss");
    const std::string* audience = FindText(claims, "aud");
    if (issuer == nullptr || *issuer != kTokenIssuer) return Bad("issuer");
    if (audience == nullptr || *audience != kTokenAudience) return Bad("audience");
    const std::string* subject = FindText(claims, "sub");
    const std::string* sealed = FindText(claims, "uid");
    const std::string* role_word = FindText(claims, "role");
    const std::string* session = FindText(claims, "sid");
    const std::string* token_id = FindText(claims, "jti");
    const auto epoch = FindInt(claims, "epoch");
    const auto generation = FindInt(claims, "gen");
    const auto issued = FindInt(claims, "iat");
    const auto expires = FindInt(claims, "exp");
    if (subject == nullptr || sealed == nullptr || role_word == nullptr || session == nullptr || token_id == nullptr ||
        !epoch || !generation || !issued || !expires) {
        return Bad("claims");
    }
    if (Seconds(now) >= *expires) return Fail(Code::kTokenExpired);
    const auto role = ParseRole(*role_word);
    if (!role) return Bad("role");
    for (const std::string& key : seal_keys_) {
        if (const auto user = Unseal(key, *sealed, *token_id)) {
            return AccessClaims{*user,
                                *subject,
                                *role,
                                *epoch,
                                *generation,
                                *session,
                                {*issued * base::kMicrosPerSecond},
                                {*expires * base::kMicrosPerSecond}};
        }
    }
    return Bad("uid");
}

}  // namespace rt::auth
