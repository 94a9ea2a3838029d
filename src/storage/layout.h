// What lies in the data folder, by name.
#pragma once

#include <string_view>

namespace rt::storage {

inline constexpr std::string_view kDatabaseFile = "roundtable.db";  // with -wal and -shm beside it
inline constexpr std::string_view kKvFolder = "kv";                 // durable/ and cache/
inline constexpr std::string_view kBlobFolder = "blobs";
inline constexpr std::string_view kKeyFolder = "keys";
inline constexpr std::string_view kBackupFolder = "backups";

}  // namespace rt::storage
