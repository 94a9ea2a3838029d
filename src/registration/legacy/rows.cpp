#include "registration/legacy/rows.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/clock.h"
#include "base/parse.h"
#include "mongo/bson.h"

namespace rt::registration::legacy {
namespace {

constexpr std::size_t kMembersMax = 200;
constexpr std::int64_t kFenMax = 100'000'000'000;  // 1 000 000 000.00

Error Bad(const std::string& reason) {
    return base::FailText(Code::kInvalid, {reason, reason});
}

// Takes what is at the path out of the document.
void Erase(json::Object& document, std::string_view path) {
    const auto point = path.find('.');
    const json::Value* found = document.Find(path.substr(0, point));
    if (found == nullptr) return;
    if (point == std::string_view::npos) {
        document.Erase(path);
    } else if (found->IsObject()) {
        json::Object inner = found->AsObject();
        Erase(inner, path.substr(point + 1));
        document.Set(std::string(path.substr(0, point)), std::move(inner));
    }
}

class RowMaker {
  public:
    RowMaker(const Map& map, const CollectionMap& collection, const json::Object& document)
        : map_(map), collection_(collection), document_(document), rest_(document) {}

    Result<json::Object> Make() {
        const json::Value* id = document_.Find("_id");
        if (id == nullptr || mongo::IdText(*id).empty()) return Bad("it has no _id");
        row_.Set("id", mongo::IdText(*id));
        rest_.Erase("_id");
        RT_CHECK_OK(Fields());
        for (const std::string& path : collection_.drop) Erase(rest_, path);
        row_.Set("rest", std::move(rest_));
        if (json::Encode(row_).size() > kRowBytesMax) return Bad("it is larger than can be kept");
        return std::move(row_);
    }

  private:
    Status Fields() {
        switch (collection_.as) {
            case Role::kUsers:
                return User();
            case Role::kTeams:
                return Team();
            case Role::kRegistrations:
                return Registration();
            case Role::kPayments:
                return Payment();
            case Role::kIgnore:
                break;
        }
        return Ok();
    }

    // What the map says of a field, and the document has; null counts as nothing.
    const json::Value* Get(std::string_view field) const {
        const std::string path = collection_.PathOf(field);
        const json::Value* found = path.empty() ? nullptr : At(document_, path);
        return found == nullptr || found->IsNull() ? nullptr : found;
    }
    void Taken(std::string_view field) { Erase(rest_, collection_.PathOf(field)); }

    // A text, or a number or an id as one.
    void TakeText(std::string_view field) {
        const json::Value* value = Get(field);
        if (value == nullptr || value->IsArray()) return;
        row_.Set(std::string(field), mongo::IdText(*value));
        Taken(field);
    }
    void TakeTime(std::string_view field) {
        const json::Value* value = Get(field);
        const auto time = value == nullptr ? std::nullopt : mongo::TimeOf(*value);
        if (!time.has_value()) return;
        row_.Set(std::string(field), base::FormatRfc3339(*time));
        Taken(field);
    }

    json::Object AnswersFrom(const json::Object& document, const Paths& paths) const {
        json::Object out;
        for (const auto& [key, path] : paths) {
            const json::Value* value = At(document, path);
            if (value != nullptr && !value->IsNull()) out.Set(key, *value);
        }
        return out;
    }
    void TakeAnswers() {
        if (collection_.answers.empty()) return;
        row_.Set("answers", AnswersFrom(document_, collection_.answers));
        for (const auto& [key, path] : collection_.answers) Erase(rest_, path);
    }

    Status TakePlace() {
        const json::Value* event = Get("event");
        const std::string id = event == nullptr ? "*" : mongo::IdText(*event);
        auto place = map_.places.find(id);
        if (place == map_.places.end()) place = map_.places.find("*");
        if (place == map_.places.end()) return Bad("the map has no place for the event " + id);
        row_.Set("event", place->second.event);
        row_.Set("division", place->second.division);
        return Ok();
    }

    Result<json::Object> MemberFrom(const json::Value& value) const {
        json::Object out;
        const bool reference = !value.IsObject() || value.Find("$oid") != nullptr;
        if (reference) {
            out.Set("user", mongo::IdText(value));
            return out;
        }
        const json::Object& member = value.AsObject();
        const auto text = [&](std::string_view field) {
            const std::string path = collection_.PathOf(field);
            const json::Value* found = path.empty() ? nullptr : At(member, path);
            return found == nullptr ? std::string() : mongo::IdText(*found);
        };
        const std::string user = text("member_user");
        const std::string name = text("member_name");
        if (user.empty() && name.empty()) return Bad("a member with neither member_user nor member_name");
        if (!user.empty()) out.Set("user", user);
        if (!name.empty()) out.Set("name", name);
        if (!collection_.member_answers.empty()) out.Set("answers", AnswersFrom(member, collection_.member_answers));
        return out;
    }

