// Imports of teams: the template, what a check finds and where, and that all or each are entered.

#include <string>

#include "os/file.h"
#include "registration/desk/desk_jobs.h"
#include "registration/store/transfers.h"
#include "sheet/reader.h"
#include "sheet/xlsx_writer.h"
#include "support/registration_api.h"
#include "support/registration_stage.h"

using namespace rt;
using namespace rt::testing;
using net::Method;
namespace store = rt::registration::store;

namespace {

constexpr const char* kHeadings = "队伍名称,角色,姓名,身份证号,尺码,已同意条款\n";

std::string Imports(const Stage& stage) {
    return "/organiser/events/" + stage.event + "/imports";
}

// Sends the file and lets the job run; its path.
std::string Sent(ApiWorld& world, const Stage& stage, const std::string& query, const std::string& file) {
    const auto made = world.Post("organiser", Imports(stage) + "?division=" + stage.division + "&" + query, file);
    CAPTURE(made.body);
    REQUIRE(made.status == 201);
    registration::DeskJobs jobs(*world.service);
    REQUIRE(jobs.RunTransfers().ok());
    CHECK(os::ListFolder(world.service->needs().transfer_folder)->empty());
    return Imports(stage) + "/" + made.Text("id");
}

// "5D 尺码: There is no option" for each.
std::string Errors(ApiWorld& world, const std::string& job) {
    const auto errors = world.Get("organiser", job + "/errors?limit=100");
    std::string out;
    for (const json::Value& one : errors.At("").AsArray()) {
        const auto text = [&](std::string_view key) {
            const json::Value* found = one.Find(key);
            return found->IsNull()  ? std::string()
                   : found->IsInt() ? std::to_string(found->AsInt())
                                    : found->AsString();
        };
        out += text("row") + text("column") + " " + text("field") + ": " + one.Find("reason")->Find("en")->AsString() +
               "\n";
        CHECK_FALSE(one.Find("reason")->Find("zh")->AsString().empty());
    }
    return out;
}

std::int64_t Teams(ApiWorld& world) {
    return world.Count({"test.teams", "SELECT COUNT(*) FROM team WHERE state <> 'DISBANDED'"});
}

std::string Row(const std::string& team, const std::string& role, const std::string& name, std::int64_t card) {
    return team + "," + role + "," + name + "," + CardNumber(card) + ",=大,是\n";
}

std::string GoodFile() {
    return kHeadings + Row("飞虎队", "", "张三", 1) + Row("飞虎队", "", "李四", 2) + Row("猎豹队", "队员", "王五", 3) +
           Row("猎豹队", "captain", "赵六", 4);
}

}  // namespace

TEST_CASE("a check enters nothing; then each team is entered with its people and answers") {
    ApiWorld world;
    world.AddUsers(2);
    const Stage stage = Publish(world, "0", "null");
    const std::string check = Sent(world, stage, "mode=check&submit=true", GoodFile());
    CHECK(Errors(world, check) == "");
    const auto checked = world.Get("organiser", check);
    CHECK(checked.Text("state") == "DONE");
    CHECK(checked.Int("total") == 2);
    CHECK(checked.Int("rows") == 4);
    CHECK(Teams(world) == 0);
    CHECK(world.Count({"test.persons", "SELECT COUNT(*) FROM person"}) == 0);
    CHECK(world.Count({"test.members", "SELECT COUNT(*) FROM team_member"}) == 0);
    CHECK(world.Count({"test.answers", "SELECT COUNT(*) FROM answer_set"}) == 0);
    const std::string entered = Sent(world, stage, "mode=each&submit=true", GoodFile());
    CHECK(Errors(world, entered) == "");
    CHECK(world.Get("organiser", entered).Int("done") == 2);
    const auto rows = world.Get("organiser", "/organiser/events/" + stage.event + "/registrations");
    REQUIRE(rows.At("").AsArray().size() == 2);
    CHECK(rows.Text("0.state") == "CONFIRMED");
    CHECK(rows.Text("0.source") == "IMPORT");
    CHECK(rows.Text("0.captain.name") == "赵六");
    const auto detail = world.Get("organiser", "/organiser/registrations/" + rows.Text("1.id"));
    CHECK(detail.Text("members.1.name") == "李四");
    CHECK(detail.Text("members.1.answers.size") == "l");
    // Who was imported is not among the importer's own persons, and he is not told of each.
    CHECK(world.Get("organiser", "/me/persons").At("").AsArray().empty());
    CHECK(world.Get("organiser", "/me/inbox").At("").AsArray().empty());
    CHECK(world.Count({"test.audit", "SELECT COUNT(*) FROM audit WHERE action = 'team.found'"}) == 2);
    CHECK(world.Findings() == "");
}

