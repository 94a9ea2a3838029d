// Replays: a game that is over, step by step, as one seat saw it or all of it. What a step shows is what view() says.
#include <utility>

#include "avalon/api/hall_internal.h"
#include "avalon/codec.h"
#include "avalon/game_log.h"
#include "base/encoding.h"
#include "base/parse.h"
#include "net/editing.h"

namespace rt::avalon::api {
namespace {

constexpr std::uint32_t kReplayCost = 2;  // of the cost bucket: a fold and up to a hundred views

json::Value SeatPlayerJson(const store::SeatRow& seat) {
    if (!seat.user.has_value() || seat.public_id.empty()) return {};
    return FaceJson(seat.public_id, seat.nickname, seat.avatar);
}

json::Object SeatJson(const store::SeatRow& seat, const Look& look) {
    const bool own = look.own == std::optional(seat.seat);
    return {{"seat", seat.seat},
            {"player", SeatPlayerJson(seat)},
            {"bot", seat.bot.has_value() ? json::Value(*seat.bot) : json::Value()},
            {"role", seat.role},
            {"side", seat.side},
            {"won", seat.won},
            {"left", seat.left},
            {"rating_change",
             own && seat.rating_change.has_value() ? json::Value(PointsOf(*seat.rating_change)) : json::Value()}};
}

// What a player needs to check the deal (docs/avalon-rules.md).
json::Object ProofJson(const DealProof& proof) {
    json::Array clients;
    for (const std::string& bytes : proof.client_bytes) clients.emplace_back(base::HexEncode(base::AsBytes(bytes)));
    return {{"game_id", proof.game_id},
            {"commitment", proof.commitment},
            {"seed", base::HexEncode(base::AsBytes(proof.seed))},
            {"client_bytes", std::move(clients)}};
}

Result<std::vector<TimedEvent>> ReadLog(Hall& hall, std::int64_t game) {
    RT_TRY(const std::string text, hall.parts().db.Read([&](Reader& reader) { return store::EventsOf(reader, game); }));
    RT_TRY(auto events, DecodeLog(text));
    if (events.empty() || events.front().event.start == nullptr) {
        return Fail(Code::kInternal, "a game's log does not begin with its start");
    }
    return events;
}

State Fold(const std::vector<TimedEvent>& events) {
    State state;
    for (const TimedEvent& one : events) Apply(state, one.event);
    return state;
}

struct Page {
    std::int64_t after = -1;  // number of the last step of the page before
    std::int64_t limit = 0;
};

json::Object StepJson(std::int64_t number, const TimedEvent& one, const View& view) {
    return {{"step", number},
            {"at", base::FormatRfc3339(one.at)},
            {"event", Name(one.event.type)},
            {"view", EncodeView(view)}};
}

// The steps that show the viewer something new.
Response StepsOf(const std::vector<TimedEvent>& events, const Viewer& viewer, const Page& page) {
    json::Array data;
    State state;
    std::optional<View> last;
    std::int64_t shown = -1;
    bool more = false;
    for (std::size_t i = 0; i < events.size() && !more; ++i) {
        Apply(state, events[i].event);
        View view = ViewOf(state, viewer);
        if (last.has_value() && view == *last) continue;
        last = std::move(view);
        const auto number = static_cast<std::int64_t>(i);
        if (number <= page.after) continue;
        if (static_cast<std::int64_t>(data.size()) == page.limit) {
            more = true;
        } else {
            data.emplace_back(StepJson(number, events[i], *last));
            shown = number;
        }
    }
    return net::Page(std::move(data), more ? std::to_string(shown) : std::string());
}

Result<Page> ReadPage(const Request& request) {
    RT_TRY(const net::PageQuery query, net::ReadPageQuery(request));
    Page out{-1, query.limit};
    if (query.cursor.empty()) return out;
    const auto after = base::ParseSigned(query.cursor);
    if (!after.has_value() || *after < 0) return base::InvalidField("cursor", {"游标无效", "cursor is not valid"});
    out.after = *after;
    return out;
}

Result<Response> Replay(Hall& hall, const Request& request, const Look& look) {
    RT_TRY(const Page page, ReadPage(request));
    RT_TRY(const auto events, ReadLog(hall, look.game.id));
    const Viewer viewer =
        look.seat.has_value() ? Viewer::At(static_cast<Seat>(*look.seat)) : Viewer::AllSeeing(Fold(events));
    return StepsOf(events, viewer, page);
}

// ?view=all, or the number of a seat; all-seeing without it.
Status ReadEyes(const Request& request, Look& look) {
    const std::string_view text = request.Query("view").value_or("all");
    if (text == "all") return Ok();
    const auto seat = base::ParseSigned(text);
    if (!seat.has_value() || *seat < 0 || *seat >= look.game.players) {
        return base::InvalidField("view", {"应为 all 或座位号", "It must be all or the number of a seat"});
    }
    look.seat = *seat;
    return Ok();
}

Result<Response> OwnReplay(Hall& hall, const Request& request) {
    RT_TRY(Look look, OwnLook(hall, request));
    RT_CHECK_OK(ReadEyes(request, look));
    return Replay(hall, request, look);
}

Result<Look> SharedLook(Hall& hall, const Request& request) {
    return hall.parts().db.Read([&](Reader& reader) -> Result<Look> {
        RT_TRY(const auto share, store::FindShare(reader, request.Param("share")));
        if (!share.has_value()) return Fail(Code::kNotFound);
        if (share->revoked) return Fail(Code::kLinkExpired);
        RT_TRY(auto game, store::FindGame(reader, share->game));
        if (!game.has_value()) return Fail(Code::kNotFound);
        return Look{*std::move(game), std::nullopt, share->seat};
    });
}

Result<Response> SharedGame(Hall& hall, const Request& request) {
    RT_TRY(const Look look, SharedLook(hall, request));
    RT_TRY(json::Object out, GameJson(hall, look));
    return net::Success(std::move(out));
}

Result<Response> SharedReplay(Hall& hall, const Request& request) {
    RT_TRY(const Look look, SharedLook(hall, request));
    return Replay(hall, request, look);
}

}  // namespace

Result<Look> OwnLook(Hall& hall, const Request& request) {
    return hall.parts().db.Read([&](Reader& reader) -> Result<Look> {
        RT_TRY(auto game, store::FindGame(reader, request.Param("game")));
        if (!game.has_value()) return Fail(Code::kNotFound);
        RT_TRY(const auto own, store::SeatOfUser(reader, game->id, OwnId(request)));
        if (!own.has_value() && !request.held.Has(net::Permission::kAvalonModerate)) return Fail(Code::kNotFound);
        return Look{*std::move(game), own, std::nullopt};
    });
}

Result<json::Object> GameJson(Hall& hall, const Look& look) {
    const store::GameRow& game = look.game;
    RT_TRY(const auto events, ReadLog(hall, game.id));
    RT_TRY(const auto seats, hall.parts().db.Read([&](Reader& reader) { return store::SeatsOf(reader, game.id); }));
    json::Array list;
    for (const store::SeatRow& seat : seats) list.push_back(SeatJson(seat, look));
    const Start& start = *events.front().event.start;
    json::Object out = GameFactsJson(game);
    out.Set("setup", EncodeSetup(start.setup));
    out.Set("steps", events.size());
    out.Set("own_seat", look.own.has_value() ? json::Value(*look.own) : json::Value());
    out.Set("view", look.seat.has_value() ? json::Value(*look.seat) : json::Value("all"));
    out.Set("seats", std::move(list));
    out.Set("proof", ProofJson(start.proof));
    return out;
}

net::RouteTable ReplayRoutes(Hall& hall, const std::string& base) {
    HallTable table(hall, base);
    table
        .Concern("game.replay", "/games/{game}/replay",
                 "The steps of a finished game, for its players; ?view=all or the number of a seat.", OwnReplay)
        .cost = kReplayCost;
    table.Add("share.get", Method::kGet, "/shares/{share}", Access::kPublic, "The game of a link.", {}, SharedGame);
    table
        .Add("share.replay", Method::kGet, "/shares/{share}/replay", Access::kPublic,
             "The steps of the game of a link, as the link shows it.", {}, SharedReplay)
        .cost = kReplayCost;
    return table.Take();
}

}  // namespace rt::avalon::api
