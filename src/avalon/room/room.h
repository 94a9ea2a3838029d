// One room: a serial actor around its table and its game. Tasks are run one at a time by whichever worker has the room;
// a change is handed to the journal, and until it is on disk the room takes no further task. Only then is the change
// adopted, shown and acknowledged, so nobody has seen what a crash could take back.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "avalon/domain/game.h"
#include "avalon/room/room_inside.h"
#include "avalon/room/room_parts.h"
#include "json/reader.h"

namespace rt::avalon {

class Room final : public std::enable_shared_from_this<Room> {
  public:
    Room(const RoomParts& parts, Table table);
    // As it was stored.
    Room(const RoomParts& parts, StoredRoom stored);
    ~Room();

    const std::string& id() const { return id_; }

    // From any thread.
    // The first commit; `command` is the room:create that is answered by it, if there is one.
    void Open(std::optional<RoomCommand> command);
    void Submit(RoomCommand command);
    void Detach(std::int64_t user_id, std::string line_id);
    void Update(PersonPtr person);  // his profile, mutes and blocks have changed
    void Wake();
    void Void();
    void Close(std::string reason);
    std::vector<ChatLine> ChatFor(std::int64_t user_id) const;
    // Starts the game with what the places hold: of a quick match.
    void StartMatch();
    // A restart brought it back: timers, summary.
    void Recover();

    void Run();  // by a worker of the host

    // Is there such a command of rooms?
    static bool Knows(std::string_view name);

  private:
    using Task = std::function<void()>;
    using Guest = RoomGuest;
    using Change = RoomChange;
    using Handler = Result<Change> (Room::*)(const RoomCommand& command, json::Reader& in);
    struct Route {
        std::string_view name;
        Handler handler;
    };

    // room.cpp
    void Post(Task task);
    void Handle(const RoomCommand& command);
    Result<Change> Decided(const RoomCommand& command);
    void Commit(Change change, const std::shared_ptr<const RoomCommand>& command);
    std::optional<std::int64_t> ForgetAcks(std::int64_t but);
    Saved SavedOf(const Change& change, const RoomCommand* command);
    void Adopt(Change& change, const RoomCommand* command, const Status& outcome);
    void PutOut(const Change& change);
    void Refuse(const RoomCommand& command, const Error& error);
    void AnswerTo(const RoomCommand& command, const std::string& text, std::string_view result);
    void Halt(const Error& error);
    bool Repeated(const RoomCommand& command);
    static const Route* Find(std::string_view name);
    static bool IsPlay(std::string_view name);

    // room_lobby.cpp
    Result<Change> Join(const RoomCommand& command, json::Reader& in);
    Result<Change> Leave(const RoomCommand& command, json::Reader& in);
    Result<Change> TakeSeat(const RoomCommand& command, json::Reader& in);
    Result<Change> SetUp(const RoomCommand& command, json::Reader& in);
    Result<Change> SetBot(const RoomCommand& command, json::Reader& in);
    Result<Change> Kick(const RoomCommand& command, json::Reader& in);
    Result<Change> PassHost(const RoomCommand& command, json::Reader& in);
    Result<Change> ShuffleSeats(const RoomCommand& command, json::Reader& in);
    Result<Change> Rematch(const RoomCommand& command, json::Reader& in);
    Result<Change> ReadyInLobby(const RoomCommand& command, json::Reader& in);
    Result<Table> HostTable(const RoomCommand& command) const;
    Result<Change> AdmitPlayer(const RoomCommand& command, int wanted);
    Result<Change> AdmitWatcher(const RoomCommand& command);
    void MakeRoomForWatcher(Change& change) const;
    void Forget(Table& table, std::int64_t user_id) const;
    Result<Change> Without(std::int64_t user_id, std::string why) const;
    Result<Change> Returned(int player) const;
    void NextGame(Table& table) const;

