#include "ops/api_limits.h"

#include <memory>
#include <utility>

#include "json/reader.h"
#include "net/credential.h"
#include "net/editing.h"

namespace rt::ops {
namespace {

using net::Request;
using net::Response;

constexpr std::size_t kChangesMax = 50;

bool ListHas(std::string_view list, std::string_view word) {
    while (!list.empty()) {
        const std::size_t comma = list.find(',');
        if (list.substr(0, comma) == word) return true;
        list = comma == std::string_view::npos ? std::string_view() : list.substr(comma + 1);
    }
    return false;
}

class LimitApi {
  public:
    explicit LimitApi(LimitParts parts) : parts_(std::move(parts)) {}

    Result<Response> Get(const Request& request) const {
        static_cast<void>(request);
        return All();
    }

    Result<Response> Patch(const Request& request) const {
        RT_TRY(const std::int64_t rev, net::RequireIfMatch(request));
        RT_TRY(const json::Value body, request.Json());
        RT_TRY(const auto changes, ReadChanges(body));
        RT_CHECK_OK(parts_.limits.Change(
            parts_.db, rev, changes, request.now,
            [&](storage::sql::Writer& writer, const json::Object& before, const json::Object& after) {
                const std::string was = json::Encode(before);
                const std::string is = json::Encode(after);
                const std::string via = net::Via(request.principal);
                storage::audit::Entry entry;
                entry.at = request.now;
                entry.actor = request.principal.user_id;
                entry.entity = "server";
                entry.action = "limits.change";
                entry.client = request.client;
                entry.request_id = request.request_id;
                entry.before = was;
                entry.after = is;
                entry.via = via;
                return parts_.audit.Append(writer, entry);
            }));
        return All();
    }

  private:
    static Result<std::vector<LimitChange>> ReadChanges(const json::Value& body) {
        json::Reader in(body);
        std::vector<LimitChange> changes;
        if (const json::Array* list = in.List("limits", 1, kChangesMax)) {
            for (std::size_t i = 0; i < list->size(); ++i) {
                json::Reader one((*list)[i], "limits[" + std::to_string(i) + "]");
                LimitChange change{one.Text("name", {.size_max = 60}), {}};
                const auto limit = one.OptionalInt("limit", 0, Limits::kRateMax);
                const auto window = one.OptionalInt("window_s", 0, Limits::kWindowSecondsMax);
                if (limit) change.value = LimitValue{*limit, window.value_or(0)};
                in.Merge(std::move(one));
                changes.push_back(std::move(change));
            }
        }
        RT_CHECK_OK(in.Finish());
        return changes;
    }

    Response All() const {
        json::Array rows;
        const std::int64_t rev = parts_.limits.rev();
        for (const Limits::Row& row : parts_.limits.Rows()) rows.emplace_back(RowJson(row));
        for (const LimitRow& row : parts_.fixed) {
            json::Object out{{"name", row.name}, {"limit", row.limit}, {"adjustable", false}};
            if (row.used) out.Set("used", row.used());
            rows.emplace_back(std::move(out));
        }
        return net::WithRev(net::Page(std::move(rows), ""), rev);
    }

    json::Object RowJson(const Limits::Row& row) const {
        const std::int64_t in_force = row.now.limit > 0 ? row.now.limit : parts_.in_force(row.name);
        json::Object out{{"name", row.name}, {"limit", in_force}, {"adjustable", true}, {"set", row.is_set}};
        if (row.now.window_s > 0) out.Set("window_s", row.now.window_s);
        json::Object configured{{"limit", row.configured.limit}};
        if (row.configured.window_s > 0) configured.Set("window_s", row.configured.window_s);
        out.Set("configured", std::move(configured));
        if (row.rule != nullptr) {
            out.Set("refused", Refused(*row.rule));
        } else {
            const std::int64_t used = parts_.used(row.name);
            if (used >= 0) out.Set("used", used);
        }
        return out;
    }

    std::int64_t Refused(const net::NamedRateRule& rule) const {
        std::int64_t sum = 0;
        parts_.metrics.Each(Metric::kHttpLimited,
                            [&](const std::vector<std::string>& labels, const base::Series& series) {
                                if (labels.at(1) == rule.scope && ListHas(rule.classes, labels.at(0)))
                                    sum += series.Value();
                            });
        return sum;
    }

    LimitParts parts_;
};

}  // namespace

net::RouteTable LimitRoutes(LimitParts parts) {
    net::Route get;
    get.name = "admin.limits";
    get.pattern = parts.base + "/admin/limits";
    get.permission = net::Permission::kServerView;
    get.run = net::Run::kStore;
    get.summary = "Every limit in force, what was refused, and which can be changed while the server runs.";
    net::Route patch = get;
    patch.name = "admin.limits.change";
    patch.method = net::Method::kPatch;
    patch.permission = net::Permission::kServerManage;
    patch.rate_class = net::RateClass::kWrite;
    patch.body = net::BodyKind::kJson;
    patch.body_bytes_max = 16 << 10;
    patch.summary = "Change limits, or without a value take a change back; in force at once and after a restart.";
    patch.request_example = R"({"limits":[{"name":"rate.user_general","limit":900,"window_s":900}]})";

    const auto api = std::make_shared<LimitApi>(std::move(parts));
    get.handler = [api](const Request& request) { return api->Get(request); };
    patch.handler = [api](const Request& request) { return api->Patch(request); };
    return {get, patch};
}

}  // namespace rt::ops
