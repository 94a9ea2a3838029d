#include "avalon/hall.h"

#include <chrono>
#include <future>
#include <limits>
#include <utility>

#include "avalon/domain/profile.h"
#include "avalon/game_log.h"
#include "avalon/room/table.h"
#include "avalon/store/games.h"
#include "avalon/store/moderation.h"

namespace rt::avalon {
namespace {

using store::UserId;

constexpr base::Time kForEver{std::numeric_limits<std::int64_t>::max()};
constexpr auto kTextWait = std::chrono::milliseconds(2 * kTextCheckMillis);

State LastState(const GameRecord& record) {
    State state;
    for (const TimedEvent& one : record.events) Apply(state, one.event);
    return state;
}

Result<store::NewGame> NewGameOf(const GameRecord& record, std::int64_t id) {
    const State last = LastState(record);
    if (!last.Over() || static_cast<int>(record.seats.size()) != last.players()) {
        return Fail(Code::kInternal, "a game that is not over was handed over");
    }
    store::NewGame out;
    out.id = id;
    SeatSet left;
    for (const RecordedSeat& seat : record.seats) {
        store::SeatedPlayer who;
        if (seat.bot.has_value()) {
            who.bot = std::string(WordOf(*seat.bot));
        } else if (seat.user_id != 0) {
            who.user = UserId{seat.user_id};
        }
        if (seat.left) left.Add(static_cast<Seat>(out.seats.size()));
        out.seats.push_back(std::move(who));
    }
    out.facts = Finish(last, left);
    out.facts.game_id = record.game_id;
    out.room = record.room_id;
    out.quick_match = record.quick_match;
    out.events = EncodeLog(record.events);
    out.started = record.started;
    out.ended = record.ended;
    return out;
}

}  // namespace

std::string NicknameOf(const store::Player& player) {
    return player.nickname.value_or(DefaultNickname(player.public_id));
}

std::string AvatarOf(const store::Player& player) {
    return player.avatar.value_or(std::string(DefaultAvatar(player.public_id)));
}

std::int64_t PointsOf(std::int64_t rating) {
    constexpr std::int64_t kThousandths = 1'000;
    return (rating + kThousandths / 2) / kThousandths;
}

Status Hall::Save(const GameRecord& record) {
    RT_TRY(const store::NewGame game, NewGameOf(record, parts_.ids.Next()));
    const store::Commit commit{{}, parts_.clock.Now(), parts_.trail};
    RT_TRY(const bool fresh, parts_.db.Write("avalon.game.save", [&](store::Writer& writer) {
        return store::SaveGame(writer, commit, game);
    }));
    if (!fresh) return Ok();
    parts_.metrics.Get(Metric::kAvalonGames, {Name(game.facts.result)}).Add();
    // Ratings have changed.
    for (const store::SeatedPlayer& seat : game.seats) {
        if (seat.user.has_value()) PersonChanged(*seat.user);
    }
    return Ok();
}

Result<Person> Hall::ReadPerson(UserId user) {
    const base::Time now = parts_.clock.Now();
    return parts_.db.Read([&](store::Reader& reader) -> Result<Person> {
        RT_TRY(const auto player, store::FindPlayer(reader, user));
        if (!player.has_value()) return Fail(Code::kNotFound);
        RT_TRY(const store::Standing standing, store::StandingOf(reader, user, now));
        RT_TRY(const auto blocks, store::BlocksOf(reader, user));
        Person out;
        out.user_id = user.value;
        out.public_id = player->public_id;
        out.nickname = NicknameOf(*player);
        out.avatar = AvatarOf(*player);
        out.rating = static_cast<int>(PointsOf(player->rating));
        out.rated = player->shows_rating();
        out.banned = standing.banned;
        if (standing.muted) out.muted_until = standing.muted_until.value_or(kForEver);
        for (const store::Blocked& one : blocks) out.blocks.push_back(one.user.value);
        return out;
    });
}

Result<Person> Hall::Load(std::int64_t user_id) {
    std::uint64_t changes = 0;
    {
        const std::lock_guard lock(people_mutex_);
        const auto found = people_.find(user_id);
        if (found != people_.end() && parts_.clock.MonotonicMicros() < found->second.until) {
            return found->second.person;
        }
        changes = people_changes_;
    }
    RT_TRY(Person person, ReadPerson(UserId{user_id}));
    const std::lock_guard lock(people_mutex_);
    // What was read may be from before a change that was told meanwhile.
    if (changes != people_changes_) return person;
    if (people_.size() >= kPeopleMax) people_.clear();
    people_[user_id] = {person, parts_.clock.MonotonicMicros() + kPersonMicros};
    return person;
}

void Hall::PersonChanged(UserId user) {
    {
        const std::lock_guard lock(people_mutex_);
        people_.erase(user.value);
        ++people_changes_;
    }
    if (RoomsControl* const rooms = rooms_.load(); rooms != nullptr) rooms->PersonChanged(user.value);
}

Result<Hall::LeadersPtr> Hall::Leaders() {
    const std::lock_guard lock(leaders_mutex_);
    if (leaders_ != nullptr && parts_.clock.MonotonicMicros() < leaders_until_) return leaders_;
    RT_TRY(auto rows,
           parts_.db.Read([&](store::Reader& reader) { return store::Leaders(reader, parts_.clock.Now()); }));
    leaders_ = std::make_shared<const std::vector<store::Player>>(std::move(rows));
    leaders_until_ = parts_.clock.MonotonicMicros() + kLeadersMicros;
    return leaders_;
}

Status Hall::CheckText(UserId user, const std::string& text) {
    // The check may answer after this has given up.
    const auto answer = std::make_shared<std::promise<TextVerdict>>();
    auto verdict = answer->get_future();
    parts_.texts.Check(user.value, text, [answer](TextVerdict said) { answer->set_value(said); });
    if (verdict.wait_for(kTextWait) != std::future_status::ready) return Fail(Code::kUnavailable, "the check is late");
    switch (verdict.get()) {
        case TextVerdict::kPass:
            return Ok();
        case TextVerdict::kRefused:
            return Fail(Code::kTextRefused);
        case TextVerdict::kUnchecked:
            break;
    }
    return Fail(Code::kUnavailable, "the text could not be checked");
}

}  // namespace rt::avalon