    Status TakeMembers() {
        const json::Value* members = Get("members");
        if (members == nullptr) return Ok();
        if (!members->IsArray()) return Bad("its members are no list");
        if (members->AsArray().size() > kMembersMax) return Bad("more than 200 members");
        json::Array out;
        bool references = true;
        for (const json::Value& one : members->AsArray()) {
            RT_TRY(auto member, MemberFrom(one));
            references = references && (!one.IsObject() || one.Find("$oid") != nullptr);
            out.emplace_back(std::move(member));
        }
        row_.Set("members", std::move(out));
        // What else is said of them stays with the rest.
        if (references) Taken("members");
        return Ok();
    }

    Status User() {
        for (const std::string_view field :
             {"login_name", "display_name", "password", "email", "phone", "wechat_openid", "wechat_unionid"}) {
            TakeText(field);
        }
        TakeTime("created");
        json::Array proved;
        for (const std::string& one : collection_.proved) proved.emplace_back(one);
        row_.Set("proved", std::move(proved));
        row_.Set("wechat_appid", collection_.wechat_appid);
        return Ok();
    }

    Status Team() {
        RT_CHECK_OK(TakePlace());
        TakeText("name");
        TakeText("captain");
        RT_CHECK_OK(TakeMembers());
        TakeAnswers();
        row_.Set("consented", map_.people_consented);
        return Ok();
    }

    Status Registration() {
        RT_CHECK_OK(TakePlace());
        for (const std::string_view field : {"team", "user", "name"}) TakeText(field);
        RT_CHECK_OK(TakeMembers());
        TakeAnswers();
        row_.Set("consented", map_.people_consented);
        TakeTime("submitted");
        const json::Value* state = Get("state");
        if (state == nullptr) {
            row_.Set("state", "SUBMITTED");
            return Ok();
        }
        const auto word = collection_.states.find(mongo::IdText(*state));
        if (word == collection_.states.end()) return Bad("the map has no state for " + mongo::IdText(*state));
        row_.Set("state", word->second);
        return Ok();
    }

    Status Payment() {
        for (const std::string_view field : {"order_no", "registration", "state", "channel", "transaction_id"}) {
            TakeText(field);
        }
        TakeTime("paid_at");
        const json::Value* amount = Get("amount");
        if (amount == nullptr) return Ok();
        const auto fen = FenOf(*amount, collection_.amount_unit);
        if (!fen.has_value()) return Bad("its amount is no whole number of fen");
        row_.Set("amount", *fen);
        Taken("amount");
        return Ok();
    }

    const Map& map_;
    const CollectionMap& collection_;
    const json::Object& document_;
    json::Object rest_;
    json::Object row_;
};

// "12.5" of yuan is 1250, exactly.
std::optional<std::int64_t> FenOfText(std::string_view text, std::size_t places) {
    const auto point = text.find('.');
    std::string digits(text.substr(0, point));
    std::string after = point == std::string_view::npos ? std::string() : std::string(text.substr(point + 1));
    while (!after.empty() && after.back() == '0') after.pop_back();
    if (digits.empty() || after.size() > places || digits.size() > 12) return std::nullopt;
    after.resize(places, '0');
    const auto fen = base::ParseUnsigned(digits + after);
    if (!fen.has_value() || *fen > static_cast<std::uint64_t>(kFenMax)) return std::nullopt;
    return static_cast<std::int64_t>(*fen);
}

}  // namespace

const json::Value* At(const json::Object& document, std::string_view path) {
    const auto point = path.find('.');
    const json::Value* found = document.Find(path.substr(0, point));
    while (found != nullptr && path.find('.') != std::string_view::npos) {
        path.remove_prefix(path.find('.') + 1);
        found = found->Find(path.substr(0, path.find('.')));
    }
    return found;
}

std::optional<std::int64_t> FenOf(const json::Value& amount, std::string_view unit) {
    const std::size_t places = unit == "yuan" ? 2 : 0;
    if (amount.IsInt()) return amount.AsInt() < 0 ? std::nullopt : FenOfText(std::to_string(amount.AsInt()), places);
    if (amount.IsString()) return FenOfText(amount.AsString(), places);
    const json::Value* decimal = amount.Find("$numberDecimal");
    if (decimal != nullptr) return decimal->IsString() ? FenOfText(decimal->AsString(), places) : std::nullopt;
    if (!amount.IsNumber()) return std::nullopt;
    // What was kept as a float is taken for the hundredth it stands for.
    const double fen = amount.AsDouble() * (places == 2 ? 100.0 : 1.0);
    const double whole = std::round(fen);
    const bool sound = whole >= 0 && whole <= static_cast<double>(kFenMax) && std::abs(fen - whole) < 1e-3;
    return sound ? std::optional(static_cast<std::int64_t>(whole)) : std::nullopt;
}

Result<json::Object> RowOf(const Map& map, const CollectionMap& collection, const json::Object& document) {
    return RowMaker(map, collection, document).Make();
}

}  // namespace rt::registration::legacy
