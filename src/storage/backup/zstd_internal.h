// Files through zstd with bounded memory. Private to backup/.
#pragma once

#include <cstdint>
#include <string>

#include "storage/backup/backup.h"

namespace rt::storage::backup {

// Writes `to` (0600, new, on disk when it returns) and fills all but `name`. The meter counts the bytes of `from`, and
// may stop it.
Result<File> CompressFile(const std::string& from, const std::string& to, base::Meter& meter);
// The way back; INTERNAL if sizes or hashes differ from `expected`. `to` (0600, new) is on disk when it returns.
// The meter counts the bytes of `to`.
Status ExpandFile(const std::string& from, const std::string& to, const File& expected, base::Meter& meter);

}  // namespace rt::storage::backup
