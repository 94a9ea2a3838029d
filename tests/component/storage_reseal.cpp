// Turning the field keys on a real database: cut off at every chunk, and while others write.
#include <doctest/doctest.h>

#include <atomic>
#include <thread>

#include "base/encoding.h"
#include "crypto/field_ring.h"
#include "crypto/hash.h"
#include "storage/reseal/reseal.h"
#include "support/schema.h"

namespace rt::storage::reseal {
namespace {

using sql::Statement;
using sql::Writer;

constexpr Statement kCreate{"t.create", "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT) STRICT"};
constexpr Statement kInsert{"t.insert", "INSERT INTO t (id, v) VALUES ($1, $2)"};
constexpr Statement kPage{"t.page", "SELECT id, v FROM t WHERE id > $1 AND v IS NOT NULL ORDER BY id LIMIT $2"};
constexpr Statement kUpdate{"t.update", "UPDATE t SET v = $3 WHERE id = $1 AND v = $2"};
constexpr Statement kSet{"t.set", "UPDATE t SET v = $2 WHERE id = $1"};
constexpr std::int64_t kValues = 1'000;
constexpr std::int64_t kChunk = 70;

struct Fixture {
    Fixture() {
        db = testing::OpenMigrated({.path = dir / "main.db"}, {embedded::StorageMigrations()}, clock, log, metrics);
        REQUIRE(db->Write("create", [](Writer& w) { return w.Run(kCreate, {}); }).ok());
        // In pieces: the writer gives a closure 20 ms.
        for (std::int64_t first = 1; first <= kValues; first += 100) REQUIRE(Fill(first, first + 100).ok());
        REQUIRE(db->Write("fill", [](Writer& w) { return w.Run(kInsert, {kValues + 1, nullptr}); }).ok());
    }
    Status Fill(std::int64_t first, std::int64_t end) {
        return db->Write("fill", [&](Writer& w) -> Status {
            for (std::int64_t id = first; id < end; ++id) {
                RT_CHECK_OK(w.Run(kInsert, {id, Seal(id, "value " + std::to_string(id))}));
            }
            return Ok();
        });
    }
    std::string Seal(std::int64_t id, const std::string& text) {
        return base::HexEncode(base::AsBytes(ring->Cipher("t")->Seal(text, "t:" + std::to_string(id), random)));
    }
    Result<std::string> Open(std::int64_t id, const std::string& sealed) {
        const auto bytes = base::HexDecode(sealed);
        if (!bytes) return Fail(Code::kInternal, "no hex");
        return ring->Cipher("t")->Open(base::AsText(*bytes), "t:" + std::to_string(id));
    }
    Column Sealed() {
        return {.name = "t.v", .page = kPage, .update = kUpdate, .again = [this](const sql::Row& row) {
                    return Again(row.Int(0), row.Text(1));
                }};
    }
    Result<std::optional<std::string>> Again(std::int64_t id, const std::string& sealed) {
        const auto bytes = base::HexDecode(sealed);
        if (bytes && !ring->Cipher("t")->IsOld(base::AsText(*bytes))) return std::optional<std::string>();
        RT_TRY(const std::string text, Open(id, sealed));
        return std::optional(Seal(id, text));
    }
    // Everything opens and says what it said.
    std::int64_t Sound() {
        std::int64_t good = 0;
        REQUIRE(db->Read([&](sql::Reader& reader) {
                      return reader.Each(kPage, {0, 10 * kValues}, [&](const sql::Row& row) {
                          const auto text = Open(row.Int(0), row.Text(1));
                          if (text.ok() && text->starts_with("value " + std::to_string(row.Int(0)))) ++good;
                      });
                  }).ok());
        return good;
    }
    testing::TempDir dir;
    base::SystemClock clock;
    base::NullLog log;
    base::Metrics metrics;
    crypto::SystemRandom random;
    std::shared_ptr<crypto::FieldRing> ring = *crypto::FieldRing::Make({std::string(32, 'a')}, std::string(32, 'f'));
    std::unique_ptr<sql::Database> db;
};

TEST_CASE("cut off after every chunk and begun anew, it gets to the end, and everything opens at every point") {
    Fixture f;
    const Column column = f.Sealed();
    REQUIRE(f.ring->Turn({std::string(32, 'b'), std::string(32, 'a')}).ok());
    CHECK(Look(*f.db, column)->old == kValues);
    std::int64_t left = kValues;
    while (left > 0) {
        // One chunk of what is left, from the beginning, as after a kill; then everything is as sound as before.
        Count count;
        std::optional<std::int64_t> next = 0;
        while (next.has_value() && count.old == 0) {
            const auto step = Step(*f.db, column, *next, kChunk, Mode::kReseal, count);
            REQUIRE(step.ok());
            next = *step;
        }
        left -= count.old;
        const auto look = Look(*f.db, column);
        REQUIRE(look->old == left);
        REQUIRE(look->broken == 0);
        REQUIRE(look->values == kValues);
        REQUIRE(f.Sound() == kValues);
    }
    REQUIRE(f.ring->Turn({std::string(32, 'b')}).ok());
    CHECK(f.Sound() == kValues);
}

TEST_CASE("a value that is changed meanwhile is not put back") {
    Fixture f;
    const Column column = f.Sealed();
    REQUIRE(f.ring->Turn({std::string(32, 'b'), std::string(32, 'a')}).ok());
    std::atomic<bool> done = false;
    std::thread writer([&] {
        for (int round = 0; round < 20; ++round) {
            for (std::int64_t id = 1; id <= kValues; id += 97) {
                const std::string sealed =
                    f.Seal(id, "value " + std::to_string(id) + " changed " + std::to_string(round));
                CHECK(f.db->Write("set", [&](Writer& w) { return w.Run(kSet, {id, sealed}); }).ok());
            }
        }
        done = true;
    });
    while (!done || Look(*f.db, column)->old > 0) {
        Count count;
        std::optional<std::int64_t> next = 0;
        while (next.has_value()) next = *Step(*f.db, column, *next, kChunk, Mode::kReseal, count);
    }
    writer.join();
    CHECK(f.Sound() == kValues);
    std::int64_t changed = 0;
    REQUIRE(f.db->Read([&](sql::Reader& reader) {
                    return reader.Each(kPage, {0, 10 * kValues}, [&](const sql::Row& row) {
                        if (f.Open(row.Int(0), row.Text(1))->ends_with(" changed 19")) ++changed;
                    });
                })
                .ok());
    CHECK(changed == (kValues - 1) / 97 + 1);
}

TEST_CASE("values that open with no key are counted and left alone") {
    Fixture f;
    REQUIRE(f.db->Write("break", [&](Writer& w) { return w.Run(kSet, {5, "00"}); }).ok());
    const auto look = Look(*f.db, f.Sealed());
    CHECK(look->broken == 1);
    CHECK(look->old == 0);
    CHECK(look->values == kValues);
}

}  // namespace
}  // namespace rt::storage::reseal
