// What every editable resource and every list shares: ETag and If-Match (RFC 9110 §13.1.1), limit and cursor.
#pragma once

#include <cstdint>
#include <string>

#include "net/http.h"

namespace rt::net {

// The revision named by `If-Match: "<rev>"`. PRECONDITION_REQUIRED without the header, PRECONDITION_FAILED for anything
// but one strong tag of ours.
Result<std::int64_t> RequireIfMatch(const Request& request);

// Adds `ETag: "<rev>"`.
Response WithRev(Response response, std::int64_t rev);

inline constexpr std::int64_t kPageLimitDefault = 20;
inline constexpr std::int64_t kPageLimitMax = 100;

struct PageQuery {
    std::int64_t limit = kPageLimitDefault;
    std::string cursor;  // as the client sent it back; empty: the first page
};

// ?limit (1 to kPageLimitMax) and ?cursor (at most 200 bytes); VALIDATION_FAILED.
Result<PageQuery> ReadPageQuery(const Request& request);

// {"success":true,"data":[...],"meta":{"next_cursor":"..."|null}}; `next` empty: the last page.
Response Page(json::Array data, const std::string& next);

}  // namespace rt::net
