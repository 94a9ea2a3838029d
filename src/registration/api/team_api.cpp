// Teams, for their captains and members.
#include <utility>

#include "net/editing.h"
#include "registration/api/participants.h"
#include "text/normalise.h"

namespace rt::registration::api {
namespace {

constexpr std::size_t kTeamIds = 24;

struct Forms {
    store::Event event;
    std::optional<store::FormVersion> team;
    std::optional<store::FormVersion> member;
};

Result<Forms> ReadForms(Service& service, const Request& request) {
    return service.needs().db.Read([&](Reader& reader) -> Result<Forms> {
        RT_TRY(const auto event, store::FindEventByName(reader, request.Param("event")));
        if (!event.has_value() || !IsShown(event->state)) return Fail(Code::kNotFound);
        RT_TRY(auto team, store::CurrentForm(reader, event->id, FormScope::kTeam));
        RT_TRY(auto member, store::CurrentForm(reader, event->id, FormScope::kMember));
        return Forms{*event, std::move(team), std::move(member)};
    });
}

Result<Response> FoundIt(Service& service, const Request& request, const Forms& forms, store::FoundTeam& command,
                         const json::Value* answers) {
    const auto& needs = service.needs();
    if (answers != nullptr) {
        RT_TRY(command.answers,
               PrepareAnswers(needs, forms.team, {Owner::Kind::kTeamAnswers, command.id.value}, *answers, request.now));
    }
    return Commit(service, request, {"team.found", kTeamIds, 201},
                  [&](Writer& writer, store::Commit& commit) -> Result<json::Value> {
                      RT_CHECK_OK(store::Found(writer, commit, command));
                      return TeamJson(writer, needs.privacy, command.id, ViewerOf(request));
                  });
}

store::FoundTeam NewTeam(const Service& service, const Forms& forms, json::Reader& in) {
    const auto& needs = service.needs();
    store::FoundTeam out;
    out.id = needs.ids.Next<TeamId>();
    out.public_id = base::NewPublicId(needs.random);
    out.draft = needs.ids.Next<RegistrationId>();
    out.draft_public_id = base::NewPublicId(needs.random);
    out.event = forms.event.id;
    out.division_public_id = in.Text("division", {.size_max = 32});
    out.reserve_hash = ReserveHashField(in, service);
    return out;
}

Result<Response> Found(Service& service, const Request& request) {
    RT_TRY(const json::Value body, request.Json());
    RT_TRY(const auto forms, ReadForms(service, request));
    json::Reader in(body);
    store::FoundTeam command = NewTeam(service, forms, in);
    command.name = NameField(in, "name");
    command.name_norm = text::NameKey(command.name).value_or("");
    command.join_policy = static_cast<JoinPolicy>(in.OptionalWord("join_policy", WordsOf<JoinPolicy>()).value_or(0));
    const json::Value* answers = in.OptionalObject("answers");
    MemberInput captain;
    if (const json::Value* value = in.OptionalObject("member")) {
        json::Reader mine(*value, in.PathOf("member"));
        captain = ReadMember(mine, NameIs::kRequired);
        in.Merge(std::move(mine));
    }
    RT_CHECK_OK(in.Finish());
    RT_TRY(command.captain, MakeParticipant(service, request, captain, forms.member));
    return FoundIt(service, request, forms, command, answers);
}

// A hidden team of one: its name is that of the person, so the column says nothing.
Result<Response> Enter(Service& service, const Request& request) {
    RT_TRY(const json::Value body, request.Json());
    RT_TRY(const auto forms, ReadForms(service, request));
    json::Reader in(body);
    store::FoundTeam command = NewTeam(service, forms, in);
    command.kind = TeamKind::kSolo;
    command.name_norm = "solo:" + command.public_id;
    command.join_policy = JoinPolicy::kClosed;
    const json::Value* answers = in.OptionalObject("team_answers");
    const MemberInput entrant = ReadMember(in, NameIs::kOptional);
    RT_CHECK_OK(in.Finish());
    RT_TRY(command.captain, MakeParticipant(service, request, entrant, forms.member));
    return FoundIt(service, request, forms, command, answers);
}

Result<Response> Get(Service& service, const Request& request) {
    return service.needs().db.Read([&](Reader& reader) -> Result<Response> {
        RT_TRY(const auto team, store::FindTeam(reader, request.Param("team")));
        if (!team.has_value()) return Fail(Code::kNotFound);
        RT_TRY(auto json, TeamJson(reader, service.needs().privacy, team->id, ViewerOf(request)));
        return net::WithRev(net::Success(std::move(json)), team->rev);
    });
}

Result<Response> Patch(Service& service, const Request& request) {
    RT_TRY(const std::int64_t rev, net::RequireIfMatch(request));
    RT_TRY(const json::Value body, request.Json());
    const auto& needs = service.needs();
    json::Reader in(body);
    store::PatchTeam command;
    command.public_id = request.Param("team");
    command.rev = rev;
    if (in.Has("name")) {
        command.name = NameField(in, "name");
        command.name_norm = text::NameKey(*command.name).value_or("");
    }
    if (const auto policy = in.OptionalWord("join_policy", WordsOf<JoinPolicy>())) {
        command.join_policy = static_cast<JoinPolicy>(*policy);
    }
    const json::Value* answers = in.OptionalObject("answers");
    RT_CHECK_OK(in.Finish());
    struct Found {
        store::TeamFacts team;
        std::optional<store::FormVersion> form;
        std::optional<store::AnswerSet> masked;  // the answers, if the caller is shown them masked
    };
    RT_TRY(const auto found, needs.db.Read([&](Reader& reader) -> Result<Found> {
        RT_TRY(auto team, store::FindTeam(reader, command.public_id));
        if (!team.has_value()) return Fail(Code::kNotFound);
        Found out{*std::move(team), {}, {}};
        RT_TRY(out.form, store::CurrentForm(reader, out.team.event, FormScope::kTeam));
        if (out.team.IsCaptain(ActorOf(request))) return out;
        RT_TRY(out.masked,
               store::FindAnswersOf(reader, store::AnswerOwner::kTeam, out.team.id.value, FormStage::kSubmit));
        return out;
    }));
    if (answers != nullptr) {
        json::Value meant = *answers;
        if (found.form.has_value()) {
            RT_TRY(meant, WithoutMasks(needs.privacy, *found.form, found.masked, *answers));
        }
        RT_TRY(command.answers,
               PrepareAnswers(needs, found.form, {Owner::Kind::kTeamAnswers, found.team.id.value}, meant, request.now));
    }
    RT_TRY(auto response, Commit(service, request, {"team.update", kTeamIds, 200},
                                 [&](Writer& writer, store::Commit& commit) -> Result<json::Value> {
                                     RT_CHECK_OK(store::Patch(writer, commit, command));
                                     return TeamJson(writer, needs.privacy, found.team.id, ViewerOf(request));
                                 }));
    return net::WithRev(std::move(response), rev + 1);
}

Result<Response> Disband(Service& service, const Request& request) {
    const std::string& name = request.Param("team");
    return Commit(service, request, {"team.disband", kTeamIds, 200},
                  [&](Writer& writer, store::Commit& commit) -> Result<json::Value> {
                      RT_TRY(const auto team, store::FindTeam(writer, name));
                      if (!team.has_value()) return Fail(Code::kNotFound);
                      RT_CHECK_OK(store::Disband(writer, commit, name));
                      return json::Value(json::Object{{"id", team->public_id}, {"state", Word(TeamState::kDisbanded)}});
                  });
}

Result<Response> HandOver(Service& service, const Request& request) {
    RT_TRY(const json::Value body, request.Json());
    json::Reader in(body);
    const std::string member = in.Text("member", {.size_max = 32});
    RT_CHECK_OK(in.Finish());
    const std::string& name = request.Param("team");
    return Commit(service, request, {"team.hand_over", kTeamIds, 200},
                  [&](Writer& writer, store::Commit& commit) -> Result<json::Value> {
                      RT_CHECK_OK(store::HandOver(writer, commit, name, member));
                      RT_TRY(const auto team, store::FindTeam(writer, name));
                      return TeamJson(writer, service.needs().privacy, team->id, ViewerOf(request));
                  });
}

struct Mine {
    std::vector<store::Membership> memberships;
    std::string next;
};

// The caller's memberships of this page; the cursor is a member's public id.
Result<Mine> ReadMine(Reader& reader, const Request& request) {
    RT_TRY(const net::PageQuery page, net::ReadPageQuery(request));
    const UserId user{request.principal.user_id};
    MemberId before;
    if (!page.cursor.empty()) {
        RT_TRY(const auto last, store::FindMember(reader, page.cursor));
        if (!last.has_value() || last->user != user) {
            return base::InvalidField("cursor", {"游标无效", "cursor is not valid"});
        }
        before = last->id;
    }
    Mine out;
    RT_TRY(out.memberships, store::TeamsOfUser(reader, user, before, page.limit + 1));
    if (static_cast<std::int64_t>(out.memberships.size()) <= page.limit) return out;
    out.memberships.pop_back();
    RT_TRY(const auto last, store::FindMember(reader, out.memberships.back().member));
    if (last.has_value()) out.next = last->public_id;
    return out;
}

Result<Response> ListMyTeams(Service& service, const Request& request) {
    return service.needs().db.Read([&](Reader& reader) -> Result<Response> {
        RT_TRY(const Mine mine, ReadMine(reader, request));
        json::Array data;
        for (const store::Membership& membership : mine.memberships) {
            RT_TRY(auto team, TeamJson(reader, service.needs().privacy, membership.team, ViewerOf(request)));
            data.push_back(std::move(team));
        }
        return net::Page(std::move(data), mine.next);
    });
}

Result<Response> ListMyRegistrations(Service& service, const Request& request) {
    return service.needs().db.Read([&](Reader& reader) -> Result<Response> {
        RT_TRY(const Mine mine, ReadMine(reader, request));
        json::Array data;
        for (const store::Membership& membership : mine.memberships) {
            RT_TRY(auto team, TeamJson(reader, service.needs().privacy, membership.team, ViewerOf(request)));
            RT_TRY(const auto facts, store::FindTeam(reader, membership.team));
            RT_TRY(const auto event, store::FindEvent(reader, facts->event));
            // Who waits for the captain is shown none.
            const json::Value* shown = team.Find("registration");
            json::Value registration = shown == nullptr ? json::Value() : *shown;
            data.push_back(json::Object{{"team", std::move(team)},
                                        {"registration", std::move(registration)},
                                        {"event", EventJson(*event, request.now, Detail::kItem)}});
        }
        return net::Page(std::move(data), mine.next);
    });
}

}  // namespace

net::RouteTable TeamRoutes(Service& service, const std::string& base) {
    constexpr Access kWho = Access::kUser;
    constexpr auto kEdit = net::Permission::kRegEdit;
    Table table(service, base);
    table.Add("team.found", Method::kPost, "/events/{event}/teams", kWho,
              "Founds a team; the founder is its captain. reserve_code: takes the place out of that reserve, where the "
              "founding"
              " takes one.",
              R"({"division":"0123456789abcdef","name":"飞虎队","member":{"name":"李雷","consent":true}})", Found);
    table.Add("team.enter_alone", Method::kPost, "/events/{event}/entries", kWho,
              "Enters one person alone, as a hidden team of one.",
              R"({"division":"0123456789abcdef","name":"李雷","answers":{},"consent":true})", Enter);
    table.Add("team.get", Method::kGet, "/teams/{team}", net::Permission::kRegView, net::Scope::kTeam,
              "A team, for its members and its organiser.", {}, Get);
    table.Add("team.update", Method::kPatch, "/teams/{team}", kEdit, net::Scope::kTeam,
              "Changes name or answers; needs If-Match.", R"({"name":"飞龙队"})", Patch);
    table.Add("team.disband", Method::kPost, "/teams/{team}/disband", kEdit, net::Scope::kTeam,
              "Ends a team that is not submitted.", "{}", Disband);
    table.Add("team.hand_over", Method::kPost, "/teams/{team}/handover", kEdit, net::Scope::kTeam,
              "Makes another member the captain.", R"({"member":"0123456789abcdef"})", HandOver);
    table.Add("team.mine", Method::kGet, "/me/teams", kWho, "The caller's teams, newest first.", {}, ListMyTeams);
    table.Add("registration.mine", Method::kGet, "/me/registrations", kWho,
              "The caller's teams with their event and registration.", {}, ListMyRegistrations);
    return AlsoConcerned(table.Take());
}

}  // namespace rt::registration::api
