#include "avalon/room/table.h"

#include <algorithm>
#include <array>
#include <utility>

#include "avalon/codec.h"
#include "base/encoding.h"

namespace rt::avalon {
namespace {

constexpr std::array<std::string_view, 3> kStrengths{"easy", "normal", "hard"};

std::string Hex(std::string_view bytes) {
    return base::HexEncode(base::AsBytes(bytes));
}

std::string FromHex(std::string_view text) {
    const auto bytes = base::HexDecode(text);
    return bytes.has_value() ? std::string(base::AsText(*bytes)) : std::string();
}

json::Object EncodePlace(const Place& place) {
    json::Object out{{"kind", static_cast<int>(place.kind)}};
    if (place.kind == Place::Kind::kBot) out.Add("strength", WordOf(place.strength));
    if (place.kind != Place::Kind::kUser) return out;
    out.Add("user", place.user_id);
    out.Add("id", place.public_id);
    out.Add("nickname", place.nickname);
    out.Add("avatar", place.avatar);
    if (place.rating.has_value()) out.Add("rating", *place.rating);
    if (!place.random.empty()) out.Add("random", Hex(place.random));
    if (place.left) out.Add("left", true);
    return out;
}

// Reads what this program wrote: types are taken on trust, absent members have their default.
class Fields {
  public:
    explicit Fields(const json::Value& value) : value_(value) {}
    std::string Text(std::string_view key) const {
        const json::Value* found = value_.Find(key);
        return found != nullptr && found->IsString() ? found->AsString() : std::string();
    }
    std::int64_t Int(std::string_view key) const {
        const json::Value* found = value_.Find(key);
        return found != nullptr && found->IsInt() ? found->AsInt() : 0;
    }
    bool Bool(std::string_view key) const {
        const json::Value* found = value_.Find(key);
        return found != nullptr && found->IsBool() && found->AsBool();
    }
    const json::Array& List(std::string_view key) const {
        static const json::Array kNone;
        const json::Value* found = value_.Find(key);
        return found != nullptr && found->IsArray() ? found->AsArray() : kNone;
    }

