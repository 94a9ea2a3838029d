// Signed tokens in the JWS compact form (RFC 7515, RFC 7519, RFC 8037), as RFC 8725 advises. This module signs and
// checks bytes; the claims (JSON) and their times are auth's. The header of a token must equal, byte for byte, the
// header that one of our keys writes: `alg` and `kid` of a stranger are never interpreted, so no token chooses how it
// is checked.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace rt::crypto {

inline constexpr std::size_t kJwtBytesMax = 4096;
inline constexpr std::size_t kJwtSecretBytesMin = 32;
inline constexpr std::size_t kEd25519SeedBytes = 32;

enum class JwtAlgorithm : std::uint8_t { kHs256, kEdDsa };
// "HS256", "EdDSA".
std::string_view Name(JwtAlgorithm algorithm);

// One key. A key is named (`kid`) by a digest of itself, so every process that holds it writes the same header.
// Immutable; thread-safe; cheap to copy.
class JwtKey {
  public:
    // material: of HS256 a secret of kJwtSecretBytesMin or more, of EdDSA (Ed25519) a seed of kEd25519SeedBytes.
    // VALIDATION_FAILED for another size.
    static Result<JwtKey> Make(JwtAlgorithm algorithm, std::string_view material);

    JwtAlgorithm algorithm() const;
    const std::string& id() const;
    // Raw public key in base64url (the `x` of RFC 8037); empty for HS256.
    const std::string& public_key() const;
    // header.payload.signature of a payload that is a JSON text.
    std::string Sign(std::string_view payload) const;

  private:
    friend class JwtKeys;
    struct State;
    explicit JwtKey(std::shared_ptr<const State> state) : state_(std::move(state)) {}
    bool SignatureFits(std::string_view signing_input, std::string_view signature) const;

    std::shared_ptr<const State> state_;
};

// The first signs, all verify. Immutable; thread-safe.
class JwtKeys {
  public:
    // HS256 keys. VALIDATION_FAILED if there is none or one is shorter than kJwtSecretBytesMin.
    static Result<JwtKeys> FromSecrets(const std::vector<std::string>& secrets_newest_first);
    // VALIDATION_FAILED if there is none.
    static Result<JwtKeys> FromKeys(std::vector<JwtKey> keys);

    std::string Sign(std::string_view payload) const { return keys_.front().Sign(payload); }
    struct Checked {
        std::string payload;
        std::size_t key = 0;  // which one it was
    };
    // UNAUTHENTICATED for what none of the keys signed.
    Result<Checked> Check(std::string_view token) const;
    // The payload of a token whose header is written as a key of ours would write it, under an id that is none of
    // theirs: a key that was replaced signed it, or nobody did. Nothing is proved; nullopt for any other token.
    std::optional<std::string> UnderAnotherKey(std::string_view token) const;
    // The payload alone.
    Result<std::string> Verify(std::string_view token) const;
    const std::vector<JwtKey>& keys() const { return keys_; }

  private:
    explicit JwtKeys(std::vector<JwtKey> keys) : keys_(std::move(keys)) {}
    std::vector<JwtKey> keys_;
};

}  // namespace rt::crypto
