// For moderators: live rooms, reports, mutes and bans. All of it is audited.
#include <utility>

#include "avalon/api/hall_internal.h"
#include "avalon/store/moderation.h"
#include "base/parse.h"
#include "net/editing.h"

namespace rt::avalon::api {
namespace {

constexpr std::int64_t kFoundMax = 50;
constexpr std::size_t kSearchBytesMax = 64;

Result<RoomsControl*> RoomsOf(const Hall& hall) {
    RoomsControl* const rooms = hall.rooms();
    if (rooms == nullptr) return Fail(Code::kUnavailable, "this process has no rooms");
    return rooms;
}

json::Object RoomJson(const LiveRoom& room) {
    json::Array players;
    for (const LiveRoom::Player& one : room.players) {
        players.push_back(json::Object{{"id", one.public_id.empty() ? json::Value() : json::Value(one.public_id)},
                                       {"nickname", one.nickname},
                                       {"online", one.online}});
    }
    return {{"id", room.room_id},
            {"code", room.code},
            {"name", room.name},
            {"state", room.state},
            {"listed", room.listed},
            {"locked", room.locked},
            {"size", room.size},
            {"spectators", room.spectators},
            {"started", TimeJson(room.started)},
            {"game", room.game_id.empty() ? json::Value() : json::Value(room.game_id)},
            {"players", std::move(players)}};
}

Result<Response> ListRooms(Hall& hall, const Request&) {
    RT_TRY(const RoomsControl* const rooms, RoomsOf(hall));
    json::Array data;
    for (const LiveRoom& room : rooms->Live()) data.push_back(RoomJson(room));
    return net::Success(std::move(data));
}

Result<std::string> ReadReason(const Request& request) {
    RT_TRY(const json::Value body, request.Json());
    json::Reader in(body);
    std::string reason = in.Text("reason", {.size_max = store::kReasonSizeMax});
    RT_CHECK_OK(in.Finish());
    return reason;
}

// Acts on a room and remembers it.
template <Status (RoomsControl::*Act)(const std::string&)>
Result<Response> ActOnRoom(Hall& hall, const Request& request, std::string_view action) {
    RT_TRY(const std::string reason, ReadReason(request));
    RT_TRY(RoomsControl* const rooms, RoomsOf(hall));
    const std::string& room = request.Param("room");
    RT_CHECK_OK((rooms->*Act)(room));
    const store::Commit commit = CommitOf(hall, request);
    const std::string after = json::Encode(json::Object{{"room", room}});
    return Commit(hall, request, "avalon.room.moderate", 204, [&](Writer& writer) -> Result<json::Value> {
        RT_CHECK_OK(store::Record(writer, commit, {action, "avalon_room", 0, {}, after, reason}));
        return json::Value();
    });
}

Result<Response> VoidRoom(Hall& hall, const Request& request) {
    return ActOnRoom<&RoomsControl::Void>(hall, request, "avalon.room.void");
}

Result<Response> CloseRoom(Hall& hall, const Request& request) {
    return ActOnRoom<&RoomsControl::Close>(hall, request, "avalon.room.close");
}

// The face of an account, null when it has ended.
Result<json::Value> FaceOf(Reader& reader, const std::optional<UserId>& user) {
    if (!user.has_value()) return json::Value();
    RT_TRY(const auto player, store::FindPlayer(reader, *user));
    return player.has_value() ? json::Value(FaceJson(*player)) : json::Value();
}

Result<json::Object> ReportJson(Reader& reader, const store::Report& report) {
    RT_TRY(auto reporter, FaceOf(reader, report.reporter));
    RT_TRY(auto subject, FaceOf(reader, report.subject));
    RT_TRY(auto handler, FaceOf(reader, report.handler));
    return json::Object{{"id", report.public_id},
                        {"state", store::kReportStates[static_cast<std::size_t>(report.state)]},
                        {"kind", report.kind},
                        {"text", report.text},
                        {"reporter", std::move(reporter)},
                        {"subject", std::move(subject)},
                        {"handler", std::move(handler)},
                        {"note", report.note},
                        {"room", report.room.empty() ? json::Value() : json::Value(report.room)},
                        {"game", report.game.empty() ? json::Value() : json::Value(report.game)},
                        {"created", base::FormatRfc3339(report.created)},
                        {"changed", base::FormatRfc3339(report.changed)},
                        {"rev", report.rev}};
}

Result<store::ReportQuery> ReadQuery(Reader& reader, const Request& request, const net::PageQuery& page) {
    store::ReportQuery out;
    out.limit = page.limit + 1;
    const std::string_view state = request.Query("state").value_or("");
    for (std::size_t i = 0; i < store::kReportStates.size(); ++i) {
        if (store::kReportStates[i] == state) out.state = static_cast<store::ReportState>(i);
    }
    if (!state.empty() && !out.state.has_value()) {
        return base::InvalidField("state", {"没有这个状态", "There is no such state"});
    }
    if (const auto player = request.Query("player")) {
        RT_TRY(const auto found, store::FindPlayer(reader, *player));
        if (!found.has_value()) return base::InvalidField("player", {"没有这个玩家", "There is no such player"});
        out.subject = found->user;
    }
    if (page.cursor.empty()) return out;
    RT_TRY(const auto last, store::FindReport(reader, page.cursor));
    if (!last.has_value()) return base::InvalidField("cursor", {"游标无效", "cursor is not valid"});
    out.after = last->id;
    return out;
}

Result<Response> ListReports(Hall& hall, const Request& request) {
    RT_TRY(const net::PageQuery page, net::ReadPageQuery(request));
    return hall.parts().db.Read([&](Reader& reader) -> Result<Response> {
        RT_TRY(const auto query, ReadQuery(reader, request, page));
        RT_TRY(auto reports, store::ListReports(reader, query));
        const bool more = static_cast<std::int64_t>(reports.size()) > page.limit;
        if (more) reports.pop_back();
        json::Array data;
        for (const store::Report& one : reports) {
            RT_TRY(auto shown, ReportJson(reader, one));
            data.emplace_back(std::move(shown));
        }
        return net::Page(std::move(data), more ? reports.back().public_id : std::string());
    });
}

Result<store::Report> ReportOf(Reader& reader, const Request& request) {
    RT_TRY(auto report, store::FindReport(reader, request.Param("report")));
    if (!report.has_value()) return Fail(Code::kNotFound);
    return *std::move(report);
}

Result<json::Object> WholeReport(Reader& reader, const store::Report& report) {
    RT_TRY(json::Object out, ReportJson(reader, report));
    RT_TRY(json::Value context, json::Decode(report.context));
    out.Set("context", std::move(context));
    return out;
}

Result<Response> GetReport(Hall& hall, const Request& request) {
    return hall.parts().db.Read([&](Reader& reader) -> Result<Response> {
        RT_TRY(const auto report, ReportOf(reader, request));
        RT_TRY(json::Object out, WholeReport(reader, report));
        return net::WithRev(net::Success(std::move(out)), report.rev);
    });
}

Result<Response> SetReport(Hall& hall, const Request& request) {
    RT_TRY(const std::int64_t rev, net::RequireIfMatch(request));
    RT_TRY(const json::Value body, request.Json());
    json::Reader in(body);
    const auto state = in.OptionalWord("state", store::kReportStates);
    const auto note =
        in.OptionalText("note", {.size_min = 0, .size_max = store::kReportTextSizeMax, .multiline = true});
    RT_CHECK_OK(in.Finish());
    const store::Commit commit = CommitOf(hall, request);
    RT_TRY(auto response, Commit(hall, request, "avalon.report.set", 200, [&](Writer& writer) -> Result<json::Value> {
               RT_TRY(store::Report report, ReportOf(writer, request));
               if (state.has_value()) report.state = static_cast<store::ReportState>(*state);
               if (note.has_value()) report.note = *note;
               report.rev = rev;
               RT_CHECK_OK(store::UpdateReport(writer, commit, report));
               RT_TRY(const store::Report after, ReportOf(writer, request));
               RT_TRY(json::Object out, WholeReport(writer, after));
               return json::Value(std::move(out));
           }));
    return net::WithRev(std::move(response), rev + 1);
}

Result<json::Object> RestrictionJson(Reader& reader, const store::Restriction& one, base::Time now) {
    RT_TRY(auto made_by, FaceOf(reader, one.made_by));
    return json::Object{{"id", one.public_id},
                        {"kind", store::kRestrictionKinds[static_cast<std::size_t>(one.kind)]},
                        {"until", TimeJson(one.until)},
                        {"reason", one.reason},
                        {"by", std::move(made_by)},
                        {"created", base::FormatRfc3339(one.created)},
                        {"lifted", TimeJson(one.lifted)},
                        {"in_force", one.InForce(now)}};
}

Result<Response> SearchPlayers(Hall& hall, const Request& request) {
    const std::string text(request.Query("q").value_or(""));
    if (text.empty() || text.size() > kSearchBytesMax) {
        return base::InvalidField("q", {"应为 1 至 64 个字节", "It takes 1 to 64 bytes"});
    }
    return hall.parts().db.Read([&](Reader& reader) -> Result<Response> {
        RT_TRY(auto players, store::SearchPlayers(reader, text, kFoundMax));
        if (const auto id = base::ParsePublicId(text)) {
            RT_TRY(auto found, store::FindPlayer(reader, *id));
            if (found.has_value()) players.push_back(*std::move(found));
        }
        json::Array data;
        for (const store::Player& one : players) data.push_back(PlayerJson(one));
        return net::Success(std::move(data));
    });
}

Result<Response> GetPlayer(Hall& hall, const Request& request) {
    return hall.parts().db.Read([&](Reader& reader) -> Result<Response> {
        RT_TRY(const store::Player player, PlayerOf(reader, request));
        RT_TRY(const auto restrictions, store::RestrictionsOf(reader, player.user));
        json::Array list;
        for (const store::Restriction& one : restrictions) {
            RT_TRY(auto shown, RestrictionJson(reader, one, request.now));
            list.emplace_back(std::move(shown));
        }
        json::Object out = PlayerJson(player);
        out.Set("restrictions", std::move(list));
        return net::Success(std::move(out));
    });
}

Result<Response> Restrict(Hall& hall, const Request& request) {
    RT_TRY(const json::Value body, request.Json());
    json::Reader in(body);
    const auto& parts = hall.parts();
    store::Restriction row;
    row.id = parts.ids.Next();
    row.public_id = base::NewPublicId(parts.random);
    row.kind = static_cast<store::RestrictionKind>(in.Word("kind", store::kRestrictionKinds));
    const auto hours = in.OptionalInt("hours", 1, store::kRestrictionHoursMax);
    row.reason = in.Text("reason", {.size_max = store::kReasonSizeMax});
    RT_CHECK_OK(in.Finish());
    if (hours.has_value()) row.until = request.now.Plus(*hours * base::kMicrosPerHour);
    row.created = request.now;
    row.made_by = OwnId(request);
    const store::Commit commit = CommitOf(hall, request);
    UserId user;
    RT_TRY(auto response, Commit(hall, request, "avalon.restrict", 201, [&](Writer& writer) -> Result<json::Value> {
               RT_TRY(const store::Player player, PlayerOf(writer, request));
               user = player.user;
               row.user = user;
               RT_CHECK_OK(store::Restrict(writer, commit, row));
               RT_TRY(json::Object out, RestrictionJson(writer, row, request.now));
               return json::Value(std::move(out));
           }));
    // A repeated request has changed nothing, and told everybody before.
    if (user) hall.PersonChanged(user);
    return response;
}

Result<Response> Lift(Hall& hall, const Request& request) {
    RT_TRY(const std::string reason, ReadReason(request));
    const store::Commit commit = CommitOf(hall, request);
    UserId user;
    RT_TRY(auto response, Commit(hall, request, "avalon.lift", 204, [&](Writer& writer) -> Result<json::Value> {
               RT_TRY(user, store::Lift(writer, commit, request.Param("restriction"), reason));
               return json::Value();
           }));
    if (user) hall.PersonChanged(user);
    return response;
}

}  // namespace

net::RouteTable ModerationRoutes(Hall& hall, const std::string& base) {
    HallTable table(hall, base);
    table.Moderate("moderation.rooms", Method::kGet, "/moderation/rooms", "Live rooms; no roles.", {}, ListRooms);
    table.Moderate("moderation.room.void", Method::kPost, "/moderation/rooms/{room}/void",
                   "Ends the game under way without a result.", R"({"reason":"..."})", VoidRoom);
    table.Moderate("moderation.room.close", Method::kPost, "/moderation/rooms/{room}/close",
                   "Puts everybody out of a room.", R"({"reason":"..."})", CloseRoom);
    table.Moderate("moderation.reports", Method::kGet, "/moderation/reports",
                   "Reports, oldest first; ?state and ?player.", {}, ListReports);
    table.Moderate("moderation.report", Method::kGet, "/moderation/reports/{report}", "A report with its chat.", {},
                   GetReport);
    table.Moderate("moderation.report.set", Method::kPatch, "/moderation/reports/{report}",
                   "Takes, upholds or dismisses a report; needs If-Match.", R"({"state":"TAKEN","note":"..."})",
                   SetReport);
    table.Moderate("moderation.players", Method::kGet, "/moderation/players", "Players by part of the nickname or id.",
                   {}, SearchPlayers);
    table.Moderate("moderation.player", Method::kGet, "/moderation/players/{player}",
                   "A player with all mutes and bans.", {}, GetPlayer);
    table.Moderate("moderation.restrict", Method::kPost, "/moderation/players/{player}/restrictions",
                   "Mutes or bans, for hours or (null) for ever; takes the place of one in force.",
                   R"({"kind":"MUTE","hours":24,"reason":"..."})", Restrict);
    table.Moderate("moderation.lift", Method::kPost, "/moderation/restrictions/{restriction}/lift",
                   "Ends a mute or ban.", R"({"reason":"..."})", Lift);
    return table.Take();
}

}  // namespace rt::avalon::api
