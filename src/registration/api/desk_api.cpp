// Tags, notes and likely duplicates of an event's registrations.
#include <algorithm>
#include <array>
#include <utility>

#include "net/editing.h"
#include "registration/api/api_internal.h"
#include "registration/store/duplicates.h"
#include "registration/store/tags.h"
#include "text/normalise.h"

namespace rt::registration::api {
namespace {

constexpr std::int64_t kTagRowsAtOnce = 500;
constexpr std::array<std::string_view, 8> kColors{"grey", "red", "orange", "yellow", "green", "teal", "blue", "purple"};
constexpr std::array<std::string_view, 4> kKinds{"user", "id", "phone", "email"};
constexpr std::array<std::string_view, 4> kKindsStored{"USER", "ID", "PHONE", "EMAIL"};

json::Object TagJson(const store::Tag& tag) {
    return {{"id", tag.public_id}, {"name", tag.name}, {"color", tag.color}, {"count", tag.used}, {"rev", tag.rev}};
}

Result<store::Tag> TagOf(Service& service, const Request& request, EventId event) {
    return service.needs().db.Read([&](Reader& reader) -> Result<store::Tag> {
        RT_TRY(auto tag, store::FindTag(reader, event, request.Param("tag")));
        if (!tag.has_value()) return Fail(Code::kNotFound);
        return *std::move(tag);
    });
}

Result<store::RegistrationRow> RegistrationOf(Reader& reader, const Request& request) {
    RT_TRY(auto row, store::FindRegistration(reader, request.Param("registration")));
    if (!row.has_value()) return Fail(Code::kNotFound);
    return *std::move(row);
}

// Reads name and color over what is there.
Status ReadTag(const json::Value& body, store::Tag& tag) {
    json::Reader in(body);
    const bool fresh = tag.name.empty();
    if (fresh || in.Has("name")) {
        tag.name = in.Text("name", {.size_max = store::kTagSizeMax});
        tag.name_norm = text::NameKey(tag.name).value_or("");
        if (!tag.name.empty() && tag.name_norm.empty()) {
            in.Note("name", {"名称不能为空白", "The name has no visible characters"});
        }
    }
    if (const auto color = in.OptionalWord("color", kColors)) tag.color = kColors.at(*color);
    return in.Finish();
}

Result<Response> Tags(Service& service, const Request& request) {
    RT_TRY(const auto event, EventOf(service, request));
    RT_TRY(const auto tags,
           service.needs().db.Read([&](Reader& reader) { return store::TagsOfEvent(reader, event.id); }));
    json::Array data;
    for (const store::Tag& tag : tags) data.push_back(TagJson(tag));
    return net::Success(std::move(data));
}

Result<Response> MakeTag(Service& service, const Request& request) {
    RT_TRY(const auto event, EventOf(service, request));
    RT_TRY(const json::Value body, request.Json());
    store::Tag tag;
    tag.color = kColors.front();
    RT_CHECK_OK(ReadTag(body, tag));
    tag.id = service.needs().ids.Next<store::TagId>();
    tag.public_id = base::NewPublicId(service.needs().random);
    tag.event = event.id;
    return Commit(service, request, {"tag.create", 1, 201},
                  [&](Writer& writer, store::Commit& commit) -> Result<json::Value> {
                      RT_CHECK_OK(store::InsertTag(writer, commit, tag));
                      return json::Value(TagJson(tag));
                  });
}

Result<Response> ChangeTag(Service& service, const Request& request) {
    RT_TRY(const auto event, EventOf(service, request));
    RT_TRY(store::Tag tag, TagOf(service, request, event.id));
    RT_TRY(tag.rev, net::RequireIfMatch(request));
    RT_TRY(const json::Value body, request.Json());
    RT_CHECK_OK(ReadTag(body, tag));
    RT_TRY(auto response, Commit(service, request, {"tag.update", 1, 200},
                                 [&](Writer& writer, store::Commit& commit) -> Result<json::Value> {
                                     RT_CHECK_OK(store::UpdateTag(writer, commit, tag));
                                     store::Tag after = tag;
                                     ++after.rev;
                                     return json::Value(TagJson(after));
                                 }));
    return net::WithRev(std::move(response), tag.rev + 1);
}

// Off all registrations first, in small commits.
Result<Response> DropTag(Service& service, const Request& request) {
    RT_TRY(const auto event, EventOf(service, request));
    RT_TRY(const store::Tag tag, TagOf(service, request, event.id));
    bool gone = false;
    while (!gone) {
        const auto commit = service.NewCommit(ActorOf(request), 1);
        RT_TRY(gone, service.needs().db.Write("tag.delete", [&](Writer& writer) {
            store::Commit mine = commit;
            return store::DeleteTag(writer, mine, tag, kTagRowsAtOnce);
        }));
    }
    return net::NoContent();
}

Result<json::Value> Retag(Writer& writer, store::Commit& commit, const Request& request,
                          const std::vector<std::string>& wanted) {
    RT_TRY(const auto row, RegistrationOf(writer, request));
    const store::Tagged on{row.id, row.event, row.friendly_no};
    RT_TRY(const auto all, store::TagsOfEvent(writer, row.event));
    for (const std::string& one : wanted) {
        const bool known = std::any_of(all.begin(), all.end(), [&](const store::Tag& t) { return t.public_id == one; });
        if (!known) return base::InvalidField("tags", {"没有这个标签", "There is no such tag"});
    }
    const auto is_wanted = [&](const store::Tag& tag) {
        return std::find(wanted.begin(), wanted.end(), tag.public_id) != wanted.end();
    };
    // First those that go, so that a full registration can change its tags.
    for (const store::Tag& tag : all) {
        if (!is_wanted(tag)) RT_CHECK_OK(store::TakeTag(writer, commit, on, tag.id));
    }
    json::Array out;
    for (const store::Tag& tag : all) {
        if (!is_wanted(tag)) continue;
        RT_CHECK_OK(store::PutTag(writer, commit, on, tag.id));
        out.push_back(json::Object{{"id", tag.public_id}, {"name", tag.name}, {"color", tag.color}});
    }
    return json::Value(std::move(out));
}

Result<Response> SetTags(Service& service, const Request& request) {
    RT_TRY(const json::Value body, request.Json());
    json::Reader in(body);
    std::vector<std::string> wanted;
    if (const json::Array* list = in.List("tags", 0, static_cast<std::size_t>(store::kTagsOfRegistrationMax))) {
        for (const json::Value& one : *list) wanted.push_back(one.IsString() ? one.AsString() : std::string());
    }
    RT_CHECK_OK(in.Finish());
    return Commit(service, request, {"registration.tags", 1, 200},
                  [&](Writer& writer, store::Commit& commit) { return Retag(writer, commit, request, wanted); });
}

json::Object NoteJson(const store::Note& note, UserId viewer) {
    return {{"id", note.public_id},
            {"text", note.text},
            {"by", note.author_name},
            {"created", TimeJson(note.created)},
            {"mine", note.author == viewer}};
}

Result<Response> Notes(Service& service, const Request& request) {
    return service.needs().db.Read([&](Reader& reader) -> Result<Response> {
        RT_TRY(const auto row, RegistrationOf(reader, request));
        RT_TRY(const auto notes, store::NotesOf(reader, row.id));
        json::Array data;
        for (const store::Note& note : notes) data.push_back(NoteJson(note, UserId{request.principal.user_id}));
        return net::Success(std::move(data));
    });
}

Result<Response> AddNote(Service& service, const Request& request) {
    RT_TRY(const json::Value body, request.Json());
    json::Reader in(body);
    store::Note note;
    note.text = in.Text("text", {1, store::kNoteSizeMax, true});
    RT_CHECK_OK(in.Finish());
    note.id = service.needs().ids.Next();
    note.public_id = base::NewPublicId(service.needs().random);
    note.author = UserId{request.principal.user_id};
    return Commit(service, request, {"note.create", 1, 201},
                  [&](Writer& writer, store::Commit& commit) -> Result<json::Value> {
                      RT_TRY(const auto row, RegistrationOf(writer, request));
                      store::Note mine = note;
                      mine.registration = row.id;
                      mine.created = commit.now;
                      RT_TRY(mine.author_name, OwnName(writer, request));
                      RT_CHECK_OK(store::InsertNote(writer, commit, mine, row.event));
                      return json::Value(NoteJson(mine, mine.author));
                  });
}

Result<Response> DropNote(Service& service, const Request& request) {
    const auto authors = request.held.Has(net::Permission::kRegEdit) ? store::Authors::kAny : store::Authors::kOwn;
    return Commit(service, request, {"note.delete", 1, 204},
                  [&](Writer& writer, store::Commit& commit) -> Result<json::Value> {
                      RT_TRY(const auto row, RegistrationOf(writer, request));
                      RT_CHECK_OK(store::DeleteNote(writer, commit, row.id, row.event, request.Param("note"), authors));
                      return json::Value();
                  });
}

Result<json::Array> DuplicatesJson(const Privacy& privacy, const std::vector<store::Duplicate>& groups) {
    json::Array out;
    for (const store::Duplicate& group : groups) {
        json::Array members;
        for (const store::DuplicateMember& one : group.members) {
            RT_TRY(std::string name, OpenName(privacy, one.person_user, one.person_name));
            json::Value registration;
            if (!one.registration_public_id.empty()) {
                registration = json::Object{{"id", one.registration_public_id},
                                            {"friendly_no", one.friendly_no},
                                            {"state", one.registration_state}};
            }
            members.push_back(json::Object{{"member", one.public_id},
                                           {"name", std::move(name)},
                                           {"role", one.role},
                                           {"team", json::Object{{"id", one.team_public_id}, {"name", one.team_name}}},
                                           {"division", one.division_public_id},
                                           {"registration", std::move(registration)}});
        }
        const auto kind = std::find(kKindsStored.begin(), kKindsStored.end(), group.kind);
        RT_CHECK(kind != kKindsStored.end());
        out.push_back(json::Object{{"kind", kKinds.at(static_cast<std::size_t>(kind - kKindsStored.begin()))},
                                   {"members", std::move(members)}});
    }
    return out;
}

Result<std::string> KindOf(const Request& request) {
    const auto asked = request.Query("kind").value_or("");
    if (asked.empty()) return std::string();
    const auto found = std::find(kKinds.begin(), kKinds.end(), asked);
    if (found == kKinds.end()) return base::InvalidField("kind", {"没有这一类", "There is no such kind"});
    return std::string(kKindsStored.at(static_cast<std::size_t>(found - kKinds.begin())));
}

Result<Response> Duplicates(Service& service, const Request& request) {
    RT_TRY(const auto event, EventOf(service, request));
    RT_TRY(const net::PageQuery page, net::ReadPageQuery(request));
    RT_TRY(const std::string kind, KindOf(request));
    const std::size_t point = page.cursor.find('.');
    std::pair<std::string, std::string> after;
    if (point != std::string::npos) after = {page.cursor.substr(0, point), page.cursor.substr(point + 1)};
    return service.needs().db.Read([&](Reader& reader) -> Result<Response> {
        RT_TRY(auto groups, store::DuplicatesOf(reader, event.id, kind, after, page.limit + 1));
        const bool more = static_cast<std::int64_t>(groups.size()) > page.limit;
        if (more) groups.pop_back();
        RT_TRY(auto data, DuplicatesJson(service.needs().privacy, groups));
        return net::Page(std::move(data), more ? groups.back().kind + "." + groups.back().value : std::string());
    });
}

Result<Response> DuplicatesOfOne(Service& service, const Request& request) {
    return service.needs().db.Read([&](Reader& reader) -> Result<Response> {
        RT_TRY(const auto row, RegistrationOf(reader, request));
        RT_TRY(const auto groups, store::DuplicatesOfTeam(reader, row.event, row.team));
        RT_TRY(auto data, DuplicatesJson(service.needs().privacy, groups));
        return net::Success(std::move(data));
    });
}

}  // namespace

net::RouteTable DeskRoutes(Service& service, const std::string& base) {
    constexpr auto kView = net::Permission::kRegView;
    constexpr auto kEdit = net::Permission::kRegEdit;
    constexpr auto kOfEvent = net::Scope::kEvent;
    constexpr auto kOfRegistration = net::Scope::kRegistration;
    const std::string event = "/organiser/events/{event}";
    const std::string one = "/organiser/registrations/{registration}";
    Table table(service, base);
    table.Add("tag.list", Method::kGet, event + "/tags", kView, kOfEvent, "Tags of an event.", {}, Tags);
    table.Add("tag.create", Method::kPost, event + "/tags", kEdit, kOfEvent, "Makes a tag; at most 50 an event.",
              R"({"name":"种子队","color":"green"})", MakeTag);
    table.Add("tag.update", Method::kPatch, event + "/tags/{tag}", kEdit, kOfEvent, "Changes a tag; needs If-Match.",
              R"({"name":"种子队"})", ChangeTag);
    table.Add("tag.delete", Method::kDelete, event + "/tags/{tag}", kEdit, kOfEvent,
              "Takes a tag off everything and away.", {}, DropTag);
    table.Add("registration.tags", Method::kPut, one + "/tags", kEdit, kOfRegistration,
              "Gives a registration exactly these tags; at most 10.", R"({"tags":[]})", SetTags);
    table.Add("note.list", Method::kGet, one + "/notes", kView, kOfRegistration, "Notes, oldest first.", {}, Notes);
    table.Add("note.create", Method::kPost, one + "/notes", kView, kOfRegistration, "Adds a note; at most 100.",
              R"({"text":"已电话确认"})", AddNote);
    table.Add("note.delete", Method::kDelete, one + "/notes/{note}", kView, kOfRegistration,
              "Removes one's own note; with reg.edit any.", {}, DropNote);
    table.Add("duplicate.list", Method::kGet, event + "/duplicates", kView, kOfEvent,
              "Members of different teams who seem to be one person; ?kind=user|id|phone|email.", {}, Duplicates);
    table.Add("duplicate.of", Method::kGet, one + "/duplicates", kView, kOfRegistration,
              "The same, of one registration's team.", {}, DuplicatesOfOne);
    return table.Take();
}

}  // namespace rt::registration::api
