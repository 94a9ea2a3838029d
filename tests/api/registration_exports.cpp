// Exports in the background: what is in the file, who may have it, how many there may be, and what a restart leaves.

#include <string>

#include "os/file.h"
#include "registration/desk/desk_jobs.h"
#include "registration/store/transfers.h"
#include "sheet/reader.h"
#include "support/registration_api.h"
#include "support/registration_stage.h"

using namespace rt;
using namespace rt::testing;
using net::Method;
namespace store = rt::registration::store;

namespace {

std::string Exports(const Stage& stage) {
    return "/organiser/events/" + stage.event + "/exports";
}

void Work(ApiWorld& world) {
    registration::DeskJobs jobs(*world.service);
    REQUIRE(jobs.RunTransfers().ok());
}

// Makes an export, lets it run, and reads the file.
sheet::Table Made(ApiWorld& world, const Stage& stage, const std::string& body, const char* who = "organiser") {
    const auto made = world.Post(who, Exports(stage), body);
    CAPTURE(made.body);
    REQUIRE(made.status == 201);
    Work(world);
    const std::string job = Exports(stage) + "/" + made.Text("id");
    CHECK(world.Get(who, job).Text("state") == "DONE");
    const auto file = world.Get(who, job + "/file");
    REQUIRE(file.status == 200);
    auto table = sheet::Read(file.body, {});
    REQUIRE(table.ok());
    return *std::move(table);
}

std::vector<std::string> Texts(const sheet::Row& row) {
    std::vector<std::string> out;
    for (const sheet::Cell& cell : row.cells) {
        out.resize(static_cast<std::size_t>(cell.column) + 1);
        out.back() = cell.text;
    }
    return out;
}

Stage Submitted(ApiWorld& world, int teams) {
    world.AddUsers(2 * teams);
    const Stage stage = Publish(world, "0", "null");
    for (int i = 0; i < teams; ++i) {
        const int captain = 2 * i + 1;
        const std::string team = MakeTeam(world, stage, captain);
        REQUIRE(world.Post(std::to_string(captain), "/teams/" + team + "/submit").status == 201);
    }
    return stage;
}

}  // namespace

TEST_CASE("an export has the columns that were chosen, in their order, in both formats") {
    ApiWorld world;
    const Stage stage = Submitted(world, 2);
    const auto columns = world.Get("organiser", Exports(stage) + "/columns");
    CHECK(columns.Text("0.key") == "no");
    const std::string chosen = R"("columns":["team","no","name","member.card","role","member.size"])";
    for (const std::string format : {"CSV", "XLSX"}) {
        CAPTURE(format);
        const auto table = Made(world, stage, R"({"format":")" + format + R"(",)" + chosen + "}");
        REQUIRE(table.rows.size() == 5);
        CHECK(Texts(table.rows[0]).size() == 6);
        CHECK(Texts(table.rows[0])[0] == "Team");
        CHECK(Texts(table.rows[1])[1] == "1");
        CHECK(Texts(table.rows[1])[2] == "Captain 1");
        CHECK(Texts(table.rows[1])[3] != CardNumber(1));
        CHECK(Texts(table.rows[1])[3].find("***") != std::string::npos);
        CHECK(Texts(table.rows[2])[4] == "Player");
        CHECK(Texts(table.rows[4])[1] == "2");
        const auto full = Made(world, stage, R"({"format":")" + format + R"(","sensitive":true,)" + chosen + "}");
        CHECK(Texts(full.rows[1])[3] == CardNumber(1));
        // What a spreadsheet would run is a text in the one, and has an apostrophe in the other that is taken off here.
        CHECK(Texts(full.rows[1])[5] == "=大");
        for (const sheet::Cell& cell : full.rows[1].cells) {
            CHECK((cell.column == 1 || cell.kind == sheet::CellKind::kText));
        }
    }
    const auto teams = Made(world, stage, R"({"format":"XLSX","rows":"teams","columns":["no","roster"]})");
    REQUIRE(teams.rows.size() == 3);
    CHECK(Texts(teams.rows[1])[1] == "Captain 1; Player 1");
    CHECK(world.Count({"t", "SELECT COUNT(*) FROM audit WHERE action = 'transfer.download'"}) == 5);
    CHECK(world.Findings() == "");
}

