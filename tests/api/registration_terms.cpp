// Agreement to documents by version, and the picture of an event.

#include <string>

#include "registration/public_snapshot.h"
#include "support/registration_api.h"
#include "support/registration_stage.h"

using namespace rt;
using namespace rt::testing;
using net::Method;
using storage::sql::Statement;
using storage::sql::Writer;

namespace {

constexpr const char* kTerms = R"({"kind":"TERMS","title":{"zh":"参赛条款","en":"Terms"},"text":{"zh":"一"}})";

void Upload(ApiWorld& world, const std::string& id, std::int64_t owner, const std::string& purpose) {
    constexpr Statement kInsert{"test.upload",
                                "INSERT INTO file (id, public_id, owner, purpose, type, bytes, width, height, hash, "
                                "state, kept, created, scan_at)"
                                " VALUES ($1, $2, $3, $4, 'image/png', 10, 2, 2, 'h', 'READY', 0, 0, 0)"};
    REQUIRE(world.db
                ->Write("test.upload",
                        [&](Writer& writer) {
                            return writer.RunOne(kInsert, {world.ids.Next(), id, owner, purpose}, Code::kInternal);
                        })
                .ok());
}

}  // namespace

TEST_CASE("a new version of the terms stops the submit until everybody has agreed to it") {
    ApiWorld world;
    world.AddUsers(2);
    const Stage stage = Publish(world, "0", "null");
    const std::string documents = "/organiser/events/" + stage.event + "/documents";
    REQUIRE(world.Post("organiser", documents, kTerms).status == 201);
    const std::string team = MakeTeam(world, stage, 1);
    const auto mine = world.Get("1", "/teams/" + team);
    CHECK(mine.Text("members.0.documents.0.title.en") == "Terms");
    CHECK(mine.Int("members.0.documents.0.version") == 1);
    CHECK(mine.At("members.0.documents.0.accepted").AsBool());
    CHECK(mine.Text("members.0.relation") == "SELF");
    CHECK(mine.At("members.1").Find("documents") == nullptr);

    REQUIRE(world.Post("organiser", documents, kTerms).status == 201);
    CHECK_FALSE(world.Get("1", "/teams/" + team).At("members.0.documents.0.accepted").AsBool());
    const auto refused = world.Post("1", "/teams/" + team + "/submit");
    CHECK(refused.code() == "DOCUMENT_CHANGED");
    CHECK(refused.json.Find("details")->AsArray().size() == 2);
    const auto agree = [&](const char* who) {
        return world.Call(who, Method::kPut, "/teams/" + team + "/members/me",
                          {.body = R"({"name":"李雷","consent":true})"});
    };
    CHECK(agree("1").status == 200);
    const auto still = world.Post("1", "/teams/" + team + "/submit");
    CHECK(still.code() == "DOCUMENT_CHANGED");
    CHECK(still.json.Find("details")->AsArray().size() == 1);
    CHECK(agree("2").status == 200);
    CHECK(world.Post("1", "/teams/" + team + "/submit").status == 201);
    CHECK(world.Count({"test.consents", "SELECT COUNT(*) FROM consent WHERE kind = 'TERMS'"}) == 4);
    CHECK(world.Findings() == "");
}

