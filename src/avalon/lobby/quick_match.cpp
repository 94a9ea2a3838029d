#include "avalon/lobby/quick_match.h"

#include <algorithm>

#include "avalon/hashing.h"
#include "base/encoding.h"
#include "base/ids.h"

namespace rt::avalon {
namespace {

constexpr std::size_t kMatchIdMax = 32;

bool Apart(const Person& a, const Person& b) {
    return a.Blocks(b.user_id) || b.Blocks(a.user_id);
}

}  // namespace

void QuickMatch::Heard(Waiting& waiting, const LinePtr& line) {
    std::erase_if(waiting.lines, [&](const LinePtr& one) { return one->id() == line->id(); });
    if (waiting.lines.size() == kQueueLinesMax) waiting.lines.erase(waiting.lines.begin());
    waiting.lines.push_back(line);
}

void QuickMatch::Send(const Waiting& to, std::string_view name, const json::Object& data) {
    if (to.away()) return;
    const FramePtr frame = MakeFrame(std::string(name), json::Encode(data));
    for (const LinePtr& line : to.lines) line->Send(frame);
}

void QuickMatch::SendState(const Waiting& to, std::string_view state, std::string_view reason) {
    json::Object data{{"state", state}};
    if (state == "waiting") data.Add("players", to.players);
    if (!reason.empty()) data.Add("reason", reason);
    Send(to, "queue:state", data);
}

void QuickMatch::SendMatch(const Waiting& to, const Match& match) {
    Send(to, "queue:match",
         {{"matchId", match.id},
          {"players", match.players},
          {"gameId", match.game.id},
          {"commitment", match.commitment},
          {"expiresAt", match.expires.micros / base::kMicrosPerMilli}});
}

Result<json::Object> QuickMatch::Handle(const RoomCommand& command) {
    json::Reader in(command.data);
    static_cast<void>(in.Any("cmdId"));
    const std::lock_guard lock(mutex_);
    if (command.name == "queue:join") return Join(command, in);
    if (command.name == "queue:accept") return Accept(command, in);
    if (command.name == "queue:refuse") return Refuse(command, in);
    if (command.name == "queue:leave") return Leave(command, in);
    return Fail(Code::kBadRequest, "no such command");
}

QuickMatch::Waiting* QuickMatch::Find(std::int64_t user_id) {
    for (Queue& queue : queues_) {
        for (Waiting& waiting : queue) {
            if (waiting.person->user_id == user_id) return &waiting;
        }
    }
    if (Match* match = MatchOf(user_id)) {
        for (Waiting& waiting : match->people) {
            if (waiting.person->user_id == user_id) return &waiting;
        }
    }
    return nullptr;
}

QuickMatch::Match* QuickMatch::MatchOf(std::int64_t user_id) {
    for (auto& [id, match] : matches_) {
        for (const Waiting& one : match.people) {
            if (one.person->user_id == user_id) return &match;
        }
    }
    return nullptr;
}

QuickMatch::Match* QuickMatch::MatchNamed(const std::string& id, std::int64_t user_id) {
    const auto match = matches_.find(id);
    return match != matches_.end() && &match->second == MatchOf(user_id) ? &match->second : nullptr;
}

QuickMatch::Match QuickMatch::Take(const std::string& id) {
    return std::move(matches_.extract(id).mapped());
}

void QuickMatch::Remove(std::int64_t user_id) {
    for (Queue& queue : queues_) {
        std::erase_if(queue, [&](const Waiting& one) { return one.person->user_id == user_id; });
    }
}

std::size_t QuickMatch::Count() const {
    std::size_t waiting = 0;
    for (const Queue& queue : queues_) waiting += queue.size();
    return waiting;
}

Status QuickMatch::CheckBlocked(std::int64_t user_id) const {
    const std::int64_t now = parts_.clock.MonotonicMicros();
    const auto refusals = refusals_.find(user_id);
    if (refusals == refusals_.end() || now >= refusals->second.blocked_until) return Ok();
    Error error = Fail(Code::kQueueBlocked);
    error.retry_after_s =
        static_cast<std::uint32_t>((refusals->second.blocked_until - now) / base::kMicrosPerSecond + 1);
    return error;
}

Result<json::Object> QuickMatch::Join(const RoomCommand& command, json::Reader& in) {
    const auto players = static_cast<int>(in.Int("players", kSeatsMin, kSeatsMax));
    RT_CHECK_OK(in.Finish());
    const std::int64_t user = command.person->user_id;
    RT_CHECK_OK(CheckBlocked(user));
    if (MatchOf(user) != nullptr) return Fail(Code::kInvalidState, "in a ready check");
    if (Waiting* waiting = Find(user); waiting != nullptr && waiting->players == players) {
        waiting->person = command.person;
        Heard(*waiting, command.line);  // he keeps his place
        Pair(players);
        return json::Object{{"players", players}};
    }
    RT_CHECK_OK(parts_.rooms.CheckPlace(user, {}));
    Remove(user);
    if (Count() >= kQueueMax) return Fail(Code::kQuotaFull, "the queue is full");
    queues_[static_cast<std::size_t>(players)].push_back({command.person, {command.line}, players, 0, {}, false});
    Pair(players);
    Measure();
    return json::Object{{"players", players}};
}

// His other pages hear of it. In a ready check to leave is to refuse.
Result<json::Object> QuickMatch::Leave(const RoomCommand& command, json::Reader& in) {
    RT_CHECK_OK(in.Finish());
    const std::int64_t user = command.person->user_id;
    if (const Match* match = MatchOf(user)) {
        Decline(std::string(match->id), user);
    } else if (const Waiting* waiting = Find(user)) {
        SendState(*waiting, "idle", {});
        Remove(user);
        Measure();
    }
    return json::Object{};
}

// The first ones in the queue that are there and may play together.
void QuickMatch::Pair(int players) {
    Queue& queue = queues_[static_cast<std::size_t>(players)];
    std::vector<std::size_t> chosen;
    for (std::size_t i = 0; i < queue.size() && static_cast<int>(chosen.size()) < players; ++i) {
        const bool apart = std::any_of(chosen.begin(), chosen.end(), [&](std::size_t other) {
            return Apart(*queue[i].person, *queue[other].person);
        });
        if (!queue[i].away() && !apart) chosen.push_back(i);
    }
    if (static_cast<int>(chosen.size()) < players) return;
    Match match;
    match.id = base::NewPublicId(parts_.random);
    match.players = players;
    match.game = DrawGame(parts_.random);
    match.commitment = Commitment(CryptoHashing(), match.game.id, match.game.seed);
    match.due = parts_.clock.MonotonicMicros() + kReadyCheckMicros;
    match.expires = parts_.clock.Now().Plus(kReadyCheckMicros);
    for (const std::size_t i : chosen) match.people.push_back(std::move(queue[i]));
    for (auto i = chosen.rbegin(); i != chosen.rend(); ++i) {
        queue.erase(queue.begin() + static_cast<std::ptrdiff_t>(*i));
    }
    for (const Waiting& one : match.people) SendMatch(one, match);
    const std::string id = match.id;
    matches_.emplace(id, std::move(match));
}

Result<json::Object> QuickMatch::Accept(const RoomCommand& command, json::Reader& in) {
    const std::string id = in.Text("matchId", {.size_max = kMatchIdMax});
    const std::string random = in.Text("random", {.size_max = 2 * kClientBytes});
    RT_CHECK_OK(in.Finish());
    const auto bytes = base::HexDecode(random);
    if (!bytes.has_value() || bytes->size() != kClientBytes) {
        return base::InvalidField("random", {"应为 32 位十六进制数字", "32 hexadecimal digits"});
    }
    Match* match = MatchNamed(id, command.person->user_id);
    if (match == nullptr) return Fail(Code::kNotFound, "no such ready check");
    Waiting& mine = *Find(command.person->user_id);
    mine.random = base::AsText(*bytes);
    Heard(mine, command.line);
    const auto ready = std::count_if(match->people.begin(), match->people.end(),
                                     [](const Waiting& one) { return !one.random.empty(); });
    for (const Waiting& one : match->people) {
        Send(one, "queue:state", {{"state", "matched"}, {"players", match->players}, {"ready", ready}});
    }
    if (ready == match->players) Begin(Take(id));
    return json::Object{{"ready", ready}};
}

Result<json::Object> QuickMatch::Refuse(const RoomCommand& command, json::Reader& in) {
    const std::string id = in.Text("matchId", {.size_max = kMatchIdMax});
    RT_CHECK_OK(in.Finish());
    if (MatchNamed(id, command.person->user_id) == nullptr) return Fail(Code::kNotFound, "no such ready check");
    Decline(id, command.person->user_id);
    return json::Object{};
}

void QuickMatch::Decline(const std::string& match_id, std::int64_t user_id) {
    Find(user_id)->refused = true;
    parts_.metrics.Get(Metric::kAvalonMatches, {"refused"}).Add();
    Dissolve(Take(match_id));
}

void QuickMatch::NoteRefusal(std::int64_t user_id) {
    const std::int64_t now = parts_.clock.MonotonicMicros();
    Refusals& refusals = refusals_[user_id];
    while (!refusals.at.empty() && refusals.at.front() <= now - kRefusalWindowMicros) refusals.at.pop_front();
    refusals.at.push_back(now);
    if (static_cast<int>(refusals.at.size()) < kRefusalsMax) return;
    refusals.blocked_until = now + kQueueBlockMicros;
    refusals.at.clear();
}

// Somebody refused, or did not answer in time: he is out, the others wait in front of everybody. The draw goes with the
// match: bytes were given for it.
void QuickMatch::Dissolve(Match match) {
    const bool expired = parts_.clock.MonotonicMicros() >= match.due;
    Queue& queue = queues_[static_cast<std::size_t>(match.players)];
    for (auto one = match.people.rbegin(); one != match.people.rend(); ++one) {
        if (one->refused || (expired && one->random.empty())) {
            NoteRefusal(one->person->user_id);
            SendState(*one, "idle", one->refused ? "refused" : "expired");
            continue;
        }
        one->random.clear();
        SendState(*one, "waiting", "others_refused");
        queue.push_front(std::move(*one));
    }
    Pair(match.players);
    Measure();
}

// Who has filled his rooms since he queued has no place in this one, and spoils it for nobody else.
void QuickMatch::Begin(Match match) {
    bool all = true;
    for (Waiting& one : match.people) {
        one.refused = !parts_.rooms.CheckPlace(one.person->user_id, {}).ok();
        all = all && !one.refused;
    }
    if (!all) return Dissolve(std::move(match));
    RoomPlan plan;
    plan.setup = DefaultSetup(match.players);
    plan.quick_match = true;
    plan.game = std::move(match.game);
    plan.host = match.people.front().person->user_id;
    for (const Waiting& one : match.people) {
        Place place = PlaceOf(*one.person);
        place.random = one.random;
        plan.places.push_back(std::move(place));
    }
    const auto room = parts_.rooms.Create(std::move(plan), std::nullopt);
    parts_.metrics.Get(Metric::kAvalonMatches, {room.ok() ? "started" : "failed"}).Add();
    for (const Waiting& one : match.people) {
        if (!room.ok()) {
            SendState(one, "idle", "unavailable");
            continue;
        }
        if (one.away()) continue;
        // The game is on the page he accepted on; the others have nothing to wait for.
        const LinePtr here = one.lines.back();
        Waiting others = one;
        others.lines.pop_back();
        SendState(others, "idle", {});
        here->Send(MakeFrame("queue:room", json::Encode(json::Object{{"roomId", (*room)->id()}})));
        RoomCommand attach;
        attach.name = "room:resume";
        attach.person = one.person;
        attach.line = here;
        attach.data = json::Object{};
        attach.arrived_micros = parts_.clock.MonotonicMicros();
        (*room)->Submit(std::move(attach));
    }
    if (room.ok()) (*room)->StartMatch();
}

void QuickMatch::Connected(std::int64_t user_id, const LinePtr& line) {
    const std::lock_guard lock(mutex_);
    Waiting* waiting = Find(user_id);
    if (waiting == nullptr) return;
    Heard(*waiting, line);
    if (const Match* match = MatchOf(user_id)) {
        SendMatch(*waiting, *match);
    } else {
        SendState(*waiting, "waiting", {});
        Pair(waiting->players);
    }
}

void QuickMatch::Disconnected(std::int64_t user_id, const std::string& line_id) {
    const std::lock_guard lock(mutex_);
    Waiting* waiting = Find(user_id);
    if (waiting == nullptr) return;
    const auto gone = std::erase_if(waiting->lines, [&](const LinePtr& line) { return line->id() == line_id; });
    if (gone > 0 && waiting->away()) waiting->away_since = parts_.clock.MonotonicMicros();
}

void QuickMatch::Tick() {
    const std::int64_t now = parts_.clock.MonotonicMicros();
    const std::lock_guard lock(mutex_);
    std::vector<std::string> over;
    for (const auto& [id, match] : matches_) {
        if (match.due <= now) over.push_back(id);
    }
    for (const std::string& id : over) {
        parts_.metrics.Get(Metric::kAvalonMatches, {"expired"}).Add();
        Dissolve(Take(id));
    }
    for (Queue& queue : queues_) {
        std::erase_if(queue,
                      [&](const Waiting& one) { return one.away() && one.away_since + kQueueAbsenceMicros <= now; });
    }
    std::erase_if(refusals_, [&](const auto& entry) {
        const Refusals& refusals = entry.second;
        return refusals.blocked_until <= now &&
               (refusals.at.empty() || refusals.at.back() + kRefusalWindowMicros <= now);
    });
    Measure();
}

void QuickMatch::Measure() {
    parts_.metrics.Get(Metric::kAvalonWaiting).Set(static_cast<std::int64_t>(Count()));
}

}  // namespace rt::avalon
