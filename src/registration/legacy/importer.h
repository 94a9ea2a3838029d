// Takes over rows of the original service (rows.h): many in one commit, each once. A row that is refused leaves
// nothing; the others of its batch are entered all the same.
#pragma once

#include "base/result.h"
#include "json/json.h"
#include "registration/service.h"

namespace rt::registration::legacy {

inline constexpr std::size_t kBatchRows = 25;

// {"dump": text}: the audit row that a run begins with.
Result<json::Value> BeginRun(Service& service, const json::Value& args);
// {"report": ...}: the one it ends with; counts alone.
Result<json::Value> FinishRun(Service& service, const json::Value& args);

// {"as": "users", "collection": text, "rows": [at most kBatchRows]}: {"imported", "already", "refused": [{"id",
// "reason"}], "notes": {"word": count}}. Safe to repeat. UNAVAILABLE and the like when the store is not there; then
// nothing of this call, or part of it, is entered, and it may be sent again.
Result<json::Value> ImportRows(Service& service, const json::Value& args);

}  // namespace rt::registration::legacy
