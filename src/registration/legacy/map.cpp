#include "registration/legacy/map.h"

#include <algorithm>
#include <array>
#include <utility>

#include "json/reader.h"

namespace rt::registration::legacy {
namespace {

constexpr std::size_t kPathSizeMax = 200;

// What a field of theirs is usually called, in lower case without "_" and "-"; the first one found is taken.
struct Alias {
    Role role;
    std::string_view field;
    std::string_view names;  // separated by blanks
};
constexpr std::array kAliases{
    Alias{Role::kUsers, "login_name", "username loginname account login"},
    Alias{Role::kUsers, "display_name", "nickname displayname realname fullname name"},
    Alias{Role::kUsers, "password", "password passwordhash passwd hash"},
    Alias{Role::kUsers, "email", "email mail emailaddress"},
    Alias{Role::kUsers, "phone", "phone mobile phonenumber mobilephone tel"},
    Alias{Role::kUsers, "wechat_openid", "openid wechatopenid wxopenid"},
    Alias{Role::kUsers, "wechat_unionid", "unionid wechatunionid wxunionid"},
    Alias{Role::kUsers, "created", "createdat created createtime registeredat"},
    Alias{Role::kTeams, "name", "name teamname title"},
    Alias{Role::kTeams, "captain", "captain captainid leader leaderid owner ownerid creator createdby userid"},
    Alias{Role::kTeams, "members", "members memberids players users"},
    Alias{Role::kTeams, "event", "event eventid activity activityid competitionid"},
    Alias{Role::kRegistrations, "team", "team teamid"},
    Alias{Role::kRegistrations, "user", "user userid applicant applicantid createdby"},
    Alias{Role::kRegistrations, "event", "event eventid activity activityid competitionid"},
    Alias{Role::kRegistrations, "state", "status state"},
    Alias{Role::kRegistrations, "submitted", "submittedat createdat created createtime"},
    Alias{Role::kPayments, "order_no", "orderno outtradeno ordernumber ordersn"},
    Alias{Role::kPayments, "registration", "registration registrationid signupid"},
    Alias{Role::kPayments, "amount", "amount totalfee total fee price"},
    Alias{Role::kPayments, "state", "status state tradestate"},
    Alias{Role::kPayments, "channel", "channel paymethod paymentmethod method provider"},
    Alias{Role::kPayments, "transaction_id", "transactionid tradeno wechattransactionid"},
    Alias{Role::kPayments, "paid_at", "paidat paytime paymenttime successtime"},
};

constexpr std::array<std::string_view, 8> kUserFields{"login_name", "display_name",  "password",       "email",
                                                      "phone",      "wechat_openid", "wechat_unionid", "created"};
constexpr std::array<std::string_view, 6> kTeamFields{"name",        "captain",     "members",
                                                      "member_user", "member_name", "event"};
constexpr std::array<std::string_view, 9> kRegistrationFields{
    "team", "user", "name", "members", "member_user", "event", "state", "submitted", "member_name"};
constexpr std::array<std::string_view, 7> kPaymentFields{"order_no", "registration",   "amount", "state",
                                                         "channel",  "transaction_id", "paid_at"};

constexpr std::array<std::string_view, 7> kStateWords{"DRAFT",     "SUBMITTED", "CONFIRMED", "REJECTED",
                                                      "WITHDRAWN", "CANCELLED", "RECORD"};
struct StateAlias {
    std::string_view word;
    std::string_view names;
};
constexpr std::array kStateAliases{
    StateAlias{"DRAFT", "draft new created 草稿"},
    StateAlias{"SUBMITTED", "pending submitted reviewing inreview waiting unpaid 待审核 审核中"},
    StateAlias{"CONFIRMED", "approved confirmed accepted passed paid success completed active 已通过 已确认 通过"},
    StateAlias{"REJECTED", "rejected refused denied failed 已拒绝 未通过"},
    StateAlias{"WITHDRAWN", "withdrawn 已撤回"},
    StateAlias{"CANCELLED", "cancelled canceled refunded closed 已取消"},
};

struct RoleAlias {
    Role role;
    std::string_view part;  // of the collection's name
};
constexpr std::array kRoleAliases{
    RoleAlias{Role::kPayments, "payment"},
    RoleAlias{Role::kPayments, "order"},
    RoleAlias{Role::kRegistrations, "registration"},
    RoleAlias{Role::kRegistrations, "signup"},
    RoleAlias{Role::kRegistrations, "enroll"},
    RoleAlias{Role::kTeams, "team"},
    RoleAlias{Role::kUsers, "user"},
    RoleAlias{Role::kUsers, "account"},
};
// Never wanted again, not even sealed.
constexpr std::array<std::string_view, 4> kSecretParts{"token", "secret", "sessionkey", "salt"};

std::string Plain(std::string_view name) {
    std::string out;
    for (const char c : name) {
        if (c != '_' && c != '-' && c != ' ') out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return out;
}

// The words of a list, one by one; true when `what` is one of them.
template <class What>
bool AnyWord(std::string_view list, const What& what) {
    while (!list.empty()) {
        const auto end = std::min(list.find(' '), list.size());
        if (what(list.substr(0, end))) return true;
        list.remove_prefix(std::min(end + 1, list.size()));
    }
    return false;
}

Role RoleOf(std::string_view collection) {
    const std::string plain = Plain(collection);
    for (const RoleAlias& one : kRoleAliases) {
        if (plain.find(one.part) != std::string::npos) return one.role;
    }
    return Role::kIgnore;
}

void ReadPaths(json::Reader& in, std::string_view key, std::span<const std::string_view> allowed, Paths& out) {
    const json::Value* object = in.OptionalObject(key);
    if (object == nullptr) return;
    for (const auto& [field, path] : object->AsObject().members()) {
        const bool known = allowed.empty() || std::find(allowed.begin(), allowed.end(), field) != allowed.end();
        const std::string where = in.PathOf(key) + "." + field;
        if (!known) in.Note(where, {"没有这个字段", "there is no such field"});
        const bool sound = path.IsString() && !path.AsString().empty() && path.AsString().size() <= kPathSizeMax;
        if (!sound) in.Note(where, {"应为字段路径", "must be the path of a field"});
        if (known && sound) out.emplace(field, path.AsString());
    }
}

std::vector<std::string> ReadTexts(json::Reader& in, std::string_view key) {
    std::vector<std::string> out;
    const json::Array* list = in.OptionalList(key, 100);
    if (list == nullptr) return out;
    for (const json::Value& one : *list) {
        if (one.IsString()) {
            out.push_back(one.AsString());
        } else {
            in.Note(in.PathOf(key), {"应为文字", "must be texts"});
        }
    }
    return out;
}

void ReadStates(json::Reader& in, CollectionMap& out) {
    const json::Value* object = in.OptionalObject("states");
    if (object == nullptr) return;
    for (const auto& [theirs, ours] : object->AsObject().members()) {
        const bool known =
            ours.IsString() && std::find(kStateWords.begin(), kStateWords.end(), ours.AsString()) != kStateWords.end();
        if (known) out.states.emplace(theirs, ours.AsString());
        if (!known) in.Note(in.PathOf("states") + "." + theirs, {"没有这个状态", "there is no such state"});
    }
}

CollectionMap ReadCollection(const json::Value& value, const std::string& path, json::Reader& outer) {
    static constexpr std::array<std::string_view, 5> kWords{"users", "teams", "registrations", "payments", "ignore"};
    static constexpr std::array<std::string_view, 2> kUnits{"fen", "yuan"};
    CollectionMap out;
    json::Reader in(value, path);
    out.as = static_cast<Role>(in.Word("as", kWords));
    const auto allowed = FieldsOf(out.as);
    if (out.as == Role::kIgnore) {
        in.Any("fields");
    } else {
        ReadPaths(in, "fields", allowed, out.fields);
    }
    ReadPaths(in, "answers", {}, out.answers);
    ReadPaths(in, "member_answers", {}, out.member_answers);
    ReadStates(in, out);
    out.proved = ReadTexts(in, "proved");
    out.drop = ReadTexts(in, "drop");
    out.wechat_appid = in.OptionalText("wechat_appid").value_or("");
    out.amount_unit = kUnits[in.OptionalWord("amount_unit", kUnits).value_or(0)];
    outer.Merge(std::move(in));
    return out;
}

json::Object PathsJson(const Paths& paths) {
    json::Object out;
    for (const auto& [field, path] : paths) out.Set(field, path);
    return out;
}

json::Array TextsJson(const std::vector<std::string>& texts) {
    return {texts.begin(), texts.end()};
}

}  // namespace

std::string_view Word(Role role) {
    constexpr std::array<std::string_view, 5> kWords{"users", "teams", "registrations", "payments", "ignore"};
    return kWords[static_cast<std::size_t>(role)];
}

std::string CollectionMap::PathOf(std::string_view field) const {
    const auto found = fields.find(field);
    return found == fields.end() ? std::string() : found->second;
}

std::span<const std::string_view> FieldsOf(Role role) {
    switch (role) {
        case Role::kUsers:
            return kUserFields;
        case Role::kTeams:
            return kTeamFields;
        case Role::kRegistrations:
            return kRegistrationFields;
        case Role::kPayments:
            return kPaymentFields;
        case Role::kIgnore:
            break;
    }
    return {};
}

Result<Map> ParseMap(const json::Value& value) {
    Map out;
    json::Reader in(value);
    out.people_consented = in.OptionalBool("people_consented").value_or(false);
    if (const json::Value* places = in.OptionalObject("places")) {
        for (const auto& [id, place] : places->AsObject().members()) {
            json::Reader inner(place, "places." + id);
            out.places.emplace(id, Place{inner.Text("event"), inner.Text("division")});
            in.Merge(std::move(inner));
        }
    }
    if (const json::Value* collections = in.Object("collections")) {
        for (const auto& [name, one] : collections->AsObject().members()) {
            out.collections.emplace(name, ReadCollection(one, "collections." + name, in));
        }
    }
    RT_CHECK_OK(in.Finish());
    return out;
}

json::Object MapJson(const Map& map) {
    json::Object places;
    for (const auto& [id, place] : map.places) {
        places.Set(id, json::Object{{"event", place.event}, {"division", place.division}});
    }
    json::Object collections;
    for (const auto& [name, one] : map.collections) {
        json::Object shown{{"as", Word(one.as)}};
        if (one.as != Role::kIgnore) {
            shown.Set("fields", PathsJson(one.fields));
            shown.Set("answers", PathsJson(one.answers));
            shown.Set("drop", TextsJson(one.drop));
        }
        if (one.as == Role::kUsers) shown.Set("proved", TextsJson(one.proved));
        if (one.as == Role::kUsers && !one.wechat_appid.empty()) shown.Set("wechat_appid", one.wechat_appid);
        if (one.as == Role::kTeams) shown.Set("member_answers", PathsJson(one.member_answers));
        if (one.as == Role::kRegistrations) shown.Set("states", PathsJson(one.states));
        if (one.as == Role::kPayments) shown.Set("amount_unit", one.amount_unit);
        collections.Set(name, std::move(shown));
    }
    return {{"people_consented", map.people_consented},
            {"places", std::move(places)},
            {"collections", std::move(collections)}};
}

bool IsStateName(std::string_view field) {
    const std::string plain = Plain(field);
    return plain == "status" || plain == "state" || plain == "tradestate";
}

CollectionMap Guess(std::string_view collection, const std::vector<std::string>& fields,
                    const std::map<std::string, std::vector<std::string>, std::less<>>& words) {
    CollectionMap out;
    out.as = RoleOf(collection);
    if (out.as == Role::kIgnore) return out;
    for (const Alias& alias : kAliases) {
        if (alias.role != out.as) continue;
        AnyWord(alias.names, [&](std::string_view name) {
            const auto found = std::find_if(fields.begin(), fields.end(),
                                            [&](const std::string& field) { return Plain(field) == name; });
            if (found == fields.end()) return false;
            out.fields.emplace(alias.field, *found);
            return true;
        });
    }
    for (const std::string& field : fields) {
        const std::string plain = Plain(field);
        const bool secret = std::any_of(kSecretParts.begin(), kSecretParts.end(),
                                        [&](std::string_view part) { return plain.find(part) != std::string::npos; });
        if (secret) out.drop.push_back(field);
    }
    const auto values = words.find(out.PathOf("state"));
    if (out.as != Role::kRegistrations || values == words.end()) return out;
    for (const std::string& value : values->second) {
        std::string word = "RECORD";
        for (const StateAlias& one : kStateAliases) {
            if (AnyWord(one.names, [&](std::string_view name) { return name == Plain(value); })) word = one.word;
        }
        out.states.emplace(value, word);
    }
    return out;
}

}  // namespace rt::registration::legacy
