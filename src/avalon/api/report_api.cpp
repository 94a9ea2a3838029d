// What players say of players, and whom they do not want to meet.
#include <utility>

#include "avalon/api/hall_internal.h"
#include "avalon/store/moderation.h"
#include "net/editing.h"

namespace rt::avalon::api {
namespace {

// A public id, or nothing.
std::string IdField(json::Reader& in, std::string_view key) {
    const auto text = in.OptionalText(key, {.size_max = base::kPublicIdLength});
    if (!text.has_value()) return {};
    auto id = base::ParsePublicId(*text);
    if (!id.has_value()) in.Note(std::string(key), {"编号无效", "It is not an id"});
    return id.value_or("");
}

// The last lines that the reporter could read, with ids that mean nothing outside.
Result<std::string> ContextOf(Hall& hall, const std::string& room, UserId reporter) {
    json::Array lines;
    RoomsControl* const rooms = hall.rooms();
    if (rooms == nullptr || room.empty()) return json::Encode(lines);
    const auto said = rooms->Chat(room, reporter.value);
    return hall.parts().db.Read([&](Reader& reader) -> Result<std::string> {
        for (const ChatLine& line : said) {
            RT_TRY(const auto from, store::FindPlayer(reader, UserId{line.user_id}));
            lines.push_back(json::Object{{"at", base::FormatRfc3339(line.at)},
                                         {"player", from.has_value() ? json::Value(FaceJson(*from)) : json::Value()},
                                         {"channel", line.channel},
                                         {"text", line.text}});
        }
        return json::Encode(lines);
    });
}

struct NewReport {
    std::string player;
    store::Report row;
};

Result<NewReport> ReadReport(const Request& request) {
    RT_TRY(const json::Value body, request.Json());
    json::Reader in(body);
    NewReport out;
    out.player = in.Text("player", {.size_max = base::kPublicIdLength});
    out.row.kind = store::kReportKinds[in.Word("kind", store::kReportKinds)];
    out.row.text =
        in.OptionalText("text", {.size_min = 0, .size_max = store::kReportTextSizeMax, .multiline = true}).value_or("");
    out.row.room = IdField(in, "room");
    out.row.game = IdField(in, "game");
    RT_CHECK_OK(in.Finish());
    return out;
}

// Whom a report or a block is about: somebody, and not oneself.
Result<UserId> OtherOf(Reader& reader, const Request& request, const std::string& public_id) {
    RT_TRY(const auto player, store::FindPlayer(reader, public_id));
    if (!player.has_value()) return base::InvalidField("player", {"没有这个玩家", "There is no such player"});
    if (player->user == OwnId(request)) return base::InvalidField("player", {"不能是自己", "It cannot be yourself"});
    return player->user;
}

Result<Response> AddReport(Hall& hall, const Request& request) {
    RT_TRY(NewReport report, ReadReport(request));
    const auto& parts = hall.parts();
    RT_CHECK_OK(parts.db.Read([&](Reader& reader) -> Status {
        RT_TRY(report.row.subject, OtherOf(reader, request, report.player));
        RT_TRY(const auto standing, store::StandingOf(reader, OwnId(request), request.now));
        return standing.banned ? Status(Fail(Code::kBanned)) : Ok();
    }));
    RT_TRY(report.row.context, ContextOf(hall, report.row.room, OwnId(request)));
    report.row.id = parts.ids.Next();
    report.row.public_id = base::NewPublicId(parts.random);
    const store::Commit commit = CommitOf(hall, request);
    RT_TRY(auto response, Commit(hall, request, "avalon.report.add", 201, [&](Writer& writer) -> Result<json::Value> {
               RT_CHECK_OK(store::AddReport(writer, commit, report.row));
               return json::Value(json::Object{{"id", report.row.public_id}, {"state", store::kReportStates[0]}});
           }));
    parts.metrics.Get(Metric::kAvalonReports, {report.row.kind}).Add();
    return response;
}

// What became of them, without what moderators wrote about it.
Result<Response> ListOwnReports(Hall& hall, const Request& request) {
    RT_TRY(const net::PageQuery page, net::ReadPageQuery(request));
    return hall.parts().db.Read([&](Reader& reader) -> Result<Response> {
        std::int64_t before = 0;
        if (!page.cursor.empty()) {
            RT_TRY(const auto last, store::FindReport(reader, page.cursor));
            if (!last.has_value() || last->reporter != OwnId(request)) {
                return base::InvalidField("cursor", {"游标无效", "cursor is not valid"});
            }
            before = last->id;
        }
        RT_TRY(auto reports, store::ReportsBy(reader, OwnId(request), before, page.limit + 1));
        const bool more = static_cast<std::int64_t>(reports.size()) > page.limit;
        if (more) reports.pop_back();
        json::Array data;
        for (const store::Report& one : reports) {
            RT_TRY(const auto subject, store::FindPlayer(reader, one.subject));
            data.emplace_back(
                json::Object{{"id", one.public_id},
                             {"player", subject.has_value() ? json::Value(FaceJson(*subject)) : json::Value()},
                             {"kind", one.kind},
                             {"text", one.text},
                             {"room", one.room.empty() ? json::Value() : json::Value(one.room)},
                             {"game", one.game.empty() ? json::Value() : json::Value(one.game)},
                             {"state", store::kReportStates[static_cast<std::size_t>(one.state)]},
                             {"created", base::FormatRfc3339(one.created)}});
        }
        return net::Page(std::move(data), more ? reports.back().public_id : std::string());
    });
}

Result<Response> ListBlocks(Hall& hall, const Request& request) {
    RT_TRY(const auto blocks,
           hall.parts().db.Read([&](Reader& reader) { return store::BlocksOf(reader, OwnId(request)); }));
    json::Array data;
    for (const store::Blocked& one : blocks) {
        if (one.public_id.empty()) continue;
        json::Object face = FaceJson(one.public_id, one.nickname, one.avatar);
        face.Set("at", base::FormatRfc3339(one.at));
        data.emplace_back(std::move(face));
    }
    return net::Success(std::move(data));
}

Result<Response> AddBlock(Hall& hall, const Request& request) {
    const store::Commit commit = CommitOf(hall, request);
    RT_TRY(auto response, Commit(hall, request, "avalon.block", 204, [&](Writer& writer) -> Result<json::Value> {
               RT_TRY(const store::Player player, PlayerOf(writer, request));
               RT_TRY(const UserId other, OtherOf(writer, request, player.public_id));
               RT_CHECK_OK(store::Block(writer, commit, other));
               return json::Value();
           }));
    hall.PersonChanged(OwnId(request));
    return response;
}

Result<Response> RemoveBlock(Hall& hall, const Request& request) {
    const store::Commit commit = CommitOf(hall, request);
    RT_TRY(auto response, Commit(hall, request, "avalon.unblock", 204, [&](Writer& writer) -> Result<json::Value> {
               RT_TRY(const store::Player player, PlayerOf(writer, request));
               RT_CHECK_OK(store::Unblock(writer, commit, player.user));
               return json::Value();
           }));
    hall.PersonChanged(OwnId(request));
    return response;
}

}  // namespace

net::RouteTable ReportRoutes(Hall& hall, const std::string& base) {
    HallTable table(hall, base);
    table.Add("report.add", Method::kPost, "/reports", Access::kUser,
              "Reports a player; with a room, the last lines of its chat go along.",
              R"({"player":"0000000000000000","kind":"abuse","text":"..."})", AddReport);
    table.Add("report.list", Method::kGet, "/reports", Access::kUser,
              "One's own reports and what became of them, newest first.", {}, ListOwnReports);
    table.Add("block.list", Method::kGet, "/blocks", Access::kUser, "Whom one has blocked.", {}, ListBlocks);
    table.Add("block.add", Method::kPut, "/blocks/{player}", Access::kUser,
              "Blocks a player: no quick match together, his chat is hidden.", {}, AddBlock);
    table.Add("block.remove", Method::kDelete, "/blocks/{player}", Access::kUser, "Takes a block back.", {},
              RemoveBlock);
    return table.Take();
}

}  // namespace rt::avalon::api
