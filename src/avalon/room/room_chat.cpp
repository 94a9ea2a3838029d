// Chat: who may say how much, the moderation, the history.
#include <algorithm>
#include <iterator>

#include "avalon/room/room.h"

namespace rt::avalon {
namespace {

constexpr std::array<std::string_view, 2> kChannels{"players", "spectators"};

// Each channel counts for itself, so that the numbers of one say nothing about the other.
std::uint32_t ChatNumber(bool of_players, std::uint32_t count) {
    return 2 * (count + 1) + (of_players ? 0 : 1);
}

}  // namespace

void Room::RestoreChat(std::vector<ChatMessage> chat) {
    for (const ChatMessage& message : chat) {
        const bool players_number = message.number % 2 == 0;
        std::uint32_t& next = chat_next_.at(players_number ? 0 : 1);
        next = std::max(next, message.number / 2);
    }
    std::stable_sort(chat.begin(), chat.end(),
                     [](const ChatMessage& a, const ChatMessage& b) { return a.at.micros < b.at.micros; });
    chat_.assign(std::make_move_iterator(chat.begin()), std::make_move_iterator(chat.end()));
}

// Answers by itself: the change comes when the text has been checked.
void Room::Say(const RoomCommand& command) {
    json::Reader in(command.data);
    for (const std::string_view key : {"cmdId", "roomId"}) static_cast<void>(in.Any(key));
    const std::string text = in.Text("text", {.size_max = kChatCharsMax});
    const auto channel = in.OptionalWord("channel", kChannels);
    const Status read = in.Finish();
    if (!read.ok()) return RefuseChat(command, read.error());
    if (AskedAgain(command)) return;
    const base::Time now = parts_.clock.Now();
    const Person& person = *command.person;
    if (!table_.Member(person.user_id) || table_.HasLeft(person.user_id)) {
        return RefuseChat(command, Fail(Code::kNotAdmitted));
    }
    Guest& guest = GuestOf(guests_[person.user_id].person != nullptr ? guests_[person.user_id].person : command.person);
    if (guest.person->MutedAt(now)) return RefuseChat(command, Fail(Code::kMuted));
    const bool of_players = table_.PlayerOf(person.user_id) >= 0;
    if (channel.has_value() && (*channel == 0) != of_players) return RefuseChat(command, Fail(Code::kForbidden));
    const std::int64_t moment = parts_.clock.MonotonicMicros();
    while (!guest.chats.empty() && guest.chats.front() <= moment - kChatWindowMicros) guest.chats.pop_front();
    if (guest.chats.size() >= kChatBurst) {
        Error error = Fail(Code::kTooManyRequests);
        const std::int64_t wait = guest.chats.front() + kChatWindowMicros - moment;
        error.retry_after_s = static_cast<std::uint32_t>(wait / base::kMicrosPerSecond + 1);
        return RefuseChat(command, error);
    }
    guest.chats.push_back(moment);
    const std::uint64_t check = ++checks_;
    checking_.push_back({check, moment + kTextCheckMillis * base::kMicrosPerMilli,
                         std::make_shared<const RoomCommand>(command), of_players, text});
    parts_.text.Check(person.user_id, text, [self = shared_from_this(), check](TextVerdict verdict) {
        self->Post([room = self.get(), check, verdict] { room->Said(check, verdict); });
    });
    SetTimers();
}

// A message that is being looked at was sent once more, by another connection as a rule: that one gets the answer.
bool Room::AskedAgain(const RoomCommand& command) {
    for (CheckedChat& checking : checking_) {
        const RoomCommand& first = *checking.command;
        if (first.person->user_id != command.person->user_id || first.cmd_id != command.cmd_id) continue;
        checking.command = std::make_shared<const RoomCommand>(command);
        return true;
    }
    return false;
}

void Room::RefuseChat(const RoomCommand& command, const Error& error) {
    parts_.metrics.Get(Metric::kAvalonChat, {base::Info(error.code).wire}).Add();
    Refuse(command, error);
}

// What nobody could check in time is let through: people at a table must not fall silent because another server is
// down. A verdict that comes later than that is about nothing any more.
bool Room::Said(std::uint64_t check, TextVerdict verdict) {
    const auto found =
        std::find_if(checking_.begin(), checking_.end(), [&](const CheckedChat& one) { return one.number == check; });
    if (found == checking_.end()) return false;
    const CheckedChat checked = std::move(*found);
    checking_.erase(found);
    const Person& person = *checked.command->person;
    const bool here = !gone_ && table_.Member(person.user_id);
    if (!here || verdict == TextVerdict::kRefused) {
        RefuseChat(*checked.command, Fail(here ? Code::kTextRefused : Code::kNotAdmitted));
        return false;
    }
    parts_.metrics.Get(Metric::kAvalonChat, {verdict == TextVerdict::kPass ? "ok" : "unchecked"}).Add();
    Change change;
    const std::uint32_t number = ChatNumber(checked.of_players, chat_next_.at(checked.of_players ? 0 : 1)++);
    change.ack = {{"message", number}};
    change.chat = ChatMessage{number,          parts_.clock.Now(), person.user_id, person.public_id,
                              person.nickname, checked.of_players, checked.text};
    Commit(std::move(change), checked.command);
    return true;
}

}  // namespace rt::avalon
