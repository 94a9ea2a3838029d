// The map of `import mongodump`: which collection of the original service is what, and which of its fields says what. A
// JSON file; `--dry-run` writes a first one from what it finds.
//
//   {"people_consented": false,
//    "places": {"*": {"event": "autumn-cup", "division": "OPEN"}, "65f0...": {...}},
//    "collections": {"app.users": {"as": "users", "fields": {"login_name": "username", "phone": "contact.mobile"},
//                                  "proved": ["phone"], "drop": ["sessionKey"]}}}
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "json/json.h"

namespace rt::registration::legacy {

// In the order they are taken over: what is referred to comes first.
enum class Role : std::uint8_t { kUsers, kTeams, kRegistrations, kPayments, kIgnore };
inline constexpr std::array kRoles{Role::kUsers, Role::kTeams, Role::kRegistrations, Role::kPayments};
std::string_view Word(Role role);

// Field of ours -> path in the document, steps separated by points.
using Paths = std::map<std::string, std::string, std::less<>>;

struct CollectionMap {
    Role as = Role::kIgnore;
    Paths fields;
    Paths answers;         // key of a form -> path: of the team's form, or of the member's for an entry of one
    Paths member_answers;  // of the members' form, inside an element of `members`
    std::map<std::string, std::string, std::less<>> states;  // text of theirs -> word of ours
    std::vector<std::string> proved;  // of phone, email, wechat_openid, wechat_unionid: what was verified there
    std::vector<std::string> drop;    // paths that are not even kept as JSON
    std::string wechat_appid;
    std::string amount_unit = "fen";

    // Empty: not mapped.
    std::string PathOf(std::string_view field) const;
};

struct Place {
    std::string event;  // slug
    std::string division;
};

struct Map {
    bool people_consented = false;
    std::map<std::string, Place, std::less<>> places;               // by their id of an event; "*": all others
    std::map<std::string, CollectionMap, std::less<>> collections;  // by "database.collection"
};

// What may stand in `fields` of each role.
std::span<const std::string_view> FieldsOf(Role role);

// VALIDATION_FAILED with every mistake by path.
Result<Map> ParseMap(const json::Value& value);
json::Object MapJson(const Map& map);

// A first guess at what a collection is by its name, and at what its fields and states are by theirs.
CollectionMap Guess(std::string_view collection, const std::vector<std::string>& fields,
                    const std::map<std::string, std::vector<std::string>, std::less<>>& words);
// The field whose few values are told by the survey ("status" and the like).
bool IsStateName(std::string_view field);

}  // namespace rt::registration::legacy
