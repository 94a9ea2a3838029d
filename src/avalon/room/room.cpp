#include "avalon/room/room.h"

#include <algorithm>
#include <utility>

#include "avalon/domain/reasons.h"
#include "avalon/domain/timing.h"
#include "base/encoding.h"
#include "base/ids.h"

namespace rt::avalon {
namespace {

constexpr std::size_t kCodeLength = 6;
constexpr std::size_t kLinkBytes = 15;
constexpr std::size_t kTasksPerTurn = 16;
constexpr std::string_view kDone = R"({"ok":true)";

std::string AckText(const json::Object& extras) {
    json::Object ack{{"ok", true}};
    for (const auto& [name, value] : extras.members()) ack.Add(name, value);
    return json::Encode(ack);
}

std::string WithSeq(const std::string& ack, std::int64_t seq) {
    return ack.substr(0, ack.size() - 1) + ",\"seq\":" + std::to_string(seq) + "}";
}

std::string RandomBytes(Random& random, std::size_t count) {
    std::string out(count, '\0');
    random.Fill({reinterpret_cast<std::uint8_t*>(out.data()), out.size()});
    return out;
}

const std::string* FirstAck(const std::map<std::int64_t, Acks>& known, const RoomCommand& command) {
    const auto acks = known.find(command.person->user_id);
    if (acks == known.end()) return nullptr;
    for (const auto& [cmd_id, ack] : acks->second) {
        if (cmd_id == command.cmd_id) return &ack;
    }
    return nullptr;
}

// Does it come by a line that this person has given up by coming in on another? To come in again is always possible.
bool TakenOver(const RoomGuests& guests, const RoomCommand& command) {
    if (command.name == "room:join") return false;
    const auto guest = guests.find(command.person->user_id);
    if (guest == guests.end() || !guest->second.Present() || !guest->second.line->open()) return false;
    return guest->second.line->id() != command.line->id();
}

}  // namespace

std::string FailureText(const Error& error, base::Locale locale) {
    json::Object out{{"ok", false}, {"code", base::Info(error.code).wire}, {"message", error.MessageFor(locale)}};
    const std::string_view reason = ReasonWord(error);
    if (!reason.empty()) out.Add("reason", reason);
    if (!error.fields.empty()) {
        out.Add("field", error.fields.front().field);
        if (reason.empty()) out.Add("reason", error.fields.front().reason.In(locale));
    }
    if (error.retry_after_s > 0) out.Add("retryAfter", error.retry_after_s);
    return json::Encode(out);
}

std::string NewRoomCode(Random& random) {
    return base::Base32Encode(base::AsBytes(RandomBytes(random, 5))).substr(0, kCodeLength);
}

std::string NewRoomLink(Random& random) {
    return base::Base32Encode(base::AsBytes(RandomBytes(random, kLinkBytes)));
}

GameDraw DrawGame(Random& random) {
    GameDraw draw;
    draw.id = base::NewPublicId(random);
    draw.seed = RandomBytes(random, kSeedBytes);
    return draw;
}

void PrepareGame(Table& table, Random& random) {
    GameDraw draw = DrawGame(random);
    table.game_id = std::move(draw.id);
    table.seed = std::move(draw.seed);
    table.ClearReady();
}

Room::Room(const RoomParts& parts, Table table)
    : parts_(parts),
      id_(table.room_id),
      table_(std::move(table)),
      spectator_stream_(id_, parts.clock.Now().micros / base::kMicrosPerMilli) {
    clocks_.empty_since = clocks_.active_at = parts_.clock.MonotonicMicros();
}

Room::Room(const RoomParts& parts, StoredRoom stored) : Room(parts, std::move(*stored.table)) {
    opened_ = true;
    acks_ = std::move(stored.acks);
    RestoreChat(std::move(stored.chat));
    base::Time paused_at;
    const auto rows = stored.games.find(table_.game_no);
    if (rows != stored.games.end()) {
        for (const LogRow& row : rows->second) {
            for (const Event& event : row.events) {
                Apply(state_, event);
                if (event.type == EventType::kPaused) paused_at = row.at;
            }
        }
        rows_ = static_cast<std::uint32_t>(rows->second.size());
        RebuildDelayed(rows->second, table_.game_no);
    } else if (const auto last = stored.games.find(table_.game_no - 1); last != stored.games.end()) {
        RebuildDelayed(last->second, table_.game_no - 1);
    }
    // The game's rows have expired: what is left is a room to play in.
    if (table_.state != RoomState::kLobby && state_.start == nullptr) NextGame(table_);
    if (table_.state == RoomState::kPlaying && !state_.Over()) {
        clocks_.held_until = parts_.clock.MonotonicMicros() + kRestartGraceSeconds * base::kMicrosPerSecond;
    }
    const base::Time now = parts_.clock.Now();
    const std::int64_t monotonic = parts_.clock.MonotonicMicros();
    if (state_.paused) {
        // A wall clock that was set back must not make it longer.
        constexpr std::int64_t kLongest = kPauseSecondsMax * base::kMicrosPerSecond;
        clocks_.pause_ends =
            monotonic + std::clamp<std::int64_t>(paused_at.micros + kLongest - now.micros, 0, kLongest);
    }
    const auto away = [&](std::int64_t user) {
        guests_[user].away_since = now;
        guests_[user].turned = monotonic;
    };
    for (const Place& place : table_.places) {
        if (place.kind == Place::Kind::kUser) away(place.user_id);
    }
    for (const Watcher& watcher : table_.watchers) away(watcher.user_id);
}

Room::~Room() = default;

void Room::Post(Task task) {
    {
        const std::lock_guard lock(mutex_);
        tasks_.push_back(std::move(task));
        if (scheduled_ || waiting_) return;
        scheduled_ = true;
    }
    parts_.host.MakeRunnable(*this);
}

// A few tasks, then others have their turn.
void Room::Run() {
    for (std::size_t done = 0;; ++done) {
        Task task;
        {
            const std::lock_guard lock(mutex_);
            if (waiting_ || (tasks_.empty() && settled_ == nullptr)) {
                scheduled_ = false;
                return;
            }
            if (done >= kTasksPerTurn) break;
            if (settled_ != nullptr) {
                task = std::exchange(settled_, nullptr);
            } else {
                task = std::move(tasks_.front());
                tasks_.pop_front();
            }
        }
        task();
    }
    parts_.host.MakeRunnable(*this);
}

void Room::Submit(RoomCommand command) {
    auto shared = std::make_shared<RoomCommand>(std::move(command));
    bool full = false;
    {
        const std::lock_guard lock(mutex_);
        full = tasks_.size() >= kRoomTasksMax;
    }
    if (full) {
        AnswerTo(*shared, FailureText(Fail(Code::kTooManyRequests), shared->locale), "TOO_MANY_REQUESTS");
        return;
    }
    Post([this, shared] { Handle(*shared); });
}

void Room::Detach(std::int64_t user_id, std::string line_id) {
    Post([this, user_id, line_id = std::move(line_id)] {
        const auto guest = guests_.find(user_id);
        if (guest == guests_.end() || !guest->second.Present() || guest->second.line->id() != line_id) return;
        Turn(guest->second, nullptr);
        SetTimers();
        Publish();
        Tell();
    });
}

void Room::Update(PersonPtr person) {
    Post([this, person = std::move(person)] {
        const auto guest = guests_.find(person->user_id);
        if (guest == guests_.end()) return;
        const bool reads_others = guest->second.person != nullptr && guest->second.person->blocks != person->blocks;
        guest->second.person = person;
        if (!person->banned) {
            if (reads_others && guest->second.Present()) SendWhole(person->user_id);
            return;
        }
        if (gone_ || !table_.Member(person->user_id) || table_.HasLeft(person->user_id)) return;
        auto change = Without(person->user_id, "banned");
        if (change.ok()) return Commit(std::move(*change), nullptr);
        parts_.log.Error("who is banned could not be put out", {{"room", id_}, {"detail", change.error().detail}});
    });
}

void Room::Open(std::optional<RoomCommand> command) {
    auto shared = command.has_value() ? std::make_shared<const RoomCommand>(std::move(*command)) : nullptr;
    Post([this, shared] {
        Change change;
        change.table = table_;
        if (shared != nullptr) {
            change.ack = {{"roomId", id_}, {"code", table_.code}, {"link", table_.link}};
            change.whole = true;
        }
        Commit(std::move(change), shared);
    });
}

void Room::Wake() {
    Post([this] { OnWake(); });
}

void Room::Recover() {
    Post([this] {
        PublishToSpectators();
        Tell();
        SetTimers();
    });
}

void Room::Void() {
    Post([this] {
        auto change = Played({.type = CommandType::kVoidVote, .by = kNobody, .yes = true});
        if (change.ok()) Commit(std::move(*change), nullptr);
    });
}

void Room::Close(std::string reason) {
    Post([this, reason = std::move(reason)] {
        closing_ = reason;
        Dissolve();
    });
}

void Room::AnswerTo(const RoomCommand& command, const std::string& text, std::string_view result) {
    if (command.answer) command.answer(text);
    parts_.metrics.Get(Metric::kAvalonCommands, {command.name, result}).Add();
    parts_.metrics.Get(Metric::kAvalonCommandTime)
        .ObserveMicros(parts_.clock.MonotonicMicros() - command.arrived_micros);
}

void Room::Refuse(const RoomCommand& command, const Error& error) {
    const std::string text = FailureText(error, command.locale);
    // What the store or the load refused may be tried again under the same number.
    const bool passing = base::Info(error.code).http_status >= 500 || error.code == Code::kTooManyRequests;
    if (!passing && table_.Member(command.person->user_id)) {
        Remember(acks_[command.person->user_id], command.cmd_id, text);
    }
    AnswerTo(command, text, base::Info(error.code).wire);
}

void Room::Handle(const RoomCommand& command) {
    if (gone_) {
        AnswerTo(command, FailureText(Fail(Code::kNotFound), command.locale), "NOT_FOUND");
        return;
    }
    if (command.name == "room:resume") {
        json::Reader in(command.data);
        const auto seq = in.OptionalInt("seq", 0, INT64_MAX);
        Attach(command, seq);
        return;
    }
    if (Repeated(command)) return;
    if (TakenOver(guests_, command)) {
        // Not remembered: the same command may come again by the line that counts.
        const Error error = avalon::Refuse(Code::kInvalidState, Reason::kTakenOver);
        return AnswerTo(command, FailureText(error, command.locale), "INVALID_STATE");
    }
    clocks_.active_at = parts_.clock.MonotonicMicros();
    if (command.name == "room:chat") return Say(command);
    auto change = Decided(command);
    if (!change.ok()) return Refuse(command, change.error());
    Commit(std::move(*change), std::make_shared<const RoomCommand>(command));
}

// Was it done before? Then it is answered as it was; and who came in by a connection that he lost before he heard of it
// is shown the room on this one.
bool Room::Repeated(const RoomCommand& command) {
    const std::int64_t user = command.person->user_id;
    const std::string* first = FirstAck(acks_, command);
    if (first == nullptr) return false;
    const bool here = table_.Member(user) && !table_.HasLeft(user);
    const auto guest = guests_.find(user);
    const bool shown =
        guest != guests_.end() && guest->second.Present() && guest->second.line->id() == command.line->id();
    const bool enters = command.name == "room:create" || command.name == "room:join";
    const bool done = first->starts_with(kDone);
    if (enters && done && here && !shown) {
        Connect(command.person, command.line);
        SetTimers();
        SendWhole(user);
        Publish();
        Tell();
    }
    AnswerTo(command, *first, "repeated");
    return true;
}

const Room::Route* Room::Find(std::string_view name) {
    static constexpr std::array kRoutes{
        Route{"room:join", &Room::Join},
        Route{"room:leave", &Room::Leave},
        Route{"room:seat", &Room::TakeSeat},
        Route{"room:setup", &Room::SetUp},
        Route{"room:bot", &Room::SetBot},
        Route{"room:kick", &Room::Kick},
        Route{"room:readmit", &Room::Kick},
        Route{"room:host", &Room::PassHost},
        Route{"room:shuffle", &Room::ShuffleSeats},
        Route{"room:rematch", &Room::Rematch},
        Route{"room:start", &Room::Start},
    };
    for (const Route& route : kRoutes) {
        if (route.name == name) return &route;
    }
    static constexpr Route kPlay{"game:", &Room::Play};
    return IsPlay(name) ? &kPlay : nullptr;
}

bool Room::Knows(std::string_view name) {
    return name == "room:resume" || name == "room:chat" || Find(name) != nullptr;
}

Result<Room::Change> Room::Decided(const RoomCommand& command) {
    const Route* route = Find(command.name);
    if (route == nullptr) return Fail(Code::kBadRequest, "no such command");
    const std::int64_t user = command.person->user_id;
    const bool comes = command.name == "room:join";
    if (!comes && !table_.Member(user)) return Fail(Code::kNotAdmitted);
    if (!comes && command.name != "room:leave" && table_.HasLeft(user)) return Fail(Code::kNotAdmitted, "has left");
    // Before anything else is looked at: a refusal must not tell who watches how far the others are.
    const bool of_players = IsPlay(command.name) || command.name == "room:rematch";
    if (of_players && table_.PlayerOf(user) < 0) return Fail(Code::kForbidden, "not a player");
    json::Reader in(command.data);
    static_cast<void>(in.Any("cmdId"));
    static_cast<void>(in.Any("roomId"));
    return (this->*route->handler)(command, in);
}

Saved Room::SavedOf(const Change& change, const RoomCommand* command) {
    Saved saved;
    saved.room_id = id_;
    saved.erase = change.erase;
    if (change.erase) return saved;
    if (change.table.has_value()) saved.table = EncodeTable(*change.table);
    if (!change.events.empty()) {
        LogRow row{parts_.clock.Now(), change.events, change.head, {}};
        if (change.state->Over()) {
            const Table& table = change.table.has_value() ? *change.table : table_;
            for (Seat seat = 0; seat < change.state->players(); ++seat) {
                const Place& place = table.places[change.state->deal().order[static_cast<std::size_t>(seat)]];
                // Who closed the page and never came back has left as well.
                if (place.left || AwaySeconds(guests_, place.user_id, parts_.clock.Now()) >= kAbsentSecondsMin)
                    row.left.Add(seat);
            }
        }
        saved.row = {table_.game_no, change.head.has_value() ? 0 : rows_, EncodeRow(row)};
    }
    if (change.chat.has_value()) {
        saved.chat = {change.chat->number, EncodeChat(*change.chat)};
        if (chat_.size() >= kChatKept) saved.chat_gone = chat_.front().number;
    }
    if (command != nullptr) {
        Acks acks = acks_[command->person->user_id];
        Remember(acks, command->cmd_id, AckText(change.ack));
        saved.acks = {command->person->user_id, EncodeAcks(acks)};
        saved.acks_gone = ForgetAcks(command->person->user_id);
    }
    return saved;
}

// Somebody who is not here any more, once more people have been here than a room holds.
std::optional<std::int64_t> Room::ForgetAcks(std::int64_t but) {
    if (acks_.size() <= kSeatsMax + parts_.limits.spectators_max) return std::nullopt;
    for (const auto& [user, acks] : acks_) {
        if (user == but || table_.Member(user)) continue;
        const std::int64_t gone = user;
        acks_.erase(gone);
        return gone;
    }
    return std::nullopt;
}

void Room::Commit(Change change, const std::shared_ptr<const RoomCommand>& command) {
    Saved saved = SavedOf(change, command.get());
    {
        const std::lock_guard lock(mutex_);
        waiting_ = true;
    }
    auto shared = std::make_shared<Change>(std::move(change));
    parts_.journal.Append(std::move(saved), [self = shared_from_this(), shared, command](const Status& outcome) {
        {
            const std::lock_guard lock(self->mutex_);
            self->waiting_ = false;
            self->settled_ = [self = self.get(), shared, command, outcome] {
                self->Adopt(*shared, command.get(), outcome);
            };
            if (self->scheduled_) return;
            self->scheduled_ = true;
        }
        self->parts_.host.MakeRunnable(*self);
    });
}

void Room::Adopt(Change& change, const RoomCommand* command, const Status& outcome) {
    if (!outcome.ok()) {
        if (command != nullptr) Refuse(*command, outcome.error());
        gone_ = !opened_;
        return gone_ ? parts_.host.Gone(*this) : Halt(outcome.error());
    }
    opened_ = true;
    clocks_.halted_until = 0;
    if (change.table.has_value()) table_ = std::move(*change.table);
    if (change.state.has_value()) state_ = std::move(*change.state);
    if (!change.events.empty()) rows_ = change.head.has_value() ? 1 : rows_ + 1;
    if (change.whole && command != nullptr) Connect(command->person, command->line);
    for (const Seat seat : change.missed) Miss(seat);
    if (change.acted != kNobody) guests_[UserAt(change.acted)].missed = 0;
    PutOut(change);
    if (change.erase) {
        gone_ = true;
    } else {
        SetTimers();  // the clock is part of what is shown
        Publish();
    }
    if (change.chat.has_value()) {
        {
            const std::lock_guard lock(chat_mutex_);
            chat_.push_back(*change.chat);
            if (chat_.size() > kChatKept) chat_.pop_front();
        }
        ShowChat(*change.chat);
    }
    // Who is answered finds lists and searches as his command has left them.
    if (gone_) {
        parts_.host.Gone(*this);
    } else if (change.table.has_value()) {
        Tell();
    }
    if (command != nullptr) {
        const std::int64_t user = command->person->user_id;
        if (change.whole) SendWhole(user);
        const std::string text = WithSeq(AckText(change.ack), SeqOf(user));
        Remember(acks_[user], command->cmd_id, text);
        AnswerTo(*command, text, "ok");
    }
    // Who watches late must not read the result of a game in a list before he sees its end.
    if (!change.events.empty() && state_.Over()) {
        parts_.host.GameOver(id_, table_.game_no,
                             parts_.clock.MonotonicMicros() + DelayMicros(table_.spectators.delay_s));
    }
}

// Nothing has changed, nothing is lost. Commands are still tried, each answered with what the store says; what the room
// does by itself waits.
void Room::Halt(const Error& error) {
    const std::int64_t now = parts_.clock.MonotonicMicros();
    const bool first = clocks_.halted_until == 0;
    if (clocks_.halted_until <= now) clocks_.halted_until = now + kHaltMicros;
    SetTimers();
    if (!first) return;
    parts_.log.Warn("a room's change was not written", {{"room", id_}, {"detail", error.detail}});
    Publish();
}

}  // namespace rt::avalon
