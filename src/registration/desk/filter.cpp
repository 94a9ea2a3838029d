#include "registration/desk/filter.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/parse.h"
#include "registration/desk/member_keys.h"
#include "registration/store/events.h"
#include "text/normalise.h"

namespace rt::registration {
namespace {

using store::Reader;
using store::Row;
using store::Statement;

// A field's text; nullopt or empty: not asked for.
using Get = std::function<std::optional<std::string>(std::string_view name)>;

constexpr std::size_t kStatesMax = 20;
constexpr std::int64_t kNumberMax = 999'999'999;

constexpr Statement kTagByName{"filter.tag", "SELECT id FROM tag WHERE event = $1 AND public_id = $2"};

Error Unknown(std::string_view field, base::Text reason) {
    return base::InvalidField(std::string(field), std::move(reason));
}

Result<DivisionId> DivisionOf(Reader& reader, EventId event, const std::string& name) {
    RT_TRY(const auto division, store::FindDivisionByPublicId(reader, name));
    if (!division.has_value() || division->event != event) {
        return Unknown("division", {"没有这个组别", "There is no such division"});
    }
    return division->id;
}

Result<std::vector<RegistrationState>> StatesOf(std::string_view words) {
    std::vector<RegistrationState> out;
    while (!words.empty() && out.size() < kStatesMax) {
        const std::size_t comma = words.find(',');
        const auto state = FromWord<RegistrationState>(words.substr(0, comma));
        if (!state.has_value()) return Unknown("state", {"没有这个状态", "There is no such state"});
        out.push_back(*state);
        words = comma == std::string_view::npos ? std::string_view() : words.substr(comma + 1);
    }
    return out;
}

// What was typed may be a number, a name, or something that a member is known by.
struct Typed {
    std::string name;
    std::optional<std::int64_t> number;
    std::vector<std::pair<std::string, std::string>> keys;
};

Result<Typed> ReadTyped(const Privacy& privacy, std::string_view text) {
    if (text.size() > kSearchBytesMax) return Unknown("q", {"搜索内容过长", "The search text is too long"});
    Typed out;
    std::string_view trimmed = base::TrimAscii(text);
    out.name = text::NameKey(trimmed).value_or("");
    out.keys = KeysOfText(privacy, trimmed);
    if (trimmed.starts_with('#')) trimmed.remove_prefix(1);
    const auto number = base::ParseSigned(trimmed);
    if (number.has_value() && *number > 0 && *number <= kNumberMax) out.number = number;
    return out;
}

Result<std::optional<base::Time>> TimeOf(std::string_view field, const std::optional<std::string>& text) {
    if (!text.has_value() || text->empty()) return std::optional<base::Time>();
    const auto time = base::ParseRfc3339(*text);
    if (!time.ok()) return Unknown(field, {"时间格式不正确", "Not a time (RFC 3339)"});
    return std::optional(*time);
}

Result<store::RegistrationFilter> Read(Reader& reader, const Privacy& privacy, EventId event, const Get& get) {
    store::RegistrationFilter out;
    out.event = event;
    const auto text = [&](std::string_view name) { return get(name).value_or(""); };
    RT_TRY(out.states, StatesOf(text("state")));
    if (const auto division = text("division"); !division.empty()) {
        RT_TRY(out.division, DivisionOf(reader, event, division));
    }
    if (const auto stage = text("stage"); !stage.empty()) {
        const auto number = base::ParseSigned(stage);
        if (!number.has_value() || *number < 1 || *number > 3) {
            return Unknown("stage", {"没有这个审核阶段", "There is no such stage of review"});
        }
        out.stage = *number;
    }
    if (const auto tag = text("tag"); !tag.empty()) {
        RT_TRY(const auto id, reader.FindInt(kTagByName, {event, tag}));
        if (!id.has_value()) return Unknown("tag", {"没有这个标签", "There is no such tag"});
        out.tag = store::TagId{*id};
    }
    if (const auto deficient = text("deficient"); !deficient.empty()) {
        if (deficient != "true" && deficient != "false") {
            return Unknown("deficient", {"只能是 true 或 false", "true or false"});
        }
        out.deficient = deficient == "true";
    }
    out.source = text("source");
    constexpr std::array<std::string_view, 5> kSources{"WEB", "MP", "ADMIN", "IMPORT", "API"};
    if (!out.source.empty() && std::find(kSources.begin(), kSources.end(), out.source) == kSources.end()) {
        return Unknown("source", {"没有这个来源", "There is no such source"});
    }
    RT_TRY(out.from, TimeOf("from", get("from")));
    RT_TRY(out.until, TimeOf("until", get("until")));
    RT_TRY(auto typed, ReadTyped(privacy, text("q")));
    out.name = std::move(typed.name);
    out.number = typed.number;
    out.keys = std::move(typed.keys);
    return out;
}

constexpr std::array<std::string_view, 9> kNames{"q",         "state",  "division", "stage", "tag",
                                                 "deficient", "source", "from",     "until"};

}  // namespace

Result<store::RegistrationFilter> FilterFromQuery(Reader& reader, const Privacy& privacy, EventId event,
                                                  const net::Request& request) {
    return Read(reader, privacy, event, [&](std::string_view name) -> std::optional<std::string> {
        const auto value = request.Query(name);
        return value.has_value() ? std::optional<std::string>(*value) : std::nullopt;
    });
}

Result<store::RegistrationFilter> FilterFromJson(Reader& reader, const Privacy& privacy, EventId event,
                                                 const json::Value& filter) {
    if (!filter.IsObject()) return Unknown("filter", {"须为对象", "Must be an object"});
    for (const auto& [name, value] : filter.AsObject().members()) {
        if (std::find(kNames.begin(), kNames.end(), name) == kNames.end() || !value.IsString()) {
            return Unknown("filter." + name, {"不支持的条件", "Not a filter, or not a text"});
        }
    }
    return Read(reader, privacy, event, [&](std::string_view name) -> std::optional<std::string> {
        const json::Value* value = filter.Find(name);
        return value == nullptr ? std::optional<std::string>() : value->AsString();
    });
}

Result<store::TeamFilter> TeamFilterFromQuery(Reader& reader, const Privacy& privacy, EventId event,
                                              const net::Request& request) {
    store::TeamFilter out;
    out.event = event;
    if (const auto state = request.Query("state"); state.has_value() && !state->empty()) {
        out.state = FromWord<TeamState>(*state);
        if (!out.state.has_value()) return Unknown("state", {"没有这个状态", "There is no such state"});
    }
    if (const auto division = request.Query("division"); division.has_value() && !division->empty()) {
        RT_TRY(out.division, DivisionOf(reader, event, std::string(*division)));
    }
    RT_TRY(auto typed, ReadTyped(privacy, request.Query("q").value_or("")));
    out.name = std::move(typed.name);
    out.keys = std::move(typed.keys);
    return out;
}

}  // namespace rt::registration