  private:
    const json::Value& value_;
};

Place DecodePlace(const json::Value& value) {
    const Fields row(value);
    Place place;
    place.kind = static_cast<Place::Kind>(std::clamp<std::int64_t>(row.Int("kind"), 0, 2));
    place.strength = StrengthOf(row.Text("strength")).value_or(Strength::kNormal);
    place.user_id = row.Int("user");
    place.public_id = row.Text("id");
    place.nickname = row.Text("nickname");
    place.avatar = row.Text("avatar");
    if (value.Find("rating") != nullptr) place.rating = static_cast<int>(row.Int("rating"));
    place.random = FromHex(row.Text("random"));
    place.left = row.Bool("left");
    return place;
}

json::Object EncodeWatcher(const Watcher& watcher) {
    return {{"user", watcher.user_id}, {"id", watcher.public_id}, {"nickname", watcher.nickname}};
}

Watcher DecodeWatcher(const json::Value& value) {
    const Fields row(value);
    return {row.Int("user"), row.Text("id"), row.Text("nickname")};
}

template <class Items, class Encode>
json::Array ListOf(const Items& items, const Encode& encode) {
    json::Array out;
    out.reserve(items.size());
    for (const auto& item : items) out.emplace_back(encode(item));
    return out;
}

void ReadPeople(const Fields& row, Table& table) {
    for (const json::Value& place : row.List("places")) table.places.push_back(DecodePlace(place));
    for (const json::Value& value : row.List("watchers")) table.watchers.push_back(DecodeWatcher(value));
    for (const json::Value& value : row.List("removed")) table.removed.push_back(DecodeWatcher(value));
    for (const json::Value& value : row.List("rematch")) {
        if (value.IsInt()) table.rematch.push_back(value.AsInt());
    }
}

}  // namespace

std::string_view WordOf(Strength strength) {
    return kStrengths[static_cast<std::size_t>(strength)];
}

std::optional<Strength> StrengthOf(std::string_view word) {
    const auto at = std::find(kStrengths.begin(), kStrengths.end(), word);
    if (at == kStrengths.end()) return std::nullopt;
    return static_cast<Strength>(at - kStrengths.begin());
}

std::string_view Name(RoomState state) {
    switch (state) {
        case RoomState::kLobby:
            return "LOBBY";
        case RoomState::kPlaying:
            return "PLAYING";
        case RoomState::kEnded:
            return "ENDED";
    }
    return {};
}

Place PlaceOf(const Person& person) {
    Place place;
    place.kind = Place::Kind::kUser;
    place.user_id = person.user_id;
    place.public_id = person.public_id;
    place.nickname = person.nickname;
    place.avatar = person.avatar;
    if (person.rated) place.rating = person.rating;
    return place;
}

int Table::PlayerOf(std::int64_t user_id) const {
    for (std::size_t i = 0; i < places.size(); ++i) {
        if (places[i].kind == Place::Kind::kUser && places[i].user_id == user_id) return static_cast<int>(i);
    }
    return -1;
}

int Table::PlayerNamed(std::string_view public_id) const {
    for (std::size_t i = 0; i < places.size(); ++i) {
        if (places[i].kind == Place::Kind::kUser && places[i].public_id == public_id) return static_cast<int>(i);
    }
    return -1;
}

bool Table::Watches(std::int64_t user_id) const {
    return std::any_of(watchers.begin(), watchers.end(), [&](const Watcher& w) { return w.user_id == user_id; });
}

bool Table::Removes(std::int64_t user_id) const {
    return std::any_of(removed.begin(), removed.end(), [&](const Removed& one) { return one.user_id == user_id; });
}

bool Table::HasLeft(std::int64_t user_id) const {
    const int player = PlayerOf(user_id);
    return player >= 0 && places[static_cast<std::size_t>(player)].left;
}

int Table::FirstEmpty() const {
    for (std::size_t i = 0; i < places.size(); ++i) {
        if (places[i].kind == Place::Kind::kEmpty) return static_cast<int>(i);
    }
    return -1;
}

int Table::Persons() const {
    return static_cast<int>(std::count_if(places.begin(), places.end(),
                                          [](const Place& place) { return place.kind == Place::Kind::kUser; }));
}

void Table::ClearReady() {
    for (Place& place : places) place.random.clear();
}

void Table::Resize() {
    const auto size = static_cast<std::size_t>(setup.players());
    std::vector<Place> over;
    for (std::size_t i = size; i < places.size(); ++i) {
        if (places[i].kind != Place::Kind::kEmpty) over.push_back(std::move(places[i]));
    }
    places.resize(size);
    for (Place& place : over) {
        const int empty = FirstEmpty();
        if (empty >= 0) {
            places[static_cast<std::size_t>(empty)] = std::move(place);
        } else if (place.kind == Place::Kind::kUser) {
            watchers.push_back({place.user_id, place.public_id, place.nickname});
        }
    }
}

void Table::ComeBack(int player) {
    Place& place = places[static_cast<std::size_t>(player)];
    place.left = false;
    if (host == 0) host = place.user_id;  // everybody had left
}

std::int64_t Table::NextHost(const std::function<bool(std::int64_t user_id)>& may) const {
    for (const Place& place : places) {
        if (place.kind == Place::Kind::kUser && !place.left && (!may || may(place.user_id))) return place.user_id;
    }
    for (const Watcher& watcher : watchers) {
        if (!may || may(watcher.user_id)) return watcher.user_id;
    }
    return 0;
}

std::string EncodeTable(const Table& table) {
    json::Object out{{"v", 1},
                     {"room", table.room_id},
                     {"code", table.code},
                     {"link", table.link},
                     {"name", table.name},
                     {"password", table.password_hash},
                     {"listed", table.listed},
                     {"quick", table.quick_match},
                     {"host", table.host},
                     {"setup", EncodeSetup(table.setup)},
                     {"places", ListOf(table.places, EncodePlace)},
                     {"watchers", ListOf(table.watchers, EncodeWatcher)},
                     {"removed", ListOf(table.removed, EncodeWatcher)},
                     {"allowed", table.spectators.allowed},
                     {"delay", table.spectators.delay_s},
                     {"state", static_cast<int>(table.state)},
                     {"game_no", table.game_no},
                     {"game", table.game_id},
                     {"seed", Hex(table.seed)},
                     {"rematch", ListOf(table.rematch, [](std::int64_t user) { return json::Value(user); })},
                     {"created", table.created.micros},
                     {"started", table.started.micros},
                     {"create_cmd", table.create_cmd},
                     {"created_by", table.created_by}};
    return json::Encode(out);
}

Result<Table> DecodeTable(std::string_view text) {
    RT_TRY(const json::Value value, json::Decode(text));
    const Fields row(value);
    const json::Value* setup = value.Find("setup");
    if (row.Int("v") != 1 || setup == nullptr) return Fail(Code::kInternal, "a room's record of another version");
    Table table;
    RT_TRY(table.setup, DecodeSetup(*setup));
    table.room_id = row.Text("room");
    table.code = row.Text("code");
    table.link = row.Text("link");
    table.name = row.Text("name");
    table.password_hash = row.Text("password");
    table.listed = row.Bool("listed");
    table.quick_match = row.Bool("quick");
    table.host = row.Int("host");
    ReadPeople(row, table);
    table.spectators = {row.Bool("allowed"), static_cast<int>(row.Int("delay"))};
    table.state = static_cast<RoomState>(std::clamp<std::int64_t>(row.Int("state"), 0, 2));
    table.game_no = row.Int("game_no");
    table.game_id = row.Text("game");
    table.seed = FromHex(row.Text("seed"));
    table.created = {row.Int("created")};
    table.started = {row.Int("started")};
    table.create_cmd = row.Text("create_cmd");
    table.created_by = row.Int("created_by");
    if (table.places.size() != static_cast<std::size_t>(table.setup.players())) {
        return Fail(Code::kInternal, "a room's record with the wrong number of places");
    }
    return table;
}

}  // namespace rt::avalon
