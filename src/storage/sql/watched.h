// Long work on a fixed view, watched and stopped by whoever asked for it.
#pragma once

#include <functional>
#include <string>

#include "base/work.h"
#include "storage/sql/database.h"

namespace rt::storage::sql {

// Writes the database, as of the view, to a new file and to disk. `work` is told of pages. UNAVAILABLE when it was
// stopped; then no file is left.
Status CopyTo(Snapshot& snapshot, const std::string& path, const base::Work& work);

// From now on statements on the view answer DEADLINE_EXCEEDED once `stopped` says so, which is asked often.
void StopWhen(Snapshot& snapshot, std::function<bool()> stopped);

}  // namespace rt::storage::sql
