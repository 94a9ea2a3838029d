#include "avalon/game_log.h"

#include <utility>

#include "avalon/codec.h"
#include "json/json.h"

namespace rt::avalon {
namespace {

Result<TimedEvent> DecodeOne(const json::Value& row) {
    if (!row.IsArray() || row.AsArray().size() != 2 || !row.AsArray()[0].IsInt()) {
        return Fail(Code::kInternal, "a row of a game's log is broken");
    }
    RT_TRY(Event event, DecodeEvent(row.AsArray()[1]));
    return TimedEvent{{row.AsArray()[0].AsInt()}, std::move(event)};
}

// Shown, and at once replaced by another.
bool Replaced(std::span<const TimedEvent> events, std::size_t i) {
    return i + 1 < events.size() && events[i].event.type == EventType::kSelected &&
           events[i + 1].event.type == EventType::kSelected;
}

}  // namespace

std::string EncodeLog(std::span<const TimedEvent> events) {
    json::Array rows;
    rows.reserve(events.size());
    const bool thin = events.size() > kLogEventsMax;
    for (std::size_t i = 0; i < events.size(); ++i) {
        if (thin && Replaced(events, i)) continue;
        rows.push_back(json::Array{events[i].at.micros, EncodeEvent(events[i].event)});
    }
    return json::Encode(rows);
}

Result<std::vector<TimedEvent>> DecodeLog(std::string_view text) {
    RT_TRY(const json::Value rows, json::Decode(text));
    if (!rows.IsArray()) return Fail(Code::kInternal, "a game's log is no list");
    std::vector<TimedEvent> out;
    out.reserve(rows.AsArray().size());
    for (const json::Value& row : rows.AsArray()) {
        RT_TRY(TimedEvent one, DecodeOne(row));
        out.push_back(std::move(one));
    }
    return out;
}

}  // namespace rt::avalon
