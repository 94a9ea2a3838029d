// Rooms as lists show them, to sockets and over HTTP.
#pragma once

#include "avalon/room/rooms.h"
#include "json/json.h"

namespace rt::avalon {

// What anybody may know of a public room, or of one whose code he has.
json::Object ListedRoom(const RoomSummary& room);
// {"rooms":[...]}
json::Object ListOfPublicRooms(const Rooms& rooms, int players);
// Those a person is in, with his place.
json::Object ListOfOwnRooms(const Rooms& rooms, std::int64_t user_id);

}  // namespace rt::avalon