TEST_CASE("who joins agrees to the versions he was shown, and to no newer one") {
    ApiWorld world;
    world.AddUsers(4);
    const Stage stage = Publish(world, "0", "null");
    const std::string documents = "/organiser/events/" + stage.event + "/documents";
    const auto publish = [&] {
        const auto made = world.Post("organiser", documents, kTerms);
        REQUIRE(made.status == 201);
        return made.Text("id");
    };
    const std::string first = publish();
    const auto shown = [](std::string member, const std::string& ids) {
        member.pop_back();
        return member + R"(,"documents":[)" + ids + "]}";
    };
    const auto quoted = [](const std::string& id) { return "\"" + id + "\""; };
    const auto found = [&](const std::string& ids) {
        return world.Post("1", "/events/" + stage.event + "/teams",
                          R"({"division":")" + stage.division + R"(","name":"飞虎队","answers":{},"member":)" +
                              shown(Member("Captain", 1), ids) + "}");
    };
    CHECK(found("").code() == "DOCUMENT_CHANGED");
    CHECK(world.Count({"test.teams", "SELECT COUNT(*) FROM team"}) == 0);
    const auto team = found(quoted(first));
    REQUIRE(team.status == 201);
    const std::string invite =
        world.Post("1", "/teams/" + team.Text("id") + "/invites", R"({"max_uses":1})").Text("code");
    const std::string second = publish();
    const auto join = [&](const std::string& ids, base::Locale locale = base::Locale::kEn) {
        return world.Call(
            "2", Method::kPost, "/invites/join",
            {.body = R"({"code":")" + invite + R"(",)" + shown(Member("Player", 2), ids).substr(1), .locale = locale});
    };
    const auto refused = join(quoted(first));
    CHECK(refused.status == 409);
    CHECK(refused.code() == "DOCUMENT_CHANGED");
    CHECK(refused.json.Find("details")->AsArray().at(0).Find("field")->AsString() == "consent");
    CHECK(refused.json.Find("message")->AsString() == "The terms have changed; please read and accept them again");
    CHECK(join(quoted(first), base::Locale::kZhCn).json.Find("message")->AsString() == "条款已更新，请重新阅读并同意");
    CHECK(join("7").code() == "VALIDATION_FAILED");
    CHECK(world.Count({"test.members", "SELECT COUNT(*) FROM team_member"}) == 1);
    CHECK(world.Count({"test.used", "SELECT SUM(used) FROM team_invite"}) == 0);
    CHECK(join(quoted(first) + "," + quoted(second)).status == 201);

    // The captain has agreed to the first version alone: he has to be shown the second one, and then none again.
    const auto put = [&](const std::string& ids) {
        return world.Call("1", Method::kPut, "/teams/" + team.Text("id") + "/members/me",
                          {.body = R"({"name":"李雷","consent":true,"documents":[)" + ids + "]}"});
    };
    CHECK(put(quoted(first)).code() == "DOCUMENT_CHANGED");
    CHECK(put(quoted(second)).status == 200);
    CHECK(put("").status == 200);
    const auto many = [](int count) {
        std::string ids = R"("a")";
        for (int i = 1; i < count; ++i) ids += R"(,"a")";
        return ids;
    };
    CHECK(put(many(19)).status == 200);
    CHECK(put(many(20)).status == 200);
    CHECK(put(many(21)).code() == "VALIDATION_FAILED");
    CHECK(world.Count({"test.consents", "SELECT COUNT(*) FROM consent WHERE kind = 'TERMS'"}) == 3);
    CHECK(world.Findings() == "");
}

TEST_CASE("what is not asked for any more stops nobody; an organiser submits without it") {
    ApiWorld world;
    world.AddUsers(4);
    const Stage stage = Publish(world, "0", "null");
    const std::string documents = "/organiser/events/" + stage.event + "/documents";
    const std::string first = MakeTeam(world, stage, 1);
    const std::string second = MakeTeam(world, stage, 3);
    REQUIRE(world.Post("organiser", documents, kTerms).status == 201);
    CHECK(world.Post("1", "/teams/" + first + "/submit").code() == "DOCUMENT_CHANGED");
    CHECK(world.Post("organiser", "/organiser/teams/" + second + "/submit", R"({"reason":"纸质同意书"})").status /
              100 ==
          2);
    REQUIRE(world.Post("organiser", documents + "/TERMS/retire").status / 100 == 2);
    CHECK(world.Post("1", "/teams/" + first + "/submit").status == 201);
    const auto rows = world.Get("organiser", "/organiser/events/" + stage.event + "/registrations");
    const auto detail = world.Get("organiser", "/organiser/registrations/" + rows.Text("0.id"));
    CHECK(detail.At("tags").AsArray().empty());
    CHECK(detail.Text("members.0.relation") == "SELF");
}

