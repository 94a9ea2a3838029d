// Sealed fields: single values of the database (names, identity numbers) under AES-256-GCM, and blind indexes to find
// them by. A sealed value is key id (4 bytes) ‖ nonce (12) ‖ ciphertext ‖ tag (16). The key id is derived from the key,
// so a value says which key opens it and keys can be rotated: the first seals, all open.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "base/result.h"

namespace rt::crypto {

inline constexpr std::size_t kFieldKeyBytes = 32;
inline constexpr std::size_t kSealedOverhead = 4 + 12 + 16;

// Immutable; thread-safe.
class FieldCipher {
  public:
    // VALIDATION_FAILED if there is no key, one is not 32 bytes long, or two have the same id.
    static Result<FieldCipher> FromKeys(const std::vector<std::string>& keys_newest_first);

    // Bytes, another text each time. `context` says what and whose the value is ("person.name:123"); it is not stored,
    // and a value moved to another place does not open there. Nonces are random: at most 2^32 values a key (NIST SP
    // 800-38D §8.3).
    std::string Seal(std::string_view plain, std::string_view context, Random& random) const;
    // INTERNAL if it was changed, belongs to another context, or its key is not among ours.
    Result<std::string> Open(std::string_view sealed, std::string_view context) const;
    // Was it sealed with a key that is not the newest?
    bool IsOld(std::string_view sealed) const;

  private:
    using KeyId = std::array<std::uint8_t, 4>;
    struct Key {
        KeyId id;
        std::string bytes;
    };
    explicit FieldCipher(std::vector<Key> keys) : keys_(std::move(keys)) {}
    const Key* Find(std::string_view sealed) const;
    std::vector<Key> keys_;
};

// The same seal under a key that is used for this one value only (so the nonce may be zero): for code that must not
// draw random numbers. Ciphertext ‖ tag (16).
std::string SealOnce(std::string_view key, std::string_view plain, std::string_view context);
// INTERNAL if it was changed, or belongs to another key or context.
Result<std::string> OpenOnce(std::string_view key, std::string_view sealed, std::string_view context);

// Equal values of one purpose have equal indexes, which tell nothing without the key. 16 bytes; `value` must be in its
// normal form already. The key must differ from the field keys.
std::string BlindIndex(std::string_view key, std::string_view purpose, std::string_view value);

// A key for one use from a master key (HKDF-SHA-256, RFC 5869): 32 bytes.
std::string DeriveKey(std::string_view master, std::string_view use);

}  // namespace rt::crypto
