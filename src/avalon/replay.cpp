#include "avalon/replay.h"

#include <algorithm>

#include "avalon/codec.h"
#include "avalon/replay_play.h"
#include "base/lines.h"
#include "base/parse.h"

namespace rt::avalon {
namespace {

// "quests[1].proposals[0].team" -> the number in the brackets after `list`, from 1; 0 if it is not there.
std::int64_t NumberAfter(std::string_view at, std::string_view list) {
    const std::size_t begin = at.find(list);
    if (begin == std::string_view::npos) return 0;
    const std::string_view rest = at.substr(begin + list.size());
    const auto number = base::ParseSigned(rest.substr(0, rest.find(']')));
    return number.has_value() ? *number + 1 : 0;
}

json::Object EncodeWhere(std::string_view at) {
    json::Object out;
    out.Add("at", at);
    if (const auto quest = NumberAfter(at, "quests["); quest > 0) out.Add("quest", quest);
    if (const auto proposal = NumberAfter(at, "proposals["); proposal > 0) out.Add("proposal", proposal);
    const std::size_t dot = at.rfind('.');
    if (dot != std::string_view::npos) out.Add("member", at.substr(dot + 1));
    return out;
}

json::Object EncodeStop(const Stop& stop) {
    json::Object out = EncodeWhere(stop.at);
    out.Add("reason", Word(stop.reason));
    out.Add("message", Sentence(stop.reason).en);
    out.Add("zh", Sentence(stop.reason).zh);
    return out;
}

// Of a text that is no game at all; the first mistake is enough to say, the number of all tells how far off it is.
json::Object EncodeMalformed(const Error& error) {
    json::Object out = EncodeWhere(error.fields.empty() ? "" : error.fields.front().field);
    const base::Text text = error.fields.empty() ? error.message : error.fields.front().reason;
    out.Add("reason", Word(Reason::kMalformed));
    out.Add("message", text.en.empty() ? Sentence(Reason::kMalformed).en : text.en);
    out.Add("zh", text.zh.empty() ? Sentence(Reason::kMalformed).zh : text.zh);
    if (error.fields.size() > 1) out.Add("mistakes", error.fields.size());
    return out;
}

bool IsGame(std::string_view line) {
    const auto value = json::Decode(line);
    return value.ok() && value->IsObject() && value->Find("players") != nullptr;
}

std::string Line(const json::Object& object) {
    return json::Encode(object) + "\n";
}

ReplayReport ReplayText(std::string_view text, ReplayDetail detail) {
    const auto value = json::Decode(text);
    if (value.ok()) return ReplayGame(*value, detail);
    ReplayReport out;
    out.report.Add("error", EncodeMalformed(value.error()));
    return out;
}

}  // namespace

ReplayReport ReplayGame(const json::Value& game, ReplayDetail detail) {
    ReplayReport out;
    const auto filed = ReadGame(game);
    if (!filed.ok()) {
        out.report.Add("error", EncodeMalformed(filed.error()));
        return out;
    }
    json::Array states;
    FiledPlay play(*filed, [&](const std::string& at, const State& state) {
        if (detail != ReplayDetail::kStates) return;
        json::Object step{{"at", at}};
        const json::Object now = EncodeState(state);
        for (const json::Member& member : now.members()) step.Add(member.first, member.second);
        states.emplace_back(std::move(step));
    });
    const std::optional<Stop> stop = play.Run();
    if (detail == ReplayDetail::kStates) out.report.Add("states", std::move(states));
    out.legal = !stop.has_value();
    if (stop.has_value()) out.report.Add("error", EncodeStop(*stop));
    if (out.legal) out.report.Add("outcome", EncodeOutcome(*play.state().outcome));
    return out;
}

bool ReplayFile(std::string_view text, const std::function<void(std::string_view)>& print) {
    const std::vector<std::string_view> lines = base::LinesOf(text);
    // One game may be spread over lines; a file of games has a whole one on each.
    const bool many = lines.size() > 1 && (IsGame(lines[0]) || IsGame(lines[1]));
    if (!many) {
        const ReplayReport report = ReplayText(text, ReplayDetail::kStates);
        print(Line(report.report));
        return report.legal;
    }
    bool legal = true;
    for (std::int64_t number = 1; !text.empty(); ++number) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view line = base::TrimAscii(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        if (line.empty()) continue;
        const ReplayReport report = ReplayText(line, ReplayDetail::kOutcome);
        json::Object out{{"line", number}};
        for (const json::Member& member : report.report.members()) out.Add(member.first, member.second);
        print(Line(out));
        legal = legal && report.legal;
    }
    return legal;
}

}  // namespace rt::avalon