    // room_play.cpp
    Result<Change> Start(const RoomCommand& command, json::Reader& in);
    Result<Change> Play(const RoomCommand& command, json::Reader& in);
    Result<Change> Deal() const;
    Result<Change> Played(const Command& command) const;
    void Finish(Change& change) const;
    Seat SeatOf(std::int64_t user_id) const;
    std::int64_t UserAt(Seat seat) const;
    // Whether there was anything to commit.
    bool PlayBot(Seat seat);
    bool PlayTimeouts();

    // room_time.cpp
    void OnWake();
    bool Act(std::int64_t now);
    void SetTimers();
    void SetClock(std::int64_t now);
    void SetBots(std::int64_t now);
    bool Holding(std::int64_t now) const;
    std::int64_t IdleDue() const;
    bool Expire(std::int64_t now);
    void Dissolve();

    // room_presence.cpp
    void Turn(Guest& guest, const LinePtr& line);
    void Miss(Seat seat);
    bool NoteMissed(std::int64_t now);
    std::uint32_t AbsentSeconds(Seat seat) const;
    SeatSet AbsentSeats() const;
    std::int64_t PresenceDue() const;
    bool ActOnPresence(std::int64_t now);

    // room_show.cpp
    void Publish();
    void ShowChat(const ChatMessage& message);
    Shown ShownTo(std::int64_t user_id, Members room) const;
    json::Object RoomObject(bool member) const;
    json::Object PlaceObject(const Place& place, int player) const;
    Members GameMembers(const Viewer& viewer) const;
    Members YouMembers(std::int64_t user_id) const;
    json::Value ClockValue() const;
    std::string ChatOf(std::int64_t user_id) const;
    void Connect(const PersonPtr& person, const LinePtr& line);
    void Attach(const RoomCommand& command, std::optional<std::int64_t> seq);
    void SendWhole(std::int64_t user_id);
    void Tell();
    Stream* StreamOf(std::int64_t user_id);
    Guest& GuestOf(const PersonPtr& person);
    std::int64_t SeqOf(std::int64_t user_id) const;

    // room_watch.cpp
    RoomListing ListingNow() const;
    bool Behind() const;
    bool InLobbyFor(std::int64_t user_id) const;
    void Delay(DelayedShow item);
    void PublishToSpectators();
    void ShowSpectators();
    void SendToSpectators(const FramePtr& frame);
    void SayToSpectators(const std::string& text, std::int64_t speaker);
    void ReleaseToSpectators();
    void RebuildDelayed(const std::vector<LogRow>& rows, std::int64_t game_no);
    bool MayRead(const ChatMessage& message, std::int64_t user_id) const;

    // room_chat.cpp
    void RestoreChat(std::vector<ChatMessage> chat);
    void Say(const RoomCommand& command);
    // Whether there was anything to commit.
    bool Said(std::uint64_t check, TextVerdict verdict);
    bool AskedAgain(const RoomCommand& command);
    void RefuseChat(const RoomCommand& command, const Error& error);

    const RoomParts parts_;
    const std::string id_;

    std::mutex mutex_;  // guards the next four
    std::deque<Task> tasks_;
    bool scheduled_ = false;
    bool waiting_ = false;  // for the journal
    std::function<void()> settled_;

    Table table_;
    State state_;
    std::uint32_t rows_ = 0;  // of the present game
    std::map<std::int64_t, Acks> acks_;
    std::map<std::int64_t, Guest> guests_;
    Stream spectator_stream_;
    WatchedRoom watched_;  // as far as they may see
    std::deque<DelayedShow> delayed_;
    mutable std::mutex chat_mutex_;  // reports read the next three; only tasks change them
    std::deque<ChatMessage> chat_;
    std::map<std::int64_t, ChatReader> chat_readers_;
    bool chat_open_ = false;
    std::array<std::uint32_t, 2> chat_next_{};  // of the players' channel and the spectators'
    std::deque<CheckedChat> checking_;
    std::uint64_t checks_ = 0;

    RoomClocks clocks_;
    std::string closing_;  // why the room ends; empty: it does not
    bool opened_ = false;  // its record is on disk
    bool gone_ = false;
};

}  // namespace rt::avalon
