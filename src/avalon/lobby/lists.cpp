#include "avalon/lobby/lists.h"

namespace rt::avalon {

json::Object ListedRoom(const RoomSummary& room) {
    const LiveRoom& live = room.live;
    return {{"roomId", live.room_id},
            {"code", live.code},
            {"name", live.name},
            {"state", room.listing.state},
            {"size", live.size},
            {"seated", room.listing.seated},
            {"locked", live.locked},
            {"spectators", live.spectators},
            {"watchable", room.spectators_allowed},
            {"host", json::Object{{"nickname", room.host_nickname}}}};
}

json::Object ListOfPublicRooms(const Rooms& rooms, int players) {
    json::Array list;
    for (const auto& room : rooms.Listed(players)) list.emplace_back(ListedRoom(*room));
    return {{"rooms", std::move(list)}};
}

namespace {

json::Object OwnRoom(const RoomSummary& room, std::int64_t user_id) {
    json::Value player;
    bool left = false;
    const auto look = [&](const auto& persons, bool gone) {
        for (const auto& [user, number] : persons) {
            if (user != user_id || number < 0) continue;
            player = number;
            left = gone;
        }
    };
    look(room.members, false);
    look(room.leavers, true);
    return {{"roomId", room.live.room_id}, {"code", room.live.code},
            {"name", room.live.name},      {"state", player.IsNull() ? room.listing.state : room.live.state},
            {"player", std::move(player)}, {"left", left}};
}

}  // namespace

json::Object ListOfOwnRooms(const Rooms& rooms, std::int64_t user_id) {
    json::Array list;
    for (const auto& room : rooms.RoomsOf(user_id)) list.emplace_back(OwnRoom(*room, user_id));
    for (const auto& room : rooms.LeftBy(user_id)) list.emplace_back(OwnRoom(*room, user_id));
    return {{"rooms", std::move(list)}};
}

}  // namespace rt::avalon
