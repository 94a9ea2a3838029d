// Clubs above teams: made by an organisation, led by their managers, named by captains.
#include <utility>

#include "auth/domain/credentials.h"
#include "auth/organisation_store.h"
#include "auth/user_store.h"
#include "base/encoding.h"
#include "net/editing.h"
#include "registration/api/api_internal.h"
#include "registration/domain/invite_code.h"
#include "registration/store/clubs.h"
#include "text/normalise.h"

namespace rt::registration::api {
namespace {

constexpr std::size_t kClubIds = 4;

json::Object ClubJson(const store::Club& club) {
    return {{"id", club.public_id}, {"name", club.name}, {"code_hint", club.code_tail}, {"rev", club.rev}};
}

// A new code for the club; shown this once.
std::string GiveCode(Service& service, store::Club& club) {
    const auto& needs = service.needs();
    const std::string code = NewInviteCode(needs.random);
    std::string shown = ShowInviteCode(code);
    club.code_hash = needs.privacy.BlindIndex("club", code);
    club.code_tail = shown.substr(shown.size() - 2);
    return shown;
}

Result<OrganisationId> OrganisationOf(Reader& reader, const Request& request) {
    RT_TRY(const auto found, auth::store::FindOrganisation(reader, request.Param("organisation")));
    if (!found.has_value()) return Fail(Code::kNotFound);
    return OrganisationId{found->id.value};
}

// The club of the path, if it is one of the organisation of the path.
Result<store::Club> ClubOf(Reader& reader, const Request& request) {
    RT_TRY(const OrganisationId organisation, OrganisationOf(reader, request));
    RT_TRY(auto club, store::FindClub(reader, request.Param("club")));
    if (!club.has_value() || club->organisation != organisation) return Fail(Code::kNotFound);
    return *std::move(club);
}

Result<Response> List(Service& service, const Request& request) {
    RT_TRY(const net::PageQuery page, net::ReadPageQuery(request));
    return service.needs().db.Read([&](Reader& reader) -> Result<Response> {
        RT_TRY(const OrganisationId organisation, OrganisationOf(reader, request));
        std::string after;
        if (!page.cursor.empty()) {
            RT_TRY(const auto last, store::FindClub(reader, page.cursor));
            if (!last.has_value()) return base::InvalidField("cursor", {"游标无效", "cursor is not valid"});
            after = last->name_norm;
        }
        RT_TRY(auto clubs, store::ClubsOfOrganisation(reader, organisation, after, page.limit + 1));
        std::string next;
        if (static_cast<std::int64_t>(clubs.size()) > page.limit) {
            clubs.pop_back();
            next = clubs.back().public_id;
        }
        json::Array data;
        for (const store::Club& club : clubs) data.push_back(ClubJson(club));
        return net::Page(std::move(data), next);
    });
}

Result<Response> Create(Service& service, const Request& request) {
    RT_TRY(const json::Value body, request.Json());
    const auto& needs = service.needs();
    json::Reader in(body);
    store::Club club;
    club.id = needs.ids.Next<store::ClubId>();
    club.public_id = base::NewPublicId(needs.random);
    club.name = NameField(in, "name");
    club.name_norm = text::NameKey(club.name).value_or("");
    club.created = request.now;
    const std::string code = GiveCode(service, club);
    RT_CHECK_OK(in.Finish());
    RT_TRY(club.organisation, needs.db.Read([&](Reader& reader) { return OrganisationOf(reader, request); }));
    return Commit(service, request, {"club.create", kClubIds, 201},
                  [&](Writer& writer, store::Commit& commit) -> Result<json::Value> {
                      RT_CHECK_OK(store::InsertClub(writer, commit, club));
                      json::Object out = ClubJson(club);
                      out.Set("code", code);
                      return json::Value(std::move(out));
                  });
}

Result<Response> Get(Service& service, const Request& request) {
    return service.needs().db.Read([&](Reader& reader) -> Result<Response> {
        RT_TRY(const store::Club club, ClubOf(reader, request));
        RT_TRY(const auto managers, store::ManagersOf(reader, club.id));
        json::Array list;
        for (const auto& one : managers) {
            list.push_back(json::Object{
                {"id", one.public_id}, {"login_name", one.login_name}, {"display_name", one.display_name}});
        }
        json::Object out = ClubJson(club);
        out.Set("managers", std::move(list));
        return net::WithRev(net::Success(std::move(out)), club.rev);
    });
}

Result<Response> Save(Service& service, const Request& request, const store::Club& club, const std::string& code) {
    return Commit(service, request, {"club.update", kClubIds, 200},
                  [&](Writer& writer, store::Commit& commit) -> Result<json::Value> {
                      RT_CHECK_OK(store::UpdateClub(writer, commit, club));
                      store::Club after = club;
                      ++after.rev;
                      json::Object out = ClubJson(after);
                      if (!code.empty()) out.Set("code", code);
                      return json::Value(std::move(out));
                  });
}

Result<Response> Rename(Service& service, const Request& request) {
    RT_TRY(const std::int64_t rev, net::RequireIfMatch(request));
    RT_TRY(const json::Value body, request.Json());
    RT_TRY(auto club, service.needs().db.Read([&](Reader& reader) { return ClubOf(reader, request); }));
    json::Reader in(body);
    club.name = NameField(in, "name");
    club.name_norm = text::NameKey(club.name).value_or("");
    club.rev = rev;
    RT_CHECK_OK(in.Finish());
    return Save(service, request, club, {});
}

Result<Response> NewCode(Service& service, const Request& request) {
    RT_TRY(auto club, service.needs().db.Read([&](Reader& reader) { return ClubOf(reader, request); }));
    const std::string code = GiveCode(service, club);
    return Save(service, request, club, code);
}

template <Status (*Change)(Writer&, store::Commit&, const store::Club&, UserId)>
Result<Response> ChangeManager(Service& service, const Request& request, const std::string& who) {
    return Commit(service, request, {"club.manager", kClubIds, 204},
                  [&](Writer& writer, store::Commit& commit) -> Result<json::Value> {
                      RT_TRY(const store::Club club, ClubOf(writer, request));
                      RT_TRY(auto user, auth::store::FindByPublicId(writer, who));
                      if (!user.has_value()) {
                          const std::string login = auth::domain::NormaliseLoginName(who);
                          RT_TRY(user, auth::store::FindByLoginName(writer, login));
                      }
                      if (!user.has_value()) {
                          return base::InvalidField("user", {"没有这个用户", "There is no such user"});
                      }
                      RT_CHECK_OK(Change(writer, commit, club, UserId{user->id.value}));
                      return json::Value();
                  });
}

Result<Response> AddManager(Service& service, const Request& request) {
    RT_TRY(const json::Value body, request.Json());
    json::Reader in(body);
    const std::string user = in.Text("user", {.size_max = 64});
    RT_CHECK_OK(in.Finish());
    return ChangeManager<store::AddClubManager>(service, request, user);
}

Result<Response> RemoveManager(Service& service, const Request& request) {
    return ChangeManager<store::RemoveClubManager>(service, request, request.Param("user"));
}

json::Value LimitJson(const store::ClubLimit& limit) {
    json::Array used;
    for (const store::ClubUse& one : limit.used) {
        used.push_back(
            json::Object{{"club", json::Object{{"id", one.public_id}, {"name", one.name}}}, {"used", one.used}});
    }
    return json::Object{{"entries_max", IntJson(limit.entries_max)}, {"used", std::move(used)}};
}

Result<store::Division> DivisionOf(Reader& reader, const Request& request) {
    RT_TRY(auto division, store::FindDivisionByPublicId(reader, request.Param("division")));
    if (!division.has_value()) return Fail(Code::kNotFound);
    return *std::move(division);
}

Result<Response> GetLimit(Service& service, const Request& request) {
    return service.needs().db.Read([&](Reader& reader) -> Result<Response> {
        RT_TRY(const auto division, DivisionOf(reader, request));
        RT_TRY(const auto limit, store::ReadClubLimit(reader, division.id));
        return net::Success(LimitJson(limit));
    });
}

Result<Response> PutLimit(Service& service, const Request& request) {
    RT_TRY(const json::Value body, request.Json());
    json::Reader in(body);
    const auto entries_max = in.OptionalInt("entries_max", 0, store::kClubEntriesMax);
    if (!in.Has("entries_max")) in.Note("entries_max", {"必填（null 表示不限）", "Required; null for no limit"});
    RT_CHECK_OK(in.Finish());
    return Commit(service, request, {"club_limit.set", kClubIds, 200},
                  [&](Writer& writer, store::Commit& commit) -> Result<json::Value> {
                      RT_TRY(const auto division, DivisionOf(writer, request));
                      RT_CHECK_OK(store::SetClubLimit(writer, commit, division.event, division.id, entries_max));
                      RT_TRY(const auto limit, store::ReadClubLimit(writer, division.id));
                      return LimitJson(limit);
                  });
}

// A club of the event's organisation, by its code or because the caller manages it.
Result<store::ClubId> ClubFor(Reader& reader, const Service& service, const Request& request,
                              const store::TeamFacts& team, const std::string& typed) {
    RT_TRY(const auto event, EventById(reader, team.event));
    RT_TRY(auto club, store::FindClub(reader, typed));
    if (club.has_value()) {
        RT_TRY(const bool manages, store::ManagesClub(reader, club->id, UserId{request.principal.user_id}));
        if (!manages) club.reset();
    } else if (const auto code = ParseInviteCode(typed)) {
        RT_TRY(club, store::FindClubByCode(reader, service.needs().privacy.BlindIndex("club", *code)));
    }
    if (club.has_value() && club->organisation == event.organisation) return club->id;
    return base::InvalidField("club", {"单位代码不正确", "There is no such club, or the code is wrong"});
}

Result<Response> PutClub(Service& service, const Request& request) {
    RT_TRY(const json::Value body, request.Json());
    json::Reader in(body);
    const std::string typed = in.OptionalText("club", {.size_max = 32}).value_or("");
    RT_CHECK_OK(in.Finish());
    return Commit(service, request, {"team.set_club", kClubIds, 200},
                  [&](Writer& writer, store::Commit& commit) -> Result<json::Value> {
                      const std::string& name = request.Param("team");
                      RT_TRY(const auto team, store::FindTeam(writer, name));
                      if (!team.has_value()) return Fail(Code::kNotFound);
                      store::ClubId club;
                      if (!typed.empty()) {
                          RT_TRY(club, ClubFor(writer, service, request, *team, typed));
                      }
                      RT_CHECK_OK(store::SetClub(writer, commit, name, club));
                      return TeamJson(writer, service.needs().privacy, team->id, ViewerOf(request));
                  });
}

Result<Response> Mine(Service& service, const Request& request) {
    return service.needs().db.Read([&](Reader& reader) -> Result<Response> {
        RT_TRY(const auto clubs, store::ClubsManagedBy(reader, UserId{request.principal.user_id}));
        json::Array data;
        for (const store::Club& club : clubs) {
            RT_TRY(const auto teams, store::TeamsOfClub(reader, club.id));
            json::Array list;
            for (const store::ClubTeam& team : teams) {
                list.push_back(json::Object{{"id", team.public_id}, {"name", team.name}, {"state", Word(team.state)}});
            }
            json::Object one = ClubJson(club);
            one.Set("teams", std::move(list));
            data.push_back(std::move(one));
        }
        return net::Page(std::move(data), {});
    });
}

}  // namespace

net::RouteTable ClubRoutes(Service& service, const std::string& base) {
    constexpr auto kEdit = net::Permission::kEventEdit;
    constexpr auto kView = net::Permission::kEventView;
    constexpr auto kOrganisation = net::Scope::kOrganisation;
    const std::string clubs = "/organisations/{organisation}/clubs";
    Table table(service, base);
    table.Add("club.list", Method::kGet, clubs, kView, kOrganisation, "Clubs, schools, firms: by name.", {}, List);
    table.Add("club.create", Method::kPost, clubs, kEdit, kOrganisation, "Makes a club; its code is shown this once.",
              R"({"name":"第一中学"})", Create);
    table.Add("club.get", Method::kGet, clubs + "/{club}", kView, kOrganisation, "A club with its managers.", {}, Get);
    table.Add("club.rename", Method::kPatch, clubs + "/{club}", kEdit, kOrganisation, "Renames a club; needs If-Match.",
              R"({"name":"第一中学"})", Rename);
    table.Add("club.new_code", Method::kPost, clubs + "/{club}/code", kEdit, kOrganisation,
              "A new code; the one before it ends.", "{}", NewCode);
    table.Add("club.add_manager", Method::kPost, clubs + "/{club}/managers", kEdit, kOrganisation,
              "Lets a person name the club without its code, and see its teams.", R"({"user":"li.lei"})", AddManager);
    table.Add("club.remove_manager", Method::kDelete, clubs + "/{club}/managers/{user}", kEdit, kOrganisation,
              "Takes a manager off a club.", {}, RemoveManager);
    table.Add("club_limit.get", Method::kGet, "/organiser/divisions/{division}/club-limit", kView,
              net::Scope::kDivision, "How many entries a club may have, and has.", {}, GetLimit);
    table.Add("club_limit.set", Method::kPut, "/organiser/divisions/{division}/club-limit", kEdit,
              net::Scope::kDivision, "Sets or lifts the limit; registered teams stay.", R"({"entries_max":2})",
              PutLimit);
    net::RouteTable out = table.Take();
    Table own(service, base);
    own.Add("team.set_club", Method::kPut, "/teams/{team}/club", net::Permission::kRegEdit, net::Scope::kTeam,
            "Says for which club the team plays, by the club's code or as its manager; null: for none.",
            R"({"club":"ABCD-2345"})", PutClub);
    own.Add("club.mine", Method::kGet, "/me/clubs", Access::kUser, "The clubs one manages, with their teams.", {},
            Mine);
    for (net::Route& route : AlsoConcerned(own.Take())) out.push_back(std::move(route));
    return out;
}

}  // namespace rt::registration::api
