// Lines that are long, many, or were joined before their quotas were made; and the regular work when there is much of
// it or some of it fails (registration.md §3.5).
#include <doctest/doctest.h>

#include <algorithm>

#include "base/encoding.h"
#include "registration/store/admission.h"
#include "support/registration_world.h"

using namespace rt;
using namespace rt::testing;
using registration::FormScope;
using registration::OfferState;
using registration::Promotion;
using registration::QuotaScope;
using registration::QuotaUnit;
using registration::WaitlistPolicy;
using C = RegistrationCommand;
using S = RegistrationState;

namespace {

EventPlan OnePlace(Promotion promotion = Promotion::kAuto) {
    EventPlan plan;
    plan.event_teams = 1;
    plan.policy.waitlist.enabled = true;
    plan.policy.waitlist.policy = WaitlistPolicy::kStrict;
    plan.policy.waitlist.promotion = promotion;
    return plan;
}

std::string Entry(World& world, const OpenEvent& event, std::int64_t user, std::size_t division = 0) {
    const auto registration = world.Submit(world.ReadyTeam(event, user, 1, division), user);
    REQUIRE_MESSAGE(registration.ok(), (registration.ok() ? "" : registration.error().detail));
    return *registration;
}

// Every member says which shirt he wants.
void AskForShirts(World& world, const OpenEvent& event) {
    registration::Field field;
    field.key = "size";
    field.type = registration::FieldType::kSingle;
    field.label = {"尺码", "Size"};
    field.options = {{"M", {"中", "Medium"}}, {"XL", {"特大", "Extra large"}}};
    world.AskMembers(event, field);
}

std::string EntryWanting(World& world, const OpenEvent& event, std::int64_t user, const char* size) {
    const auto team = world.ReadyTeam(event, user, 1);
    world.Answer(event, team, user, {{"size", size}});
    const auto registration = world.Submit(team, user);
    REQUIRE(registration.ok());
    return *registration;
}

// As the organiser's route does: made, filled, and only then limited.
Status LimitExtraLarge(World& world, const OpenEvent& event, std::int64_t cap) {
    const store::QuotaKey key{.event = event.event.id,
                              .unit = QuotaUnit::kOption,
                              .option = store::OptionKey{FormScope::kMember, "size", "XL"}};
    const store::NewQuota fresh{world.ids.Next<registration::QuotaId>(), base::NewPublicId(world.random)};
    return world.Write(World::Organiser(), 64, [&](store::Writer& w, store::Commit& c) -> Status {
        RT_TRY(const auto quota, store::EnsureQuota(w, key, fresh));
        RT_TRY([[maybe_unused]] const auto last, store::BackfillUnits(w, c, quota, {}, 1'000));
        return store::SetCap(w, c, quota, cap, std::nullopt);
    });
}

// Something comes free without anybody's doing.
void FreeOne(World& world, const OpenEvent& event, std::string_view scope, std::int64_t cap) {
    REQUIRE(world.db
                ->Write("test.free",
                        [&](store::Writer& w) {
                            return w.RunOne(
                                {"test.set_cap", "UPDATE quota SET cap = $3 WHERE event = $1 AND scope = $2"},
                                {event.event.id, scope, cap}, Code::kInternal);
                        })
                .ok());
}

// Its clocks fail: on the list, and not WAITLISTED.
void Break(World& world, const OpenEvent& event) {
    REQUIRE(world.db
                ->Write("test.break",
                        [&](store::Writer& w) {
                            return w.RunOne({"test.set_broken",
                                             "UPDATE registration SET state = 'CHECKED_IN' WHERE event = $1"
                                             " AND state = 'WAITLISTED'"},
                                            {event.event.id}, Code::kInternal);
                        })
                .ok());
}

}  // namespace

TEST_CASE("an option that becomes scarce while a team waits for it: it waits on, and nobody else is stopped") {
    World world;
    world.AddUsers(10);
    const auto event = world.Open(OnePlace());
    AskForShirts(world, event);
    const auto holder = EntryWanting(world, event, 1, "M");
    const auto large = EntryWanting(world, event, 2, "XL");
    const auto medium = EntryWanting(world, event, 3, "M");
    REQUIRE(LimitExtraLarge(world, event, 0).ok());
    SUBCASE("written down when the quota is made") {
        CHECK(world.Count({"t", "SELECT COUNT(*) FROM waitlist_entry WHERE choices <> '[]'"}) == 1);
    }
    SUBCASE("never written down, as an older version left it") {
        world.Run({"t.stale", "UPDATE waitlist_entry SET choices = '[]'"});
    }
    REQUIRE(world.Captain(holder, 1, C::kCancel).ok());
    CHECK(world.State(large) == S::kWaitlisted);
    CHECK(world.State(medium) == S::kConfirmed);
    CHECK(world.Place(large)->position == 1);
    CHECK(world.Findings() == "");
    world.SetCap(event, std::nullopt, QuotaUnit::kTeam, 5);
    CHECK(world.State(large) == S::kWaitlisted);
    REQUIRE(LimitExtraLarge(world, event, 1).ok());
    CHECK(world.State(large) == S::kConfirmed);
    world.Jobs();
    CHECK(world.Findings() == "");
}

TEST_CASE("an offer takes part in a quota that is made while it is open") {
    World world;
    world.AddUsers(10);
    const auto event = world.Open(OnePlace(Promotion::kOffer));
    AskForShirts(world, event);
    const auto holder = EntryWanting(world, event, 1, "M");
    const auto large = EntryWanting(world, event, 2, "XL");
    REQUIRE(world.Captain(holder, 1, C::kCancel).ok());
    REQUIRE(world.Place(large)->offer == OfferState::kOpen);
    CHECK_FALSE(LimitExtraLarge(world, event, 0).ok());
    REQUIRE(LimitExtraLarge(world, event, 1).ok());
    REQUIRE(world.Accept(large, 2).ok());
    CHECK(world.Findings() == "");
}

TEST_CASE("what cannot be done for one event is logged, and done for the others") {
    World world;
    world.AddUsers(20);
    std::vector<OpenEvent> events;
    std::vector<std::string> offered;
    for (int i = 0; i < 3; ++i) {
        events.push_back(world.Open(OnePlace(Promotion::kOffer)));
        const auto holder = Entry(world, events.back(), 3 * i + 1);
        offered.push_back(Entry(world, events.back(), 3 * i + 2));
        REQUIRE(world.Captain(holder, 3 * i + 1, C::kCancel).ok());
        REQUIRE(world.Place(offered.back())->offer == OfferState::kOpen);
    }
    world.Run({"t.missed", "UPDATE waitlist_entry SET missed_offers = 1"});
    Break(world, events.at(1));
    world.clock.Advance(events.front().event.policy.offer_ttl);
    CHECK_FALSE(world.service->RunJobs().ok());
    CHECK(world.State(offered.at(0)) == S::kExpired);
    CHECK(world.State(offered.at(1)) == S::kCheckedIn);
    CHECK(world.State(offered.at(2)) == S::kExpired);
}

TEST_CASE("more than a thousand who wait for another division stand in nobody's way, nor are they jumped") {
    constexpr std::int64_t kMany = 1'001;
    World world;
    world.AddUsers(kMany + 20);
    EventPlan plan = OnePlace();
    plan.event_teams.reset();
    plan.divisions = 2;
    const auto event = world.Open(plan);
    world.SetCap(event, 0, QuotaUnit::kTeam, 1);
    world.SetCap(event, 1, QuotaUnit::kTeam, 1);
    const auto holder = Entry(world, event, 1, 1);
    for (std::int64_t i = 0; i <= kMany; ++i) Entry(world, event, 10 + i);
    const auto first = Entry(world, event, 2, 1);
    const auto second = Entry(world, event, 3, 1);
    CHECK(world.State(first) == S::kWaitlisted);
    REQUIRE(world.Captain(holder, 1, C::kCancel).ok());
    CHECK(world.State(first) == S::kConfirmed);
    CHECK(world.State(second) == S::kWaitlisted);
    // A place that nobody was given yet is not for somebody new.
    REQUIRE(world.db
                ->Write("test.free",
                        [&](store::Writer& w) {
                            return w.RunOne({"test.cap", "UPDATE quota SET cap = 2 WHERE division = $1"},
                                            {event.divisions.at(1).id}, Code::kInternal);
                        })
                .ok());
    CHECK(world.State(Entry(world, event, 4, 1)) == S::kWaitlisted);
    world.Jobs();
    CHECK(world.State(second) == S::kConfirmed);
    CHECK(world.Findings() == "");
}

TEST_CASE("BEST_FIT: all of a long line ahead is counted as skipped, and none behind") {
    World world;
    world.AddUsers(40);
    EventPlan plan = OnePlace();
    plan.event_teams.reset();
    plan.division_persons = 2;
    plan.policy.waitlist.policy = WaitlistPolicy::kBestFit;
    const auto event = world.Open(plan);
    const auto a = Entry(world, event, 1);
    Entry(world, event, 2);
    std::vector<std::string> pairs;
    for (int i = 0; i < 3; ++i) {
        const std::int64_t user = 10 + 2 * i;
        pairs.push_back(*world.Submit(world.ReadyTeam(event, user, 2), user));
    }
    const auto single = Entry(world, event, 20);
    const auto behind = *world.Submit(world.ReadyTeam(event, 30, 2), 30);
    REQUIRE(world.Captain(a, 1, C::kCancel).ok());
    CHECK(world.State(single) == S::kConfirmed);
    for (const auto& pair : pairs) CHECK(world.Place(pair)->skips == 1);
    CHECK(world.Place(behind)->skips == 0);
    CHECK(world.Findings() == "");
}

TEST_CASE("the twenty-first line is served to its end, however many others wait") {
    constexpr int kOthers = 20;
    World world;
    world.AddUsers(2 * kOthers + 20);
    for (int i = 0; i < kOthers; ++i) {
        const auto event = world.Open(OnePlace());
        Entry(world, event, 2 * i + 1);
        Entry(world, event, 2 * i + 2);
    }
    const auto last = world.Open(OnePlace());
    std::vector<std::string> entries;
    for (int i = 0; i <= 7; ++i) entries.push_back(Entry(world, last, 2 * kOthers + 1 + i));
    const auto confirmed = [&] {
        return std::count_if(entries.begin(), entries.end(),
                             [&](const std::string& one) { return world.State(one) == S::kConfirmed; });
    };
    SUBCASE("the rest of a large release") {
        world.SetCap(last, std::nullopt, QuotaUnit::kTeam, 8);
        CHECK(confirmed() == 5);
        world.Jobs();
    }
    SUBCASE("what came free by itself") {
        FreeOne(world, last, "EVENT", 8);
        for (int turn = 0; turn < 6; ++turn) REQUIRE(world.service->RunJobs().ok());
    }
    CHECK(confirmed() == 8);
    CHECK(world.Findings() == "");
}

TEST_CASE("an event with much to do keeps no other waiting") {
    constexpr int kMany = 120;  // more than two chunks
    World world;
    world.AddUsers(kMany + 20);
    EventPlan plan;
    plan.policy.admission = registration::Admission::kRate;
    plan.policy.admission_rate = 5;
    const auto queue = world.Open(plan);
    const auto locking = world.Open({});
    const auto line = world.Open(OnePlace());
    world.Jobs();
    for (int i = 0; i < kMany; ++i) Entry(world, locking, 10 + i);
    Entry(world, line, 1);
    const auto waits = Entry(world, line, 2);
    const auto commit = world.Commit(World::User(3), 1);
    REQUIRE(world.db
                ->Write("test",
                        [&](store::Writer& w) -> Status {
                            auto mine = commit;
                            RT_TRY([[maybe_unused]] const auto ticket, store::TakeTicket(w, mine, queue.event));
                            return Ok();
                        })
                .ok());
    REQUIRE(world.db
                ->Write("test.lock",
                        [&](store::Writer& w) {
                            return w.RunOne({"test.lock", "UPDATE event SET roster_lock_at = 1 WHERE id = $1"},
                                            {locking.event.id}, Code::kInternal);
                        })
                .ok());
    FreeOne(world, line, "EVENT", 2);
    world.clock.Advance(base::kMicrosPerSecond);
    CHECK(*world.service->RunJobs());
    CHECK(world.Count({"test.served", "SELECT served FROM admission"}) == 1);
    CHECK(world.State(waits) == S::kConfirmed);
    CHECK(world.Count({"test.locked", "SELECT COUNT(*) FROM team WHERE state = 'LOCKED'"}) == 50);
    REQUIRE(world.service->RunJobsForAWhile().ok());
    CHECK(world.Count({"test.locked", "SELECT COUNT(*) FROM team WHERE state = 'LOCKED'"}) == kMany);
}
