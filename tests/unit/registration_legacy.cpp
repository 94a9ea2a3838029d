// Documents of the original service as rows, by the map; the first map by what is found.

#include <doctest/doctest.h>

#include "registration/legacy/people.h"
#include "registration/legacy/rows.h"
#include "registration/legacy/survey.h"
#include "support/bson_bytes.h"

using namespace rt;
using namespace rt::registration::legacy;

namespace {

json::Value Json(std::string_view text) {
    auto value = json::Decode(text);
    REQUIRE_MESSAGE(value.ok(), value.error().message.en);
    return *std::move(value);
}

Map MapOf(std::string_view collection) {
    auto map = ParseMap(Json(R"({"places":{"*":{"event":"cup","division":"A"},"e2":{"event":"race","division":"B"}},
        "collections":{"app.x":)" +
                             std::string(collection) + "}}"));
    REQUIRE_MESSAGE(map.ok(), (map.error().fields.empty() ? "" : map.error().fields[0].field));
    return *std::move(map);
}

std::string Row(std::string_view collection, std::string_view document) {
    const Map map = MapOf(collection);
    const auto row = RowOf(map, map.collections.at("app.x"), Json(document).AsObject());
    return row.ok() ? json::Encode(*row) : "refused: " + row.error().message.en;
}

}  // namespace

TEST_CASE("a user by the map; what it does not name is kept, what it drops is not") {
    CHECK(Row(R"({"as":"users","fields":{"login_name":"username","password":"pw","phone":"contact.mobile",
                  "created":"createdAt"},"proved":["phone"],"drop":["sessionKey"]})",
              R"({"_id":{"$oid":"65f0"},"username":"lin","pw":"hash","contact":{"mobile":13800138000,"qq":"1"},
                  "createdAt":{"$date":"2023-01-02T00:00:00.000Z"},"sessionKey":"s","school":"X","email":null})") ==
          R"({"id":"65f0","login_name":"lin","password":"hash","phone":"13800138000",)"
          R"("created":"2023-01-02T00:00:00.000Z","proved":["phone"],"wechat_appid":"",)"
          R"("rest":{"contact":{"qq":"1"},"school":"X","email":null}})");
    CHECK(Row(R"({"as":"users"})", R"({"name":"x"})") == "refused: it has no _id");
}

TEST_CASE("a team with members as ids, as documents, and of another event") {
    constexpr auto kMap = R"({"as":"teams","fields":{"name":"name","captain":"leader","members":"members",
        "member_user":"userId","member_name":"realName","event":"eventId"},"member_answers":{"phone":"tel"}})";
    CHECK(Row(kMap, R"({"_id":1,"name":"A","leader":{"$oid":"u1"},"members":[{"$oid":"u1"},"u2",3]})") ==
          R"({"id":"1","event":"cup","division":"A","name":"A","captain":"u1",)"
          R"("members":[{"user":"u1"},{"user":"u2"},{"user":"3"}],"consented":false,"rest":{}})");
    CHECK(Row(kMap, R"({"_id":1,"eventId":"e2","members":[{"userId":"u1","tel":"13800138000"},{"realName":"王"}]})") ==
          R"({"id":"1","event":"race","division":"B","members":[{"user":"u1","answers":{"phone":"13800138000"}},)"
          R"({"name":"王","answers":{}}],"consented":false,"rest":{"eventId":"e2","members":)"
          R"([{"userId":"u1","tel":"13800138000"},{"realName":"王"}]}})");
    CHECK(Row(kMap, R"({"_id":1,"members":[{"tel":"1"}]})").find("refused: a member with neither") == 0);
    CHECK(Row(kMap, R"({"_id":1,"members":"u1"})") == "refused: its members are no list");
}

TEST_CASE("a registration's state must be in the map") {
    constexpr auto kMap = R"({"as":"registrations","fields":{"team":"teamId","state":"status","submitted":"at"},
        "states":{"approved":"CONFIRMED","1":"SUBMITTED"}})";
    CHECK(Row(kMap, R"({"_id":1,"teamId":"t","status":"approved","at":1700000000})") ==
          R"({"id":"1","event":"cup","division":"A","team":"t","consented":false,)"
          R"("submitted":"2023-11-14T22:13:20.000Z","state":"CONFIRMED","rest":{"status":"approved"}})");
    CHECK(Row(kMap, R"({"_id":1,"teamId":"t","status":1})").find(R"("state":"SUBMITTED")") != std::string::npos);
    CHECK(Row(kMap, R"({"_id":1,"status":"odd"})") == "refused: the map has no state for odd");
}

