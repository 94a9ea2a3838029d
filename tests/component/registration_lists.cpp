// The organiser's lists: what each filter finds, how far it looks, and that none reads the whole event.
#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "registration/desk/desk_jobs.h"
#include "registration/desk/member_keys.h"
#include "registration/store/registration_items.h"
#include "registration/store/registration_walk.h"
#include "support/registration_world.h"
#include "text/normalise.h"

namespace {

using namespace rt;                // NOLINT: the module under test
using namespace rt::testing;       // NOLINT
using namespace rt::registration;  // NOLINT
using storage::sql::Statement;

std::vector<std::int64_t> NumbersOf(const store::Walk& walk) {
    std::vector<std::int64_t> out;
    for (const auto& one : walk.found) out.push_back(one.friendly_no);
    return out;
}

struct Listed {
    World world;
    OpenEvent event;

    explicit Listed(std::int64_t teams, int divisions = 2, std::int64_t stages = 1) {
        world.AddUsers(teams + 10);
        event = world.Open({.team_max = 1, .review_stages = stages, .divisions = divisions});
        for (std::int64_t i = 0; i < teams; ++i) {
            const auto team = world.ReadyTeam(event, i + 1, 1, static_cast<std::size_t>(i % divisions));
            REQUIRE(world.Submit(team, i + 1).ok());
        }
        Index();
    }
    void Index() {
        DeskJobs jobs(*world.service);
        REQUIRE(jobs.Run().ok());
    }
    store::RegistrationFilter All() const {
        store::RegistrationFilter out;
        out.event = event.event.id;
        return out;
    }
    store::Walk Walk(const store::RegistrationFilter& filter, std::int64_t before = 0, std::int64_t limit = 100) {
        auto walk = world.db->Read(
            [&](store::Reader& reader) { return store::WalkRegistrations(reader, filter, before, limit); });
        REQUIRE(walk.ok());
        return *walk;
    }
};

TEST_CASE("the list goes by number, page by page, and every filter finds exactly its own") {
    Listed listed(9);
    auto filter = listed.All();
    CHECK(NumbersOf(listed.Walk(filter)) == std::vector<std::int64_t>{9, 8, 7, 6, 5, 4, 3, 2, 1});
    std::vector<std::int64_t> seen;
    std::int64_t before = 0;
    do {
        const auto page = listed.Walk(filter, before, 4);
        for (const auto number : NumbersOf(page)) seen.push_back(number);
        before = page.next;
    } while (before != 0);
    CHECK(seen == std::vector<std::int64_t>{9, 8, 7, 6, 5, 4, 3, 2, 1});

    filter.division = listed.event.divisions[1].id;
    CHECK(NumbersOf(listed.Walk(filter)) == std::vector<std::int64_t>{8, 6, 4, 2});
    CHECK(NumbersOf(listed.Walk(filter, 6, 1)) == std::vector<std::int64_t>{4});
    filter.states = {RegistrationState::kInReview, RegistrationState::kConfirmed};
    CHECK(NumbersOf(listed.Walk(filter)) == std::vector<std::int64_t>{8, 6, 4, 2});
    filter.states = {RegistrationState::kConfirmed};
    CHECK(listed.Walk(filter).found.empty());

    filter = listed.All();
    filter.stage = 1;
    CHECK(listed.Walk(filter).found.size() == 9);
    filter.stage = 2;
    CHECK(listed.Walk(filter).found.empty());
    filter = listed.All();
    filter.source = "WEB";
    CHECK(listed.Walk(filter).found.size() == 9);
    filter.source = "IMPORT";
    CHECK(listed.Walk(filter).found.empty());
    listed.world.Run({"test.import", "UPDATE registration SET source = 'IMPORT' WHERE friendly_no IN (3, 5)"});
    CHECK(NumbersOf(listed.Walk(filter)) == std::vector<std::int64_t>{5, 3});
    filter = listed.All();
    filter.deficient = true;
    CHECK(listed.Walk(filter).found.empty());
    listed.world.Run({"test.deficient", "UPDATE registration SET deficient_since = 1 WHERE friendly_no = 7"});
    CHECK(NumbersOf(listed.Walk(filter)) == std::vector<std::int64_t>{7});
    filter.deficient = false;
    CHECK(listed.Walk(filter).found.size() == 8);
}

TEST_CASE("the queue of review begins with the oldest, at whatever stage it is") {
    Listed listed(7, 2, 2);
    const auto queue = [&](std::int64_t after, std::int64_t limit) {
        auto walk = listed.world.db->Read(
            [&](store::Reader& reader) { return store::ReviewQueue(reader, listed.event.event.id, after, limit); });
        REQUIRE(walk.ok());
        return *walk;
    };
    CHECK(NumbersOf(queue(0, 100)) == std::vector<std::int64_t>{1, 2, 3, 4, 5, 6, 7});
    listed.world.Run({"test.second", "UPDATE registration SET review_stage = 2 WHERE friendly_no IN (1, 4)"});
    listed.world.Run({"test.gone", "UPDATE registration SET state = 'RETURNED' WHERE friendly_no = 2"});
    std::vector<std::int64_t> seen;
    std::int64_t after = 0;
    do {
        const auto page = queue(after, 3);
        CHECK(page.found.size() <= 3);
        for (const auto number : NumbersOf(page)) seen.push_back(number);
        after = page.next;
    } while (after != 0);
    CHECK(seen == std::vector<std::int64_t>{1, 3, 4, 5, 6, 7});
}

TEST_CASE("times are those of the making, to the bound") {
    Listed listed(3);
    const auto made = listed.world.db->Read([&](store::Reader& reader) {
        return reader.All<base::Time>({"test.made", "SELECT id FROM registration ORDER BY friendly_no"}, {},
                                      [](const store::Row& row) { return base::TimeOfId(row.Int(0)); });
    });
    REQUIRE(made.ok());
    auto filter = listed.All();
    filter.from = (*made)[1];
    CHECK(listed.Walk(filter).found.size() >= 2);
    filter.from = (*made)[2].Plus(base::kMicrosPerHour);
    CHECK(listed.Walk(filter).found.empty());
    filter = listed.All();
    filter.until = (*made)[0];
    CHECK(listed.Walk(filter).found.empty());
    filter.until = (*made)[2].Plus(base::kMicrosPerHour);
    CHECK(listed.Walk(filter).found.size() == 3);
}

TEST_CASE("a team is found by any part of its name, a number, and what a member is known by") {
    Listed listed(4);
    World& world = listed.world;
    const auto rename = [&](int number, const std::string& name) {
        const std::string norm = text::NameKey(name).value();
        REQUIRE(world.db
                    ->Write("test",
                            [&](store::Writer& writer) -> Status {
                                return writer.RunOne({"test.rename",
                                                      "UPDATE team SET name = $2, name_norm = $3 WHERE id ="
                                                      " (SELECT team FROM registration WHERE friendly_no = $1)"},
                                                     {number, name, norm}, Code::kInternal);
                            })
                    .ok());
    };
    rename(1, "清华大学第一代表队");
    rename(2, "Flying Tigers 二队");
    listed.Index();
    const auto find = [&](std::string_view typed) {
        auto filter = listed.All();
        filter.name = text::NameKey(typed).value();
        return NumbersOf(listed.Walk(filter));
    };
    CHECK(find("第一代表") == std::vector<std::int64_t>{1});
    CHECK(find("队") == std::vector<std::int64_t>{2, 1});
    CHECK(find("tig") == std::vector<std::int64_t>{2});
    CHECK(find("flying t") == std::vector<std::int64_t>{2});
    CHECK(find("igers").empty());
    CHECK(find("代表第一").empty());
    rename(1, "Renamed");
    listed.Index();
    CHECK(find("第一代表").empty());
    CHECK(find("renamed") == std::vector<std::int64_t>{1});

    auto filter = listed.All();
    filter.number = 3;
    CHECK(NumbersOf(listed.Walk(filter)) == std::vector<std::int64_t>{3});
    filter.number = 30;
    CHECK(listed.Walk(filter).found.empty());
}

TEST_CASE("an identity number finds its team, and two teams that share one are marked") {
    World world;
    world.AddUsers(10);
    const auto event = world.Open({.team_max = 3, .entries_max = 5, .divisions = 2});
    world.AskForCard(event, FormScope::kMember);
    const auto a = world.Found(event, 1, 0);
    const auto b = world.Found(event, 2, 1);
    REQUIRE(a.ok());
    REQUIRE(b.ok());
    REQUIRE(world.GiveCard(*a, 1, CardNumber(7)).ok());
    DeskJobs jobs(*world.service);
    REQUIRE(jobs.Run().ok());
    const auto find = [&](const std::string& typed) {
        std::set<std::int64_t> teams;
        for (const auto& key : KeysOfText(world.privacy, typed)) {
            const auto found = world.db->Read(
                [&](store::Reader& reader) { return store::TeamsByKey(reader, event.event.id, key, 10); });
            REQUIRE(found.ok());
            for (const TeamId team : *found) teams.insert(team.value);
        }
        return teams.size();
    };
    constexpr Statement kShared{"test.shared", "SELECT COUNT(*) FROM member_key WHERE shared = 1"};
    CHECK(find(CardNumber(7)) == 1);
    CHECK(find(CardNumber(8)) == 0);
    CHECK(world.Count(kShared) == 0);
    REQUIRE(world.GiveCard(*b, 2, CardNumber(7)).ok());
    REQUIRE(jobs.Run().ok());
    CHECK(find(CardNumber(7)) == 2);
    CHECK(world.Count(kShared) == 2);
    REQUIRE(world.GiveCard(*b, 2, CardNumber(8)).ok());
    REQUIRE(jobs.Run().ok());
    CHECK(world.Count(kShared) == 0);
    // Erased is erased at once.
    world.Run({"test.erase", "DELETE FROM answer_set WHERE owner_kind = 'MEMBER'"});
    CHECK(find(CardNumber(7)) == 0);
}

TEST_CASE("no walk reads the whole event: each goes along an index") {
    Listed listed(2);
    const std::pair<const char*, const char*> plans[] = {
        {"WHERE r.event = 1 AND r.friendly_no < 9 ORDER BY r.friendly_no DESC LIMIT 9", "registration_friendly_no"},
        {"WHERE r.event = 1 AND r.state = 'CONFIRMED' AND r.division = 1 AND r.friendly_no < 9"
         " ORDER BY r.friendly_no DESC LIMIT 9",
         "registration_state"},
        {"WHERE r.event = 1 AND r.deficient_since IS NOT NULL AND r.friendly_no < 9 ORDER BY r.friendly_no DESC LIMIT "
         "9",
         "registration_of_deficient"},
        {"WHERE r.event = 1 AND r.state = 'IN_REVIEW' AND r.review_stage = 1 AND r.friendly_no < 9"
         " ORDER BY r.friendly_no DESC LIMIT 9",
         "registration_of_stage"},
        {"WHERE r.event = 1 AND r.source <> 'WEB' AND r.source = 'IMPORT' AND r.friendly_no < 9"
         " ORDER BY r.friendly_no DESC LIMIT 9",
         "registration_of_source"},
    };
    for (const auto& [where, index] : plans) {
        CAPTURE(where);
        const std::string text = "EXPLAIN QUERY PLAN SELECT r.id FROM registration r " + std::string(where);
        std::string plan;
        REQUIRE(
            listed.world.db
                ->Read([&](store::Reader& reader) {
                    return reader.Each({text, text}, {}, [&](const store::Row& row) { plan += row.Text(3) + "\n"; });
                })
                .ok());
        CHECK(plan.find(index) != std::string::npos);
        CHECK(plan.find("TEMP B-TREE") == std::string::npos);
        CHECK(plan.find("SCAN") == std::string::npos);
    }
}

TEST_CASE("a filter that nothing answers looks at a bounded number of rows and tells where to go on") {
    Listed listed(1);
    World& world = listed.world;
    // Rows enough, made by copying the one there is.
    constexpr std::int64_t kRows = store::kWalkRowsMax + 200;
    REQUIRE(world.db
                ->Write("test",
                        [&](store::Writer& writer) -> Status {
                            for (std::int64_t i = 2; i <= kRows; ++i) {
                                RT_CHECK_OK(
                                    writer.RunOne({"test.copy",
                                                   "INSERT INTO registration (id, public_id, event, division, team, "
                                                   "friendly_no, state, review_stage,"
                                                   " submitted_at, source) SELECT id + $1, 'copy' || $1, event, "
                                                   "division, team, $1, 'REJECTED', 0,"
                                                   " submitted_at, source FROM registration WHERE friendly_no = 1"},
                                                  {i}, Code::kInternal));
                            }
                            return Ok();
                        })
                .ok());
    auto filter = listed.All();
    filter.source = "WEB";
    filter.deficient = false;
    CHECK(listed.Walk(filter, 0, 20).found.size() == 20);
    filter.from = base::Time{1};
    filter.source.clear();
    filter.deficient.reset();
    filter.states = {RegistrationState::kRejected};
    std::size_t found = 0;
    std::int64_t before = 0;
    do {
        const auto page = listed.Walk(filter, before, 100);
        found += page.found.size();
        before = page.next;
    } while (before != 0);
    CHECK(found == kRows - 1);
    // A number below 0 matches nothing, row by row.
    filter = listed.All();
    filter.states.clear();
    filter.deficient = false;
    filter.source = "WEB";
    world.Run({"test.mark", "UPDATE registration SET deficient_since = 1"});
    const auto first = listed.Walk(filter, 0, 20);
    CHECK(first.found.empty());
    CHECK(first.next == kRows - store::kWalkRowsMax + 1);
    CHECK(listed.Walk(filter, first.next, 20).next == 0);
}

TEST_CASE("teams are listed newest first, of all states but DISBANDED") {
    Listed listed(5);
    World& world = listed.world;
    REQUIRE(world.Found(listed.event, 8).ok());
    listed.Index();
    store::TeamFilter filter;
    filter.event = listed.event.event.id;
    const auto list = [&](TeamId before = {}, std::int64_t limit = 100) {
        auto page =
            world.db->Read([&](store::Reader& reader) { return store::ListTeams(reader, filter, before, limit); });
        REQUIRE(page.ok());
        return *page;
    };
    CHECK(list().items.size() == 6);
    const auto page = list({}, 4);
    CHECK(page.items.size() == 4);
    REQUIRE(page.next);
    CHECK(list(page.next, 4).items.size() == 2);
    CHECK(list().items.front().registration_public_id.empty());
    CHECK(list().items.back().friendly_no == 1);
    filter.state = TeamState::kSubmitted;
    CHECK(list().items.size() == 5);
    filter.division = listed.event.divisions[1].id;
    CHECK(list().items.size() == 2);
    filter.division = {};
    filter.state.reset();
    filter.name = "no such name";
    CHECK(list().items.empty());
}

}  // namespace
