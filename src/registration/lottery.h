// The order of a lottery, which anyone can compute again from what is published (registration.md §2.3).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace rt::registration {

struct DrawOrder {
    std::string pool_hash;           // hex of SHA-256 over the sorted ids, one after another
    std::vector<std::string> order;  // by HMAC-SHA256(key = seed ‖ pool_hash, id), as hex text
};
// `seed`: 64 hex digits. `ids`: in any order.
DrawOrder OrderOf(std::string_view seed, std::vector<std::string> ids);

// Checks the JSON of GET /events/{event}/lottery: the seed against the commitment, the pool's hash, and the order of
// every entry. INVALID with what is wrong; the number of entries if all is right.
Result<std::size_t> VerifyLottery(std::string_view json_text);

}  // namespace rt::registration