TEST_CASE("amounts are exact") {
    const auto fen = [](std::string_view amount, std::string_view unit) {
        return FenOf(Json(amount), unit).value_or(-1);
    };
    CHECK(fen("1250", "fen") == 1250);
    CHECK(fen("12", "yuan") == 1200);
    CHECK(fen("12.5", "yuan") == 1250);
    CHECK(fen("0.29", "yuan") == 29);  // 28.999999999999996 as a float
    CHECK(fen("\"12.50\"", "yuan") == 1250);
    CHECK(fen("\"12.505\"", "yuan") == -1);
    CHECK(fen(R"({"$numberDecimal":"99.99"})", "yuan") == 9999);
    CHECK(fen("12.505", "yuan") == -1);
    CHECK(fen("-1", "fen") == -1);
    CHECK(fen("\"1e3\"", "fen") == -1);
    CHECK(fen("1e300", "yuan") == -1);
    CHECK(fen("100000000000", "fen") == 100'000'000'000);
    CHECK(fen("100000000001", "fen") == -1);
    CHECK(fen("null", "fen") == -1);
    CHECK(Row(R"({"as":"payments","fields":{"order_no":"orderNo","amount":"total"},"amount_unit":"yuan"})",
              R"({"_id":1,"orderNo":"W1","total":9.9})") == R"({"id":"1","order_no":"W1","amount":990,"rest":{}})");
}

TEST_CASE("a map with mistakes says all of them") {
    const auto map = ParseMap(Json(R"({"places":{"*":{"event":"cup"}},"collections":{
        "app.users":{"as":"users","fields":{"nick":"a","phone":7},"odd":1},
        "app.reg":{"as":"registrations","states":{"a":"GONE"}}}})"));
    REQUIRE_FALSE(map.ok());
    std::string fields;
    for (const auto& one : map.error().fields) fields += one.field + " ";
    for (const char* where :
         {"places.*.division", "collections.app.users.fields.nick", "collections.app.users.fields.phone",
          "collections.app.users.odd", "collections.app.reg.states.a"}) {
        CHECK_MESSAGE(fields.find(where) != std::string::npos, fields);
    }
}

TEST_CASE("the first map is a fair guess, and reads back as itself") {
    using rt::testing::Doc;
    using rt::testing::Element;
    using rt::testing::Str;
    Survey survey;
    survey.Add({"app", "users"},
               Doc(Element(0x02, "_id", Str("u")) + Element(0x02, "user_name", Str("lin")) +
                   Element(0x02, "passwordHash", Str("h")) + Element(0x02, "refreshToken", Str("t"))));
    survey.Add({"app", "registrations"}, Doc(Element(0x02, "_id", Str("r")) + Element(0x02, "teamId", Str("t")) +
                                             Element(0x02, "status", Str("approved"))));
    survey.Add({"app", "registrations"}, Doc(Element(0x02, "_id", Str("s")) + Element(0x02, "status", Str("odd"))));
    survey.Add({"app", "registrations"}, "broken");
    survey.Add({"app", "logs"}, Doc(""));
    const Map map = survey.FirstMap();
    const CollectionMap& users = map.collections.at("app.users");
    CHECK(users.as == registration::legacy::Role::kUsers);
    CHECK(users.PathOf("login_name") == "user_name");
    CHECK(users.PathOf("password") == "passwordHash");
    CHECK(users.drop == std::vector<std::string>{"refreshToken"});
    CHECK(users.proved.empty());
    const CollectionMap& registrations = map.collections.at("app.registrations");
    CHECK(registrations.PathOf("team") == "teamId");
    CHECK(registrations.states.at("approved") == "CONFIRMED");
    CHECK(registrations.states.at("odd") == "RECORD");
    CHECK(map.collections.at("app.logs").as == registration::legacy::Role::kIgnore);
    const json::Value shown = MapJson(map);
    const auto again = ParseMap(shown);
    REQUIRE(again.ok());
    CHECK(json::Value(MapJson(*again)) == shown);
    const json::Array report = survey.Report();
    REQUIRE(report.size() == 3);
    CHECK(report[1].Find("documents")->AsInt() == 3);
    CHECK(report[1].Find("unreadable")->AsInt() == 1);
}

TEST_CASE("hashes that are taken over") {
    const std::string sound = "$2b$10$" + std::string(53, 'a');
    CHECK(IsBcrypt(sound));
    CHECK(IsBcrypt("$2a$04$" + std::string(53, '/')));
    CHECK(IsBcrypt("$2y$14$" + std::string(53, 'Z')));
    CHECK_FALSE(IsBcrypt("$2b$15$" + std::string(53, 'a')));
    CHECK_FALSE(IsBcrypt("$2b$03$" + std::string(53, 'a')));
    CHECK_FALSE(IsBcrypt("$2x$10$" + std::string(53, 'a')));
    CHECK_FALSE(IsBcrypt(sound.substr(1)));
    CHECK_FALSE(IsBcrypt("$2b$10$" + std::string(52, 'a') + "\n"));
    CHECK_FALSE(IsBcrypt("5f4dcc3b5aa765d61d8327deb882cf99"));
}
