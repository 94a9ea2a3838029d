#include <doctest/doctest.h>

#include "base/encoding.h"
#include "crypto/hash.h"
#include "storage/audit/trail.h"
#include "support/schema.h"

namespace rt::storage::audit {
namespace {

using sql::Statement;
using testing::TempDir;

struct Fixture {
    Fixture() {
        db = testing::OpenMigrated({.path = dir / "main.db"}, {embedded::StorageMigrations()}, clock, log, metrics);
    }
    void Append(std::int64_t actor, std::string_view reason = "because", std::string_view via = "") {
        REQUIRE(db->Write("append", [&](sql::Writer& w) {
                      return trail.Append(w, {.at = clock.Now(),
                                              .actor = actor,
                                              .entity = "team",
                                              .entity_id = 5,
                                              .action = "team.rename",
                                              .client = "127.0.0.1",
                                              .request_id = "r",
                                              .reason = reason,
                                              .before = "{}",
                                              .after = "{\"n\":1}",
                                              .via = via});
                  }).ok());
    }
    std::optional<Trail::Finding> Verify(const std::optional<Head>& remembered = std::nullopt) {
        auto found = db->Read([&](sql::Reader& r) { return trail.Verify(r, remembered); });
        REQUIRE(found.ok());
        return *found;
    }
    Head ReadHead() {
        return *db->Read([&](sql::Reader& r) { return trail.ReadHead(r); });
    }
    // What an attacker with the file would do: the triggers are gone first.
    void Tamper(Statement statement) {
        static constexpr Statement kNoUpdate{"t.no_update", "DROP TRIGGER IF EXISTS audit_no_update"};
        static constexpr Statement kNoDelete{"t.no_delete", "DROP TRIGGER IF EXISTS audit_no_delete"};
        const auto done = db->Write("tamper", [&](sql::Writer& w) -> Status {
            RT_CHECK_OK(w.Run(kNoUpdate, {}));
            RT_CHECK_OK(w.Run(kNoDelete, {}));
            RT_CHECK_OK(w.Run(statement, {}));
            return Ok();
        });
        REQUIRE_MESSAGE(done.ok(), (done.ok() ? "" : done.error().detail));
    }
    TempDir dir;
    base::SystemClock clock;
    base::NullLog log;
    base::Metrics metrics;
    std::unique_ptr<sql::Database> db;
    Trail trail{std::string(32, 'k')};
};

struct Attack {
    const char* name;
    Statement statement;
    std::int64_t seq;
};

TEST_CASE("a chain as it was written is sound") {
    Fixture f;
    CHECK_FALSE(f.Verify().has_value());
    for (int i = 1; i <= 5; ++i) f.Append(i);
    CHECK_FALSE(f.Verify(f.ReadHead()).has_value());
    const auto rows = f.db->Read([&](sql::Reader& r) { return f.trail.List(r, {.entity = "team", .limit = 2}); });
    REQUIRE(rows->size() == 2);
    CHECK((*rows)[0].seq == 5);
    CHECK((*rows)[0].after == "{\"n\":1}");
}

TEST_CASE("every way of tampering is found, at its row") {
    static constexpr Attack kAttacks[] = {
        {"edit", {"t.1", "UPDATE audit SET actor = 99 WHERE seq = 3"}, 3},
        {"edit of the mac", {"t.2", "UPDATE audit SET mac = 'aa' WHERE seq = 3"}, 3},
        {"edit of the details", {"t.3", "UPDATE audit_detail SET after = '{}' WHERE seq = 4"}, 4},
        {"delete in the middle", {"t.4", "DELETE FROM audit_detail WHERE seq = 2"}, 0},
        {"swap of two rows", {"t.5", "UPDATE audit SET seq = -seq WHERE seq IN (2)"}, 0},
    };
    for (const Attack& attack : kAttacks) {
        CAPTURE(attack.name);
        Fixture f;
        for (int i = 1; i <= 5; ++i) f.Append(i);
        if (attack.seq == 0) {
            static constexpr Statement kDetail{"t.detail", "DELETE FROM audit_detail WHERE seq = 2"};
            static constexpr Statement kRow{"t.row", "DELETE FROM audit WHERE seq = 2"};
            f.Tamper(kDetail);
            CHECK_MESSAGE(!f.Verify().has_value(), "erased details alone are allowed");
            f.Tamper(kRow);
            CHECK(f.Verify().value().seq == 2);
        } else {
            f.Tamper(attack.statement);
            CHECK(f.Verify().value().seq == attack.seq);
        }
    }
}

TEST_CASE("a cut tail and a chain made anew are found against a remembered head") {
    Fixture f;
    for (int i = 1; i <= 5; ++i) f.Append(i);
    const Head head = f.ReadHead();
    static constexpr Statement kCutDetail{"t.cut_detail", "DELETE FROM audit_detail WHERE seq > 3"};
    static constexpr Statement kCut{"t.cut", "DELETE FROM audit WHERE seq > 3"};
    f.Tamper(kCutDetail);
    f.Tamper(kCut);
    CHECK_MESSAGE(!f.Verify().has_value(), "a cut tail cannot be seen from the chain alone");
    CHECK(f.Verify(head).value().seq == 4);
    f.Append(8);
    f.Append(9);
    f.Append(10);
    CHECK(f.Verify(head).value().seq == 5);

    Fixture g;
    for (int i = 1; i <= 5; ++i) g.Append(i);
    g.trail = Trail(std::string(32, 'x'));
    CHECK_MESSAGE(g.Verify().value().seq == 1, "rows under another key are not ours");
}

TEST_CASE("rows from before the digest was keyed still verify, and a tampered detail of theirs is found") {
    Fixture f;
    const std::string key(32, 'k');
    std::string details;
    std::string row;
    const auto part = [](std::string& out, std::string_view value) {
        out.append(std::to_string(value.size())).append(":").append(value);
    };
    for (const char* value : {"because", "", "{}"}) part(details, value);
    const std::string digest = base::HexEncode(crypto::Sha256(details));
    for (const char* value : {"", "1", "7", "3", "0", "0", "team", "5", "team.rename", "127.0.0.1", "r"})
        part(row, value);
    part(row, digest);
    const std::string mac = base::HexEncode(crypto::HmacSha256(key, row));
    static constexpr Statement kRow{
        "t.old_row",
        "INSERT INTO audit (seq, at, actor, org, event, entity, entity_id, action,"
        " client, request_id, detail_digest, mac) VALUES (1, 7, 3, 0, 0, 'team', 5, 'team.rename', '127.0.0.1',"
        " 'r', $1, $2)"};
    static constexpr Statement kDetail{"t.old_detail", "INSERT INTO audit_detail VALUES (1, 'because', '', '{}')"};
    REQUIRE(f.db->Write("old",
                        [&](sql::Writer& w) -> Status {
                            RT_CHECK_OK(w.Run(kRow, {digest, mac}));
                            RT_CHECK_OK(w.Run(kDetail, {}));
                            return Ok();
                        })
                .ok());
    CHECK_FALSE(f.Verify().has_value());
    f.Append(2);
    CHECK_FALSE(f.Verify().has_value());
    static constexpr Statement kDigest{"t.digest", "SELECT length(detail_digest) FROM audit WHERE seq = 2"};
    CHECK(*f.db->Read([&](sql::Reader& r) { return r.FindInt(kDigest, {}); }) == 66);
    static constexpr Statement kEdit{"t.old_edit", "UPDATE audit_detail SET after = '{\"n\":2}' WHERE seq = 1"};
    f.Tamper(kEdit);
    CHECK(f.Verify().value().seq == 1);
}

TEST_CASE("what an actor signed with is under the chain: neither taken away nor put there") {
    static constexpr Statement kTake{"t.take_via", "UPDATE audit SET via = '' WHERE seq = 2"};
    static constexpr Statement kPut{"t.put_via", "UPDATE audit SET via = 'token:7' WHERE seq = 1"};
    for (const auto& [statement, seq] : {std::pair(kTake, 2), {kPut, 1}}) {
        Fixture f;
        f.Append(1);
        f.Append(2, "because", "token:7");
        f.Append(3);
        CHECK_FALSE(f.Verify().has_value());
        const auto rows = f.db->Read([&](sql::Reader& r) { return f.trail.List(r, {}); });
        CHECK(rows->at(1).via == "token:7");
        CHECK(rows->at(2).via.empty());
        f.Tamper(statement);
        CHECK(f.Verify().value().seq == seq);
    }
}

TEST_CASE("a digest cannot be taken back to the old kind") {
    Fixture f;
    f.Append(1);
    std::string details;
    for (const char* value : {"because", "{}", "{\"n\":9}"})
        details.append(std::to_string(std::string_view(value).size())).append(":").append(value);
    const std::string digest = base::HexEncode(crypto::Sha256(details));
    static constexpr Statement kNoUpdate{"t.no_update2", "DROP TRIGGER audit_no_update"};
    static constexpr Statement kDigest{"t.set_digest", "UPDATE audit SET detail_digest = $1"};
    static constexpr Statement kDetail{"t.set_detail", "UPDATE audit_detail SET after = '{\"n\":9}'"};
    REQUIRE(f.db->Write("forge",
                        [&](sql::Writer& w) -> Status {
                            RT_CHECK_OK(w.Run(kNoUpdate, {}));
                            RT_CHECK_OK(w.Run(kDigest, {digest}));
                            RT_CHECK_OK(w.Run(kDetail, {}));
                            return Ok();
                        })
                .ok());
    CHECK(f.Verify().value().seq == 1);
}

TEST_CASE("rows are found by entity, person, action and time, newest first") {
    Fixture f;
    const auto append = [&](std::int64_t at, std::int64_t actor, std::string_view entity, std::int64_t id,
                            std::string_view action) {
        REQUIRE(f.db->Write("append",
                            [&](sql::Writer& w) {
                                return f.trail.Append(w, {.at = base::Time{at},
                                                          .actor = actor,
                                                          .entity = entity,
                                                          .entity_id = id,
                                                          .action = action});
                            })
                    .ok());
    };
    append(10, 1, "team", 5, "team.found");
    append(20, 0, "team", 5, "team.rename");
    append(30, 2, "team", 6, "team.found");
    append(40, 1, "user", 5, "auth.login");
    append(50, 1, "user", 1, "auth.login_failed");
    const auto seqs = [&](const Filter& filter) {
        std::string out;
        const auto rows = f.db->Read([&](sql::Reader& r) { return f.trail.List(r, filter); });
        REQUIRE(rows.ok());
        for (const Row& row : *rows) out += std::to_string(row.seq);
        return out;
    };
    CHECK(seqs({}) == "54321");
    CHECK(seqs({.entity = "team"}) == "321");
    CHECK(seqs({.entity = "team", .entity_id = 5}) == "21");
    CHECK(seqs({.entity = "user", .entity_id = 5}) == "4");
    CHECK(seqs({.actor = 1}) == "541");
    CHECK(seqs({.actor = 0}) == "2");
    CHECK(seqs({.entity = "team", .actor = 1}) == "1");
    CHECK(seqs({.entity = "team", .entity_id = 5, .actor = 1}) == "1");
    CHECK(seqs({.action = "team.found"}) == "31");
    CHECK(seqs({.action = "auth.login"}) == "4");
    CHECK(seqs({.action = "auth."}) == "54");
    CHECK(seqs({.action = "auth"}).empty());
    CHECK(seqs({.from = base::Time{20}, .until = base::Time{40}}) == "32");
    CHECK(seqs({.before_seq = 4, .limit = 2}) == "32");
    CHECK(seqs({.before_seq = 5, .actor = 1, .action = "auth.", .from = base::Time{1}}) == "4");
}

TEST_CASE("rows refuse UPDATE and DELETE, details may be erased") {
    Fixture f;
    f.Append(1);
    static constexpr Statement kUpdate{"t.update", "UPDATE audit SET actor = 2"};
    static constexpr Statement kDelete{"t.delete", "DELETE FROM audit"};
    CHECK_FALSE(f.db->Write("u", [&](sql::Writer& w) { return w.Run(kUpdate, {}); }).ok());
    CHECK_FALSE(f.db->Write("d", [&](sql::Writer& w) { return w.Run(kDelete, {}); }).ok());
    REQUIRE(f.db->Write("e", [&](sql::Writer& w) { return f.trail.EraseDetails(w, "team", 5); }).ok());
    CHECK_FALSE(f.Verify().has_value());
    CHECK(f.db->Read([&](sql::Reader& r) { return f.trail.List(r, {}); })->at(0).reason.empty());
}

TEST_CASE("details are cut at their limit between two characters") {
    Fixture f;
    f.Append(1, std::string(kDetailBytesMax, 'a'));
    f.Append(2, std::string(kDetailBytesMax - 1, 'a') + "中");
    CHECK_FALSE(f.Verify().has_value());
    const auto rows = f.db->Read([&](sql::Reader& r) { return f.trail.List(r, {}); });
    CHECK((*rows)[1].reason.size() == kDetailBytesMax);
    CHECK((*rows)[0].reason.size() == kDetailBytesMax - 1);
}

}  // namespace
}  // namespace rt::storage::audit
