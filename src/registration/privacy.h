// Personal data at rest: sealed values (names, sensitive answers) and blind indexes (registration.md §3, 🔒 and 🔍).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "base/result.h"
#include "crypto/field_cipher.h"

namespace rt::registration {

// What is sealed and whose it is: a value moved to another owner does not open there.
struct Owner {
    enum class Kind : std::uint8_t { kPersonName, kTeamAnswers, kMemberAnswers };
    Kind kind = Kind::kPersonName;
    std::int64_t id = 0;  // of the user, the team, the member
};

// Thread-safe.
class Privacy {
  public:
    // Keys are derived from the masters: the newest seals, all open; blind indexes come from the oldest and so never
    // change. VALIDATION_FAILED without a master. `random` must outlive the object.
    static Result<Privacy> FromMasters(const std::vector<std::string>& masters_newest_first, Random& random);

    // Text fit for a column; another one each time.
    std::string Seal(const Owner& owner, std::string_view plain) const;
    // INTERNAL when it was not sealed by us for this owner, with a key that is still there.
    Result<std::string> Open(const Owner& owner, std::string_view sealed) const;
    // The same text each time, which tells nothing without the key. `value` in normal form.
    std::string BlindIndex(std::string_view kind, std::string_view value) const;

  private:
    Privacy(crypto::FieldCipher cipher, std::string blind_key, Random& random)
        : cipher_(std::move(cipher)), blind_key_(std::move(blind_key)), random_(&random) {}

    crypto::FieldCipher cipher_;
    std::string blind_key_;
    Random* random_;
};

}  // namespace rt::registration
