// What everybody may read, served on the reactors from memory.
#include <algorithm>
#include <utility>

#include "base/encoding.h"
#include "crypto/hash.h"
#include "net/editing.h"
#include "registration/api/api_internal.h"
#include "registration/public_snapshot.h"

namespace rt::registration::api {
namespace {

// `fresh`, or 304 for who has it already.
Response Cached(const Request& request, const std::string& etag, Response fresh) {
    const std::string_view known = request.HeaderValue("if-none-match");
    const bool same = !known.empty() && known.find(etag) != std::string_view::npos;
    Response out = same ? Response() : std::move(fresh);
    if (same) out.status = 304;
    return std::move(out).With("ETag", etag).With("Cache-Control", "public, max-age=1");
}

Result<Response> ListEvents(Service& service, const Request& request) {
    RT_TRY(const net::PageQuery page, net::ReadPageQuery(request));
    const auto events = service.snapshot().Get();
    auto at = events->listed.begin();
    if (!page.cursor.empty()) {
        at = std::find_if(events->listed.begin(), events->listed.end(),
                          [&](const auto& event) { return event->event.public_id == page.cursor; });
        if (at == events->listed.end()) return base::InvalidField("cursor", {"游标无效", "cursor is not valid"});
        ++at;
    }
    std::string body = R"({"success":true,"data":[)";
    std::string tags;
    std::string last;
    for (std::int64_t i = 0; i < page.limit && at != events->listed.end(); ++i, ++at) {
        if (i > 0) body += ',';
        body += (*at)->list_json;
        tags += (*at)->etag;
        last = (*at)->event.public_id;
    }
    const bool more = at != events->listed.end();
    body += R"(],"meta":{"next_cursor":)" + (more ? "\"" + last + "\"" : std::string("null")) + "}}";
    tags += more ? "+" : ".";
    const auto digest = crypto::Sha256(tags);
    return Cached(request, "\"" + base::HexEncode(std::span(digest).first(12)) + "\"", JsonText(200, std::move(body)));
}

Result<Response> GetEvent(Service& service, const Request& request) {
    const auto events = service.snapshot().Get();
    const std::string& name = request.Param("event");
    auto at = events->by_id.find(name);
    if (at == events->by_id.end()) {
        at = events->by_slug.find(name);
        if (at == events->by_slug.end()) return Fail(Code::kNotFound);
    }
    const std::shared_ptr<const PublicEvent>& event = at->second;
    Response fresh = JsonText(200, {});
    fresh.shared = std::shared_ptr<const std::string>(event, &event->detail_json);
    Response out = Cached(request, event->etag, std::move(fresh));
    if (out.status == 200) event->views->fetch_add(1, std::memory_order_relaxed);
    return out;
}

}  // namespace

net::RouteTable PublicRoutes(Service& service, const std::string& base) {
    Table table(service, base);
    table
        .Add("event.public_list", Method::kGet, "/events", Access::kPublic, "Public events, newest start first.", {},
             ListEvents)
        .run = net::Run::kInline;
    table
        .Add("event.public_get", Method::kGet, "/events/{event}", Access::kPublic,
             "One event by id or slug, with divisions, forms and places left.", {}, GetEvent)
        .run = net::Run::kInline;
    return table.Take();
}

}  // namespace rt::registration::api
