// The opening queue and the lottery, for those who want to enter and for those who check it.
#include "registration/api/api_internal.h"
#include "registration/lottery.h"
#include "registration/store/admission.h"

namespace rt::registration::api {
namespace {

json::Value TicketJson(const std::optional<store::Ticket>& ticket) {
    if (!ticket.has_value()) return {};
    return json::Object{{"state", store::Word(ticket->state)},
                        {"number", ticket->number.has_value() ? json::Value(*ticket->number + 1) : json::Value()},
                        {"pass_until", TimeJson(ticket->pass_until)}};
}

json::Value LotteryJson(const store::Event& event, const store::AdmissionRow& row) {
    if (event.policy.admission != Admission::kLottery) return {};
    const bool drawn = row.draw == DrawState::kDrawn;
    return json::Object{{"commitment", row.commitment},
                        {"state", Word(row.draw)},
                        {"pool", row.draw == DrawState::kOpen ? json::Value() : json::Value(row.pool)},
                        {"drawn", row.drawn},
                        {"seed", drawn ? json::Value(row.seed) : json::Value()}};
}

// Of an event the public may know of, also by its link.
Result<store::Event> ShownEvent(Service& service, const Request& request) {
    RT_TRY(auto event, EventOf(service, request));
    if (!IsShown(event.state)) return Fail(Code::kNotFound);
    return event;
}

Result<Response> Get(Service& service, const Request& request) {
    RT_TRY(const auto event, ShownEvent(service, request));
    return service.needs().db.Read([&](Reader& reader) -> Result<Response> {
        RT_TRY(const EventTimes window, store::WholeWindow(reader, event));
        json::Object out{{"mode", Word(event.policy.admission)},
                         {"opens", TimeJson(window.reg_open)},
                         {"rate", event.policy.admission_rate}};
        RT_TRY(const auto row, store::FindAdmission(reader, event.id));
        if (!row.has_value()) return net::Success(std::move(out));
        RT_TRY(const auto ticket, store::FindTicket(reader, *row, UserId{request.principal.user_id}, request.now));
        out.Set("open", row->closed);
        out.Set("served", row->served);
        out.Set("last", row->last);
        out.Set("ticket", TicketJson(ticket));
        out.Set("lottery", LotteryJson(event, *row));
        return net::Success(std::move(out));
    });
}

Result<Response> TakeTicket(Service& service, const Request& request) {
    RT_TRY(const json::Value body, BodyOf(request));
    json::Reader in(body);
    RT_CHECK_OK(in.Finish());
    RT_TRY(const auto event, ShownEvent(service, request));
    std::string_view state;
    RT_TRY(auto response, Commit(service, request, {"admission.ticket", 1, 201},
                                 [&](Writer& writer, store::Commit& commit) -> Result<json::Value> {
                                     RT_TRY(const auto ticket, store::TakeTicket(writer, commit, event));
                                     state = store::Word(ticket.state);
                                     return TicketJson(ticket);
                                 }));
    if (!state.empty()) service.needs().metrics.Get(Metric::kAdmissionTickets, {state}).Add();
    return response;
}

Result<Response> Draw(Service& service, const Request& request) {
    RT_TRY(const json::Value body, BodyOf(request));
    json::Reader in(body);
    RT_CHECK_OK(in.Finish());
    RT_TRY(const auto event, EventOf(service, request));
    return Commit(service, request, {"lottery.draw", 2, 202},
                  [&](Writer& writer, store::Commit& commit) -> Result<json::Value> {
                      RT_CHECK_OK(store::StartDraw(writer, commit, event));
                      RT_TRY(const auto row, store::FindAdmission(writer, event.id));
                      return LotteryJson(event, *row);
                  });
}

Result<Response> LotteryFile(Service& service, const Request& request) {
    RT_TRY(const auto event, ShownEvent(service, request));
    return service.needs().db.Read([&](Reader& reader) -> Result<Response> {
        RT_TRY(const auto row, store::FindAdmission(reader, event.id));
        if (!row.has_value() || row->draw != DrawState::kDrawn) return Fail(Code::kNotFound, "not drawn");
        RT_TRY(const auto pool, store::PoolOf(reader, event.id));
        RT_TRY(const auto drawn, store::DrawnOf(reader, event.id));
        json::Array entries;
        for (const auto& [id, result] : drawn) entries.push_back(json::Array{id, result});
        return net::Success(json::Object{{"event", event.public_id},
                                         {"commitment", row->commitment},
                                         {"seed", row->seed},
                                         {"pool_hash", OrderOf(row->seed, pool).pool_hash},
                                         {"entries", std::move(entries)}});
    });
}

}  // namespace

net::RouteTable AdmissionRoutes(Service& service, const std::string& base) {
    Table table(service, base);
    table.Add("admission.get", Method::kGet, "/events/{event}/admission", Access::kUser,
              "The opening queue or the lottery of an event, and one's own ticket.", {}, Get);
    table.Add("admission.ticket", Method::kPost, "/events/{event}/admission/ticket", Access::kUser,
              "Takes a number in the opening queue; those taken before the opening are shuffled then.", "{}",
              TakeTicket);
    table
        .Add("lottery.file", Method::kGet, "/events/{event}/lottery", Access::kPublic,
             "The drawn order with the seed, for `lottery verify`.", {}, LotteryFile)
        .rate_class = net::RateClass::kExport;
    table.Add("lottery.draw", Method::kPost, "/organiser/events/{event}/lottery/draw", net::Permission::kEventEdit,
              net::Scope::kEvent, "Holds the draw, once, after the registration has closed.", "{}", Draw);
    return table.Take();
}

}  // namespace rt::registration::api
