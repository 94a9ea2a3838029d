#include "avalon/codec_internal.h"
#include "avalon/replay_internal.h"
#include "base/parse.h"

namespace rt::avalon {
namespace {

constexpr std::size_t kListMax = 32;
constexpr std::size_t kNameMax = 200;

std::string At(const std::string& path, std::size_t index) {
    return path + "[" + std::to_string(index) + "]";
}

// Every item of the list through its own reader.
template <class F>
void Each(json::Reader& in, std::string_view key, const json::Array* list, F read) {
    for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
        json::Reader nested((*list)[i], At(in.PathOf(key), i));
        read(nested);
        in.Merge(std::move(nested));
    }
}

Seat NeedSeat(json::Reader& in, std::string_view key) {
    return static_cast<Seat>(in.Int(key, 0, kSeatsMax - 1));
}

std::optional<PlotCard> ReadCard(json::Reader& in, std::string_view key) {
    const auto word = in.OptionalText(key);
    if (!word.has_value()) return std::nullopt;
    const auto card = PlotCardNamed(*word);
    if (!card.has_value()) NoteWrong(in, key, "没有这张牌", "is no plot card");
    return card;
}

std::optional<FiledPair> ReadPair(json::Reader& in, std::string_view key) {
    const json::Value* value = in.OptionalObject(key);
    if (value == nullptr) return std::nullopt;
    json::Reader nested(*value, in.PathOf(key));
    FiledPair pair;
    pair.by = ReadSeat(nested, "by");
    pair.target = NeedSeat(nested, "target");
    in.Merge(std::move(nested));
    return pair;
}

std::vector<Seat> ReadTeam(json::Reader& in) {
    std::vector<Seat> team;
    const json::Array* list = in.List("team", 0, kSeatsMax);
    for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
        const json::Value& item = (*list)[i];
        const bool good = item.IsInt() && item.AsInt() >= 0 && item.AsInt() < kSeatsMax;
        if (!good) in.Note(At(in.PathOf("team"), i), {"应为座位号", "must be the number of a seat"});
        if (good) team.push_back(static_cast<Seat>(item.AsInt()));
    }
    return team;
}

std::vector<bool> ReadVotes(json::Reader& in) {
    std::vector<bool> votes;
    const json::Array* list = in.OptionalList("votes", kListMax);
    for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
        if (!(*list)[i].IsBool()) in.Note(At(in.PathOf("votes"), i), {"应为 true 或 false", "must be true or false"});
        votes.push_back((*list)[i].IsBool() && (*list)[i].AsBool());
    }
    return votes;
}

FiledProposal ReadProposal(json::Reader& in) {
    FiledProposal proposal;
    proposal.leader = NeedSeat(in, "leader");
    proposal.team = ReadTeam(in);
    proposal.votes = ReadVotes(in);
    proposal.quest = static_cast<int>(in.OptionalInt("quest", 1, kQuests).value_or(0));
    proposal.sword = ReadSeat(in, "sword");
    proposal.lead = ReadSeat(in, "lead");
    proposal.king = ReadSeat(in, "king");
    if (const auto found = ReadPair(in, "found"); found.has_value()) {
        proposal.found_by = found->by;
        proposal.found = found->target;
    }
    return proposal;
}

FiledPlot ReadPlot(json::Reader& in) {
    FiledPlot plot;
    const auto card = ReadCard(in, "card");
    if (!card.has_value() && !in.Has("card")) NoteWrong(in, "card", "必填", "is missing");
    plot.card = card.value_or(PlotCard::kLeadToVictory);
    plot.to = ReadSeat(in, "to");
    plot.target = ReadSeat(in, "target");
    plot.take = ReadCard(in, "take");
    return plot;
}

// "success" or true, "fail" or false.
std::optional<bool> CardOf(const json::Value& value) {
    if (value.IsBool()) return value.AsBool();
    if (value.IsString() && value.AsString() == "success") return true;
    if (value.IsString() && value.AsString() == "fail") return false;
    return std::nullopt;
}

