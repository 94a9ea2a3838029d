// Who plays, as the rooms need to know it: implemented over the accounts and the records of games.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace rt::avalon {

struct Person {
    std::int64_t user_id = 0;
    std::string public_id;
    std::string nickname;
    std::string avatar;
    int rating = 0;
    bool rated = false;  // has played enough games for the rating to be shown
    bool banned = false;
    std::optional<base::Time> muted_until;
    std::vector<std::int64_t> blocks;  // whom this person blocks

    bool MutedAt(base::Time now) const { return muted_until.has_value() && now < *muted_until; }
    bool Blocks(std::int64_t other) const;
};
using PersonPtr = std::shared_ptr<const Person>;

// Thread-safe.
class People {
  public:
    virtual ~People() = default;
    // May wait for a store. NOT_FOUND for no such account.
    virtual Result<Person> Load(std::int64_t user_id) = 0;
};

}  // namespace rt::avalon
