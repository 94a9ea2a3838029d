// The inbox of the signed-in person, and how he wants to be told.
#include <utility>

#include "base/parse.h"
#include "net/editing.h"
#include "registration/api/api_internal.h"
#include "registration/desk/notice_text.h"
#include "registration/store/inbox.h"

namespace rt::registration::api {
namespace {

UserId OwnId(const Request& request) {
    return UserId{request.principal.user_id};
}

Result<std::int64_t> NoticeIdOf(std::string_view text) {
    const auto id = base::ParseSigned(text);
    if (!id.has_value() || *id < 1) return Fail(Code::kNotFound);
    return *id;
}

Result<Response> List(Service& service, const Request& request) {
    RT_TRY(const net::PageQuery query, net::ReadPageQuery(request));
    store::InboxPage page{OwnId(request), 0, request.Query("unread").value_or("") == "true", query.limit + 1};
    if (!query.cursor.empty()) {
        const auto id = base::ParseSigned(query.cursor);
        if (!id.has_value() || *id < 1) return base::InvalidField("cursor", {"游标无效", "cursor is not valid"});
        page.before = *id;
    }
    RT_TRY(auto items, service.needs().db.Read([&](Reader& reader) { return store::ListInbox(reader, page); }));
    const bool more = static_cast<std::int64_t>(items.size()) > query.limit;
    if (more) items.pop_back();
    json::Array data;
    for (const store::InboxItem& item : items) {
        RT_TRY(auto one, NoticeJson(service.needs().privacy, item, request.locale));
        data.push_back(std::move(one));
    }
    return net::Page(std::move(data), more ? std::to_string(items.back().id) : std::string());
}

Result<Response> Unread(Service& service, const Request& request) {
    RT_TRY(const auto count,
           service.needs().db.Read([&](Reader& reader) { return store::CountUnread(reader, OwnId(request)); }));
    return net::Success(json::Object{{"unread", count}});
}

Result<Response> MarkRead(Service& service, const Request& request) {
    RT_TRY(const std::int64_t id, NoticeIdOf(request.Param("notice")));
    return Commit(service, request, {"inbox.read", 0, 204},
                  [&](Writer& writer, store::Commit& commit) -> Result<json::Value> {
                      RT_CHECK_OK(store::MarkRead(writer, OwnId(request), id, commit.now));
                      return json::Value();
                  });
}

Result<Response> MarkAllRead(Service& service, const Request& request) {
    return Commit(service, request, {"inbox.read_all", 0, 200},
                  [&](Writer& writer, store::Commit& commit) -> Result<json::Value> {
                      RT_TRY(const auto read, store::MarkAllRead(writer, OwnId(request), commit.now));
                      return json::Value(json::Object{{"read", read}});
                  });
}

json::Object PreferenceJson(const store::MessagePreference& preference) {
    return {{"mail", preference.mail}, {"announcements", preference.announcements}, {"rev", preference.rev}};
}

Result<Response> Preferences(Service& service, const Request& request) {
    RT_TRY(const auto preference,
           service.needs().db.Read([&](Reader& reader) { return store::PreferenceOf(reader, OwnId(request)); }));
    return net::WithRev(net::Success(PreferenceJson(preference)), preference.rev);
}

Result<Response> SetPreferences(Service& service, const Request& request) {
    RT_TRY(const std::int64_t rev, net::RequireIfMatch(request));
    RT_TRY(const json::Value body, request.Json());
    json::Reader in(body);
    const auto mail = in.OptionalBool("mail");
    const auto announcements = in.OptionalBool("announcements");
    RT_CHECK_OK(in.Finish());
    store::MessagePreference after;
    RT_TRY(auto response, Commit(service, request, {"message_preference.set", 0, 200},
                                 [&](Writer& writer, store::Commit&) -> Result<json::Value> {
                                     RT_TRY(after, store::PreferenceOf(writer, OwnId(request)));
                                     after.mail = mail.value_or(after.mail);
                                     after.announcements = announcements.value_or(after.announcements);
                                     after.rev = rev;
                                     RT_CHECK_OK(store::SetPreference(writer, OwnId(request), after));
                                     after.rev = rev + 1;
                                     return json::Value(PreferenceJson(after));
                                 }));
    return net::WithRev(std::move(response), after.rev);
}

}  // namespace

net::RouteTable InboxRoutes(Service& service, const std::string& base) {
    Table table(service, base);
    table.Add("inbox.list", Method::kGet, "/me/inbox", Access::kUser, "Own messages, newest first; ?unread=true.", {},
              List);
    table.Add("inbox.unread", Method::kGet, "/me/inbox/unread", Access::kUser, "How many are unread, at most 100.", {},
              Unread);
    table
        .Add("inbox.read_all", Method::kPost, "/me/inbox/read-all", Access::kUser, "Marks all as read.", {},
             MarkAllRead)
        .body = net::BodyKind::kNone;
    table
        .Add("inbox.read", Method::kPost, "/me/inbox/{notice}/read", Access::kUser, "Marks a message as read.", {},
             MarkRead)
        .body = net::BodyKind::kNone;
    table.Add("message_preference.get", Method::kGet, "/me/message-preferences", Access::kUser,
              "How one wants to be told.", {}, Preferences);
    table.Add("message_preference.set", Method::kPatch, "/me/message-preferences", Access::kUser,
              "Mail on or off; needs If-Match.", R"({"mail":true,"announcements":false})", SetPreferences);
    return table.Take();
}

}  // namespace rt::registration::api
