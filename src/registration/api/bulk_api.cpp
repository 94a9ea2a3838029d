// Actions on many registrations, and announcements: jobs in the background, their progress and results.
#include <algorithm>
#include <array>
#include <utility>

#include "base/parse.h"
#include "net/editing.h"
#include "registration/api/api_internal.h"
#include "registration/desk/bulk_runner.h"
#include "registration/desk/filter.h"
#include "registration/form_json.h"
#include "registration/store/announcements.h"
#include "registration/store/i18n.h"
#include "registration/store/tags.h"

namespace rt::registration::api {
namespace {

constexpr std::array<std::string_view, 7> kActions{"APPROVE", "RETURN", "REJECT", "WAITLIST", "CANCEL", "TAG", "UNTAG"};
constexpr std::array<std::string_view, 2> kAudiences{"CAPTAINS", "MEMBERS"};

json::Object JobJson(const store::DeskJob& job) {
    return {{"id", job.public_id},
            {"kind", job.kind},
            {"action", job.action},
            {"state", job.state},
            {"total", job.total},
            {"done", job.succeeded + job.failed},
            {"succeeded", job.succeeded},
            {"failed", job.failed},
            {"error", job.error.empty() ? json::Value() : json::Value(job.error)},
            {"created", TimeJson(job.created)},
            {"finished", TimeJson(job.finished)}};
}

// Which registrations: either named or by a filter.
struct Target {
    std::vector<RegistrationId> chosen;
    json::Value filter;  // as FilterSpec() writes it; null when they are named
};

Result<std::vector<RegistrationId>> Named(Reader& reader, EventId event, const json::Array& names) {
    std::vector<RegistrationId> out;
    for (std::size_t i = 0; i < names.size(); ++i) {
        const std::string field = "registrations[" + std::to_string(i) + "]";
        if (!names[i].IsString())
            return base::InvalidField(field, {"须为报名的 id", "Must be the id of a registration"});
        RT_TRY(const auto row, store::FindRegistration(reader, names[i].AsString()));
        if (!row.has_value() || row->event != event) {
            return base::InvalidField(field, {"没有这个报名", "There is no such registration"});
        }
        if (std::find(out.begin(), out.end(), row->id) == out.end()) out.push_back(row->id);
    }
    return out;
}

Result<Target> ReadTarget(Service& service, json::Reader& in, EventId event) {
    const json::Array* names = in.OptionalList("registrations", static_cast<std::size_t>(store::kJobChosenMax));
    const json::Value* filter = in.OptionalObject("filter");
    const bool named = names != nullptr && !names->empty();
    if (named == (filter != nullptr)) {
        in.Note("registrations", {"请选择报名，或给出筛选条件", "Name registrations, or give a filter"});
    }
    RT_CHECK_OK(in.Finish());
    return service.needs().db.Read([&](Reader& reader) -> Result<Target> {
        Target out;
        if (named) {
            RT_TRY(out.chosen, Named(reader, event, *names));
            return out;
        }
        RT_TRY(const auto asked, FilterFromJson(reader, service.needs().privacy, event, *filter));
        out.filter = FilterSpec(asked);
        return out;
    });
}

store::DeskJob NewJob(Service& service, const Request& request, EventId event) {
    store::DeskJob job;
    job.id = service.needs().ids.Next<store::JobId>();
    job.public_id = base::NewPublicId(service.needs().random);
    job.event = event;
    job.requested_by = UserId{request.principal.user_id};
    job.client = request.client;
    return job;
}

// As it was just made.
json::Value FreshJson(store::DeskJob job, const Target& target, base::Time now) {
    job.state = target.chosen.empty() ? "PREPARING" : "RUNNING";
    job.total = static_cast<std::int64_t>(target.chosen.size());
    job.created = now;
    return JobJson(job);
}

Result<Response> Bulk(Service& service, const Request& request) {
    RT_TRY(const auto event, EventOf(service, request));
    RT_TRY(const json::Value body, request.Json());
    json::Reader in(body);
    store::DeskJob job = NewJob(service, request, event.id);
    job.kind = "BULK";
    job.action = kActions.at(in.Word("action", kActions));
    const std::string reason = in.OptionalText("reason", {0, kReasonSizeMax, true}).value_or("");
    const std::string tag_name = in.OptionalText("tag").value_or("");
    RT_TRY(const Target target, ReadTarget(service, in, event.id));
    const auto permission = PermissionForAction(job.kind, job.action);
    RT_CHECK(permission.has_value());
    if (!request.held.Has(*permission)) return Fail(Code::kForbidden, "the action needs another permission");
    json::Object spec{{"reason", reason}, {"filter", target.filter}};
    if (job.action == "TAG" || job.action == "UNTAG") {
        RT_TRY(const auto tag,
               service.needs().db.Read([&](Reader& reader) { return store::FindTag(reader, event.id, tag_name); }));
        if (!tag.has_value()) return base::InvalidField("tag", {"没有这个标签", "There is no such tag"});
        spec.Set("tag", tag->id.value);
    }
    job.spec = json::Encode(spec);
    return Commit(service, request, {"bulk.create", 1, 201},
                  [&](Writer& writer, store::Commit& commit) -> Result<json::Value> {
                      RT_CHECK_OK(store::InsertJob(writer, commit, job, target.chosen));
                      return FreshJson(job, target, commit.now);
                  });
}

Result<Response> Announce(Service& service, const Request& request) {
    RT_TRY(const auto event, EventOf(service, request));
    RT_TRY(const json::Value body, request.Json());
    json::Reader in(body);
    store::DeskJob job = NewJob(service, request, event.id);
    store::Announcement announcement;
    announcement.id = service.needs().ids.Next();
    announcement.public_id = base::NewPublicId(service.needs().random);
    announcement.event = event.id;
    announcement.created_by = job.requested_by;
    announcement.subject = I18nField(in, "subject", {.size_max = kTitleSizeMax});
    announcement.body = I18nField(in, "body", {1, store::kAnnouncementSizeMax, true});
    job.kind = "ANNOUNCE";
    job.action = kAudiences.at(in.Word("audience", kAudiences));
    RT_TRY(const Target target, ReadTarget(service, in, event.id));
    job.spec = json::Encode(json::Object{{"announcement", announcement.id}, {"filter", target.filter}});
    return Commit(service, request, {"announcement.create", 2, 201},
                  [&](Writer& writer, store::Commit& commit) -> Result<json::Value> {
                      RT_CHECK_OK(store::InsertAnnouncement(writer, commit, announcement));
                      RT_CHECK_OK(store::InsertJob(writer, commit, job, target.chosen));
                      return FreshJson(job, target, commit.now);
                  });
}

Result<std::int64_t> CursorOf(const net::PageQuery& page) {
    if (page.cursor.empty()) return std::int64_t{0};
    const auto number = base::ParseSigned(page.cursor);
    if (!number.has_value() || *number < 1) return base::InvalidField("cursor", {"游标无效", "cursor is not valid"});
    return *number;
}

Result<Response> Announcements(Service& service, const Request& request) {
    RT_TRY(const auto event, EventOf(service, request));
    RT_TRY(const net::PageQuery page, net::ReadPageQuery(request));
    RT_TRY(const std::int64_t before, CursorOf(page));
    RT_TRY(auto found, service.needs().db.Read([&](Reader& reader) {
        return store::AnnouncementsOf(reader, event.id, before, page.limit + 1);
    }));
    const bool more = static_cast<std::int64_t>(found.size()) > page.limit;
    if (more) found.pop_back();
    json::Array data;
    for (const store::Announcement& one : found) {
        data.push_back(json::Object{{"id", one.public_id},
                                    {"subject", store::ToJson(one.subject)},
                                    {"body", store::ToJson(one.body)},
                                    {"by", one.author_name},
                                    {"created", TimeJson(one.created)}});
    }
    return net::Page(std::move(data), more ? std::to_string(found.back().id) : std::string());
}

Result<store::DeskJob> JobOf(Reader& reader, const Request& request, EventId event) {
    RT_TRY(auto job, store::FindJob(reader, event, request.Param("job")));
    if (!job.has_value()) return Fail(Code::kNotFound);
    return *std::move(job);
}

Result<Response> Jobs(Service& service, const Request& request) {
    RT_TRY(const auto event, EventOf(service, request));
    RT_TRY(const net::PageQuery page, net::ReadPageQuery(request));
    RT_TRY(const std::int64_t before, CursorOf(page));
    RT_TRY(auto jobs, service.needs().db.Read([&](Reader& reader) {
        return store::JobsOf(reader, event.id, store::JobId{before}, page.limit + 1);
    }));
    const bool more = static_cast<std::int64_t>(jobs.size()) > page.limit;
    if (more) jobs.pop_back();
    json::Array data;
    for (const store::DeskJob& job : jobs) data.push_back(JobJson(job));
    return net::Page(std::move(data), more ? std::to_string(jobs.back().id.value) : std::string());
}

Result<Response> OneJob(Service& service, const Request& request) {
    RT_TRY(const auto event, EventOf(service, request));
    RT_TRY(const auto job, service.needs().db.Read([&](Reader& reader) { return JobOf(reader, request, event.id); }));
    return net::Success(JobJson(job));
}

Result<Response> JobResults(Service& service, const Request& request) {
    RT_TRY(const auto event, EventOf(service, request));
    RT_TRY(const net::PageQuery page, net::ReadPageQuery(request));
    RT_TRY(const std::int64_t after, CursorOf(page));
    const auto which = request.Query("failed").value_or("") == "true" ? store::Results::kFailed : store::Results::kAll;
    RT_TRY(auto results, service.needs().db.Read([&](Reader& reader) -> Result<std::vector<store::ItemResult>> {
        RT_TRY(const auto job, JobOf(reader, request, event.id));
        return store::ResultsOf(reader, job.id, which, after, page.limit + 1);
    }));
    const bool more = static_cast<std::int64_t>(results.size()) > page.limit;
    if (more) results.pop_back();
    json::Array data;
    for (const store::ItemResult& one : results) {
        data.push_back(json::Object{{"registration", json::Object{{"id", one.registration_public_id},
                                                                  {"friendly_no", one.friendly_no},
                                                                  {"team", one.team_name}}},
                                    {"state", one.state},
                                    {"code", one.code.empty() ? json::Value() : json::Value(one.code)}});
    }
    return net::Page(std::move(data), more ? std::to_string(results.back().seq) : std::string());
}

// What is done stays done. Who asked for it may stop it, and who may do it.
Result<Response> Cancel(Service& service, const Request& request) {
    RT_TRY(const auto event, EventOf(service, request));
    return Commit(service, request, {"desk_job.cancel", 1, 200},
                  [&](Writer& writer, store::Commit& commit) -> Result<json::Value> {
                      RT_TRY(auto job, JobOf(writer, request, event.id));
                      const auto permission = PermissionForAction(job.kind, job.action);
                      const bool may = job.requested_by == commit.actor.user ||
                                       (permission.has_value() && commit.actor.May(*permission));
                      if (!may) return Fail(Code::kForbidden);
                      RT_CHECK_OK(store::CancelJob(writer, commit, job));
                      job.state = "CANCELLED";
                      job.finished = commit.now;
                      return json::Value(JobJson(job));
                  });
}

}  // namespace

net::RouteTable BulkRoutes(Service& service, const std::string& base) {
    constexpr auto kView = net::Permission::kRegView;
    constexpr auto kMessage = net::Permission::kMessage;
    constexpr auto kOfEvent = net::Scope::kEvent;
    const std::string event = "/organiser/events/{event}";
    Table table(service, base);
    table.Add("bulk.create", Method::kPost, event + "/bulk", kView, kOfEvent,
              "Acts on many registrations in the background; the action's permission is asked for.",
              R"({"action":"APPROVE","filter":{"state":"IN_REVIEW"}})", Bulk);
    table.Add("announcement.create", Method::kPost, event + "/announcements", kMessage, kOfEvent,
              "Tells captains or members in the background.",
              R"({"subject":{"zh":"集合时间"},"body":{"zh":"请于八点到场"},"audience":"CAPTAINS","filter":{}})",
              Announce);
    table.Add("announcement.list", Method::kGet, event + "/announcements", kMessage, kOfEvent,
              "Announcements, newest first.", {}, Announcements);
    table.Add("desk_job.list", Method::kGet, event + "/jobs", kView, kOfEvent, "Jobs of an event, newest first.", {},
              Jobs);
    table.Add("desk_job.get", Method::kGet, event + "/jobs/{job}", kView, kOfEvent, "One job with its progress.", {},
              OneJob);
    table.Add("desk_job.results", Method::kGet, event + "/jobs/{job}/results", kView, kOfEvent,
              "What became of each registration; ?failed=true.", {}, JobResults);
    table
        .Add("desk_job.cancel", Method::kPost, event + "/jobs/{job}/cancel", kView, kOfEvent,
             "Stops a job; what is done stays done.", {}, Cancel)
        .body = net::BodyKind::kNone;
    return table.Take();
}

}  // namespace rt::registration::api
