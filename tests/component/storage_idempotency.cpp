#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "storage/idempotency/idempotency.h"
#include "storage/lease/lease.h"
#include "storage/outbox/outbox.h"
#include "support/schema.h"

namespace rt::storage {
namespace {

using idempotency::Answer;
using idempotency::Key;
using sql::Statement;

constexpr Statement kCreate{"t.create", "CREATE TABLE effect (n INTEGER NOT NULL) STRICT"};
constexpr Statement kInsert{"t.insert", "INSERT INTO effect (n) VALUES ($1)"};
constexpr Statement kCount{"t.count", "SELECT COUNT(*) FROM effect"};
constexpr Statement kKeys{"t.keys", "SELECT COUNT(*) FROM idempotency"};
constexpr Statement kFill{"t.fill",
                          "INSERT INTO idempotency (actor, scope, key, request_hash, status, body, expires)"
                          " VALUES ($1, 's', $2, 'h', 200, '', $3)"};

struct Fixture {
    Fixture() {
        db = testing::OpenMigrated({.path = dir / "main.db"}, {embedded::StorageMigrations()}, clock, log, metrics);
        REQUIRE(db->Write("create", [](sql::Writer& w) { return w.Run(kCreate, {}); }).ok());
    }
    Result<Answer> Post(const std::string& key, const std::string& hash = "h", std::int64_t actor = 1) {
        return idempotency::Write(*db, {actor, "POST /x", key, hash}, clock.Now(), "effect",
                                  [](sql::Writer& w) -> Result<Answer> {
                                      RT_CHECK_OK(w.Run(kInsert, {1}));
                                      RT_TRY(const auto count, w.FindInt(kCount, {}));
                                      return Answer{201, std::to_string(*count), false};
                                  });
    }
    Result<Answer> Failing(const std::string& key, Code code) {
        return idempotency::Write(*db, {1, "POST /x", key, "h"}, clock.Now(), "failing",
                                  [&](sql::Writer& w) -> Result<Answer> {
                                      RT_CHECK_OK(w.Run(kInsert, {2}));
                                      return FailText(code, {"不行", "no"});
                                  });
    }
    std::int64_t Count(Statement statement) {
        return **db->Read([&](sql::Reader& r) { return r.FindInt(statement, {}); });
    }
    testing::TempDir dir;
    base::ManualClock clock{base::Time{1'700'000'000'000'000}};
    base::NullLog log;
    base::Metrics metrics;
    std::unique_ptr<sql::Database> db;
};

TEST_CASE("one key takes effect once and is answered alike") {
    Fixture f;
    CHECK(f.Post("a")->body == "1");
    const auto again = f.Post("a");
    CHECK(again->body == "1");
    CHECK(again->status == 201);
    CHECK(again->replayed);
    CHECK(f.Post("b")->body == "2");
    CHECK_MESSAGE(f.Post("a", "h", 2)->body == "3", "another actor's key is another key");
    CHECK(f.Post("")->body == "4");
    CHECK(f.Post("")->body == "5");
    CHECK(f.Count(kCount) == 5);
}

TEST_CASE("the same key with another body is refused") {
    Fixture f;
    CHECK(f.Post("a").ok());
    CHECK(f.Post("a", "other").error().code == Code::kIdempotencyMismatch);
    CHECK(f.Post("a").ok());
}

TEST_CASE("equal requests at the same time take effect once") {
    Fixture f;
    std::vector<std::thread> threads;
    std::atomic<int> fresh{0};
    for (int i = 0; i < 16; ++i) {
        threads.emplace_back([&] {
            const auto answer = f.Post("a");
            if (answer.ok() && !answer->replayed) ++fresh;
            CHECK((answer.ok() && answer->body == "1"));
        });
    }
    for (auto& thread : threads) thread.join();
    CHECK(fresh == 1);
    CHECK(f.Count(kCount) == 1);
}

TEST_CASE("a failure leaves no effect; it is kept unless it may pass") {
    Fixture f;
    CHECK(f.Failing("a", Code::kInvalid).error().message.en == "no");
    CHECK(f.Count(kCount) == 0);
    const auto again = f.Post("a");
    REQUIRE_FALSE(again.ok());
    CHECK(again.error().code == Code::kInvalid);
    CHECK(again.error().message.zh == "不行");
    for (const Code passing :
         {Code::kQuotaFull, Code::kUnauthenticated, Code::kTooManyRequests, Code::kInternal, Code::kReadOnly}) {
        CHECK(f.Failing("b", passing).error().code == passing);
    }
    CHECK(f.Post("b").ok());
}

TEST_CASE("a key lasts 24 hours") {
    Fixture f;
    CHECK(f.Post("a")->body == "1");
    f.clock.Advance(idempotency::kKeepMicros - 1);
    CHECK(f.Post("a")->replayed);
    f.clock.Advance(1);
    CHECK(f.Post("a")->body == "2");
    f.clock.Advance(idempotency::kKeepMicros);
    CHECK(*idempotency::Sweep(*f.db, f.clock.Now(), 10) == 1);
    CHECK(f.Count(kKeys) == 0);
}

TEST_CASE("live keys of one actor are capped") {
    Fixture f;
    constexpr std::int64_t kPerWrite = 100;  // a closure has 20 ms, which a sanitized build needs
    const auto fill = [&](std::int64_t from, std::int64_t to) {
        return f.db->Write("fill", [&](sql::Writer& w) -> Status {
            for (std::int64_t i = from; i < to; ++i)
                RT_CHECK_OK(w.Run(kFill, {1, std::to_string(i), f.clock.Now().Plus(1)}));
            return Ok();
        });
    };
    constexpr std::int64_t kOthers = idempotency::kKeysPerActorMax - 1;
    for (std::int64_t i = 0; i < kOthers; i += kPerWrite) REQUIRE(fill(i, std::min(i + kPerWrite, kOthers)).ok());
    CHECK(f.Post("last").ok());
    CHECK(f.Post("one more").error().code == Code::kTooManyRequests);
    CHECK_MESSAGE(f.Count(kCount) == 1, "the refused request took no effect");
    CHECK(f.Post("last")->replayed);
    CHECK(f.Post("x", "h", 2).ok());
    // Those that have lapsed do not count, though no sweep has come by.
    f.clock.Advance(1);
    CHECK(f.Post("one more").ok());
}

TEST_CASE("one holder has a role until its lease lapses") {
    Fixture f;
    using lease::Role;
    const auto hold = [&](std::string_view who) {
        return *lease::Hold(*f.db, Role::kScheduler, who, f.clock.Now(), 100);
    };
    CHECK(hold("a"));
    CHECK_FALSE(hold("b"));
    f.clock.Advance(99);
    CHECK_FALSE(hold("b"));
    CHECK(hold("a"));
    f.clock.Advance(100);
    CHECK(hold("b"));
    CHECK_FALSE(hold("a"));
    REQUIRE(lease::Release(*f.db, Role::kScheduler, "a").ok());
    CHECK_FALSE(hold("a"));
    REQUIRE(lease::Release(*f.db, Role::kScheduler, "b").ok());
    CHECK(hold("a"));
    CHECK(*lease::Hold(*f.db, Role::kOutbox, "b", f.clock.Now(), 100));
}

TEST_CASE("an outbox message is handed on, tried again with a growing pause, and given up in the end") {
    Fixture f;
    int calls = 0;
    bool good = false;
    outbox::Dispatcher dispatcher(*f.db, f.clock, f.log, f.metrics,
                                  {{"mail", [&](const outbox::Message& message) -> Status {
                                        ++calls;
                                        CHECK(message.payload == "{}");
                                        return good ? Ok() : Status(Fail(Code::kUpstream, "down"));
                                    }}});
    const auto add = [&](std::int64_t id, std::string_view topic) {
        REQUIRE(
            f.db->Write("add", [&](sql::Writer& w) { return outbox::Add(w, id, topic, "{}", f.clock.Now()); }).ok());
    };
    add(1, "mail");
    add(2, "nobody");
    CHECK(*dispatcher.RunOnce(10) == 2);
    CHECK(calls == 1);
    CHECK_MESSAGE(*dispatcher.RunOnce(10) == 0, "not before its pause is over");
    f.clock.Advance(outbox::kBackoffMicrosMin);
    CHECK(*dispatcher.RunOnce(10) == 1);
    f.clock.Advance(outbox::kBackoffMicrosMin);
    CHECK(*dispatcher.RunOnce(10) == 0);
    f.clock.Advance(outbox::kBackoffMicrosMin);
    good = true;
    CHECK(*dispatcher.RunOnce(10) == 1);
    CHECK(calls == 3);
    good = false;
    add(3, "mail");
    for (int i = 0; i < 40; ++i) {
        CHECK(dispatcher.RunOnce(10).ok());
        f.clock.Advance(outbox::kBackoffMicrosMax);
    }
    CHECK(calls == 3 + outbox::kAttemptsMax);
}

TEST_CASE("an answer is kept sealed, opens for its own key only, and looks different each time") {
    Fixture f;
    base::SeededRandom random{7};
    const auto post = [&](const std::string& text, const std::string& secret) {
        Key key{1, "POST /x", text, "h"};
        if (!secret.empty()) idempotency::SealAnswers(key, secret, random);
        return idempotency::Write(*f.db, key, f.clock.Now(), "effect", [](sql::Writer& w) -> Result<Answer> {
            RT_CHECK_OK(w.Run(kInsert, {1}));
            return Answer{201, R"({"code":"ABCD-2345"})", false};
        });
    };
    const auto bodies = [&] {
        static constexpr Statement kBodies{"t.bodies", "SELECT body FROM idempotency ORDER BY key"};
        return *f.db->Read([](sql::Reader& reader) {
            return reader.All<std::string>(kBodies, {}, [](const sql::Row& row) { return row.Text(0); });
        });
    };
    const std::string secret(32, 's');
    CHECK(post("a", secret)->body == R"({"code":"ABCD-2345"})");
    CHECK(post("b", secret).ok());
    const auto kept = bodies();
    REQUIRE(kept.size() == 2);
    CHECK(kept[0] != kept[1]);
    for (const std::string& body : kept) {
        CHECK(body.find("ABCD") == std::string::npos);
        CHECK(body.starts_with("s1:"));
    }
    const auto again = post("a", secret);
    CHECK(again->replayed);
    CHECK(again->body == R"({"code":"ABCD-2345"})");
    CHECK(post("a", std::string(32, 'x')).error().code == Code::kInternal);
    // One that was kept before answers were sealed is still given again.
    CHECK(post("c", "").ok());
    CHECK(bodies()[2] == R"({"code":"ABCD-2345"})");
    CHECK(post("c", secret)->replayed);
    // A row that is put in another's place does not open there.
    static constexpr Statement kSwap{"t.swap",
                                     "UPDATE idempotency SET body = (SELECT body FROM idempotency WHERE key = 'b')"
                                     " WHERE key = 'a'"};
    REQUIRE(f.db->Write("swap", [](sql::Writer& w) { return w.Run(kSwap, {}); }).ok());
    CHECK(post("a", secret).error().code == Code::kInternal);
}

}  // namespace
}  // namespace rt::storage
