// Personal data at rest: sealed values (names, sensitive answers) and blind indexes (registration.md §3, 🔒 and 🔍).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/random.h"
#include "base/result.h"
#include "crypto/field_ring.h"

namespace rt::registration {

// What is sealed and whose it is: a value moved to another owner does not open there.
struct Owner {
    enum class Kind : std::uint8_t {
        kPersonName,
        kTeamAnswers,
        kMemberAnswers,
        kPersonBirth,
        kPersonNumber,
        kInviteTarget,
        kGuardianName,
        kGuardianSignature,
        kLegacyRecord,
    };
    Kind kind = Kind::kPersonName;
    std::int64_t id =
        0;  // of the user (persons), the team, the member, the invitation, the guardian's answer, the record
};

// Thread-safe.
class Privacy {
  public:
    // The newest key of the ring seals, all open; blind indexes come from its fixed key. `random` must outlive the
    // object.
    Privacy(std::shared_ptr<const crypto::FieldRing> ring, Random& random)
        : ring_(std::move(ring)),
          blind_key_(ring_->FixedKey("registration.blind")),
          answer_secret_(ring_->FixedKey("registration.answers")),
          random_(&random) {}
    // With a ring of its own that never turns; blind indexes come from the oldest master. VALIDATION_FAILED without
    // one.
    static Result<Privacy> FromMasters(const std::vector<std::string>& masters_newest_first, Random& random);

    // Text fit for a column; another one each time.
    std::string Seal(const Owner& owner, std::string_view plain) const;
    // INTERNAL when it was not sealed by us for this owner, with a key that is still there.
    Result<std::string> Open(const Owner& owner, std::string_view sealed) const;
    // The same text each time, which tells nothing without the key. `value` in normal form.
    std::string BlindIndex(std::string_view kind, std::string_view value) const;

    // For answers that are kept for an Idempotency-Key; it stays the same when the ring turns.
    const std::string& answer_secret() const { return answer_secret_; }
    // Is the value sealed with a former key?
    bool IsOld(std::string_view sealed) const;

  private:
    std::shared_ptr<const crypto::FieldCipher> Cipher() const { return ring_->Cipher("registration.fields"); }

    std::shared_ptr<const crypto::FieldRing> ring_;
    std::string blind_key_;
    std::string answer_secret_;
    Random* random_;
};

}  // namespace rt::registration
