#include "app/field_keys_api.h"

#include <cstdint>

#include "net/credential.h"

namespace rt::app {
namespace {

// The report opens every sealed value once.
constexpr std::uint32_t kReportCost = 10;

Result<net::Response> Answer(const FieldKeys& keys, int status) {
    RT_TRY(json::Value report, keys.Report());
    net::Response response = net::Success(std::move(report));
    response.status = status;
    return response;
}

}  // namespace

net::RouteTable FieldKeyRoutes(FieldKeys& keys, const std::string& base) {
    net::Route report;
    report.name = "admin.field_key.report";
    report.pattern = base + "/admin/keys/field";
    report.permission = net::Permission::kServerView;
    report.run = net::Run::kStore;
    report.cost = kReportCost;
    report.summary = "Keys of sealed fields: short ids, newest first, and how many values wait under a former one.";
    report.handler = [&keys](const net::Request&) { return Answer(keys, 200); };
    net::Route rotate;
    rotate.name = "admin.field_key.rotate";
    rotate.method = net::Method::kPost;
    rotate.pattern = base + "/admin/keys/field/rotate";
    rotate.permission = net::Permission::kServerManage;
    rotate.run = net::Run::kStore;
    rotate.rate_class = net::RateClass::kWrite;
    rotate.summary = "Put a new key in front; values are sealed again in the background. CONFLICT while that goes on.";
    rotate.handler = [&keys](const net::Request& request) -> Result<net::Response> {
        const std::string via = net::Via(request.principal);
        storage::audit::Entry by;
        by.actor = request.principal.user_id;
        by.client = request.client;
        by.request_id = request.request_id;
        by.via = via;
        RT_CHECK_OK(keys.Begin(by));
        return Answer(keys, 202);
    };
    return {report, rotate};
}

}  // namespace rt::app
