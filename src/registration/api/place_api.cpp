// What happens to a registration's place beside submit and review: offers of the waiting list, decisions on cancelling,
// reopening, moving, and the organiser's own submit.
#include <array>
#include <utility>

#include "net/editing.h"
#include "registration/api/api_internal.h"
#include "registration/domain/invite_code.h"
#include "registration/place_view.h"
#include "registration/store/waitlist.h"

namespace rt::registration::api {
namespace {

using Run = std::function<Result<store::RegistrationRow>(Writer&, store::Commit&)>;

// One command on a registration, and what it has become.
Result<Response> Answer(Service& service, const Request& request, std::string_view name, const Run& run) {
    std::optional<store::RegistrationRow> after;
    RT_TRY(auto response,
           Commit(service, request, {name, store::kCommandIds, 200},
                  [&](Writer& writer, store::Commit& commit) -> Result<json::Value> {
                      RT_TRY(after, run(writer, commit));
                      RT_TRY(const auto team, store::FindTeam(writer, after->team));
                      json::Value out = RegistrationRef(after, request.locale);
                      RT_CHECK_OK(AddPlace(writer, out.AsObject(), *after, *team, commit.actor, commit.now));
                      return out;
                  }));
    if (!after.has_value()) return response;  // answered again by its key
    return net::WithRev(std::move(response), after->rev);
}

std::string Reason(json::Reader& in, bool required) {
    const std::size_t least = required ? 1 : 0;
    if (required) return in.Text("reason", {least, kReasonSizeMax, true});
    return in.OptionalText("reason", {least, kReasonSizeMax, true}).value_or("");
}

Result<Response> Get(Service& service, const Request& request) {
    return service.needs().db.Read([&](Reader& reader) -> Result<Response> {
        RT_TRY(const auto row, store::FindRegistration(reader, request.Param("registration")));
        if (!row.has_value()) return Fail(Code::kNotFound);
        RT_TRY(const auto team, store::FindTeam(reader, row->team));
        const store::Actor viewer = ActorOf(request);
        RT_TRY(const auto member, store::FindActiveMember(reader, row->team, viewer.user));
        if (!member.has_value() && !team->IsCaptain(viewer) && !viewer.May(net::Permission::kRegView)) {
            return Fail(Code::kNotFound);
        }
        json::Value out = RegistrationRef(row, request.locale);
        out.AsObject().Set("team", json::Object{{"id", team->public_id}, {"name", team->name}});
        RT_CHECK_OK(AddPlace(reader, out.AsObject(), *row, *team, viewer, request.now));
        return net::WithRev(net::Success(std::move(out)), row->rev);
    });
}

void CountOffer(Service& service, std::string_view result) {
    service.needs().metrics.Get(Metric::kWaitlistOffers, {result}).Add();
}

Result<Response> Accept(Service& service, const Request& request) {
    RT_TRY(const json::Value body, BodyOf(request));
    json::Reader in(body);
    RT_CHECK_OK(in.Finish());
    RT_TRY(auto response, Answer(service, request, "offer.accept", [&](Writer& writer, store::Commit& commit) {
               return store::AcceptOffer(writer, commit, request.Param("registration"));
           }));
    CountOffer(service, "accepted");
    return response;
}

Result<Response> Decline(Service& service, const Request& request) {
    RT_TRY(const json::Value body, BodyOf(request));
    json::Reader in(body);
    const bool stay = in.OptionalBool("stay").value_or(false);
    RT_CHECK_OK(in.Finish());
    const auto after = stay ? store::AfterDecline::kStay : store::AfterDecline::kLeave;
    RT_TRY(auto response, Answer(service, request, "offer.decline", [&](Writer& writer, store::Commit& commit) {
               return store::DeclineOffer(writer, commit, request.Param("registration"), after);
           }));
    CountOffer(service, "declined");
    return response;
}

Result<Response> DecideCancel(Service& service, const Request& request) {
    constexpr std::array<std::string_view, 2> kWords{"GRANT", "REFUSE"};
    RT_TRY(const json::Value body, request.Json());
    json::Reader in(body);
    const bool grants = in.Word("action", kWords) == 0;
    const store::Command command{request.Param("registration"),
                                 grants ? RegistrationCommand::kGrantCancel : RegistrationCommand::kRefuseCancel,
                                 Reason(in, false),
                                 {}};
    RT_CHECK_OK(in.Finish());
    return Answer(service, request, "registration.decide_cancel",
                  [&](Writer& writer, store::Commit& commit) { return store::DecideCancel(writer, commit, command); });
}

Result<Response> Reopen(Service& service, const Request& request) {
    RT_TRY(const json::Value body, request.Json());
    json::Reader in(body);
    const store::Command command{request.Param("registration"), RegistrationCommand::kReopen, Reason(in, true), {}};
    RT_CHECK_OK(in.Finish());
    return Answer(service, request, "registration.reopen",
                  [&](Writer& writer, store::Commit& commit) { return store::Reopen(writer, commit, command); });
}

Result<Response> Move(Service& service, const Request& request) {
    RT_TRY(const json::Value body, request.Json());
    json::Reader in(body);
    const store::MoveRegistration command{
        request.Param("registration"), in.Text("division", {.size_max = 32}), Reason(in, true), {}};
    RT_CHECK_OK(in.Finish());
    return Answer(service, request, "registration.move", [&](Writer& writer, store::Commit& commit) {
        return store::MoveToDivision(writer, commit, command);
    });
}

Result<Response> SetPriority(Service& service, const Request& request) {
    RT_TRY(const json::Value body, request.Json());
    json::Reader in(body);
    const std::int64_t priority = in.Int("priority", -store::kPriorityMax, store::kPriorityMax);
    const std::string reason = Reason(in, true);
    RT_CHECK_OK(in.Finish());
    return Answer(service, request, "waitlist.priority",
                  [&](Writer& writer, store::Commit& commit) -> Result<store::RegistrationRow> {
                      const std::string id = request.Param("registration");
                      RT_CHECK_OK(store::SetPriority(writer, commit, id, priority, reason));
                      RT_TRY(auto row, store::FindRegistration(writer, id));
                      RT_CHECK(row.has_value());
                      return *std::move(row);
                  });
}

Result<Response> SubmitForTeam(Service& service, const Request& request) {
    RT_TRY(const json::Value body, request.Json());
    json::Reader in(body);
    const auto& needs = service.needs();
    store::SubmitTeam command{request.Param("team"), needs.ids.Next<RegistrationId>(), base::NewPublicId(needs.random),
                              store::Source::kAdmin};
    command.reason = Reason(in, true);
    command.reserve_hash = ReserveHashField(in, service);
    RT_CHECK_OK(in.Finish());
    return Answer(service, request, "team.submit_by_organiser",
                  [&](Writer& writer, store::Commit& commit) -> Result<store::RegistrationRow> {
                      RT_TRY(const auto done, store::Submit(writer, commit, command));
                      RT_TRY(auto row, store::FindRegistration(writer, done.id));
                      RT_CHECK(row.has_value());
                      return *std::move(row);
                  });
}

}  // namespace

std::string ReserveHashField(json::Reader& in, const Service& service) {
    const auto text = in.OptionalText("reserve_code", {.size_max = 32});
    if (!text.has_value()) return {};
    const auto code = ParseInviteCode(*text);
    if (!code.has_value()) {
        in.Note("reserve_code", {"预留码为 8 位字母或数字", "The code of a reserve has 8 letters or digits"});
        return {};
    }
    return service.needs().privacy.BlindIndex("reserve", *code);
}

net::RouteTable PlaceRoutes(Service& service, const std::string& base) {
    constexpr auto kEdit = net::Permission::kRegEdit;
    constexpr auto kOne = net::Scope::kRegistration;
    constexpr const char* kReason = R"({"reason":"组委会同意"})";
    Table own(service, base);
    own.Add("registration.place", Method::kGet, "/registrations/{registration}", net::Permission::kRegView, kOne,
            "Where a registration stands: review, waiting list, clock, what one may do.", {}, Get);
    own.Add("offer.accept", Method::kPost, "/registrations/{registration}/accept-offer", kEdit, kOne,
            "Takes the place offered to a team on the waiting list.", "{}", Accept);
    own.Add("offer.decline", Method::kPost, "/registrations/{registration}/decline-offer", kEdit, kOne,
            "Declines it; with stay: back to the end of the list, once.", R"({"stay":true})", Decline);
    net::RouteTable out = AlsoConcerned(own.Take());
    Table table(service, base);
    table.Add("registration.decide_cancel", Method::kPost, "/organiser/registrations/{registration}/cancel-decision",
              net::Permission::kRegReview, kOne, "Grants or refuses the cancelling that a captain asked for.",
              R"({"action":"GRANT"})", DecideCancel);
    table.Add("registration.reopen", Method::kPost, "/organiser/registrations/{registration}/reopen", kEdit, kOne,
              "Makes an ended registration a draft again; takes its places anew.", kReason, Reopen);
    table.Add("registration.move", Method::kPost, "/organiser/registrations/{registration}/move", kEdit, kOne,
              "Moves a team to another division of the event, with its places.",
              R"({"division":"0123456789abcdef","reason":"年龄不符"})", Move);
    table.Add("waitlist.priority", Method::kPatch, "/organiser/registrations/{registration}/waitlist", kEdit, kOne,
              "Changes the priority of a waiting team.", R"({"priority":10,"reason":"友好城市"})", SetPriority);
    table.Add("team.submit_by_organiser", Method::kPost, "/organiser/teams/{team}/submit", kEdit, net::Scope::kTeam,
              "Submits a team for its captain, also outside the windows; quotas hold.", kReason, SubmitForTeam);
    for (net::Route& route : table.Take()) out.push_back(std::move(route));
    return out;
}

}  // namespace rt::registration::api
