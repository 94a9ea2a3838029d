// A database file that no Database has open, looked at whole: for backups. Private to storage/.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/work.h"

namespace rt::storage::sql {

struct Inspection {
    std::vector<std::pair<std::string, std::int64_t>> rows;  // of each table, by name
    std::int64_t schema = 0;                                 // the newest migration in force
    std::int64_t schema_needs = 0;                           // the lowest binary schema number that may serve on it
    std::int64_t audit_seq = 0;
    std::string audit_mac;
};

// kWhole runs integrity_check and foreign_key_check first; INTERNAL with what is wrong. UNAVAILABLE when `work` was
// stopped.
enum class Depth : std::uint8_t { kCounts, kWhole };
Result<Inspection> InspectFile(const std::string& path, Depth depth, const base::Work& work);

}  // namespace rt::storage::sql
