#include <utility>

#include "auth/user_store.h"
#include "net/credential.h"
#include "registration/api/api_internal.h"
#include "registration/api/clone_api.h"
#include "registration/api/cover_api.h"
#include "storage/idempotency/idempotency.h"
#include "text/normalise.h"

namespace rt::registration {

net::RouteTable Routes(Service& service, const ApiOptions& options) {
    net::RouteTable out;
    for (const auto& part :
         {api::PublicRoutes, api::EventRoutes,    api::CloneRoutes,    api::CoverRoutes,        api::DivisionRoutes,
          api::FormRoutes,   api::DocumentRoutes, api::AccessRoutes,   api::AnswerRoutes,       api::CorrectionRoutes,
          api::ReviewRoutes, api::TeamRoutes,     api::PersonRoutes,   api::GuardianRoutes,     api::SubstitutionRoutes,
          api::ClubRoutes,   api::MemberRoutes,   api::InviteRoutes,   api::RegistrationRoutes, api::QuotaRoutes,
          api::PlaceRoutes,  api::InboxRoutes,    api::ListRoutes,     api::DeskRoutes,         api::BulkRoutes,
          api::ExportRoutes, api::ImportRoutes,   api::AdmissionRoutes}) {
        for (net::Route& route : part(service, options.base)) out.push_back(std::move(route));
    }
    return out;
}

}  // namespace rt::registration

