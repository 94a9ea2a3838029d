// Active accounts by day, week and month: each once in each period, also across a restart and under many at once.

#include <doctest/doctest.h>

#include "auth/activity_store.h"
#include "auth/user_store.h"
#include "support/auth_fixture.h"

using namespace rt;
using auth::domain::Period;
using base::kMicrosPerDay;
using base::kMicrosPerHour;
using base::kMicrosPerMinute;
using rt::testing::AuthFixture;
using rt::testing::InParallel;
using rt::testing::kGoodPassword;
using rt::testing::NativeCaller;

namespace {

base::Time At(const char* text) {
    return base::ParseRfc3339(text).value();
}

std::string Counts(AuthFixture& f) {
    return f.db
        ->Read([&](storage::sql::Reader& reader) -> Result<std::string> {
            std::string out;
            for (const Period period : auth::domain::kPeriods) {
                RT_TRY(const auto users, auth::store::ActiveNow(reader, period, f.clock.Now()));
                out += (out.empty() ? "" : " ") + std::to_string(users);
            }
            return out;
        })
        .value();
}

void Touch(AuthFixture& f, auth::UserId user) {
    const base::Time now = f.clock.Now();
    REQUIRE(f.db->Write("test.touch", [&](storage::sql::Writer& w) { return auth::store::Touch(w, user, now); }).ok());
}

}  // namespace

TEST_CASE("periods begin at midnight in Shanghai, weeks on Monday") {
    using auth::domain::PeriodName;
    // 2026-11-22 is a Sunday; 16:00 UTC is midnight of the Monday after.
    CHECK(PeriodName(Period::kDay, At("2026-11-22T15:59:59Z")) == "2026-11-22");
    CHECK(PeriodName(Period::kDay, At("2026-11-22T16:00:00Z")) == "2026-11-23");
    CHECK(PeriodName(Period::kWeek, At("2026-11-22T15:59:59Z")) == "2026-11-16");
    CHECK(PeriodName(Period::kWeek, At("2026-11-22T16:00:00Z")) == "2026-11-23");
    CHECK(PeriodName(Period::kMonth, At("2026-11-30T15:59:59Z")) == "2026-11-01");
    CHECK(PeriodName(Period::kMonth, At("2026-11-30T16:00:00Z")) == "2026-12-01");
    CHECK(auth::domain::PeriodBegin(Period::kMonth, At("2024-02-29T12:00:00Z")) == At("2024-01-31T16:00:00Z"));
}

TEST_CASE("an account counts once in each period it is active in") {
    AuthFixture f;
    f.clock.Set(At("2026-11-21T02:00:00Z"));  // a Saturday
    const auto one = f.service->accounts().Create(f.Wanted("lin.wei"), {});
    const auto two = f.service->accounts().Create(f.Wanted("zhao.min"), {});
    REQUIRE(one.ok());
    REQUIRE(two.ok());
    CHECK(Counts(f) == "0 0 0");
    const auto signed_in = f.service->SignIn("lin.wei", kGoodPassword, NativeCaller());
    REQUIRE(signed_in.ok());
    CHECK(Counts(f) == "1 1 1");
    REQUIRE(f.service->SignIn("lin.wei", kGoodPassword, NativeCaller()).ok());
    f.clock.Advance(kMicrosPerHour);
    Touch(f, one->id);
    CHECK(Counts(f) == "1 1 1");
    Touch(f, two->id);
    CHECK(Counts(f) == "2 2 2");
    f.Restart();
    CHECK(Counts(f) == "2 2 2");
    f.clock.Set(At("2026-11-22T02:00:00Z"));
    Touch(f, one->id);
    CHECK(Counts(f) == "1 2 2");
    f.clock.Set(At("2026-11-22T16:00:00Z"));
    CHECK(Counts(f) == "0 0 2");
    Touch(f, one->id);
    CHECK(Counts(f) == "1 1 2");
    f.clock.Set(At("2026-11-30T16:00:00Z"));
    Touch(f, one->id);
    CHECK(Counts(f) == "1 1 1");
    const auto days =
        f.db->Read([&](storage::sql::Reader& r) { return auth::store::ActivePeriods(r, Period::kDay, 3); });
    REQUIRE(days->size() == 3);
    CHECK((*days)[0].begins == "2026-11-22");
    CHECK((*days)[2].begins == "2026-12-01");
}

TEST_CASE("who goes on working past midnight counts in the new day") {
    AuthFixture f;
    f.clock.Set(At("2026-11-21T15:58:00Z"));
    REQUIRE(f.service->accounts().Create(f.Wanted("lin.wei"), {}).ok());
    const auto signed_in = f.service->SignIn("lin.wei", kGoodPassword, NativeCaller());
    REQUIRE(signed_in.ok());
    CHECK(Counts(f) == "1 1 1");
    f.clock.Advance(3 * kMicrosPerMinute);
    REQUIRE(f.service->Renew(signed_in->refresh_token, NativeCaller()).ok());
    CHECK(Counts(f) == "1 1 1");
    const auto days =
        f.db->Read([&](storage::sql::Reader& r) { return auth::store::ActivePeriods(r, Period::kDay, 9); });
    CHECK(days->size() == 2);
}

TEST_CASE("who registers is active at once") {
    AuthFixture f;
    f.clock.Set(At("2026-11-21T02:00:00Z"));
    const auto made = f.service->Register(f.Wanted("lin.wei"), std::nullopt, NativeCaller());
    REQUIRE(made.ok());
    CHECK(Counts(f) == "1 1 1");
    REQUIRE(f.service->SignIn("lin.wei", kGoodPassword, NativeCaller()).ok());
    CHECK(Counts(f) == "1 1 1");
}

TEST_CASE("many sign-ins of one account at once count once") {
    AuthFixture f;
    f.clock.Set(At("2026-11-21T02:00:00Z"));
    const auto user = f.service->accounts().Create(f.Wanted("lin.wei"), {});
    REQUIRE(user.ok());
    InParallel(16, [&](int) { Touch(f, user->id); });
    CHECK(Counts(f) == "1 1 1");
}

TEST_CASE("old periods go") {
    AuthFixture f;
    f.clock.Set(At("2024-01-01T02:00:00Z"));
    const auto user = f.service->accounts().Create(f.Wanted("lin.wei"), {});
    REQUIRE(user.ok());
    const auto rows = [&] {
        return f.db->Read([&](storage::sql::Reader& r) { return auth::store::ActivePeriods(r, Period::kDay, 10); })
            ->size();
    };
    Touch(f, user->id);
    f.clock.Advance(auth::store::kActivityKeptDays * kMicrosPerDay);
    Touch(f, user->id);
    CHECK(rows() == 2);
    f.clock.Advance(kMicrosPerDay);
    Touch(f, user->id);
    CHECK(rows() == 2);
}
