// One member for another: by the captain while the roster is open, by the organiser after the lock.
#include <utility>

#include "base/encoding.h"
#include "net/editing.h"
#include "registration/api/participants.h"
#include "registration/store/roster.h"

namespace rt::registration::api {
namespace {

constexpr std::size_t kSubstitutionIds = 24;

Result<json::Value> SubstitutionJson(Reader& reader, const Privacy& privacy, const store::Substitution& row) {
    RT_TRY(const auto team, store::FindTeam(reader, row.team));
    const auto person = [&](MemberId id) -> Result<json::Value> {
        RT_TRY(const auto member, store::FindMember(reader, id));
        RT_TRY(const std::string name, OpenName(privacy, member->user, member->person_name));
        return json::Value(json::Object{{"id", member->public_id}, {"name", name}, {"state", Word(member->state)}});
    };
    RT_TRY(auto out, person(row.out));
    RT_TRY(auto in, person(row.in));
    return json::Value(json::Object{{"id", row.public_id},
                                    {"team", json::Object{{"id", team->public_id}, {"name", team->name}}},
                                    {"out", std::move(out)},
                                    {"in", std::move(in)},
                                    {"state", Word(row.state)},
                                    {"reason", row.reason},
                                    {"at", TimeJson(row.at)},
                                    {"decided_at", TimeJson(row.decided_at)}});
}

Result<json::Array> SubstitutionsJson(Reader& reader, const Privacy& privacy,
                                      const std::vector<store::Substitution>& rows) {
    json::Array out;
    for (const store::Substitution& row : rows) {
        RT_TRY(auto one, SubstitutionJson(reader, privacy, row));
        out.push_back(std::move(one));
    }
    return out;
}

Result<Response> Create(Service& service, const Request& request) {
    RT_TRY(const json::Value body, request.Json());
    const auto& needs = service.needs();
    json::Reader in(body);
    store::NewSubstitution command;
    command.team_public_id = request.Param("team");
    command.id = needs.ids.Next<store::SubstitutionId>();
    command.public_id = base::NewPublicId(needs.random);
    command.out_public_id = in.Text("out", {.size_max = 32});
    command.in_public_id = in.OptionalText("in", {.size_max = 32}).value_or("");
    command.reason = in.OptionalText("reason", {0, kReasonSizeMax, true}).value_or("");
    const MemberInput input = ReadMember(in, NameIs::kOptional);
    if (command.in_public_id.empty() == input.person.empty()) {
        in.Note("in", {"请选择一名替补队员，或您管理的一名人员", "Say which substitute, or which person of yours"});
    }
    RT_CHECK_OK(in.Finish());
    if (!input.person.empty()) {
        RT_TRY(const auto form, needs.db.Read([&](Reader& reader) -> Result<std::optional<store::FormVersion>> {
            RT_TRY(const auto team, store::FindTeam(reader, command.team_public_id));
            if (!team.has_value()) return Fail(Code::kNotFound);
            return store::CurrentForm(reader, team->event, FormScope::kMember);
        }));
        RT_TRY(command.in, MakeParticipant(service, request, input, form));
    }
    return Commit(service, request, {"team.substitute", kSubstitutionIds, 201},
                  [&](Writer& writer, store::Commit& commit) -> Result<json::Value> {
                      RT_CHECK_OK(store::Substitute(writer, commit, command));
                      RT_TRY(const auto row, store::FindSubstitution(writer, command.public_id));
                      return SubstitutionJson(writer, needs.privacy, *row);
                  });
}

Result<Response> ListOfTeam(Service& service, const Request& request) {
    return service.needs().db.Read([&](Reader& reader) -> Result<Response> {
        RT_TRY(const auto team, store::FindTeam(reader, request.Param("team")));
        if (!team.has_value()) return Fail(Code::kNotFound);
        const store::Actor actor = ActorOf(request);
        RT_TRY(const auto me, store::FindActiveMember(reader, team->id, actor.user));
        if (!me.has_value() && !actor.May(net::Permission::kRegView)) return Fail(Code::kNotFound);
        RT_TRY(const auto rows, store::SubstitutionsOf(reader, team->id));
        RT_TRY(auto data, SubstitutionsJson(reader, service.needs().privacy, rows));
        return net::Page(std::move(data), {});
    });
}

Result<Response> ListOfEvent(Service& service, const Request& request) {
    RT_TRY(const auto event, EventOf(service, request));
    RT_TRY(const net::PageQuery page, net::ReadPageQuery(request));
    const auto state = FromWord<SubstitutionState>(request.Query("state").value_or(""));
    return service.needs().db.Read([&](Reader& reader) -> Result<Response> {
        store::SubstitutionId after;
        if (!page.cursor.empty()) {
            RT_TRY(const auto last, store::FindSubstitution(reader, page.cursor));
            if (!last.has_value()) return base::InvalidField("cursor", {"游标无效", "cursor is not valid"});
            after = last->id;
        }
        RT_TRY(auto rows, store::SubstitutionsOfEvent(reader, event.id, state.value_or(SubstitutionState::kRequested),
                                                      after, page.limit + 1));
        std::string next;
        if (static_cast<std::int64_t>(rows.size()) > page.limit) {
            rows.pop_back();
            next = rows.back().public_id;
        }
        RT_TRY(auto data, SubstitutionsJson(reader, service.needs().privacy, rows));
        return net::Page(std::move(data), next);
    });
}

template <SubstitutionState Decision>
Result<Response> Decide(Service& service, const Request& request) {
    RT_TRY(const json::Value body, BodyOf(request));
    json::Reader in(body);
    const std::string reason = in.OptionalText("reason", {0, kReasonSizeMax, true}).value_or("");
    RT_CHECK_OK(in.Finish());
    const std::string& id = request.Param("substitution");
    return Commit(service, request, {"team.decide_substitution", kSubstitutionIds, 200},
                  [&](Writer& writer, store::Commit& commit) -> Result<json::Value> {
                      RT_TRY(const auto team, store::FindTeam(writer, request.Param("team")));
                      RT_TRY(const auto wish, store::FindSubstitution(writer, id));
                      if (!team.has_value() || !wish.has_value() || wish->team != team->id) {
                          return Fail(Code::kNotFound);
                      }
                      RT_CHECK_OK(store::DecideSubstitution(writer, commit, id, Decision, reason));
                      RT_TRY(const auto after, store::FindSubstitution(writer, id));
                      return SubstitutionJson(writer, service.needs().privacy, *after);
                  });
}

}  // namespace

net::RouteTable SubstitutionRoutes(Service& service, const std::string& base) {
    constexpr auto kEdit = net::Permission::kRegEdit;
    constexpr auto kView = net::Permission::kRegView;
    constexpr auto kTeam = net::Scope::kTeam;
    Table own(service, base);
    own.Add("substitution.create", Method::kPost, "/teams/{team}/substitutions", kEdit, kTeam,
            "Puts a substitute, or a person of the captain's, in the place of a player; after the lock, asks for it.",
            R"({"out":"0123456789abcdef","in":"123456789abcdef0","reason":"受伤"})", Create);
    own.Add("substitution.of_team", Method::kGet, "/teams/{team}/substitutions", kView, kTeam,
            "The team's substitutions, newest first.", {}, ListOfTeam);
    net::RouteTable out = AlsoConcerned(own.Take());
    Table organiser(service, base);
    organiser.Add("substitution.of_event", Method::kGet, "/organiser/events/{event}/substitutions", kView,
                  net::Scope::kEvent, "Substitutions by state, those that wait unless told otherwise.", {},
                  ListOfEvent);
    organiser.Add("substitution.approve", Method::kPost, "/organiser/teams/{team}/substitutions/{substitution}/approve",
                  kEdit, kTeam, "Grants a substitution.", "{}", Decide<SubstitutionState::kApproved>);
    organiser.Add("substitution.reject", Method::kPost, "/organiser/teams/{team}/substitutions/{substitution}/reject",
                  kEdit, kTeam, "Refuses a substitution.", R"({"reason":"已过截止时间"})",
                  Decide<SubstitutionState::kRejected>);
    for (net::Route& route : organiser.Take()) out.push_back(std::move(route));
    return out;
}

}  // namespace rt::registration::api
