// The append-only audit chain: who did what to what, from where, in the commit of the change itself. Each row carries
// an HMAC, under a key that is not in the database, over its columns, a keyed digest of its details and the HMAC before
// it. The digest of rows from before version 2 is plain SHA-256.
// So an edit, a gap, or a chain made anew is found out; a cut tail is found out against a head remembered elsewhere
// (backup manifest, log). Details lie apart and can be erased without breaking the chain.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "storage/sql/database.h"

namespace rt::storage::audit {

// Texts are cut to kDetailBytesMax; no secrets, personal data masked by the caller.
struct Entry {
    base::Time at;
    std::int64_t actor = 0;  // user id; 0: the operator or the server itself
    std::int64_t org = 0;
    std::int64_t event = 0;
    std::string_view entity;
    std::int64_t entity_id = 0;
    std::string_view action;
    std::string_view client;
    std::string_view request_id;
    std::string_view reason;
    std::string_view before;  // JSON or empty
    std::string_view after;   // JSON or empty
    std::string_view via{};   // "token:<id>", "device:<id>": what the actor signed with; empty: himself
};

inline constexpr std::size_t kDetailBytesMax = 16 << 10;

struct Head {
    std::int64_t seq = 0;
    std::string mac;  // hex; empty for an empty chain
};

struct Row {
    std::int64_t seq = 0;
    base::Time at;
    std::int64_t actor = 0;
    std::int64_t event = 0;
    std::string entity;
    std::int64_t entity_id = 0;
    std::string action;
    std::string client;
    std::string request_id;
    std::string reason;
    std::string before;
    std::string after;
    std::string via;
};

struct Filter {
    std::int64_t before_seq = 0;  // 0: from the newest
    std::int64_t event = 0;       // 0: all
    std::string entity;           // empty: all
    std::int64_t entity_id = 0;   // of that entity; 0: all
    std::optional<std::int64_t> actor;
    std::string action;  // empty: all; "auth." with a last point: those that begin so
    base::Time from;     // 0: from the beginning
    base::Time until;    // before it; 0: up to now
    std::int64_t limit = 50;
};

// Immutable; thread-safe.
class Trail {
  public:
    // key: 32 bytes.
    explicit Trail(std::string key) : key_(std::move(key)) {}

    Status Append(sql::Writer& writer, const Entry& entry) const;
    Result<Head> ReadHead(sql::Reader& reader) const;
    // Newest first.
    Result<std::vector<Row>> List(sql::Reader& reader, const Filter& filter) const;

    struct Finding {
        std::int64_t seq = 0;
        std::string problem;  // one English sentence
    };
    // Walks the whole chain; nullopt if it is sound and holds `remembered` (if given).
    Result<std::optional<Finding>> Verify(sql::Reader& reader, const std::optional<Head>& remembered) const;

    // Empties the details of one entity's rows (a person's erasure).
    Status EraseDetails(sql::Writer& writer, std::string_view entity, std::int64_t entity_id) const;

  private:
    std::string key_;
};

}  // namespace rt::storage::audit
