// Registrations as their organiser sees them: detail, review, figures, export.
#include <array>
#include <utility>

#include "net/editing.h"
#include "registration/api/api_internal.h"
#include "registration/domain/calendar.h"
#include "registration/place_view.h"
#include "registration/store/i18n.h"
#include "registration/store/journal.h"

namespace rt::registration::api {
namespace {

Result<Response> Detail(Service& service, const Request& request) {
    return service.needs().db.Read([&](Reader& reader) -> Result<Response> {
        RT_TRY(const auto row, store::FindRegistration(reader, request.Param("registration")));
        if (!row.has_value()) return Fail(Code::kNotFound);
        RT_TRY(const auto team, store::FindTeam(reader, row->team));
        RT_TRY(auto json, RegistrationDetail(reader, service.needs().privacy, *row, request.locale));
        RT_CHECK_OK(AddPlace(reader, json.AsObject(), *row, *team, ActorOf(request), request.now));
        return net::WithRev(net::Success(std::move(json)), row->rev);
    });
}

Result<Response> Review(Service& service, const Request& request) {
    constexpr std::array kCommands{RegistrationCommand::kApprove, RegistrationCommand::kReject,
                                   RegistrationCommand::kReturn, RegistrationCommand::kWaitlist};
    RT_TRY(const std::int64_t rev, net::RequireIfMatch(request));
    RT_TRY(const json::Value body, request.Json());
    json::Reader in(body);
    store::Command command;
    command.registration_public_id = request.Param("registration");
    command.command = kCommands.at(in.Word("action", WordsOf<ReviewAction>()));
    command.reason = in.OptionalText("reason", {0, kReasonSizeMax, true}).value_or("");
    command.rev = rev;
    RT_CHECK_OK(in.Finish());
    std::optional<store::RegistrationRow> after;
    RT_TRY(auto response, Commit(service, request, {"registration.review", store::kCommandIds, 200},
                                 [&](Writer& writer, store::Commit& commit) -> Result<json::Value> {
                                     RT_TRY(after, store::RunAsReviewer(writer, commit, command));
                                     return RegistrationRef(after, request.locale);
                                 }));
    if (!after.has_value()) return response;
    return net::WithRev(std::move(response), after->rev);
}

std::string DayText(std::int64_t day) {
    return FormatDate(DateInShanghai({day * base::kMicrosPerDay}));
}

// Limits of teams and of persons; those of options have a page of their own.
json::Value FillJson(const std::vector<store::Division>& divisions, const std::vector<store::Quota>& quotas) {
    json::Array out;
    for (const store::Quota& quota : quotas) {
        if (quota.unit == QuotaUnit::kOption) continue;
        if (quota.unit == QuotaUnit::kPerson && !quota.figures.cap.has_value()) continue;
        json::Value division;
        for (const store::Division& one : divisions) {
            if (one.id != quota.division) continue;
            division = json::Object{{"id", one.public_id}, {"name", store::ToJson(one.name)}};
        }
        out.push_back(json::Object{{"division", std::move(division)},
                                   {"unit", Word(quota.unit)},
                                   {"name", quota.name.has_value() ? store::ToJson(*quota.name) : json::Value()},
                                   {"cap", IntJson(quota.figures.cap)},
                                   {"used", quota.figures.used()},
                                   {"confirmed", quota.figures.confirmed}});
    }
    return out;
}

// What is paid joins with the payments.
json::Object FunnelJson(const store::EventFigures& figures) {
    return {{"viewed", figures.viewed},       {"founded", figures.founded},   {"ready", figures.ready},
            {"submitted", figures.submitted}, {"approved", figures.approved}, {"checked_in", figures.checked_in}};
}

Result<Response> Figures(Service& service, const Request& request) {
    RT_TRY(const auto event, EventOf(service, request));
    return service.needs().db.Read([&](Reader& reader) -> Result<Response> {
        RT_TRY(const auto figures, store::ReadFigures(reader, event.id, request.now));
        RT_TRY(const auto divisions, store::DivisionsOf(reader, event.id));
        RT_TRY(const auto quotas, store::QuotasOfEvent(reader, event.id));
        const auto count = [&](RegistrationState state) {
            for (const auto& [word, number] : figures.by_state) {
                if (word == state) return number;
            }
            return std::int64_t{0};
        };
        std::int64_t submitted = 0;
        for (const auto& [state, number] : figures.by_state) submitted += number;
        json::Array days;
        for (const auto& [day, number] : figures.by_day) {
            days.push_back(json::Object{{"day", DayText(day)}, {"count", number}});
        }
        json::Object backlog{{"count", count(RegistrationState::kInReview)},
                             {"oldest", TimeJson(figures.oldest_in_review)}};
        return net::Success(json::Object{{"teams", figures.teams},
                                         {"members", figures.members},
                                         {"submitted", submitted},
                                         {"in_review", count(RegistrationState::kInReview)},
                                         {"waitlisted", count(RegistrationState::kWaitlisted)},
                                         {"returned", count(RegistrationState::kReturned)},
                                         {"confirmed", count(RegistrationState::kConfirmed)},
                                         {"rejected", count(RegistrationState::kRejected)},
                                         {"withdrawn", count(RegistrationState::kWithdrawn)},
                                         {"expired", count(RegistrationState::kExpired)},
                                         {"cancelled", count(RegistrationState::kCancelled)},
                                         {"cancel_requested", count(RegistrationState::kCancelRequested)},
                                         {"review_backlog", std::move(backlog)},
                                         {"funnel", FunnelJson(figures)},
                                         {"fill", FillJson(divisions, quotas)},
                                         {"by_day", std::move(days)}});
    });
}

}  // namespace

net::RouteTable ReviewRoutes(Service& service, const std::string& base) {
    constexpr auto kView = net::Permission::kRegView;
    constexpr auto kOfEvent = net::Scope::kEvent;
    Table table(service, base);
    table.Add("registration.get", Method::kGet, "/organiser/registrations/{registration}", kView,
              net::Scope::kRegistration, "One registration with team, masked answers and history.", {}, Detail);
    table.Add("registration.review", Method::kPost, "/organiser/registrations/{registration}/review",
              net::Permission::kRegReview, net::Scope::kRegistration,
              "Approves, rejects, returns, or puts on the waiting list; needs If-Match.",
              R"({"action":"RETURN","reason":"请补充队员信息"})", Review);
    table.Add("event.figures", Method::kGet, "/organiser/events/{event}/figures", kView, kOfEvent,
              "Counts of an event.", {}, Figures);
    return table.Take();
}

}  // namespace rt::registration::api
