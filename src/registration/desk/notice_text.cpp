#include "registration/desk/notice_text.h"

#include <string_view>
#include <utility>

#include "registration/domain/notice_kinds.h"
#include "registration/domain/reason_codes.h"
#include "registration/store/i18n.h"
#include "registration/views.h"

namespace rt::registration {
namespace {

std::string ParamOf(const store::InboxItem& item, std::string_view key) {
    const json::Value* value = item.params.Find(key);
    return value != nullptr && value->IsString() ? value->AsString() : std::string();
}

// A refusal has a text of its own.
std::string TextKind(const store::InboxItem& item) {
    return ParamOf(item, "answer") == "REFUSED" ? item.kind + "_refused" : item.kind;
}

std::string LinkOf(const store::InboxItem& item) {
    if (item.kind == "invited") return "/mine";
    if (item.kind == "substitution_requested") return "/admin/events/" + item.event_public_id + "/substitutions";
    if (item.kind == "cancel_requested" || item.kind == "team_deficient") {
        return "/admin/registrations/" + item.registration_public_id;
    }
    if (item.kind == "announcement" && item.team_public_id.empty()) return "/e/" + item.event_slug;
    return item.team_public_id.empty() ? std::string() : "/teams/" + item.team_public_id;
}

// "Please answer:" announces a link; where the link is not part of the text, the sentence ends there.
void EndSentence(std::string& text) {
    for (const auto& [colon, stop] : {std::pair<std::string_view, std::string_view>{"：", "。"}, {":", "."}}) {
        if (!text.ends_with(colon)) continue;
        text.replace(text.size() - colon.size(), colon.size(), stop);
        return;
    }
}

// Empty: of nobody.
Result<std::string> NameOf(const Privacy& privacy, const store::InboxMember& member) {
    if (member.name.empty()) return member.display_name;
    return OpenName(privacy, member.user, member.name);
}

json::Value Text(std::string text) {
    return text.empty() ? json::Value() : json::Value(std::move(text));
}

}  // namespace

Result<std::optional<NoticeText>> TextOf(const Privacy& privacy, const store::InboxItem& item, base::Locale locale) {
    NoticeText out;
    out.text = notify::FindText("inbox", TextKind(item));
    if (out.text == nullptr) return std::optional<NoticeText>();
    out.params = {{"event", item.event_title.In(locale)},
                  {"team", item.team_name},
                  {"reason", ReasonText(ParamOf(item, "reason")).In(locale)},
                  {"expires", ParamOf(item, "expires")},
                  {"subject", item.subject.In(locale)},
                  {"link", LinkOf(item)}};
    if (item.friendly_no > 0) out.params["no"] = std::to_string(item.friendly_no);
    const auto expires = base::ParseRfc3339(out.params["expires"]);
    if (expires.ok()) out.expires = *expires;
    if (item.kind == Word(NoticeKind::kAnnouncement)) out.free_text = item.body.In(locale);
    RT_TRY(out.params["name"], NameOf(privacy, item.member));
    return std::optional(std::move(out));
}

Result<json::Object> NoticeJson(const Privacy& privacy, const store::InboxItem& item, base::Locale locale) {
    json::Object out{{"id", std::to_string(item.id)}, {"kind", item.kind}};
    notify::Rendered shown;
    RT_TRY(auto text, TextOf(privacy, item, locale));
    json::Value params = item.params;
    if (text.has_value()) {
        if (params.Find("reason") != nullptr) params.AsObject().Set("reason", text->params["reason"]);
        text->params.erase("link");  // the page has a button
        text->params["expires"] = text->expires ? notify::LocalTime(*text->expires) : std::string();
        shown = notify::Render(*text->text, locale, text->params);
        if (!text->free_text.empty()) shown.body += "\n" + text->free_text;
        while (shown.body.ends_with('\n')) shown.body.pop_back();
        if (text->free_text.empty()) EndSentence(shown.body);
    }
    out.Set("title", std::move(shown.subject));
    out.Set("body", std::move(shown.body));
    out.Set("link", Text(LinkOf(item)));
    json::Value event;
    json::Value team;
    json::Value registration;
    if (!item.event_public_id.empty()) {
        event = json::Object{
            {"id", item.event_public_id}, {"slug", item.event_slug}, {"title", store::ToJson(item.event_title)}};
    }
    if (!item.team_public_id.empty()) team = json::Object{{"id", item.team_public_id}, {"name", item.team_name}};
    if (!item.registration_public_id.empty()) {
        registration = json::Object{{"id", item.registration_public_id}, {"friendly_no", item.friendly_no}};
    }
    out.Set("event", std::move(event));
    out.Set("team", std::move(team));
    out.Set("registration", std::move(registration));
    out.Set("params", std::move(params));
    out.Set("created", TimeJson(item.created));
    out.Set("read", item.read);
    return out;
}

}  // namespace rt::registration
