#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "base/ids.h"
#include "base/random.h"
#include "base/result.h"

namespace {

using namespace rt::base;

Result<int> Half(int n) {
    if (n % 2 != 0) return Fail(Code::kInvalid, "odd");
    return n / 2;
}

Result<std::string> Quarter(int n) {
    RT_TRY(const int half, Half(n));
    RT_TRY(const int quarter, Half(half));
    return std::to_string(quarter);
}

Status Check(int n) {
    RT_CHECK_OK(Half(n));
    return Ok();
}

}  // namespace

TEST_CASE("results hand the value or the error on") {
    CHECK(*Quarter(8) == "2");
    CHECK(Quarter(6).error().detail == "odd");
    CHECK(!Quarter(7).ok());
    CHECK(Check(2).ok());
    CHECK(Check(3).error().code == Code::kInvalid);
    Result<std::string> moved = std::string("x");
    CHECK(std::move(moved).value() == "x");
    CHECK(static_cast<bool>(Result<int>(1)));
    CHECK(!static_cast<bool>(Status(Fail(Code::kConflict))));
}

TEST_CASE("the table of errors is complete and in order") {
    std::set<std::string_view> wires;
    int status = 0;
    for (std::size_t i = 0; i < CodeCount(); ++i) {
        const CodeInfo& info = Info(static_cast<Code>(i));
        CAPTURE(info.wire);
        CHECK(wires.insert(info.wire).second);
        CHECK(info.http_status >= std::max(status, 400));
        CHECK(info.http_status < 600);
        status = info.http_status;
        CHECK(!info.message_zh.empty());
        CHECK(!info.message_en.empty());
        CHECK(info.wire.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ_") == std::string_view::npos);
    }
    CHECK(wires.size() > 30);
}

TEST_CASE("an error speaks the language of its reader") {
    const Error plain = Fail(Code::kQuotaFull, "event 7");
    CHECK(plain.MessageFor(Locale::kEn) == "No places left");
    CHECK(plain.MessageFor(Locale::kZhCn) == "\xE5\x90\x8D\xE9\xA2\x9D\xE5\xB7\xB2\xE6\xBB\xA1");
    const Error own = FailText(Code::kInvalid, {"zh", "en"}, "detail");
    CHECK(own.MessageFor(Locale::kZhCn) == "zh");
    CHECK(own.MessageFor(Locale::kEn) == "en");
    CHECK(own.detail == "detail");
    const Error field = InvalidField("a.b", {"zh", "en"});
    CHECK(field.code == Code::kInvalid);
    CHECK(field.fields.at(0).field == "a.b");
}

TEST_CASE("ids increase strictly, tell their time and node, and stay unique among threads") {
    ManualClock clock(*ParseRfc3339("2026-11-22T14:24:37.123Z"));
    IdGenerator first(clock, 1);
    IdGenerator second(clock, IdGenerator::kNodeMax);
    const std::int64_t id = first.Next();
    CHECK(TimeOfId(id) == clock.Now());
    CHECK(((id >> IdGenerator::kSequenceBits) & IdGenerator::kNodeMax) == 1);
    CHECK(((second.Next() >> IdGenerator::kSequenceBits) & IdGenerator::kNodeMax) == IdGenerator::kNodeMax);

    std::int64_t last = id;
    for (int i = 0; i < 40'000; ++i) {
        const std::int64_t next = first.Next();
        REQUIRE(next > last);
        last = next;
    }
    // The sequence of a millisecond ran over into the next ones.
    CHECK(TimeOfId(last).micros - clock.Now().micros == 2 * kMicrosPerMilli);
    clock.Advance(-kMicrosPerHour);
    CHECK(first.Next() > last);

    std::vector<std::int64_t> ids(4 * 5000);
    {
        std::vector<std::jthread> threads;
        for (std::size_t t = 0; t < 4; ++t) {
            threads.emplace_back([&, t] {
                for (std::size_t i = 0; i < 5000; ++i) ids[t * 5000 + i] = second.Next();
            });
        }
    }
    CHECK(std::set<std::int64_t>(ids.begin(), ids.end()).size() == ids.size());
    CHECK(*std::min_element(ids.begin(), ids.end()) > 0);
}

TEST_CASE("ids stay positive to the end of their range") {
    ManualClock clock(*ParseRfc3339("2093-09-06T00:00:00Z"));
    IdGenerator generator(clock, IdGenerator::kNodeMax);
    CHECK(generator.Next() > 0);
    CHECK(TimeOfId(generator.Next()) == clock.Now());
    ManualClock before({0});
    CHECK(IdGenerator(before, 0).Next() > 0);
}

TEST_CASE("public ids are 16 characters that read back in any case") {
    SeededRandom random(1);
    const std::string id = NewPublicId(random);
    CHECK(id.size() == kPublicIdLength);
    CHECK(ParsePublicId(id) == id);
    std::string upper = id;
    std::transform(upper.begin(), upper.end(), upper.begin(),
                   [](char c) { return c >= 'a' ? static_cast<char>(c - 32) : c; });
    CHECK(ParsePublicId(upper) == id);
    CHECK(ParsePublicId("OOOOOOOOiiiillll") == "0000000011111111");
    for (const std::string& bad : {std::string(), id.substr(1), id + "0", std::string(16, 'u'), std::string(16, '-')}) {
        CHECK(!ParsePublicId(bad).has_value());
    }
    std::set<std::string> many;
    for (int i = 0; i < 10'000; ++i) many.insert(NewPublicId(random));
    CHECK(many.size() == 10'000);
}

TEST_CASE("typed ids compare and hash") {
    using EventId = Id<struct EventTag>;
    CHECK(EventId{1} < EventId{2});
    CHECK(!EventId{});
    CHECK(static_cast<bool>(EventId{1}));
    CHECK(std::hash<EventId>()(EventId{5}) == std::hash<std::int64_t>()(5));
}

TEST_CASE("random numbers below a bound are even and in range") {
    SeededRandom random(42);
    std::map<std::uint64_t, int> counts;
    for (int i = 0; i < 60'000; ++i) ++counts[random.Below(6)];
    CHECK(counts.size() == 6);
    for (const auto& [value, count] : counts) {
        CHECK(value < 6);
        CHECK(count > 9'500);
        CHECK(count < 10'500);
    }
    CHECK(random.Below(1) == 0);
    CHECK(random.Below(UINT64_MAX) < UINT64_MAX);
    CHECK(SeededRandom(7).Next64() == SeededRandom(7).Next64());
    CHECK(SeededRandom(7).Next64() != SeededRandom(8).Next64());
}