TEST_CASE("the picture of an event is one's own upload; the former one is let go") {
    ApiWorld world;
    const Stage stage = Publish(world, "0", "null");
    Upload(world, "picture1", 1, "event_image");
    Upload(world, "picture2", 1, "event_image");
    Upload(world, "foreign1", 3, "event_image");
    Upload(world, "avatar01", 1, "avatar");
    const std::string path = "/organiser/events/" + stage.event + "/cover";
    const auto put = [&](const std::string& file, const std::string& more = {}) {
        return world.Call("organiser", Method::kPut, path, {.body = R"({"file":")" + file + "\"" + more + "}"});
    };
    const auto kept = [&](const char* sql) { return world.Count({sql, sql}); };
    for (const char* wrong : {"foreign1", "avatar01", "nothing1"}) CHECK(put(wrong).code() == "VALIDATION_FAILED");
    CHECK(put("picture1", R"(,"alt":{"zh":"起点","en":"Start"})").Text("alt.en") == "Start");
    CHECK(world.Get("", "/events/test-cup").Text("cover.id") == "picture1");
    CHECK(world.Get("", "/events").Text("0.cover.alt.zh") == "起点");
    CHECK(world.Get("organiser", "/organiser/events/" + stage.event).Text("cover.id") == "picture1");
    const auto alt = [](std::size_t size) { return R"(,"alt":{"zh":")" + std::string(size, 'x') + R"("})"; };
    CHECK(put("picture1", alt(199)).status == 200);
    CHECK(put("picture1", alt(200)).status == 200);
    CHECK(put("picture1", alt(201)).code() == "VALIDATION_FAILED");
    CHECK(put("picture2").status == 200);
    CHECK(kept("SELECT COUNT(*) FROM file WHERE kept = 1 AND public_id = 'picture2'") == 1);
    CHECK(kept("SELECT COUNT(*) FROM file WHERE kept = 1") == 1);
    CHECK(world.Call("other", Method::kPut, path, {.body = R"({"file":"foreign1"})"}).status == 404);
    CHECK(world.Call("organiser", Method::kDelete, path).status == 204);
    CHECK(world.Call("organiser", Method::kDelete, path).status == 404);
    CHECK(world.Get("", "/events/test-cup").At("cover").IsNull());
    CHECK(kept("SELECT COUNT(*) FROM file WHERE kept = 1") == 0);
    CHECK(world.Count({"test.audit",
                       "SELECT COUNT(*) FROM audit WHERE action IN ('event.set_cover', 'event.remove_cover')"}) == 5);
}

TEST_CASE("who waits for the captain finds the team among his own, without its people") {
    ApiWorld world;
    world.AddUsers(3);
    const Stage stage = Publish(world, "0", "null");
    const std::string team = MakeTeam(world, stage, 1);
    const auto before = world.Get("1", "/teams/" + team);
    REQUIRE(world
                .Call("1", Method::kPatch, "/teams/" + team,
                      {.body = R"({"join_policy":"APPROVAL"})", .if_match = std::to_string(before.Int("rev"))})
                .status == 200);
    const auto invite = world.Post("1", "/teams/" + team + "/invites", R"({"max_uses":2})");
    const auto asked =
        world.Post("3", "/invites/join", R"({"code":")" + invite.Text("code") + R"(",)" + Member("Asker", 3).substr(1));
    REQUIRE(asked.status == 201);
    const auto mine = world.Get("3", "/me/registrations");
    REQUIRE(mine.At("").AsArray().size() == 1);
    CHECK(mine.Text("0.team.my_state") == "PENDING_CAPTAIN");
    CHECK(mine.At("0.team").Find("members") == nullptr);
    CHECK(mine.At("0.registration").IsNull());
    CHECK(mine.Text("0.event.slug") == "test-cup");
}
