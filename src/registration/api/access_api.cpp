// Private events: the passcode, the list of those allowed in, and who has been let in.
#include <utility>

#include "base/parse.h"
#include "net/editing.h"
#include "registration/api/api_internal.h"
#include "registration/domain/field_checks.h"
#include "registration/public_snapshot.h"
#include "registration/store/access.h"
#include "text/normalise.h"

namespace rt::registration::api {
namespace {

constexpr std::size_t kRowsAtOnce = 1'000;

std::string PasscodeHash(const Service& service, EventId event, std::string_view passcode) {
    return service.needs().privacy.BlindIndex("event.passcode",
                                              std::to_string(event.value) + ":" + std::string(passcode));
}

// The one spelling of an entry's value; nullopt when it is none of its kind.
std::optional<std::string> Spelled(AllowKind kind, std::string_view typed, const Date& today) {
    if (kind == AllowKind::kPhone) return NormaliseMobileCn(typed);
    if (kind == AllowKind::kId) {
        auto card = ParseIdCardCn(typed, today);
        return card.has_value() ? std::optional(std::move(card->number)) : std::nullopt;
    }
    auto key = text::NameKey(typed);
    if (!key.has_value() || key->empty() || key->size() > 64) return std::nullopt;
    return key;
}

std::string IndexOf(const Service& service, AllowKind kind, std::string_view spelled) {
    return service.needs().privacy.BlindIndex("allow_list." + std::string(Word(kind)), spelled);
}

Result<store::Event> PrivateEvent(Service& service, const Request& request) {
    RT_TRY(auto event, EventOf(service, request));
    if (!IsShown(event.state)) return Fail(Code::kNotFound);
    if (event.visibility != Visibility::kPrivate) return Fail(Code::kInvalidState, "the event is not private");
    return event;
}

// What somebody shows at the door.
struct Proof {
    std::optional<std::string> passcode;
    AllowKind kind = AllowKind::kPhone;
    std::string value;  // as typed
};

Result<Proof> ReadProof(const json::Value& body) {
    json::Reader in(body);
    Proof out;
    out.passcode = in.OptionalText("passcode", {.size_max = 64});
    if (!out.passcode.has_value()) {
        out.kind = static_cast<AllowKind>(in.Word("kind", WordsOf<AllowKind>()));
        out.value = in.Text("value", {.size_max = 64});
    }
    RT_CHECK_OK(in.Finish());
    return out;
}

Result<Response> Enter(Service& service, const Request& request) {
    RT_TRY(const json::Value body, request.Json());
    RT_TRY(const auto event, PrivateEvent(service, request));
    RT_TRY(const Proof proof, ReadProof(body));
    const UserId user{request.principal.user_id};
    // Counted in a commit of its own, so that a wrong guess is not forgotten with the rest.
    RT_CHECK_OK(service.needs().db.Write(
        "access.guess", [&](Writer& writer) { return store::CountGuess(writer, event, user, request.now); }));
    const base::Text wrong{"口令不正确或不在名单中", "The passcode is wrong, or the list does not have it"};
    const bool by_code = proof.passcode.has_value();
    std::string index;
    if (by_code) {
        if (event.passcode_hash.empty() || PasscodeHash(service, event.id, *proof.passcode) != event.passcode_hash) {
            return base::FailText(Code::kForbidden, wrong);
        }
    } else {
        const auto spelled = Spelled(proof.kind, proof.value, DateInShanghai(request.now));
        if (!spelled.has_value()) return base::FailText(Code::kForbidden, wrong);
        index = IndexOf(service, proof.kind, *spelled);
    }
    return Commit(
        service, request, {"event.access", 2, 200}, [&](Writer& writer, store::Commit& commit) -> Result<json::Value> {
            Status status =
                by_code ? store::LetIn(writer, commit, event) : store::Claim(writer, commit, event, proof.kind, index);
            if (!status.ok() && status.error().code == Code::kNotFound) {
                return base::FailText(Code::kForbidden, wrong);
            }
            RT_CHECK_OK(status);
            return json::Value(json::Object{{"access", true}});
        });
}

// The event as this person may see it.
Result<Response> GetMine(Service& service, const Request& request) {
    RT_TRY(const auto event, EventOf(service, request));
    if (!IsShown(event.state)) return Fail(Code::kNotFound);
    const UserId user{request.principal.user_id};
    RT_TRY(const bool has,
           service.needs().db.Read([&](Reader& reader) { return store::HasAccess(reader, event, user); }));
    const auto events = service.snapshot().Get();
    const auto found = events->by_id.find(event.public_id);
    if (found == events->by_id.end()) return Fail(Code::kNotFound);
    return JsonText(200, has ? found->second->open_json : found->second->detail_json);
}

struct Batch {
    std::vector<store::AllowEntry> entries;
    json::Array invalid;
};

void AddRow(const Service& service, const Request& request, AllowKind kind, std::string_view value,
            std::string_view note, std::int64_t row, Batch& out) {
    const auto spelled = Spelled(kind, value, DateInShanghai(request.now));
    if (!spelled.has_value()) {
        const base::Text wrong{"格式不正确", "Not a valid value of this kind"};
        out.invalid.push_back(json::Object{{"row", row}, {"reason", wrong.In(request.locale)}});
        return;
    }
    store::AllowEntry entry;
    entry.id = service.needs().ids.Next();
    entry.public_id = base::NewPublicId(service.needs().random);
    entry.kind = kind;
    entry.value = IndexOf(service, kind, *spelled);
    entry.hint = MaskMiddle(*spelled);
    entry.note = note;
    out.entries.push_back(std::move(entry));
}

Result<Response> Store(Service& service, const Request& request, const Batch& batch) {
    RT_TRY(const auto event, EventOf(service, request));
    RT_TRY(auto response,
           Commit(service, request, {"allow_list.add", 2, 200},
                  [&](Writer& writer, store::Commit& commit) -> Result<json::Value> {
                      RT_TRY(const auto added, store::AddToAllowList(writer, commit, event.id, batch.entries));
                      const auto given = static_cast<std::int64_t>(batch.entries.size());
                      return json::Value(
                          json::Object{{"added", added}, {"already", given - added}, {"invalid", batch.invalid}});
                  }));
    RT_CHECK_OK(service.snapshot().Refresh());
    return response;
}

Result<Response> Add(Service& service, const Request& request) {
    RT_TRY(const json::Value body, request.Json());
    json::Reader in(body);
    const auto kind = static_cast<AllowKind>(in.Word("kind", WordsOf<AllowKind>()));
    const json::Array* values = in.List("values", 1, kRowsAtOnce);
    const std::string note = in.OptionalText("note", {0, 100, false}).value_or("");
    RT_CHECK_OK(in.Finish());
    Batch batch;
    for (std::size_t i = 0; i < values->size(); ++i) {
        const json::Value& value = (*values)[i];
        AddRow(service, request, kind, value.IsString() ? std::string_view(value.AsString()) : std::string_view(), note,
               static_cast<std::int64_t>(i) + 1, batch);
    }
    return Store(service, request, batch);
}

Result<Response> List(Service& service, const Request& request) {
    RT_TRY(const net::PageQuery page, net::ReadPageQuery(request));
    RT_TRY(const auto event, EventOf(service, request));
    std::int64_t before = 0;
    if (!page.cursor.empty()) {
        before = base::ParseSigned(page.cursor).value_or(0);
        if (before <= 0) return base::InvalidField("cursor", {"游标无效", "cursor is not valid"});
    }
    return service.needs().db.Read([&](Reader& reader) -> Result<Response> {
        RT_TRY(auto entries, store::AllowListOf(reader, event.id, before, page.limit + 1));
        const bool more = static_cast<std::int64_t>(entries.size()) > page.limit;
        if (more) entries.pop_back();
        json::Array data;
        for (const store::AllowEntry& entry : entries) {
            data.push_back(json::Object{{"id", entry.public_id},
                                        {"kind", Word(entry.kind)},
                                        {"hint", entry.hint},
                                        {"note", entry.note},
                                        {"claimed_at", TimeJson(entry.claimed_at)}});
        }
        return net::Page(std::move(data), more ? std::to_string(entries.back().id) : std::string());
    });
}

Result<Response> Count(Service& service, const Request& request) {
    RT_TRY(const auto event, EventOf(service, request));
    RT_TRY(const auto counts,
           service.needs().db.Read([&](Reader& reader) { return store::CountAllowList(reader, event.id); }));
    return net::Success(
        json::Object{{"entries", counts.entries}, {"claimed", counts.claimed}, {"max", store::kAllowListMax}});
}

Result<Response> Remove(Service& service, const Request& request) {
    RT_TRY(const auto event, EventOf(service, request));
    return Commit(service, request, {"allow_list.remove", 2, 204},
                  [&](Writer& writer, store::Commit& commit) -> Result<json::Value> {
                      RT_CHECK_OK(store::RemoveFromAllowList(writer, commit, event.id, request.Param("entry")));
                      return json::Value();
                  });
}

}  // namespace

net::RouteTable AccessRoutes(Service& service, const std::string& base) {
    constexpr auto kEdit = net::Permission::kEventEdit;
    const std::string list = "/organiser/events/{event}/allow-list";
    Table table(service, base);
    net::Route& enter = table.Add("event.access", Method::kPost, "/events/{event}/access", Access::kUser,
                                  "Lets one into a private event: by passcode, or by an entry of its list.",
                                  R"({"passcode":"open sesame"})", Enter);
    enter.idempotency = net::Idempotency::kNone;
    table.Add("event.mine", Method::kGet, "/me/events/{event}", Access::kUser,
              "The event as the caller may see it: a private one in full once he was let in.", {}, GetMine);
    table.Add("allow_list.list", Method::kGet, list, kEdit, net::Scope::kEvent, "Who is allowed in, masked.", {}, List);
    table.Add("allow_list.count", Method::kGet, list + "/count", kEdit, net::Scope::kEvent,
              "How many entries there are, and how many were used.", {}, Count);
    table.Add("allow_list.add", Method::kPost, list, kEdit, net::Scope::kEvent,
              "Adds up to 1000 phone numbers, identity numbers or student numbers.",
              R"({"kind":"STUDENT_NO","values":["2026001","2026002"],"note":"一班"})", Add);
    table.Add("allow_list.remove", Method::kDelete, list + "/{entry}", kEdit, net::Scope::kEvent,
              "Takes an entry from the list.", {}, Remove);
    return table.Take();
}

}  // namespace rt::registration::api
