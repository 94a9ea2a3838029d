// The game inside the room: its start, what players, bots and clocks do.
#include <algorithm>

#include "avalon/codec.h"
#include "avalon/domain/bots/bot.h"
#include "avalon/domain/reasons.h"
#include "avalon/domain/timing.h"
#include "avalon/hashing.h"
#include "avalon/room/room.h"

namespace rt::avalon {
namespace {

SeatSet ReadSeats(json::Reader& in, std::string_view key) {
    SeatSet out;
    const json::Array* list = in.List(key, 0, kSeatsMax);
    if (list == nullptr) return out;
    for (const json::Value& seat : *list) {
        if (!seat.IsInt() || seat.AsInt() < 0 || seat.AsInt() >= kSeatsMax ||
            out.Has(static_cast<Seat>(seat.AsInt()))) {
            in.Note(in.PathOf(key), {"应为不重复的座位号", "seat numbers, each once"});
            return out;
        }
        out.Add(static_cast<Seat>(seat.AsInt()));
    }
    return out;
}

Seat ReadSeat(json::Reader& in, std::string_view key) {
    return static_cast<Seat>(in.OptionalInt(key, 0, kSeatsMax - 1).value_or(kNobody));
}

void ReadTeam(json::Reader& in, Command& out) {
    out.team = ReadSeats(in, "team");
    out.quest = static_cast<int>(in.OptionalInt("quest", 1, kQuests).value_or(0));
    out.sword = ReadSeat(in, "sword");
}

void ReadTarget(json::Reader& in, Command& out) {
    out.target = static_cast<Seat>(in.Int("target", 0, kSeatsMax - 1));
    const auto word = in.OptionalText("card", {.size_max = 32});
    if (!word.has_value()) return;
    out.card = PlotCardNamed(*word);
    if (!out.card.has_value()) in.Note(in.PathOf("card"), {"没有这张牌", "there is no such card"});
}

void ReadNothing(json::Reader&, Command&) {}

struct PlayRow {
    std::string_view name;
    CommandType type;
    void (*read)(json::Reader& in, Command& out);
};

constexpr std::array kPlays{
    PlayRow{"game:ready", CommandType::kReady, [](json::Reader& in, Command&) { static_cast<void>(in.Any("random")); }},
    PlayRow{"game:select", CommandType::kSelect, ReadTeam},
    PlayRow{"game:propose", CommandType::kPropose, ReadTeam},
    PlayRow{"game:vote", CommandType::kVote, [](json::Reader& in, Command& out) { out.yes = in.Bool("approve"); }},
    PlayRow{"game:quest", CommandType::kQuest, [](json::Reader& in, Command& out) { out.yes = in.Bool("success"); }},
    PlayRow{"game:target", CommandType::kTarget, ReadTarget},
    PlayRow{"game:card", CommandType::kCard, ReadNothing},
    PlayRow{"game:pass", CommandType::kPass, ReadNothing},
    PlayRow{"game:pause", CommandType::kPauseVote,
            [](json::Reader& in, Command& out) { out.yes = in.OptionalBool("yes").value_or(true); }},
    PlayRow{"game:resume", CommandType::kResume, ReadNothing},
    PlayRow{"game:void", CommandType::kVoidVote,
            [](json::Reader& in, Command& out) { out.yes = in.OptionalBool("yes").value_or(true); }},
    PlayRow{"game:bot", CommandType::kBotVote,
            [](json::Reader& in, Command& out) {
                out.target = static_cast<Seat>(in.Int("target", 0, kSeatsMax - 1));
                out.yes = in.OptionalBool("yes").value_or(true);
            }},
    PlayRow{"game:takeback", CommandType::kTakeBack, ReadNothing},
};

}  // namespace

bool Room::IsPlay(std::string_view name) {
    return std::any_of(kPlays.begin(), kPlays.end(), [&](const PlayRow& play) { return play.name == name; });
}

Seat Room::SeatOf(std::int64_t user_id) const {
    const int player = table_.PlayerOf(user_id);
    if (player < 0 || state_.start == nullptr) return kNobody;
    const auto& order = state_.deal().order;
    const auto at = std::find(order.begin(), order.end(), static_cast<std::uint8_t>(player));
    return at == order.end() ? kNobody : static_cast<Seat>(at - order.begin());
}

std::int64_t Room::UserAt(Seat seat) const {
    const std::uint8_t player = state_.deal().order[static_cast<std::size_t>(seat)];
    return table_.places[player].user_id;
}

Result<Room::Change> Room::Start(const RoomCommand& command, json::Reader& in) {
    RT_CHECK_OK(HostTable(command));
    RT_CHECK_OK(in.Finish());
    if (table_.FirstEmpty() >= 0) return Fail(Code::kInvalidState, "empty places");
    for (const Place& place : table_.places) {
        if (place.kind == Place::Kind::kUser && !place.ready()) {
            return base::FailText(Code::kInvalidState, {"还有玩家没有准备", "Not everybody is ready"});
        }
    }
    return Deal();
}

// Draws and begins the game with the table as it is.
Result<Room::Change> Room::Deal() const {
    RT_CHECK_OK(ValidateSetup(table_.setup));
    DealProof proof{table_.game_id, Commitment(CryptoHashing(), table_.game_id, table_.seed), table_.seed, {}};
    for (const Place& place : table_.places) {
        if (place.kind == Place::Kind::kUser && place.ready()) proof.client_bytes.push_back(place.random);
    }
    DealStream stream(CryptoHashing(), proof.seed, proof.client_bytes);
    const avalon::Deal deal = DrawDeal(table_.setup, stream);
    SeatSet bots;
    GameHead head{table_.name, table_.listed, table_.quick_match, table_.spectators.delay_s, {}};
    for (Seat seat = 0; seat < table_.setup.players(); ++seat) {
        const Place& place = table_.places[deal.order[static_cast<std::size_t>(seat)]];
        RecordedSeat recorded{place.user_id, place.public_id, place.nickname, place.avatar, std::nullopt};
        if (place.kind == Place::Kind::kBot) {
            bots.Add(seat);
            recorded.bot = place.strength;
        }
        head.seats.push_back(std::move(recorded));
    }
    Change change;
    RT_TRY(change.events, Begin(table_.setup, deal, proof, bots));
    change.state = State{};
    for (const Event& event : change.events) Apply(*change.state, event);
    change.head = std::move(head);
    change.table = table_;
    change.table->state = RoomState::kPlaying;
    change.table->started = parts_.clock.Now();
    return change;
}

void Room::StartMatch() {
    Post([this] {
        auto change = Deal();
        if (change.ok()) Commit(std::move(*change), nullptr);
    });
}

Result<Room::Change> Room::Play(const RoomCommand& command, json::Reader& in) {
    if (table_.state == RoomState::kLobby && command.name == "game:ready") return ReadyInLobby(command, in);
    const auto row =
        std::find_if(kPlays.begin(), kPlays.end(), [&](const PlayRow& play) { return play.name == command.name; });
    if (row == kPlays.end()) return Fail(Code::kBadRequest, "no such command");
    Command move;
    move.type = row->type;
    row->read(in, move);
    RT_CHECK_OK(in.Finish());
    move.by = SeatOf(command.person->user_id);
    if (state_.start == nullptr) return avalon::Refuse(Code::kIllegalMove, Reason::kNotStarted);
    if (move.by == kNobody) return Fail(Code::kForbidden, "not a player");
    if (move.type == CommandType::kBotVote && move.target < state_.players()) {
        move.absent_s = AbsentSeconds(move.target);
        move.absent = AbsentSeats();
    }
    RT_TRY(Change change, Played(move));
    const bool asked = move.type < CommandType::kPauseVote && PubliclyAsked(state_).Has(move.by);
    if (asked || move.type == CommandType::kTakeBack) change.acted = move.by;
    return change;
}

Result<Room::Change> Room::Played(const Command& command) const {
    if (state_.start == nullptr) return avalon::Refuse(Code::kIllegalMove, Reason::kNotStarted);
    Change change;
    RT_TRY(change.events, Decide(state_, command));
    change.state = state_;
    for (const Event& event : change.events) Apply(*change.state, event);
    Finish(change);
    return change;
}

// The table after the last event of a game.
void Room::Finish(Change& change) const {
    if (!change.state->Over() || table_.state != RoomState::kPlaying) return;
    change.table = table_;
    change.table->state = RoomState::kEnded;
}

bool Room::PlayBot(Seat seat) {
    const std::uint8_t player = state_.deal().order[static_cast<std::size_t>(seat)];
    const Place& place = table_.places[player];
    const Strength strength = place.kind == Place::Kind::kBot ? place.strength : Strength::kNormal;
    auto command = Choose(ViewOf(state_, Viewer::At(seat)), strength, parts_.random);
    if (!command.has_value()) return false;
    command->by = seat;
    command->origin = Origin::kBot;
    auto change = Played(*command);
    if (!change.ok()) {
        parts_.log.Error("a bot's move was refused", {{"room", id_}, {"reason", ReasonWord(change.error())}});
        return false;
    }
    parts_.metrics.Get(Metric::kAvalonCommands, {"bot", "ok"}).Add();
    Commit(std::move(*change), nullptr);
    return true;
}

// Plays for everybody whose clock has ended, all in one change.
bool Room::PlayTimeouts() {
    clocks_.end.reset();
    Change change;
    State scratch = state_;
    const SeatSet seen = PubliclyAsked(state_);
    for (const Seat seat : WaitingFor(state_)) {
        if (scratch.waits != state_.waits || !WaitingFor(scratch).Has(seat)) continue;
        const auto command = TimeoutCommand(scratch, seat, parts_.random);
        if (!command.has_value()) continue;
        const auto events = Decide(scratch, *command);
        if (!events.ok()) {
            parts_.log.Error("a timeout's move was refused", {{"room", id_}, {"reason", ReasonWord(events.error())}});
            continue;
        }
        for (const Event& event : *events) {
            Apply(scratch, event);
            change.events.push_back(event);
        }
        if (seen.Has(seat)) change.missed.push_back(seat);
    }
    if (change.events.empty()) return false;
    change.state = std::move(scratch);
    Finish(change);
    parts_.metrics.Get(Metric::kAvalonCommands, {"timeout", "ok"}).Add();
    Commit(std::move(change), nullptr);
    return true;
}

}  // namespace rt::avalon