namespace rt::registration::api {
namespace {

namespace idempotency = storage::idempotency;

constexpr std::size_t kBodyBytesMax = 256 << 10;
constexpr std::int64_t kTeamsAtOnce = 100;
constexpr std::size_t kIdsPerTeam = 3;  // what a team that becomes deficient is told by
constexpr std::int64_t kBackfillAtOnce = 100;

bool HasBody(Method method) {
    return method == Method::kPost || method == Method::kPut || method == Method::kPatch;
}

Result<idempotency::Key> KeyOf(const Needs& needs, const Request& request) {
    if (request.method != Method::kPost) return idempotency::Key{};
    RT_TRY(idempotency::Key out, idempotency::ReadKey(request.HeaderValue("idempotency-key"), request.principal.user_id,
                                                      "POST " + request.path, request.body));
    if (!out.key.empty()) idempotency::SealAnswers(out, needs.privacy.answer_secret(), needs.random);
    return out;
}

std::string Envelope(json::Value data) {
    return json::Encode(json::Object{{"success", true}, {"data", std::move(data)}});
}

}  // namespace

net::Route& Table::Add(std::string name, Method method, std::string_view path, Access access, std::string summary,
                       std::string example, Fn handler) {
    net::Route route;
    route.name = std::move(name);
    route.method = method;
    route.pattern = base_ + std::string(path);
    route.access = access;
    route.rate_class = method == Method::kGet ? net::RateClass::kRead : net::RateClass::kWrite;
    route.body = HasBody(method) ? net::BodyKind::kJson : net::BodyKind::kNone;
    route.body_bytes_max = kBodyBytesMax;
    route.idempotency = method == Method::kPost ? net::Idempotency::kAccepted : net::Idempotency::kNone;
    route.summary = std::move(summary);
    route.request_example = std::move(example);
    route.handler = [&service = service_, handler](const Request& request) { return handler(service, request); };
    routes_.push_back(std::move(route));
    return routes_.back();
}

net::Route& Table::Add(std::string name, Method method, std::string_view path, net::Permission permission,
                       net::Scope scope, std::string summary, std::string example, Fn handler) {
    net::Route& route =
        Add(std::move(name), method, path, Access::kUser, std::move(summary), std::move(example), handler);
    route.permission = permission;
    route.scope = scope;
    return route;
}

net::RouteTable AlsoConcerned(net::RouteTable routes) {
    for (net::Route& route : routes) {
        if (route.permission != net::Permission::kNone) route.holders = net::Holders::kAlso;
    }
    return routes;
}

store::Actor ActorOf(const Request& request) {
    return {UserId{request.principal.user_id}, request.held, request.client, request.request_id,
            net::Via(request.principal)};
}

Viewer ViewerOf(const Request& request) {
    return {ActorOf(request), request.locale, request.now};
}

Result<json::Value> BodyOf(const Request& request) {
    if (request.body.empty()) return json::Value(json::Object{});
    return request.Json();
}

Response JsonText(int status, std::string body) {
    Response out;
    out.status = status;
    out.content_type = "application/json; charset=utf-8";
    out.body = std::move(body);
    return out;
}

Result<Response> Commit(Service& service, const Request& request, const CommitPlan& plan, const Effect& effect) {
    const auto& needs = service.needs();
    RT_TRY(const auto key, KeyOf(needs, request));
    const store::Commit commit = service.NewCommit(ActorOf(request), plan.ids);
    RT_TRY(auto answer,
           idempotency::Write(needs.db, key, commit.now, plan.name, [&](Writer& writer) -> Result<idempotency::Answer> {
               store::Commit mine = commit;
               RT_TRY(json::Value data, effect(writer, mine));
               if (plan.status == 204) return idempotency::Answer{204, {}, false};
               return idempotency::Answer{plan.status, Envelope(std::move(data)), false};
           }));
    if (answer.status == 204) return net::NoContent();
    Response out = JsonText(answer.status, std::move(answer.body));
    if (answer.replayed) out.With("Idempotency-Replayed", "true");
    return out;
}

Result<store::Event> EventOf(Service& service, const Request& request) {
    return service.needs().db.Read([&](Reader& reader) -> Result<store::Event> {
        RT_TRY(auto event, store::FindEventByName(reader, request.Param("event")));
        if (!event.has_value()) return Fail(Code::kNotFound);
        return *std::move(event);
    });
}

Result<store::Event> EventById(Reader& reader, EventId id) {
    RT_TRY(auto event, store::FindEvent(reader, id));
    if (!event.has_value()) return Fail(Code::kNotFound);
    return *std::move(event);
}

Result<std::string> OwnName(Reader& reader, const Request& request) {
    RT_TRY(const auto user, auth::store::FindById(reader, auth::UserId{request.principal.user_id}));
    if (!user.has_value()) return Fail(Code::kUnauthenticated);
    return user->display_name;
}

std::string SealName(const Service& service, UserId user, std::string_view name) {
    return service.needs().privacy.Seal({Owner::Kind::kPersonName, user.value}, name);
}

std::string NameField(json::Reader& in, std::string_view key) {
    std::string name = in.Text(key, {.size_max = kNameSizeMax});
    if (!name.empty() && text::NameKey(name).value_or("").empty()) {
        in.Note(in.PathOf(key), {"名称不能为空白", "The name has no visible characters"});
    }
    return name;
}

Status SetQuotaCap(Service& service, const Request& request, const store::QuotaKey& key,
                   std::optional<std::int64_t> cap) {
    const auto& needs = service.needs();
    const store::NewQuota fresh{needs.ids.Next<QuotaId>(), base::NewPublicId(needs.random)};
    RT_TRY(const QuotaId quota,
           needs.db.Write("quota.ensure", [&](Writer& writer) { return store::EnsureQuota(writer, key, fresh); }));
    return FillAndCap(service, request, quota, cap);
}

Status FillAndCap(Service& service, const Request& request, QuotaId quota, std::optional<std::int64_t> cap) {
    const auto& needs = service.needs();
    RegistrationId last;
    do {
        const auto commit = service.NewCommit(ActorOf(request), 2 * kBackfillAtOnce);
        RT_TRY(last, needs.db.Write("quota.backfill", [&](Writer& writer) {
            store::Commit mine = commit;
            return store::BackfillUnits(writer, mine, quota, last, kBackfillAtOnce);
        }));
    } while (last);
    const auto commit = service.NewCommit(ActorOf(request), 1);
    return needs.db.Write("quota.set_cap", [&](Writer& writer) {
        store::Commit mine = commit;
        return store::SetCap(writer, mine, quota, cap, std::nullopt);
    });
}

Status RecomputeTeams(Service& service, const Request& request, EventId event) {
    TeamId last;
    do {
        const auto commit = service.NewCommit(ActorOf(request), kIdsPerTeam * kTeamsAtOnce);
        RT_TRY(last, service.needs().db.Write("team.recompute", [&](Writer& writer) {
            store::Commit mine = commit;
            return store::RecomputeSome(writer, mine, event, last, kTeamsAtOnce);
        }));
    } while (last);
    return Ok();
}

}  // namespace rt::registration::api
