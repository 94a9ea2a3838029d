#include "auth/access_token.h"

#include <array>
#include <optional>
#include <utility>

#include "base/encoding.h"
#include "crypto/hash.h"
#include "json/json.h"

namespace rt::auth {

using crypto::JwtAlgorithm;

namespace {

constexpr std::size_t kTokenIdBytes = 16;
constexpr std::size_t kIdBytes = 8;
constexpr std::size_t kTagBytes = 8;
// Clocks of two processes differ a little.
constexpr std::int64_t kClockSkewSeconds = 60;

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
    std::vector<SigningKey> keys;
    for (const std::string& secret : secrets_newest_first) keys.push_back({JwtAlgorithm::kHs256, secret, {}});
    return Create(keys, {});
}

Result<AccessTokens> AccessTokens::Create(const std::vector<SigningKey>& keys, TokenRules rules) {
    std::vector<crypto::JwtKey> made;
    std::vector<std::string> seal_keys;
    std::vector<base::Time> signs_from;
    bool signs = false;
    for (const SigningKey& key : keys) {
        RT_TRY(auto one, crypto::JwtKey::Make(key.algorithm, key.material));
        made.push_back(std::move(one));
        seal_keys.emplace_back(base::AsText(crypto::HmacSha256(key.material, "roundtable user id seal")));
        signs_from.push_back(key.signs_from);
        signs = signs || key.algorithm == rules.algorithm;
    }
    RT_TRY(auto jwt_keys, crypto::JwtKeys::FromKeys(std::move(made)));
    if (!signs) return Fail(Code::kInvalid, "no key of " + std::string(Name(rules.algorithm)));
    return AccessTokens(std::move(jwt_keys), std::move(seal_keys), std::move(signs_from), std::move(rules));
}

std::size_t AccessTokens::SignerAt(base::Time now) const {
    std::optional<std::size_t> best;
    std::size_t any = 0;
    for (std::size_t i = 0; i < signs_from_.size(); ++i) {
        if (keys_.keys()[i].algorithm() != rules_.algorithm) continue;
        any = i;
        if (signs_from_[i] > now) continue;
        if (!best || signs_from_[i] > signs_from_[*best]) best = i;
    }
    return best.value_or(any);
}

bool AccessTokens::RetiredAt(std::size_t key, base::Time now) const {
    const std::size_t signer = SignerAt(now);
    return signs_from_[signer] > signs_from_[key] && signs_from_[signer].Plus(kKeyOverlapMicros) <= now;
}

std::vector<PublishedKey> AccessTokens::Published(base::Time now) const {
    std::vector<PublishedKey> out;
    for (std::size_t i = 0; i < keys_.keys().size(); ++i) {
        const crypto::JwtKey& key = keys_.keys()[i];
        if (!key.public_key().empty() && !RetiredAt(i, now)) out.push_back({key.id(), key.public_key()});
    }
    return out;
}

std::string AccessTokens::Issue(const AccessClaims& claims, Random& random) const {
    std::array<std::uint8_t, kTokenIdBytes> id_bytes{};
    random.Fill(id_bytes);
    const std::string token_id = base::Base64UrlEncode(id_bytes);
    const std::size_t signer = SignerAt(claims.issued);
    const json::Object payload{{"iss", rules_.issuer},
                               {"aud", rules_.audience},
                               {"sub", claims.public_id},
                               {"uid", Seal(seal_keys_[signer], claims.user, token_id)},
                               {"role", Name(claims.role)},
                               {"epoch", claims.epoch},
                               {"gen", claims.generation},
                               {"sid", claims.session},
                               {"jti", token_id},
                               {"iat", Seconds(claims.issued)},
                               {"exp", Seconds(claims.expires)}};
    return keys_.keys()[signer].Sign(json::Encode(payload));
}

// Its owner renews, as with any token that was good once. A forger learns no more than that he is refused.
bool AccessTokens::OfReplacedKey(std::string_view token) const {
    const auto payload = keys_.UnderAnotherKey(token);
    if (!payload) return false;
    const auto decoded = json::Decode(*payload);
    if (!decoded.ok() || !decoded->IsObject()) return false;
    const std::string* issuer = FindText(*decoded, "iss");
    const std::string* audience = FindText(*decoded, "aud");
    return issuer != nullptr && *issuer == rules_.issuer && audience != nullptr && *audience == rules_.audience;
}

Result<AccessClaims> AccessTokens::Verify(std::string_view token, base::Time now) const {
    const auto checked = keys_.Check(token);
    if (!checked.ok()) return OfReplacedKey(token) ? Fail(Code::kTokenExpired, "access token: key") : checked.error();
    if (RetiredAt(checked->key, now)) return Fail(Code::kTokenExpired, "access token: key");
    const auto decoded = json::Decode(checked->payload);
    if (!decoded.ok() || !decoded->IsObject()) return Bad("payload");
    return ReadClaims(*decoded, checked->key, now);
}

Result<AccessClaims> AccessTokens::ReadClaims(const json::Value& claims, std::size_t key, base::Time now) const {
    const std::string* issuer = FindText(claims, "iss");
    const std::string* audience = FindText(claims, "aud");
    if (issuer == nullptr || *issuer != rules_.issuer) return Bad("issuer");
    if (audience == nullptr || *audience != rules_.audience) return Bad("audience");
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
    const json::Value* not_before = claims.Find("nbf");
    const bool early =
        *issued > Seconds(now) + kClockSkewSeconds ||
        (not_before != nullptr && (!not_before->IsInt() || not_before->AsInt() > Seconds(now) + kClockSkewSeconds));
    if (early) return Bad("not valid yet");
    const auto role = ParseRole(*role_word);
    if (!role) return Bad("role");
    const auto user = Unseal(seal_keys_[key], *sealed, *token_id);
    if (!user) return Bad("uid");
    return AccessClaims{*user,
                        *subject,
                        *role,
                        *epoch,
                        *generation,
                        *session,
                        {*issued * base::kMicrosPerSecond},
                        {*expires * base::kMicrosPerSecond}};
}

}  // namespace rt::auth
