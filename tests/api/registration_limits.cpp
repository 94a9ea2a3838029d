// Caps of an event and of an organisation, each one below, at and above.

#include <algorithm>
#include <string>

#include "registration/store/access.h"
#include "registration/store/documents.h"
#include "registration/store/templates.h"
#include "support/registration_api.h"
#include "support/registration_stage.h"

using namespace rt;
using namespace rt::testing;
using storage::sql::Statement;
using storage::sql::Writer;
namespace store = rt::registration::store;

namespace {

// Fills a table with rows that stand in for what people would have made, in pieces that the writer takes.
void Fill(ApiWorld& world, const Statement& statement, const std::string& event, std::int64_t rows) {
    constexpr std::int64_t kAtOnce = 1'000;
    for (std::int64_t from = 1; from <= rows; from += kAtOnce) {
        const std::int64_t to = std::min(rows, from + kAtOnce - 1);
        const Status done = world.db->Write("test.fill", [&](Writer& writer) -> Status {
            RT_TRY([[maybe_unused]] const auto made, writer.Run(statement, {event, from, to}));
            return Ok();
        });
        REQUIRE_MESSAGE(done.ok(), (done.ok() ? "" : done.error().detail));
    }
}

#define RT_NUMBERS "WITH RECURSIVE n(i) AS (SELECT $2 UNION ALL SELECT i + 1 FROM n WHERE i < $3) "
constexpr Statement kDocuments{
    "test.fill_documents",
    "INSERT INTO document (id, public_id, event, kind, version, title, text, current, published_by,"
    " published_at) " RT_NUMBERS
    "SELECT i, 'd' || i, e.id, 'WAIVER', i, '{\"zh\":\"a\"}', '{\"zh\":\"b\"}', 0, 1,"
    " 0 FROM n, event e WHERE e.public_id = $1"};
constexpr Statement kListed{
    "test.fill_list",
    "INSERT INTO allow_list (id, public_id, event, kind, value, hint, note, created) " RT_NUMBERS
    "SELECT i, 'l' || i, e.id, 'STUDENT_NO', 'v' || i, 'x', '', 0 FROM n, event e WHERE e.public_id = $1"};
constexpr Statement kTemplates{
    "test.fill_templates",
    "INSERT INTO event_template (id, public_id, organisation, name, event, created) " RT_NUMBERS
    "SELECT i, 't' || i, e.organisation, 'n' || i, e.id, 0 FROM n, event e WHERE e.public_id = $1"};
#undef RT_NUMBERS

}  // namespace

TEST_CASE("an event has at most a hundred versions of documents") {
    ApiWorld world;
    const Stage stage = Publish(world, "0", "null");
    Fill(world, kDocuments, stage.event, store::kDocumentsMax - 2);
    const std::string path = "/organiser/events/" + stage.event + "/documents";
    const std::string body = R"({"kind":"TERMS","title":{"zh":"条款"},"text":{"zh":"一"}})";
    CHECK(world.Post("organiser", path, body).status == 201);
    CHECK(world.Post("organiser", path, body).status == 201);
    CHECK(world.Post("organiser", path, body).code() == "INVALID_STATE");
}

TEST_CASE("the list of a private event has at most 50 000 entries") {
    ApiWorld world;
    const Stage stage = Publish(world, "0", "null");
    Fill(world, kListed, stage.event, store::kAllowListMax - 2);
    const std::string path = "/organiser/events/" + stage.event + "/allow-list";
    const auto add = [&](const std::string& number) {
        return world.Post("organiser", path, R"({"kind":"STUDENT_NO","values":[")" + number + R"("]})");
    };
    CHECK(add("S1").status / 100 == 2);
    CHECK(add("S2").status / 100 == 2);
    CHECK(add("S3").code() == "INVALID_STATE");
    CHECK_MESSAGE(add("S2").status / 100 == 2, "who is there already takes no place");
}

TEST_CASE("an organisation has at most a hundred templates") {
    ApiWorld world;
    const Stage stage = Publish(world, "0", "null");
    Fill(world, kTemplates, stage.event, store::kTemplatesMax - 2);
    const std::string path = "/organiser/events/" + stage.event + "/save-as-template";
    CHECK(world.Post("organiser", path, R"({"name":"一"})").status == 201);
    CHECK(world.Post("organiser", path, R"({"name":"二"})").status == 201);
    CHECK(world.Post("organiser", path, R"({"name":"三"})").code() == "INVALID_STATE");
}