// An object by seat, or a list with one place for each seat and null for who is not on the team.
std::optional<std::map<Seat, bool>> ReadCards(json::Reader& in) {
    const json::Value* value = in.Any("cards");
    if (value == nullptr || value->IsNull()) return std::nullopt;
    std::map<Seat, bool> out;
    const auto take = [&](std::optional<std::int64_t> seat, const json::Value& item, const std::string& at) {
        const auto card = CardOf(item);
        const bool good = seat.has_value() && *seat >= 0 && *seat < kSeatsMax && card.has_value();
        if (!good)
            in.Note(at, {"应为座位号和 success 或 fail", "must be \"success\" or \"fail\" for the number of a seat"});
        if (good) out.emplace(static_cast<Seat>(*seat), *card);
    };
    if (value->IsObject()) {
        for (const auto& [key, item] : value->AsObject().members()) {
            const auto seat = base::ParseSigned(key);
            take(seat, item, in.PathOf("cards") + "." + key);
        }
    } else if (value->IsArray()) {
        const json::Array& list = value->AsArray();
        for (std::size_t i = 0; i < list.size(); ++i) {
            if (!list[i].IsNull()) take(static_cast<std::int64_t>(i), list[i], At(in.PathOf("cards"), i));
        }
    } else {
        NoteWrong(in, "cards", "应为对象或列表", "must be an object or a list");
    }
    return out;
}

FiledQuest ReadQuest(json::Reader& in) {
    FiledQuest quest;
    Each(in, "plot", in.OptionalList("plot", kListMax),
         [&quest](json::Reader& item) { quest.plot.push_back(ReadPlot(item)); });
    Each(in, "proposals", in.List("proposals", 0, kListMax),
         [&quest](json::Reader& item) { quest.proposals.push_back(ReadProposal(item)); });
    if (const auto fails = in.OptionalInt("fails", 0, kSeatsMax); fails.has_value())
        quest.fails = static_cast<int>(*fails);
    quest.cards = ReadCards(in);
    if (const auto sword = ReadPair(in, "excalibur"); sword.has_value()) quest.sword_target = sword->target;
    Each(in, "ambush", in.OptionalList("ambush", kListMax), [&quest](json::Reader& item) {
        const Seat by = NeedSeat(item, "by");
        quest.ambush.push_back({by, NeedSeat(item, "target")});
    });
    quest.lady = ReadPair(in, "lady");
    return quest;
}

Role ReadRole(json::Reader& in) {
    const std::string word = in.Text("role");
    in.OptionalText("name", {.size_max = kNameMax});
    const auto role = RoleNamed(word);
    if (!role.has_value() && !word.empty()) NoteWrong(in, "role", "没有这个角色", "is no role");
    return role.value_or(Role::kServant);
}

void ReadLoyalty(json::Reader& in, FiledGame& game) {
    constexpr std::string_view kWords[] = {"no_change", "switch"};
    const json::Array* list = in.OptionalList("loyalty", kListMax);
    for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
        const json::Value& item = (*list)[i];
        const bool change = item.IsString() && item.AsString() == kWords[1];
        const bool good = change || (item.IsString() && item.AsString() == kWords[0]);
        if (!good) in.Note(At(in.PathOf("loyalty"), i), {"应为 no_change 或 switch", "must be no_change or switch"});
        game.loyalty.push_back(change ? Loyalty::kSwitch : Loyalty::kNoChange);
    }
}

}  // namespace

Result<FiledGame> ReadGame(const json::Value& value) {
    json::Reader in(value);
    FiledGame game;
    Each(in, "players", in.List("players", 0, kListMax),
         [&game](json::Reader& item) { game.roles.push_back(ReadRole(item)); });
    game.leader = NeedSeat(in, "leader");
    if (const json::Value* options = in.OptionalObject("options"); options != nullptr) {
        json::Reader nested(*options, in.PathOf("options"));
        game.options = ReadOptions(nested);
        in.Merge(std::move(nested));
    }
    ReadLoyalty(in, game);
    Each(in, "quests", in.List("quests", 0, kListMax),
         [&game](json::Reader& item) { game.quests.push_back(ReadQuest(item)); });
    game.assassination = ReadPair(in, "assassination");
    RT_CHECK_OK(in.Finish());
    return game;
}

}  // namespace rt::avalon
