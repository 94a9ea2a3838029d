// Idempotency-Key (architecture.md §5): the look-up, the effects and the kept answer are one commit, so of any number
// of equal requests one takes effect and all get the same answer. Requests that are still waiting for the writer simply
// queue behind the first: nothing is ever "still running" outside a commit.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "storage/sql/database.h"

namespace rt::storage::idempotency {

inline constexpr std::size_t kKeyBytesMax = 128;
inline constexpr std::int64_t kKeysPerActorMax = 1'000;  // live ones; one more is TOO_MANY_REQUESTS
inline constexpr std::int64_t kKeepMicros = base::kMicrosPerDay;

struct Key {
    std::int64_t actor = 0;
    std::string scope;         // method and path
    std::string key;           // as sent; empty: the request has none
    std::string request_hash;  // SHA-256 of the body, hex
    std::string secret{};      // 32 bytes, the same for ever: kept answers are sealed under it; empty: they are not
    std::string salt{};        // random, new for each request; needed with a secret
};

// The key as a client sent it, for a request that `actor` makes to `scope` with `body`. Empty `sent`: none.
// VALIDATION_FAILED unless it has 1 to kKeyBytesMax visible characters.
Result<Key> ReadKey(std::string_view sent, std::int64_t actor, std::string scope, std::string_view body);

// Has the answer sealed where it is kept: it may hold what is shown only once (an invitation code).
void SealAnswers(Key& key, std::string secret, Random& random);

struct Answer {
    int status = 200;
    std::string body;
    bool replayed = false;
};

using Effect = std::function<Result<Answer>(sql::Writer&)>;

// Runs `effect` in a commit of `name`, once for a key. The same key with another request_hash: IDEMPOTENCY_KEY_REUSED.
// A failure is kept and given again too, except 401, 409, 429 and 5xx. Without a key this is a plain write.
Result<Answer> Write(sql::Database& db, const Key& key, base::Time now, std::string_view name, const Effect& effect);

// Removes keys that are past their time, at most `rows_max`; returns how many.
Result<std::int64_t> Sweep(sql::Database& db, base::Time now, std::int64_t rows_max);

}  // namespace rt::storage::idempotency