TEST_CASE("a filter narrows an export; unknown columns and filters are refused") {
    ApiWorld world;
    const Stage stage = Submitted(world, 3);
    CHECK(Made(world, stage, R"({"format":"CSV","rows":"teams","filter":{"q":"#2"}})").rows.size() == 2);
    CHECK(Made(world, stage, R"({"format":"CSV","filter":{"state":"REJECTED"}})").rows.size() == 1);
    CHECK(world.Post("organiser", Exports(stage), R"({"format":"CSV","columns":["none"]})").code() ==
          "VALIDATION_FAILED");
    CHECK(world.Post("organiser", Exports(stage), R"({"format":"CSV","columns":[1]})").code() == "VALIDATION_FAILED");
    CHECK(world.Post("organiser", Exports(stage), R"({"format":"CSV","filter":{"none":"x"}})").code() ==
          "VALIDATION_FAILED");
    CHECK(world.Post("organiser", Exports(stage), R"({"format":"PDF"})").code() == "VALIDATION_FAILED");
    CHECK(world.Post("other", Exports(stage), R"({"format":"CSV"})").status == 404);
}

TEST_CASE("at most three exports are under way, and ten files of an event lie there until they expire") {
    ApiWorld world;
    const Stage stage = Submitted(world, 1);
    const std::string body = R"({"format":"CSV"})";
    for (int i = 0; i < store::kLiveTransfersMax; ++i)
        CHECK(world.Post("organiser", Exports(stage), body).status == 201);
    CHECK(world.Post("organiser", Exports(stage), body).code() == "INVALID_STATE");
    Work(world);
    for (std::int64_t i = store::kLiveTransfersMax; i < store::kExportFilesMax; ++i) Made(world, stage, body);
    CHECK(world.Post("organiser", Exports(stage), body).code() == "INVALID_STATE");
    const auto list = world.Get("organiser", Exports(stage));
    const std::string newest = Exports(stage) + "/" + list.Text("0.id");
    CHECK(world.Call("organiser", Method::kDelete, newest).status == 204);
    CHECK(world.Get("organiser", newest + "/file").status == 404);
    Made(world, stage, body);
    CHECK(world.Post("organiser", Exports(stage), body).code() == "INVALID_STATE");
    world.clock.Advance(store::kExportKept + base::kMicrosPerMinute);
    const std::string oldest = Exports(stage) + "/" + list.Text("9.id");
    CHECK(world.Get("organiser", oldest + "/file").status == 404);
    Work(world);
    CHECK(world.Get("organiser", oldest).Text("state") == "EXPIRED");
    CHECK(os::ListFolder(world.service->needs().transfer_folder)->empty());
    Made(world, stage, body);
}

TEST_CASE("a sensitive file is for those alone who may see personal data, when asked and when taken") {
    ApiWorld world;
    const Stage stage = Submitted(world, 1);
    const auto made = world.Post("organiser", Exports(stage), R"({"format":"CSV","sensitive":true})");
    REQUIRE(made.status == 201);
    const std::string job = Exports(stage) + "/" + made.Text("id");
    CHECK(world.Get("organiser", job + "/file").code() == "INVALID_STATE");
    Work(world);
    const auto file = world.Get("organiser", job + "/file");
    CHECK(file.Header("cache-control") == "no-store");
    CHECK(file.Header("x-content-type-options") == "nosniff");
    CHECK(file.body.find(CardNumber(1)) != std::string::npos);
    CHECK(world.Get("other", job + "/file").status == 404);
    // Finance may export, but not see personal data.
    constexpr storage::sql::Statement kGrant{
        "test.grant",
        "INSERT INTO role_grant (id, public_id, \"user\", role, scope, organisation, event, granted_by, granted_at)"
        " SELECT 77, 'grant77', 3, 'finance', 'EVENT', organisation, id, 1, 0 FROM event WHERE public_id = $1"};
    REQUIRE(
        world.db
            ->Write("test.grant",
                    [&](storage::sql::Writer& writer) { return writer.RunOne(kGrant, {stage.event}, Code::kInternal); })
            .ok());
    world.access->Changed();
    CHECK(world.Get("other", job + "/file").code() == "FORBIDDEN");
    CHECK(world.Post("other", Exports(stage), R"({"format":"CSV","sensitive":true})").code() == "FORBIDDEN");
    const auto masked = Made(world, stage, R"({"format":"CSV","columns":["member.card"]})", "other");
    CHECK(Texts(masked.rows[1])[0].find("***") != std::string::npos);
    // Whose right ends while the job waits gets nothing.
    const auto late = world.Post("other", Exports(stage), R"({"format":"CSV"})");
    REQUIRE(late.status == 201);
    constexpr storage::sql::Statement kRevoke{"test.revoke", "DELETE FROM role_grant WHERE id = 77"};
    REQUIRE(world.db
                ->Write("test.revoke",
                        [&](storage::sql::Writer& writer) { return writer.RunOne(kRevoke, {}, Code::kInternal); })
                .ok());
    world.access->Changed();
    Work(world);
    const auto ended = world.Get("organiser", Exports(stage) + "/" + late.Text("id"));
    CHECK(ended.Text("state") == "FAILED");
    CHECK(ended.Text("error") == "FORBIDDEN");
}

TEST_CASE("an export that was under way when the process ended begins anew; a cancelled one stays so") {
    ApiWorld world;
    const Stage stage = Submitted(world, 1);
    const auto made = world.Post("organiser", Exports(stage), R"({"format":"XLSX"})");
    const std::string job = Exports(stage) + "/" + made.Text("id");
    {
        registration::TransferRunner runner(*world.service);
        for (int step = 0; step < 3; ++step) CHECK(*runner.Step());
    }
    CHECK(world.Get("organiser", job).Text("state") == "RUNNING");
    Work(world);
    CHECK(world.Get("organiser", job).Text("state") == "DONE");
    CHECK(world.Post("organiser", job + "/cancel", "").code() == "INVALID_STATE");
    const auto second = world.Post("organiser", Exports(stage), R"({"format":"XLSX"})");
    const std::string other = Exports(stage) + "/" + second.Text("id");
    {
        registration::TransferRunner runner(*world.service);
        CHECK(*runner.Step());
        CHECK(world.Post("organiser", other + "/cancel", "").Text("state") == "CANCELLED");
        CHECK_FALSE(*runner.Step());
    }
    CHECK(world.Get("organiser", other + "/file").status == 404);
    CHECK(os::ListFolder(world.service->needs().transfer_folder)->size() == 1);
}

TEST_CASE("who is told to stop begins no step; the export is made by whoever comes after") {
    ApiWorld world;
    const Stage stage = Submitted(world, 1);
    const auto made = world.Post("organiser", Exports(stage), R"({"format":"CSV"})");
    REQUIRE(made.status == 201);
    const std::string job = Exports(stage) + "/" + made.Text("id");
    registration::DeskJobs jobs(*world.service);
    jobs.Stop();
    CHECK(jobs.RunTransfers().ok());
    CHECK(world.Get("organiser", job).Text("state") == "QUEUED");
    Work(world);
    CHECK(world.Get("organiser", job).Text("state") == "DONE");
}
