// Submitting a team and what its captain may do afterwards.
#include <utility>

#include "net/editing.h"
#include "registration/api/api_internal.h"

namespace rt::registration::api {
namespace {

void CountRefusal(Service& service, std::string_view team_public_id) {
    const auto team = service.needs().db.Read([&](Reader& reader) { return store::FindTeam(reader, team_public_id); });
    if (!team.ok() || !team->has_value()) return;
    service.needs().metrics.Get(Metric::kQuotaRefused, {(*team)->event_public_id}).Add();
}

Result<Response> Submit(Service& service, const Request& request) {
    RT_TRY(const json::Value body, BodyOf(request));
    json::Reader in(body);
    const auto& needs = service.needs();
    store::SubmitTeam command{request.Param("team"), needs.ids.Next<RegistrationId>(), base::NewPublicId(needs.random),
                              store::Source::kWeb};
    command.reserve_hash = ReserveHashField(in, service);
    RT_CHECK_OK(in.Finish());
    store::Submitted done;
    const std::int64_t began = needs.clock.MonotonicMicros();
    auto response = Commit(service, request, {"team.submit", store::kSubmitIds, 201},
                           [&](Writer& writer, store::Commit& commit) -> Result<json::Value> {
                               RT_TRY(done, store::Submit(writer, commit, command));
                               return json::Value(json::Object{{"id", done.public_id},
                                                               {"state", Word(done.state)},
                                                               {"friendly_no", done.friendly_no},
                                                               {"rev", done.rev}});
                           });
    if (!response.ok()) {
        if (response.error().code == Code::kQuotaFull) CountRefusal(service, command.team_public_id);
        return response;
    }
    // Not what was answered again by its key.
    if (done.friendly_no != 0) {
        needs.metrics.Get(Metric::kHoldTime).ObserveMicros(needs.clock.MonotonicMicros() - began);
    }
    return response;
}

template <RegistrationCommand Which>
Result<Response> Run(Service& service, const Request& request) {
    RT_TRY(const json::Value body, BodyOf(request));
    json::Reader in(body);
    store::Command wanted;
    wanted.registration_public_id = request.Param("registration");
    wanted.command = Which;
    wanted.reason = in.OptionalText("reason", {0, kReasonSizeMax, true}).value_or("");
    RT_CHECK_OK(in.Finish());
    return Commit(service, request, {"registration.command", store::kCommandIds, 200},
                  [&](Writer& writer, store::Commit& commit) -> Result<json::Value> {
                      RT_TRY(const auto after, store::RunAsCaptain(writer, commit, wanted));
                      return RegistrationRef(std::optional(after), request.locale);
                  });
}

}  // namespace

net::RouteTable RegistrationRoutes(Service& service, const std::string& base) {
    constexpr Access kWho = Access::kUser;
    constexpr const char* kReason = R"({"reason":"时间冲突"})";
    Table table(service, base);
    table.Add("team.submit", Method::kPost, "/teams/{team}/submit", kWho,
              "Submits a ready team; takes its places in the same commit.", "{}", Submit);
    table.Add("registration.withdraw", Method::kPost, "/registrations/{registration}/withdraw",
              net::Permission::kRegEdit, net::Scope::kRegistration, "Withdraws a registration that is not confirmed.",
              kReason, Run<RegistrationCommand::kWithdraw>);
    table.Add("registration.cancel", Method::kPost, "/registrations/{registration}/cancel", net::Permission::kRegEdit,
              net::Scope::kRegistration, "Cancels a confirmed registration.", kReason,
              Run<RegistrationCommand::kCancel>);
    table.Add("registration.resubmit", Method::kPost, "/registrations/{registration}/resubmit",
              net::Permission::kRegEdit, net::Scope::kRegistration, "Hands a returned registration in again.", "{}",
              Run<RegistrationCommand::kResubmit>);
    return AlsoConcerned(table.Take());
}

}  // namespace rt::registration::api
