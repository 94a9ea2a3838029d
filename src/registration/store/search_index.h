// Keeps name_part and member_key in step with teams and members: works off the rows that the triggers of migration 0042
// have left in search_queue.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "registration/store/commit.h"

namespace rt::registration::store {

// By what a member is found: kind (USER, ID, PHONE, EMAIL) and value.
struct MemberKey {
    std::string_view kind;
    std::string value;
};
// The keys of a member's answers, given their columns; runs inside the writer: no I/O, no randomness.
using KeysOfAnswers = std::function<Result<std::vector<MemberKey>>(
    MemberId member, FormVersionId version, std::string_view data, const std::optional<std::string>& sensitive)>;

// Works off at most `rows_max` rows; returns how many.
Result<std::int64_t> IndexSome(Writer& writer, const KeysOfAnswers& keys, std::int64_t rows_max);
// Is there anything to work off?
Result<bool> HasSearchQueue(Reader& reader);

}  // namespace rt::registration::store