TEST_CASE("what is wrong is told by cell, in both languages") {
    ApiWorld world;
    world.AddUsers(1);
    const Stage stage = Publish(world, "0", "null");
    const std::string file = kHeadings + Row("飞虎队", "", "张三", 1) + "飞虎队,队长,,110101199003070000,XXL,可能\n" +
                             ",,无队,,,\n" + "独行侠,,单飞," + CardNumber(7) + ",,\n";
    const std::string job = Sent(world, stage, "mode=check&submit=true", file);
    CHECK(world.Get("organiser", job).Int("failed") == 3);
    const std::string errors = Errors(world, job);
    CAPTURE(errors);
    for (const char* wanted : {"3C name: Required\n", "3D member.card: ", "3E member.size: There is no option",
                               "3F consent: Has to be yes or no", "3B role: A team has one captain",
                               "4A team: Required", "4D member.card: ", "5A team: "}) {
        CAPTURE(wanted);
        CHECK(errors.find(wanted) != std::string::npos);
    }
}

TEST_CASE("headings decide what a file is: missing, twice, unknown") {
    ApiWorld world;
    const Stage stage = Publish(world, "0", "null");
    const auto refused = [&](const std::string& file) {
        const std::string job = Sent(world, stage, "mode=each", file);
        CHECK(world.Get("organiser", job).Text("state") == "FAILED");
        CHECK(world.Get("organiser", job).Text("error") == "VALIDATION_FAILED");
        return Errors(world, job);
    };
    CHECK(refused("队伍名称,身份证号\n") == "1 : This column is missing\n");
    CHECK(refused("Team,Name,姓名,身份证号\n") == "1C : The heading is there twice\n");
    CHECK(refused("team,name,member.card,备注\nx,y,z,w\n").find("1D : An unknown column") == 0);
    CHECK(refused("team,name,member.card\n") == " : There are no rows below the headings\n");
    CHECK(refused("\xB6\xD3").find("CSV has to be UTF-8") != std::string::npos);
    CHECK(refused("PK not an archive").find("not a valid XLSX") != std::string::npos);
    CHECK(Teams(world) == 0);
}

TEST_CASE("one bad team: each enters the others, all enters none") {
    ApiWorld world;
    world.AddUsers(1);
    const Stage stage = Publish(world, "0", "null");
    const std::string file = GoodFile() + "坏队,,某人,123,,是\n";
    const std::string all = Sent(world, stage, "mode=all", file);
    CHECK(world.Get("organiser", all).Text("state") == "FAILED");
    CHECK(Errors(world, all).find("6D member.card: ") == 0);
    CHECK(Teams(world) == 0);
    const std::string each = Sent(world, stage, "mode=each", file);
    CHECK(world.Get("organiser", each).Text("state") == "DONE");
    CHECK(world.Get("organiser", each).Int("failed") == 1);
    CHECK(Teams(world) == 2);
    // What is there already is refused as the routes would.
    const std::string again = Sent(world, stage, "mode=check", file);
    CHECK(world.Get("organiser", again).Int("failed") == 3);
}

TEST_CASE("when the places run out in the middle, all are taken back and each keeps what it has") {
    for (const std::string mode : {"all", "each"}) {
        ApiWorld world;
        world.AddUsers(1);
        const Stage stage = Publish(world, "0", "1");
        const std::string job = Sent(world, stage, "mode=" + mode + "&submit=true", GoodFile());
        CAPTURE(mode);
        CHECK(Errors(world, job) == "4 : No places left\n");
        CHECK(world.Get("organiser", job).Text("state") == (mode == "all" ? "FAILED" : "DONE"));
        CHECK(Teams(world) == (mode == "all" ? 0 : 1));
        CHECK(world.Count({"test.quota", "SELECT COALESCE(SUM(confirmed), 0) FROM quota WHERE unit = 'TEAM'"}) ==
              (mode == "all" ? 0 : 1));
        CHECK(world.Findings() == "");
        // Nothing of what was refused is in the way of the same file, whose second team has no place beside the first.
        if (mode == "all") {
            CHECK(Errors(world, Sent(world, stage, "mode=check&submit=true", GoodFile())) == "4 : No places left\n");
            CHECK(Errors(world, Sent(world, stage, "mode=check", GoodFile())) == "");
        }
    }
}

