// Jobs on many registrations: the same commands as single ones, one result a row, exactly once, also over a restart.
#include <doctest/doctest.h>

#include <memory>
#include <set>

#include "registration/desk/bulk_runner.h"
#include "registration/desk/desk_jobs.h"
#include "registration/store/announcements.h"
#include "registration/store/desk_job.h"
#include "registration/store/inbox.h"
#include "registration/store/registration_items.h"
#include "registration/store/tags.h"
#include "support/registration_world.h"

namespace {

using namespace rt;                // NOLINT: the module under test
using namespace rt::testing;       // NOLINT
using namespace rt::registration;  // NOLINT
using storage::sql::Statement;

struct Desk {
    World world;
    OpenEvent event;
    std::vector<std::string> registrations;

    explicit Desk(std::int64_t teams, std::int64_t size = 1) {
        world.AddUsers(teams * size + 10);
        event = world.Open({.team_max = 5, .review_stages = 1});
        for (std::int64_t i = 0; i < teams; ++i) {
            const auto team = world.ReadyTeam(event, i * size + 1, size);
            const auto made = world.Submit(team, i * size + 1);
            REQUIRE(made.ok());
            registrations.push_back(*made);
        }
    }
    RegistrationId IdOf(const std::string& registration) {
        return world.db->Read([&](store::Reader& reader) { return store::FindRegistration(reader, registration); })
            .value()
            ->id;
    }
    store::DeskJob NewJob(std::string kind, std::string action, json::Object spec = {}) {
        store::DeskJob job;
        job.id = world.ids.Next<store::JobId>();
        job.public_id = base::NewPublicId(world.random);
        job.event = event.event.id;
        job.kind = std::move(kind);
        job.action = std::move(action);
        if (spec.Find("filter") == nullptr) spec.Set("filter", json::Object{});
        job.spec = json::Encode(std::move(spec));
        job.requested_by = World::Organiser().user;
        return job;
    }
    Status Insert(const store::DeskJob& job, const std::vector<RegistrationId>& chosen = {}) {
        const auto commit = world.Commit(World::Organiser(), 1);
        return world.db->Write("test", [&](store::Writer& writer) {
            auto mine = commit;
            return store::InsertJob(writer, mine, job, chosen);
        });
    }
    store::DeskJob Find(const store::DeskJob& job) {
        auto found =
            world.db->Read([&](store::Reader& reader) { return store::FindJob(reader, job.event, job.public_id); });
        REQUIRE(found.ok());
        REQUIRE(found->has_value());
        return **found;
    }
    store::DeskJob RunToEnd(const store::DeskJob& job) {
        BulkRunner runner(*world.service);
        for (int i = 0; i < 1'000 && Find(job).IsLive(); ++i) REQUIRE(runner.Step().ok());
        return Find(job);
    }
};

constexpr Statement kConfirmed{"test.confirmed", "SELECT COUNT(*) FROM registration WHERE state = 'CONFIRMED'"};
constexpr Statement kReviews{"test.reviews", "SELECT COUNT(*) FROM review"};

TEST_CASE("a filter is approved to the end, with one result a row, and the sweep finds nothing") {
    Desk desk(23);
    const auto job = desk.NewJob("BULK", "APPROVE");
    REQUIRE(desk.Insert(job).ok());
    const auto done = desk.RunToEnd(job);
    CHECK(done.state == "DONE");
    CHECK(done.total == 23);
    CHECK(done.succeeded == 23);
    CHECK(done.failed == 0);
    CHECK(desk.world.Count(kConfirmed) == 23);
    CHECK(desk.world.Count(kReviews) == 23);
    CHECK(desk.world.Findings().empty());
}

TEST_CASE("what does not go is one failed row, and the others go") {
    Desk desk(12);
    REQUIRE(desk.world.Review(desk.registrations[5], RegistrationCommand::kReject, "no").ok());
    std::vector<RegistrationId> chosen;
    for (const auto& one : desk.registrations) chosen.push_back(desk.IdOf(one));
    const auto job = desk.NewJob("BULK", "APPROVE");
    REQUIRE(desk.Insert(job, chosen).ok());
    const auto done = desk.RunToEnd(job);
    CHECK(done.succeeded == 11);
    CHECK(done.failed == 1);
    const auto failed = desk.world.db->Read(
        [&](store::Reader& reader) { return store::ResultsOf(reader, done.id, store::Results::kFailed, 0, 10); });
    REQUIRE(failed.ok());
    REQUIRE(failed->size() == 1);
    CHECK(failed->front().seq == 6);
    CHECK(failed->front().code == "INVALID_STATE");
    CHECK(desk.world.Findings().empty());
}

TEST_CASE("a job goes on where another process left it, and no row is done twice") {
    Desk desk(20);
    const auto job = desk.NewJob("BULK", "APPROVE");
    REQUIRE(desk.Insert(job).ok());
    for (int i = 0; i < 2; ++i) {
        BulkRunner runner(*desk.world.service);
        REQUIRE(runner.Step().ok());
    }
    const auto halfway = desk.Find(job);
    CHECK(halfway.state == "RUNNING");
    CHECK(halfway.succeeded > 0);
    CHECK(halfway.succeeded < 20);
    CHECK(desk.RunToEnd(job).succeeded == 20);
    CHECK(desk.world.Count(kReviews) == 20);
}

TEST_CASE("a job that is cancelled stops, and what is done stays done") {
    Desk desk(20);
    const auto job = desk.NewJob("BULK", "APPROVE");
    REQUIRE(desk.Insert(job).ok());
    BulkRunner runner(*desk.world.service);
    REQUIRE(runner.Step().ok());
    REQUIRE(runner.Step().ok());
    const auto before = desk.Find(job);
    const auto commit = desk.world.Commit(World::Organiser(), 1);
    const auto cancel = [&] {
        return desk.world.db->Write("test", [&](store::Writer& writer) {
            auto mine = commit;
            return store::CancelJob(writer, mine, before);
        });
    };
    REQUIRE(cancel().ok());
    CHECK(cancel().error().code == Code::kInvalidState);
    const auto after = desk.RunToEnd(job);
    CHECK(after.state == "CANCELLED");
    CHECK(after.succeeded == before.succeeded);
    CHECK(desk.world.Count(kConfirmed) == before.succeeded);
}

TEST_CASE("a job ends when he who asked for it may no longer") {
    Desk desk(3);
    auto job = desk.NewJob("BULK", "APPROVE");
    job.requested_by = World::User(1).user;
    REQUIRE(desk.Insert(job).ok());
    const auto done = desk.RunToEnd(job);
    CHECK(done.state == "FAILED");
    CHECK(done.error == "FORBIDDEN");
    CHECK(desk.world.Count(kConfirmed) == 0);
}

TEST_CASE("an event has so many live jobs and no more") {
    Desk desk(1);
    for (std::int64_t i = 0; i < store::kLiveJobsMax; ++i) {
        REQUIRE(desk.Insert(desk.NewJob("BULK", "APPROVE")).ok());
    }
    CHECK(desk.Insert(desk.NewJob("BULK", "APPROVE")).error().code == Code::kInvalidState);
}

TEST_CASE("tags are counted, bounded, listed and taken away; a bulk puts them on") {
    Desk desk(4);
    World& world = desk.world;
    const auto write = [&](auto fn) {
        const auto commit = world.Commit(World::Organiser(), 1);
        return world.db->Write("test", [&](store::Writer& writer) -> Status {
            auto mine = commit;
            return fn(writer, mine);
        });
    };
    const auto make = [&](const std::string& name) {
        store::Tag tag{
            world.ids.Next<store::TagId>(), base::NewPublicId(world.random), desk.event.event.id, name, name, "red"};
        const Status made = write([&](store::Writer& w, store::Commit& c) { return store::InsertTag(w, c, tag); });
        return std::pair{tag, made};
    };
    const auto [seed, made] = make("seed");
    REQUIRE(made.ok());
    CHECK(make("seed").second.error().code == Code::kAlreadyExists);
    const auto job = desk.NewJob("BULK", "TAG", {{"tag", seed.id.value}});
    REQUIRE(desk.Insert(job, {desk.IdOf(desk.registrations[0]), desk.IdOf(desk.registrations[2])}).ok());
    CHECK(desk.RunToEnd(job).succeeded == 2);
    store::RegistrationFilter filter;
    filter.event = desk.event.event.id;
    filter.tag = seed.id;
    const auto walk =
        world.db->Read([&](store::Reader& reader) { return store::WalkRegistrations(reader, filter, 0, 10); });
    REQUIRE(walk.ok());
    REQUIRE(walk->found.size() == 2);
    CHECK(walk->found[0].friendly_no == 3);
    CHECK(walk->found[1].friendly_no == 1);
    const auto used = [&] {
        return world.db->Read([&](store::Reader& r) { return store::TagsOfEvent(r, desk.event.event.id); })
            ->front()
            .used;
    };
    CHECK(used() == 2);

    const store::Tagged on{desk.IdOf(desk.registrations[3]), desk.event.event.id, 4};
    for (std::int64_t i = 0; i < store::kTagsOfRegistrationMax; ++i) {
        const auto one = make("t" + std::to_string(i));
        REQUIRE(one.second.ok());
        REQUIRE(write([&](store::Writer& w, store::Commit& c) -> Status {
                    return store::PutTag(w, c, on, one.first.id).ok() ? Ok() : Status(Fail(Code::kInternal));
                }).ok());
    }
    CHECK(write([&](store::Writer& w, store::Commit& c) -> Status {
              RT_CHECK_OK(store::PutTag(w, c, on, seed.id));
              return Ok();
          })
              .error()
              .code == Code::kInvalidState);
    bool gone = false;
    REQUIRE(write([&](store::Writer& w, store::Commit& c) -> Status {
                RT_TRY(gone, store::DeleteTag(w, c, seed, 2));
                return Ok();
            }).ok());
    CHECK_FALSE(gone);
    REQUIRE(write([&](store::Writer& w, store::Commit& c) -> Status {
                RT_TRY(gone, store::DeleteTag(w, c, seed, 2));
                return Ok();
            }).ok());
    CHECK(gone);
}

TEST_CASE("an announcement reaches every member once, also who is told twice") {
    Desk desk(3, 2);
    World& world = desk.world;
    store::Announcement announcement;
    announcement.id = world.ids.Next();
    announcement.public_id = base::NewPublicId(world.random);
    announcement.event = desk.event.event.id;
    announcement.subject = {"集合", "Meet"};
    announcement.body = {"八点", "At eight"};
    announcement.created_by = World::Organiser().user;
    const auto commit = world.Commit(World::Organiser(), 1);
    REQUIRE(world.db
                ->Write("test",
                        [&](store::Writer& writer) {
                            auto mine = commit;
                            return store::InsertAnnouncement(writer, mine, announcement);
                        })
                .ok());
    world.Run({"test.quiet", "DELETE FROM outbox"});
    world.Run({"test.empty", "DELETE FROM inbox"});
    for (int round = 0; round < 2; ++round) {
        const auto job = desk.NewJob("ANNOUNCE", "MEMBERS", {{"announcement", announcement.id}});
        REQUIRE(desk.Insert(job).ok());
        CHECK(desk.RunToEnd(job).succeeded == 3);
        CHECK(world.Count({"test.told", "SELECT COUNT(*) FROM inbox WHERE kind = 'announcement'"}) == 6);
        CHECK(world.Count({"test.mails", "SELECT COUNT(*) FROM outbox WHERE topic = 'inbox'"}) == 6);
    }
    const auto item = world.db->Read(
        [&](store::Reader& reader) { return store::FindInboxItem(reader, World::User(1).user, announcement.id); });
    REQUIRE(item.ok());
    REQUIRE(item->has_value());
    CHECK((*item)->body.zh == "八点");
}

TEST_CASE("announcements wait while many mails do") {
    Desk desk(1);
    World& world = desk.world;
    for (int i = 0; i < 250; ++i) {
        world.Run({"test.mail",
                   "INSERT INTO outbox (id, topic, payload, state, attempts, next_at, created, last_error)"
                   " SELECT COALESCE(MAX(id), 0) + 1, 'x', '{}', 'PENDING', 0, 0, 0, '' FROM outbox"});
    }
    const auto job = desk.NewJob("ANNOUNCE", "CAPTAINS", {{"announcement", 7}});
    REQUIRE(desk.Insert(job, {desk.IdOf(desk.registrations[0])}).ok());
    BulkRunner runner(*world.service);
    for (int i = 0; i < 5; ++i) REQUIRE(runner.Step().ok());
    CHECK(desk.Find(job).succeeded == 0);
    world.Run({"test.quiet", "DELETE FROM outbox"});
    CHECK(desk.RunToEnd(job).succeeded == 1);
}

TEST_CASE("a filter comes back from the spec of a job as it went in") {
    store::RegistrationFilter filter;
    filter.event = EventId{5};
    filter.states = {RegistrationState::kInReview, RegistrationState::kReturned};
    filter.division = DivisionId{6};
    filter.stage = 2;
    filter.tag = store::TagId{7};
    filter.deficient = false;
    filter.source = "IMPORT";
    filter.from = base::Time{8};
    filter.until = base::Time{9};
    filter.name = "abc";
    filter.number = 10;
    const auto back = FilterOfSpec(json::Value(FilterSpec(filter)), EventId{5});
    CHECK(back.states == filter.states);
    CHECK(back.division == filter.division);
    CHECK(back.stage == 2);
    CHECK(back.tag == filter.tag);
    CHECK(back.deficient == filter.deficient);
    CHECK(back.source == "IMPORT");
    CHECK(back.from->micros == 8);
    CHECK(back.until->micros == 9);
    CHECK(back.name == "abc");
    CHECK(back.number == 10);
    // A number of a person is kept as its blind index alone.
    filter.name = "110101199003070000";
    filter.keys = {{"ID", "blind"}};
    CHECK(json::Encode(FilterSpec(filter)).find("110101") == std::string::npos);
    CHECK(FilterOfSpec(json::Value(FilterSpec(filter)), EventId{5}).keys == filter.keys);
}

}  // namespace
