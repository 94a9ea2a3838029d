// The master keys of sealed fields and what is derived from them. The ring turns while the server runs: a new master is
// put in front, values under the former one are sealed again, then the former one goes.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "crypto/field_cipher.h"

namespace rt::crypto {

// Thread-safe.
class FieldRing {
  public:
    // Masters: 32 random bytes each. `fixed_master` never changes: what is found by its value (blind indexes) hangs on
    // it. VALIDATION_FAILED if there is no master or two are the same.
    static Result<std::shared_ptr<FieldRing>> Make(std::vector<std::string> masters_newest_first,
                                                   std::string fixed_master);

    // The cipher of one use ("registration.fields"), as of now: ask for it whenever a value is sealed or opened.
    std::shared_ptr<const FieldCipher> Cipher(std::string_view use) const;
    // 32 bytes for one use that stay the same when the ring turns.
    std::string FixedKey(std::string_view use) const;

    // Takes the place of the masters for every use at once.
    Status Turn(std::vector<std::string> masters_newest_first);
    std::size_t size() const;

  private:
    FieldRing(std::vector<std::string> masters, std::string fixed_master)
        : masters_(std::move(masters)), fixed_master_(std::move(fixed_master)) {}

    mutable std::mutex mutex_;
    std::vector<std::string> masters_;
    const std::string fixed_master_;
    mutable std::map<std::string, std::shared_ptr<const FieldCipher>, std::less<>> ciphers_;
};

}  // namespace rt::crypto
