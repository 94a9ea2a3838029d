// Who of a waiting list is served (registration.md §3.5): the three fit policies, and a search against a plain reading.
#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "base/random.h"
#include "registration/domain/waitlist.h"

using namespace rt::registration;

namespace {

constexpr QuotaId kTeams{1};
constexpr QuotaId kPersons{2};
constexpr QuotaId kOther{3};
constexpr rt::base::Time kNow{1'000'000'000};

LineEntry Team(std::int64_t id, std::int64_t persons) {
    return {EntryId{id}, {{kTeams, 1}, {kPersons, persons}}, 0, {}};
}

std::vector<std::int64_t> Granted(const Served& served) {
    std::vector<std::int64_t> out;
    for (const EntryId id : served.granted) out.push_back(id.value);
    return out;
}

FitRules Rules(WaitlistPolicy policy, std::int64_t skips_max = 2) {
    return {policy, skips_max, rt::base::kMicrosPerHour};
}

using List = std::vector<std::int64_t>;

}  // namespace

TEST_CASE("STRICT: the head blocks whoever needs what it is short of, and nobody else") {
    const std::vector<LineEntry> line{Team(1, 5), Team(2, 2), {EntryId{3}, {{kOther, 1}}, 0, {}}};
    const auto rules = Rules(WaitlistPolicy::kStrict);
    CHECK(Granted(Serve(line, {{kTeams, 9}, {kPersons, 4}, {kOther, 1}}, rules, kNow, {}, 9)) == List{3});
    CHECK(Granted(Serve(line, {{kTeams, 9}, {kPersons, 5}, {kOther, 0}}, rules, kNow, {}, 9)) == List{1});
    CHECK(Granted(Serve(line, {{kTeams, 9}, {kPersons, 7}, {kOther, 1}}, rules, kNow, {}, 9)) == List{1, 2, 3});
    CHECK(Granted(Serve(line, {{kTeams, 9}, {kPersons, 7}}, rules, kNow, {}, 2)) == List{1, 2});
}

TEST_CASE("BEST_FIT: the first that fits, until somebody was passed too often or too long") {
    std::vector<LineEntry> line{Team(1, 5), Team(2, 2), Team(3, 2), Team(4, 2)};
    const FreeUnits free{{kTeams, 9}, {kPersons, 4}};
    auto served = Serve(line, free, Rules(WaitlistPolicy::kBestFit), kNow, {}, 9);
    CHECK(Granted(served) == List{2, 3});
    REQUIRE(served.skipped.size() == 1);
    CHECK(served.skipped.at(0).id == EntryId{1});
    CHECK(served.skipped.at(0).skips == 2);
    CHECK(served.skipped.at(0).skipped_since == kNow);
    SUBCASE("the count reaches its limit in the middle of a walk") {
        CHECK(Granted(Serve(line, free, Rules(WaitlistPolicy::kBestFit, 1), kNow, {}, 9)) == List{2});
    }
    SUBCASE("limit 0 is STRICT") {
        CHECK(Granted(Serve(line, free, Rules(WaitlistPolicy::kBestFit, 0), kNow, {}, 9)).empty());
    }
    SUBCASE("time makes it strict at the hour, not before") {
        line.at(0).skips = 1;
        line.at(0).skipped_since = kNow.Plus(-rt::base::kMicrosPerHour);
        CHECK(Granted(Serve(line, free, Rules(WaitlistPolicy::kBestFit, 9), kNow, {}, 9)).empty());
        line.at(0).skipped_since = kNow.Plus(1 - rt::base::kMicrosPerHour);
        CHECK(Granted(Serve(line, free, Rules(WaitlistPolicy::kBestFit, 9), kNow, {}, 9)) == List{2, 3});
    }
}

TEST_CASE("ACCUMULATE: what is free is kept for one entry; after the close it serves as BEST_FIT") {
    const std::vector<LineEntry> line{Team(1, 5), Team(2, 2), {EntryId{3}, {{kOther, 1}}, 0, {}}};
    const auto rules = Rules(WaitlistPolicy::kAccumulate);
    const FreeUnits free{{kTeams, 9}, {kPersons, 4}, {kOther, 1}};
    const auto open = Serve(line, free, rules, kNow, {.allowed = true, .current = {}}, 9);
    CHECK(open.collecting == EntryId{1});
    CHECK(Granted(open) == List{3});
    CHECK(Serve(line, free, rules, kNow, {.allowed = true, .current = EntryId{2}}, 9).collecting != EntryId{1});
    const auto closed = Serve(line, free, rules, kNow, {}, 9);
    CHECK_FALSE(closed.collecting.has_value());
    CHECK(Granted(closed) == List{2, 3});
}

TEST_CASE("W1: who is new passes only where nobody waits for what he needs") {
    const std::vector<LineEntry> line{Team(1, 5)};
    const NeedVector small{{kTeams, 1}, {kPersons, 1}};
    const FreeUnits free{{kTeams, 9}, {kPersons, 4}, {kOther, 4}};
    CHECK(MayPass({}, free, Rules(WaitlistPolicy::kStrict), kNow, small));
    CHECK_FALSE(MayPass(line, free, Rules(WaitlistPolicy::kStrict), kNow, small));
    CHECK_FALSE(MayPass(line, free, Rules(WaitlistPolicy::kAccumulate), kNow, small));
    CHECK(MayPass(line, free, Rules(WaitlistPolicy::kBestFit), kNow, small));
    CHECK(MayPass(line, free, Rules(WaitlistPolicy::kStrict), kNow, {{kOther, 1}}));
    auto skipped = line;
    skipped.front().skips = 2;
    CHECK_FALSE(MayPass(skipped, free, Rules(WaitlistPolicy::kBestFit), kNow, small));
    // Somebody who waits fits: it is his turn first.
    CHECK_FALSE(MayPass({Team(1, 2)}, free, Rules(WaitlistPolicy::kBestFit), kNow, small));
    CHECK(MayPass({Team(1, 2)}, free, Rules(WaitlistPolicy::kBestFit), kNow, {{kOther, 1}}));
}

TEST_CASE("random lines: never more than is free, never past somebody who may not be passed, nobody starves") {
    rt::base::SeededRandom random(7);
    for (int round = 0; round < 3'000; ++round) {
        FreeUnits free{{kTeams, static_cast<std::int64_t>(random.Below(6))},
                       {kPersons, static_cast<std::int64_t>(random.Below(12))}};
        std::vector<LineEntry> line;
        for (std::int64_t i = 1; i <= 8; ++i) line.push_back(Team(i, 1 + static_cast<std::int64_t>(random.Below(6))));
        const auto policy = static_cast<WaitlistPolicy>(random.Below(3));
        const auto served = Serve(line, free, Rules(policy, 3), kNow, {}, 100);
        std::set<EntryId> got(served.granted.begin(), served.granted.end());
        FreeUnits left = free;
        for (const LineEntry& entry : line) {
            if (!got.contains(entry.id)) continue;
            REQUIRE(FitsIn(left, entry.need));
            Subtract(left, entry.need);
        }
        if (policy == WaitlistPolicy::kStrict) {
            // A prefix of the line, as one quota vector is contended by all.
            for (std::size_t i = 0; i < served.granted.size(); ++i) REQUIRE(served.granted.at(i) == line.at(i).id);
        }
        // Whoever is left either does not fit what is left, or stands behind somebody passed three times.
        const bool somebody_strict =
            policy == WaitlistPolicy::kStrict || std::any_of(served.skipped.begin(), served.skipped.end(),
                                                             [](const LineEntry& entry) { return entry.skips >= 3; });
        for (const LineEntry& entry : line) {
            if (!got.contains(entry.id)) REQUIRE((somebody_strict || !FitsIn(left, entry.need)));
        }
        for (const LineEntry& entry : served.skipped) REQUIRE(entry.skips <= 3);
    }
}