TEST_CASE("an import that was under way when the process ended goes on where it was") {
    ApiWorld world;
    world.AddUsers(1);
    const Stage stage = Publish(world, "0", "null");
    const auto made = world.Post("organiser", Imports(stage) + "?mode=each&division=" + stage.division, GoodFile());
    REQUIRE(made.status == 201);
    {
        registration::TransferRunner runner(*world.service);
        CHECK(*runner.Step());
    }
    CHECK(Teams(world) == 1);
    registration::DeskJobs jobs(*world.service);
    REQUIRE(jobs.RunTransfers().ok());
    CHECK(Teams(world) == 2);
    CHECK(world.Get("organiser", Imports(stage) + "/" + made.Text("id")).Int("done") == 2);
    const auto stopped = world.Post("organiser", Imports(stage) + "?mode=each&division=" + stage.division, GoodFile());
    CHECK(os::ListFolder(world.service->needs().transfer_folder)->size() == 1);
    CHECK(world.Post("organiser", Imports(stage) + "/" + stopped.Text("id") + "/cancel", "").Text("state") ==
          "CANCELLED");
    CHECK(os::ListFolder(world.service->needs().transfer_folder)->empty());
    CHECK(world.Post("other", Imports(stage) + "?mode=each", "x").status == 404);
    CHECK(world.Post("organiser", Imports(stage) + "?mode=none", "x").code() == "VALIDATION_FAILED");
    CHECK(world.Post("organiser", Imports(stage) + "?division=none", "x").code() == "VALIDATION_FAILED");
    CHECK(world.Post("organiser", Imports(stage), "").code() == "VALIDATION_FAILED");
}

TEST_CASE("a template is a file that an import understands") {
    ApiWorld world;
    world.AddUsers(1);
    const Stage stage = Publish(world, "0", "null");
    for (const std::string query : {"format=xlsx", "format=csv", "format=xlsx&division="}) {
        const bool one = query.find("division") != std::string::npos;
        const auto file = world.Get("organiser", Imports(stage) + "/template?" + query + (one ? stage.division : ""));
        REQUIRE(file.status == 200);
        const auto table = sheet::Read(file.body, {});
        REQUIRE(table.ok());
        REQUIRE(table->rows.size() == 1);
        std::string headings;
        for (const sheet::Cell& cell : table->rows[0].cells) headings += cell.text + "|";
        CHECK(headings == (one ? "Team *|Role|Name *|身份证号 *|尺码|Has agreed|Captain's account|"
                               : "Team *|Division *|Role|Name *|身份证号 *|尺码|Has agreed|Captain's account|"));
    }
    CHECK(world.Get("organiser", Imports(stage) + "/template?format=pdf").code() == "VALIDATION_FAILED");
}

TEST_CASE("XLSX: the captain's account manages the team; a number that is no identity number is told by cell") {
    ApiWorld world;
    world.AddUsers(1);
    const Stage stage = Publish(world, "0", "null");
    const std::string path = world.dir / "teams.xlsx";
    const auto write = [&](bool rounded) {
        auto writer = sheet::XlsxWriter::Open(path, world.dir.path());
        REQUIRE(writer.ok());
        REQUIRE((*writer)->AddSheet("导入").ok());
        for (const char* heading : {"队伍名称 *", "姓名 *", "身份证号 *", "队长账号", "组别 *"})
            (*writer)->Heading(heading);
        (*writer)->EndRow();
        (*writer)->Text("飞虎队");
        (*writer)->Text("张三");
        rounded ? (*writer)->Int(123'456'789'012'345) : (*writer)->Text(CardNumber(1));
        (*writer)->Text("other");
        (*writer)->Text("甲组");
        (*writer)->EndRow();
        REQUIRE((*writer)->Finish().ok());
        auto bytes = os::ReadFile(path, 1 << 20);
        REQUIRE(os::RemoveFile(path).ok());
        return *std::move(bytes);
    };
    const auto made = world.Post("organiser", Imports(stage) + "?mode=each", write(false));
    REQUIRE(made.status == 201);
    registration::DeskJobs jobs(*world.service);
    REQUIRE(jobs.RunTransfers().ok());
    CHECK(Errors(world, Imports(stage) + "/" + made.Text("id")) == "");
    const auto teams = world.Get("other", "/me/teams");
    REQUIRE(teams.At("").AsArray().size() == 1);
    CHECK(teams.Text("0.my_role") == "CAPTAIN");
    const auto number = world.Post("organiser", Imports(stage) + "?mode=check", write(true));
    REQUIRE(jobs.RunTransfers().ok());
    CHECK(Errors(world, Imports(stage) + "/" + number.Text("id")).find("2C member.card: ") == 0);
}
