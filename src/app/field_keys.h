// The master keys of sealed fields in the data folder, and turning them: `keys field rotate|status`.
//
// keys/field.key holds one key a line (hex), newest first: one normally, two while a rotation is under way. A rotation
// puts a new key in front, seals every value under the former one again, and takes that one away when a whole look
// finds nothing under it any more. It may be cut off anywhere: what is left to do shows in the values themselves.
// keys/blind.key is the fixed key: blind indexes and kept answers hang on it, and it is not rotated.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/log.h"
#include "base/metrics.h"
#include "base/random.h"
#include "base/result.h"
#include "crypto/field_ring.h"
#include "json/json.h"
#include "storage/audit/trail.h"
#include "storage/reseal/reseal.h"

namespace rt::app {

// Both files, made if there are none. In a folder from before there was a fixed key, it becomes a copy of the oldest
// field key, so that indexes made then are still found.
Result<std::shared_ptr<crypto::FieldRing>> LoadFieldRing(const std::string& key_folder, Random& random);

// Thread-safe.
class FieldKeys {
  public:
    struct Parts {
        std::string key_folder;
        std::shared_ptr<crypto::FieldRing> ring;
        storage::sql::Database& db;
        const storage::audit::Trail& audit;
        std::vector<storage::reseal::Column> columns;
        const base::Clock& clock;
        base::Log& log;
        base::Metrics& metrics;
        Random& random;
    };
    explicit FieldKeys(Parts parts) : parts_(std::move(parts)) {}

    // Puts a new key in front. CONFLICT while a rotation is under way. `by` says who in the audit row.
    Status Begin(const storage::audit::Entry& by);
    bool under_way() const { return parts_.ring->size() > 1; }
    // What there is to do, for a little while; nothing if no rotation is under way. The former key goes at the second
    // clean look, kSettleMicros after the first (a request that sealed before the turn has ended by then), unless
    // `may_finish` says no (a backup that is being made may hold older values). Called every second.
    Status Work(const std::function<bool()>& may_finish);
    // The same to the end, for a server that is stopped.
    Status WorkToTheEnd();
    // {under_way, keys, ids:[short, newest first], columns:[{name, values, old, broken}]}
    Result<json::Value> Report() const;

    static constexpr std::int64_t kSettleMicros = 120 * base::kMicrosPerSecond;

  private:
    struct Place {
        std::size_t column = 0;
        std::int64_t after = 0;
        storage::reseal::Count pass;
    };
    Status StepOn();
    // true when a pass over everything has just ended.
    bool PassEnded() const { return place_.column >= parts_.columns.size(); }
    Status Finish();
    Status Store(const std::vector<std::string>& masters, std::string_view action, storage::audit::Entry by);

    const Parts parts_;
    mutable std::mutex mutex_;
    Place place_;
    std::optional<std::int64_t> clean_since_;  // monotonic micros of the first clean look
};

}  // namespace rt::app
