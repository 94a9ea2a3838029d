// Shared by the handlers of registration.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "json/json.h"
#include "json/reader.h"
#include "net/http.h"
#include "net/route.h"
#include "registration/service.h"
#include "registration/views.h"

namespace rt::registration::api {

using net::Access;
using net::Method;
using net::Request;
using net::Response;
using storage::sql::Reader;
using storage::sql::Writer;

// Builds one file's rows of the route table; what follows from the method is set here.
class Table {
  public:
    using Fn = Result<Response> (*)(Service&, const Request&);
    Table(Service& service, std::string base) : service_(service), base_(std::move(base)) {}

    // `example`: a valid body, empty for methods without one. The reference is good until the next Add.
    net::Route& Add(std::string name, Method method, std::string_view path, Access access, std::string summary,
                    std::string example, Fn handler);
    // For those who hold `permission` in `scope`.
    net::Route& Add(std::string name, Method method, std::string_view path, net::Permission permission,
                    net::Scope scope, std::string summary, std::string example, Fn handler);
    net::RouteTable Take() { return std::move(routes_); }

  private:
    Service& service_;
    std::string base_;
    net::RouteTable routes_;
};

// Lets a team's own people in beside those who hold the permission; the commands know them.
net::RouteTable AlsoConcerned(net::RouteTable routes);

net::RouteTable PublicRoutes(Service& service, const std::string& base);
net::RouteTable EventRoutes(Service& service, const std::string& base);
net::RouteTable DivisionRoutes(Service& service, const std::string& base);
net::RouteTable FormRoutes(Service& service, const std::string& base);
net::RouteTable AccessRoutes(Service& service, const std::string& base);
net::RouteTable DocumentRoutes(Service& service, const std::string& base);
net::RouteTable AnswerRoutes(Service& service, const std::string& base);
net::RouteTable CorrectionRoutes(Service& service, const std::string& base);
net::RouteTable ReviewRoutes(Service& service, const std::string& base);
net::RouteTable TeamRoutes(Service& service, const std::string& base);
net::RouteTable MemberRoutes(Service& service, const std::string& base);
net::RouteTable InviteRoutes(Service& service, const std::string& base);
net::RouteTable PersonRoutes(Service& service, const std::string& base);
net::RouteTable GuardianRoutes(Service& service, const std::string& base);
net::RouteTable ClubRoutes(Service& service, const std::string& base);
net::RouteTable SubstitutionRoutes(Service& service, const std::string& base);
net::RouteTable RegistrationRoutes(Service& service, const std::string& base);
net::RouteTable QuotaRoutes(Service& service, const std::string& base);
net::RouteTable AdmissionRoutes(Service& service, const std::string& base);
net::RouteTable PlaceRoutes(Service& service, const std::string& base);
net::RouteTable ListRoutes(Service& service, const std::string& base);
net::RouteTable DeskRoutes(Service& service, const std::string& base);
net::RouteTable BulkRoutes(Service& service, const std::string& base);
net::RouteTable ExportRoutes(Service& service, const std::string& base);
net::RouteTable ImportRoutes(Service& service, const std::string& base);
net::RouteTable InboxRoutes(Service& service, const std::string& base);

store::Actor ActorOf(const Request& request);
Viewer ViewerOf(const Request& request);

// The body as a JSON object; an empty body counts as {}.
Result<json::Value> BodyOf(const Request& request);
// A JSON text of ours with this status.
Response JsonText(int status, std::string body);

// One commit and its answer. `effect` runs inside the commit, perhaps more than once, and gives the answer's data. A
// POST with an Idempotency-Key takes effect once. `name` must have static storage.
using Effect = std::function<Result<json::Value>(Writer&, store::Commit&)>;
struct CommitPlan {
    std::string_view name;
    std::size_t ids = 0;
    int status = 200;
};
Result<Response> Commit(Service& service, const Request& request, const CommitPlan& plan, const Effect& effect);

// The event named in the path; NOT_FOUND. Who may see it is the route's permission.
Result<store::Event> EventOf(Service& service, const Request& request);
// An event that something refers to.
Result<store::Event> EventById(Reader& reader, EventId id);

// Display name of the signed-in user.
Result<std::string> OwnName(Reader& reader, const Request& request);
std::string SealName(const Service& service, UserId user, std::string_view name);

// A team's or person's name: one line, not blank after normalisation.
std::string NameField(json::Reader& in, std::string_view key);

// Sets a cap where one was asked for: makes the quota, gives earlier registrations their units, then sets it.
Status SetQuotaCap(Service& service, const Request& request, const store::QuotaKey& key,
                   std::optional<std::int64_t> cap);
// The same for a quota that is there.
Status FillAndCap(Service& service, const Request& request, QuotaId quota, std::optional<std::int64_t> cap);
// Of `reserve_code`, if it is there; a code of the wrong shape is noted.
std::string ReserveHashField(json::Reader& in, const Service& service);
// Brings all teams of an event in line after its limits or forms were changed.
Status RecomputeTeams(Service& service, const Request& request, EventId event);

}  // namespace rt::registration::api
