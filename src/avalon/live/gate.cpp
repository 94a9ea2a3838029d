#include "avalon/live/gate.h"

#include <algorithm>
#include <utility>

#include "avalon/codec.h"
#include "avalon/lobby/lists.h"
#include "base/encoding.h"
#include "base/parse.h"
#include "base/utf8.h"
#include "crypto/hash.h"
#include "crypto/password.h"

namespace rt::avalon {
namespace {

constexpr std::size_t kCmdIdMax = 64;
constexpr int kPasswordCost = 8;  // they are shared by a table of players and live as long as it
constexpr std::size_t kTokenBytesMax = 8'192;
constexpr std::size_t kNameBytesMax = 4 * kRoomNameMax;  // longer ones are refused unseen

class SocketLine final : public Line {
  public:
    explicit SocketLine(realtime::SocketPtr socket) : socket_(std::move(socket)) {}
    const std::string& id() const override { return socket_->id(); }
    void Send(const FramePtr& frame) override { socket_->Emit(frame->message); }
    bool open() const override { return socket_->connected(); }

  private:
    realtime::SocketPtr socket_;
};

std::string TextOf(const json::Value& value, std::string_view key) {
    const json::Value* found = value.Find(key);
    return found != nullptr && found->IsString() ? found->AsString() : std::string();
}

// What clients of Socket.IO 4, which have no auth object, put into the query of their address instead.
std::string FromQuery(const realtime::Handshake& handshake, std::string_view name) {
    if (handshake.protocol != realtime::Protocol::kSocketIo4) return {};
    const auto found = std::find_if(handshake.query.begin(), handshake.query.end(),
                                    [&](const auto& pair) { return pair.first == name; });
    return found == handshake.query.end() ? std::string() : found->second;
}

// As the client gave it itself: what a browser sends along by itself, such as a cookie, is no sign-in.
std::string TokenOf(const realtime::Handshake& handshake) {
    std::string token = TextOf(handshake.auth, "token");
    if (token.empty()) token = FromQuery(handshake, "token");
    if (!token.empty()) return token;
    const std::string_view header = handshake.HeaderValue("Authorization");
    constexpr std::string_view kScheme = "bearer ";
    if (!base::EqualsIgnoreAsciiCase(header.substr(0, kScheme.size()), kScheme)) return {};
    return std::string(base::TrimAscii(header.substr(kScheme.size())));
}

base::Locale LocaleOf(const realtime::Handshake& handshake) {
    std::string word = TextOf(handshake.auth, "locale");
    if (word.empty()) word = FromQuery(handshake, "locale");
    if (word.empty()) word = handshake.HeaderValue("Accept-Language");
    return word.starts_with("en") ? base::Locale::kEn : base::Locale::kZhCn;
}

void RefuseHandshake(const realtime::Verdict& verdict, const Error& error, base::Locale locale) {
    verdict.Refuse(std::string(error.MessageFor(locale)), json::Object{{"code", base::Info(error.code).wire}});
}

// Lists may be asked without a number, and what may be repeated as it is.
bool WantsCmdId(std::string_view name) {
    return name != "room:resume" && !name.starts_with("lobby:") && !name.starts_with("queue:");
}

Result<RoomPlan> PlanOf(const RoomCommand& command) {
    json::Reader in(command.data);
    for (const std::string_view key : {"cmdId", "password"}) static_cast<void>(in.Any(key));
    RoomPlan plan;
    plan.name = in.OptionalText("name", {.size_min = 0, .size_max = kRoomNameMax}).value_or("");
    plan.listed = in.OptionalBool("listed").value_or(false);
    const auto players = in.OptionalInt("players", kSeatsMin, kSeatsMax);
    const json::Value* setup = in.OptionalObject("setup");
    const auto seat = in.OptionalInt("seat", 0, kSeatsMax - 1);
    if (const json::Value* spectators = in.OptionalObject("spectators")) {
        json::Reader nested(*spectators, "spectators");
        plan.spectators.allowed = nested.OptionalBool("allowed").value_or(true);
        plan.spectators.delay_s = static_cast<int>(nested.OptionalInt("delay", 0, kSpectatorDelayMax).value_or(0));
        in.Merge(std::move(nested));
    }
    RT_CHECK_OK(in.Finish());
    if (setup != nullptr) {
        RT_TRY(plan.setup, DecodeSetup(*setup));
    } else {
        plan.setup = DefaultSetup(static_cast<int>(players.value_or(kSeatsMin)));
    }
    RT_CHECK_OK(ValidateSetup(plan.setup));
    const std::int64_t place = seat.value_or(0);
    if (place >= plan.setup.players()) return base::InvalidField("seat", {"没有这个座位", "there is no such seat"});
    plan.password_hash = command.password_hash;
    plan.host = command.person->user_id;
    plan.places.resize(static_cast<std::size_t>(plan.setup.players()));
    plan.places[static_cast<std::size_t>(place)] = PlaceOf(*command.person);
    return plan;
}

// What bcrypt takes of it: 32 characters of Chinese are longer than that.
std::string Fit(const std::string& password) {
    if (password.size() <= crypto::kPasswordBytesMax) return password;
    return base::HexEncode(crypto::Sha256(password));
}

// A number is no password: the room would be open to everybody.
Status CheckPassword(const json::Value& data) {
    const json::Value* password = data.Find("password");
    if (password == nullptr || password->IsNull() || password->IsString()) return Ok();
    return base::InvalidField("password", {"应为文字", "must be a string"});
}

}  // namespace

bool Person::Blocks(std::int64_t other) const {
    return std::find(blocks.begin(), blocks.end(), other) != blocks.end();
}

Result<Ticket> Gate::TicketOf(const realtime::Handshake& handshake) const {
    const std::string token = TokenOf(handshake);
    if (token.empty() || token.size() > kTokenBytesMax) return Fail(Code::kUnauthenticated, "token");
    return parts_.verify(token);
}

void Gate::Authorize(const realtime::Handshake& handshake, realtime::Verdict verdict) {
    const base::Locale locale = LocaleOf(handshake);
    auto ticket = TicketOf(handshake);
    if (!ticket.ok()) return RefuseHandshake(verdict, ticket.error(), locale);
    const bool taken =
        parts_.submit(net::Run::kStore, [this, verdict, locale, principal = std::move(ticket->principal)] {
            auto person = parts_.people.Load(principal.user_id);
            if (!person.ok()) return RefuseHandshake(verdict, person.error(), locale);
            if (person->banned) return RefuseHandshake(verdict, Fail(Code::kBanned), locale);
            Remember(std::make_shared<const Person>(std::move(*person)));
            verdict.Accept(principal);
        });
    if (!taken) RefuseHandshake(verdict, Fail(Code::kUnavailable), locale);
}

// Kept while he is connected, and long enough before that for a connection to begin: the one he had may end meanwhile.
void Gate::Remember(const PersonPtr& person) {
    const std::lock_guard lock(mutex_);
    Known& mine = persons_[person->user_id];
    mine.person = person;
    mine.admitted = parts_.clock.MonotonicMicros();
    if (persons_.size() <= kPersonsMax + sessions_.size()) return;
    std::erase_if(persons_,
                  [&](const auto& known) { return known.second.sockets == 0 && known.first != person->user_id; });
}

void Gate::OnConnect(const realtime::SocketPtr& socket, const realtime::Handshake& handshake, bool) {
    const std::int64_t user = socket->principal().user_id;
    auto ticket = TicketOf(handshake);
    Session session;
    session.socket = socket;
    session.line = std::make_shared<SocketLine>(socket);
    session.locale = LocaleOf(handshake);
    session.holds = ticket.ok() ? std::move(ticket->holds) : [] { return false; };
    const LinePtr line = session.line;
    {
        const std::lock_guard lock(mutex_);
        const auto known = persons_.find(user);
        if (known == persons_.end()) {
            socket->Disconnect();
            return;
        }
        session.person = known->second.person;
        if (sessions_.insert_or_assign(socket->id(), std::move(session)).second) ++known->second.sockets;
    }
    parts_.match.Connected(user, line);
}

void Gate::OnDisconnect(const realtime::SocketPtr& socket, realtime::Reason) {
    const std::int64_t user = socket->principal().user_id;
    {
        const std::lock_guard lock(mutex_);
        if (sessions_.erase(socket->id()) == 0) return;
        const auto known = persons_.find(user);
        if (known != persons_.end()) --known->second.sockets;
    }
    parts_.match.Disconnected(user, socket->id());
    for (const auto& summary : parts_.rooms.RoomsOf(user)) {
        if (const auto room = parts_.rooms.Find(summary->live.room_id)) room->Detach(user, socket->id());
    }
}

void Gate::Reload(std::int64_t user_id) {
    parts_.submit(net::Run::kStore, [this, user_id] {
        auto loaded = parts_.people.Load(user_id);
        if (!loaded.ok()) return;
        const auto person = std::make_shared<const Person>(std::move(*loaded));
        {
            const std::lock_guard lock(mutex_);
            const auto known = persons_.find(user_id);
            if (known != persons_.end()) known->second.person = person;
            for (auto& [id, session] : sessions_) {
                if (session.person->user_id == user_id) session.person = person;
            }
        }
        parts_.rooms.Tell(person);
    });
}

void Gate::Sweep() {
    const std::int64_t now = parts_.clock.MonotonicMicros();
    std::vector<realtime::SocketPtr> ended;
    {
        const std::lock_guard lock(mutex_);
        if (now < swept_ + kSweepMicros) return;
        swept_ = now;
        std::erase_if(persons_, [&](const auto& known) {
            return known.second.sockets <= 0 && known.second.admitted + kArrivalMicros < now;
        });
        for (const auto& [id, session] : sessions_) {
            if (!session.holds()) ended.push_back(session.socket);
        }
    }
    for (const auto& socket : ended) socket->Disconnect();
}

Result<RoomCommand> Gate::CommandOf(const realtime::SocketPtr& socket, realtime::Event& event,
                                    const realtime::Ack& ack) {
    RoomCommand command;
    command.name = event.name;
    command.arrived_micros = parts_.clock.MonotonicMicros();
    if (ack.wanted()) command.answer = [ack](std::string text) { ack.SendEncoded(std::move(text)); };
    std::function<bool()> holds;
    {
        const std::lock_guard lock(mutex_);
        const auto session = sessions_.find(socket->id());
        if (session == sessions_.end()) return Fail(Code::kUnauthenticated);
        command.person = session->second.person;
        command.line = session->second.line;
        command.locale = session->second.locale;
        holds = session->second.holds;
        if (!parts_.limiter.TakeCommand(session->second.commands_full_at)) command.name.clear();
    }
    if (!holds()) {
        socket->Disconnect();
        return Fail(Code::kUnauthenticated);
    }
    command.data = event.args.empty() ? json::Value() : std::move(event.args.front());
    if (!command.data.IsObject()) command.data = json::Object{};
    command.cmd_id = TextOf(command.data, "cmdId");
    return command;
}

void Gate::OnEvent(const realtime::SocketPtr& socket, realtime::Event event, realtime::Ack ack) {
    auto command = CommandOf(socket, event, ack);
    if (!command.ok()) {
        ack.SendEncoded(FailureText(command.error(), base::Locale::kZhCn));
        return;
    }
    if (command->name.empty()) {
        Error error = Fail(Code::kTooManyRequests);
        error.retry_after_s = 1;
        command->name = "any";
        return Reply(*command, error);
    }
    if (WantsCmdId(command->name) && (command->cmd_id.empty() || command->cmd_id.size() > kCmdIdMax)) {
        command->name = "any";
        return Reply(*command, base::InvalidField("cmdId", {"每个命令都要有编号", "every command needs its id"}));
    }
    if (command->person->banned) {
        command->name = "any";
        return Reply(*command, Fail(Code::kBanned));
    }
    Dispatch(std::move(*command));
}

void Gate::Reply(const RoomCommand& command, const Result<json::Object>& result) {
    if (command.answer) {
        if (result.ok()) {
            json::Object out{{"ok", true}};
            for (const auto& [name, value] : result->members()) out.Add(name, value);
            command.answer(json::Encode(out));
        } else {
            command.answer(FailureText(result.error(), command.locale));
        }
    }
    const std::string_view label = result.ok() ? "ok" : base::Info(result.error().code).wire;
    parts_.metrics.Get(Metric::kAvalonCommands, {command.name, label}).Add();
}

void Gate::Dispatch(RoomCommand command) {
    if (command.name == "room:create") {
        return WithName(std::move(command), [this](RoomCommand named) {
            WithPassword(std::move(named), [this](RoomCommand ready) { Create(std::move(ready)); });
        });
    }
    if (command.name == "room:join") return Join(std::move(command));
    if (command.name.starts_with("lobby:") || command.name.starts_with("queue:")) {
        const auto answer = Answered(command);
        if (!answer.ok() && answer.error().code == Code::kBadRequest) command.name = "any";
        return Reply(command, answer);
    }
    if (!Room::Knows(command.name)) {
        command.name = "any";
        return Reply(command, Fail(Code::kBadRequest, "no such command"));
    }
    const auto room = parts_.rooms.Find(TextOf(command.data, "roomId"));
    if (room == nullptr) return Reply(command, Fail(Code::kNotFound, "room"));
    if (command.name != "room:setup") return room->Submit(std::move(command));
    const auto found = parts_.rooms.Look(room->id());
    const bool host = found.has_value() && found->summary->host == command.person->user_id;
    const auto set_up = [this, room](RoomCommand named) {
        WithPassword(std::move(named), [room](RoomCommand ready) { room->Submit(std::move(ready)); });
    };
    if (!host) return set_up(std::move(command));  // who may not name it is refused by the room
    WithName(std::move(command), set_up);
}

Result<json::Object> Gate::Answered(const RoomCommand& command) {
    if (command.name.starts_with("queue:")) return parts_.match.Handle(command);
    json::Reader in(command.data);
    static_cast<void>(in.Any("cmdId"));
    if (command.name == "lobby:mine") {
        RT_CHECK_OK(in.Finish());
        return ListOfOwnRooms(parts_.rooms, command.person->user_id);
    }
    if (command.name != "lobby:list") return Fail(Code::kBadRequest, "no such command");
    const auto players = in.OptionalInt("players", kSeatsMin, kSeatsMax);
    RT_CHECK_OK(in.Finish());
    return ListOfPublicRooms(parts_.rooms, static_cast<int>(players.value_or(0)));
}

// The name of a room stands in lists and over its table: it is looked at like a message of its chat.
void Gate::WithName(RoomCommand command, const std::function<void(RoomCommand)>& then) {
    const std::string name = TextOf(command.data, "name");
    if (name.empty() || name.size() > kNameBytesMax) return then(std::move(command));
    const auto shared = std::make_shared<RoomCommand>(std::move(command));
    parts_.text.Check(shared->person->user_id, name, [this, shared, then](TextVerdict verdict) {
        if (verdict == TextVerdict::kRefused) return Reply(*shared, Fail(Code::kTextRefused));
        then(std::move(*shared));
    });
}

// Hashes the password of the command first, if it names one.
void Gate::WithPassword(RoomCommand command, std::function<void(RoomCommand)> then) {
    if (const Status read = CheckPassword(command.data); !read.ok()) return Reply(command, read.error());
    const std::string password = TextOf(command.data, "password");
    if (password.empty()) return then(std::move(command));
    // The text is valid UTF-8, or it would not have been read as JSON.
    if (base::CodePointCount(password).value_or(password.size()) > kRoomPasswordMax) {
        return Reply(command, base::InvalidField("password", {"密码过长", "the password is too long"}));
    }
    auto shared = std::make_shared<RoomCommand>(std::move(command));
    const bool taken = parts_.submit(net::Run::kHash, [this, shared, password, then = std::move(then)] {
        auto hash = crypto::HashPassword(Fit(password), kPasswordCost, parts_.random);
        if (!hash.ok()) return Reply(*shared, hash.error());
        shared->password_hash = std::move(*hash);
        then(std::move(*shared));
    });
    if (!taken) Reply(*shared, Fail(Code::kUnavailable));
}

void Gate::Create(RoomCommand command) {
    auto plan = PlanOf(command);
    if (!plan.ok()) return Reply(command, plan.error());
    const RoomCommand copy = command;
    const auto room = parts_.rooms.Create(std::move(*plan), std::move(command));
    if (!room.ok()) Reply(copy, room.error());
}

// Counts before it is known whether the guess is right, so that many at once are no more than one after another.
Status Gate::TakeGuess(std::int64_t user_id) {
    const std::int64_t now = parts_.clock.MonotonicMicros();
    const std::lock_guard lock(mutex_);
    if (guesses_.size() >= kPersonsMax) guesses_.clear();
    auto& guesses = guesses_[user_id];
    while (!guesses.empty() && guesses.front() <= now - kGuessWindowMicros) guesses.pop_front();
    if (guesses.size() < kGuessesMax) {
        guesses.push_back(now);
        return Ok();
    }
    Error error = Fail(Code::kTooManyRequests);
    error.retry_after_s =
        static_cast<std::uint32_t>((guesses.front() + kGuessWindowMicros - now) / base::kMicrosPerSecond + 1);
    return error;
}

// It was none, or a right one.
void Gate::GiveBackGuess(std::int64_t user_id) {
    const std::lock_guard lock(mutex_);
    const auto guesses = guesses_.find(user_id);
    if (guesses == guesses_.end()) return;
    guesses->second.pop_back();
    if (guesses->second.empty()) guesses_.erase(guesses);
}

std::optional<Rooms::Found> Gate::RoomMeant(const json::Value& data) const {
    for (const std::string_view key : {"roomId", "code", "link"}) {
        const std::string text = TextOf(data, key);
        auto found = text.empty() ? std::nullopt : parts_.rooms.Look(text);
        if (found.has_value()) return found;
    }
    return std::nullopt;
}

// By id, code or link. A wrong code counts as a guess like a wrong password.
void Gate::Join(RoomCommand command) {
    const std::int64_t user = command.person->user_id;
    if (const Status read = CheckPassword(command.data); !read.ok()) return Reply(command, read.error());
    if (const Status allowed = TakeGuess(user); !allowed.ok()) return Reply(command, allowed.error());
    const auto found = RoomMeant(command.data);
    if (!found.has_value()) return Reply(command, Fail(Code::kNotFound, "room"));
    if (const Status place = parts_.rooms.CheckPlace(user, found->room->id()); !place.ok()) {
        GiveBackGuess(user);
        return Reply(command, place.error());
    }
    const std::string hash = found->summary->password_hash;
    const std::string password = TextOf(command.data, "password");
    command.vouched = hash.empty() || found->by_link;
    if (command.vouched || password.empty()) GiveBackGuess(user);
    if (command.vouched || password.empty()) return found->room->Submit(std::move(command));
    auto shared = std::make_shared<RoomCommand>(std::move(command));
    const bool taken = parts_.submit(net::Run::kHash, [this, shared, password, hash, room = found->room] {
        shared->vouched = crypto::VerifyPassword(Fit(password), hash);
        if (shared->vouched) GiveBackGuess(shared->person->user_id);
        room->Submit(std::move(*shared));
    });
    if (taken) return;
    GiveBackGuess(user);
    Reply(*shared, Fail(Code::kUnavailable));
}

}  // namespace rt::avalon
