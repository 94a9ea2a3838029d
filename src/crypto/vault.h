// Sealed values and blind indexes of one use, as texts. What one use sealed does not open in another.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/random.h"
#include "base/result.h"
#include "crypto/field_ring.h"

namespace rt::crypto {

// Thread-safe.
class Vault {
  public:
    // `use` is a word such as "auth" and is for ever. The newest key of the ring seals, all open; blind indexes come
    // from its fixed key. `random` must outlive the object.
    Vault(std::shared_ptr<const FieldRing> ring, std::string_view use, Random& random);

    // Base64 text, another one each time. `context` says what and whose the value is ("person.name:123"); a value moved
    // to another place does not open there.
    std::string Seal(std::string_view context, std::string_view plain) const;
    // INTERNAL when it was not sealed for this context, with a key that is still there.
    Result<std::string> Open(std::string_view context, std::string_view sealed) const;
    // Was it sealed with a former key? Also true for a text that is no sealed value.
    bool IsOld(std::string_view sealed) const;
    // Hex; the same each time, which tells nothing without the key. `value` in normal form.
    std::string BlindIndex(std::string_view purpose, std::string_view value) const;

  private:
    std::shared_ptr<const FieldRing> ring_;
    std::string use_;
    std::string blind_key_;
    Random* random_;
};

}  // namespace rt::crypto
