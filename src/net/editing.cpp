#include "net/editing.h"

#include <utility>

#include "base/parse.h"

namespace rt::net {

namespace {

constexpr std::size_t kCursorBytesMax = 200;

}  // namespace

Result<std::int64_t> RequireIfMatch(const Request& request) {
    std::string_view tag = base::TrimAscii(request.HeaderValue("if-match"));
    if (tag.empty()) return Fail(Code::kPreconditionRequired);
    if (tag.size() < 3 || tag.front() != '"' || tag.back() != '"') return Fail(Code::kPreconditionFailed);
    tag = tag.substr(1, tag.size() - 2);
    const auto rev = base::ParseSigned(tag);
    if (!rev || std::to_string(*rev) != tag) return Fail(Code::kPreconditionFailed);
    return *rev;
}

Response WithRev(Response response, std::int64_t rev) {
    response.With("ETag", '"' + std::to_string(rev) + '"');
    return response;
}

Result<PageQuery> ReadPageQuery(const Request& request) {
    PageQuery page;
    if (const auto limit = request.Query("limit")) {
        const auto number = base::ParseUnsigned(*limit);
        if (!number || *number < 1 || *number > kPageLimitMax) {
            return base::InvalidField("limit", {"每页数量须为 1 到 100", "limit must be 1 to 100"});
        }
        page.limit = static_cast<std::int64_t>(*number);
    }
    if (const auto cursor = request.Query("cursor")) {
        if (cursor->size() > kCursorBytesMax) return base::InvalidField("cursor", {"游标无效", "cursor is not valid"});
        page.cursor = *cursor;
    }
    return page;
}

Response Page(json::Array data, const std::string& next) {
    json::Object meta{{"next_cursor", next.empty() ? json::Value() : json::Value(next)}};
    return Success(std::move(data), std::move(meta));
}

}  // namespace rt::net
