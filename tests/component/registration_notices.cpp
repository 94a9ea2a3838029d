// Telling people in the commit of the cause.
#include <doctest/doctest.h>

#include "registration/store/journal.h"
#include "registration/store/notices.h"
#include "support/registration_world.h"

namespace {

using namespace rt;                // NOLINT: the module under test
using namespace rt::testing;       // NOLINT
using namespace rt::registration;  // NOLINT
using storage::sql::Statement;

constexpr Statement kInbox{"test.inbox", "SELECT COUNT(*) FROM inbox"};
constexpr Statement kMails{"test.mails", "SELECT COUNT(*) FROM outbox WHERE payload LIKE '%\"inbox\":1001}'"};
constexpr Statement kPairs{"test.pairs",
                           "SELECT COUNT(*) FROM inbox i JOIN outbox o ON o.id = i.id WHERE i.\"user\" = 1001"
                           " AND i.kind = 'returned' AND i.params = '{\"reason\":\"no photo\"}' AND i.read_at IS NULL"};
constexpr Statement kAll{"test.all", "SELECT COUNT(*) FROM outbox WHERE topic = 'inbox.all'"};

store::Notice Returned() {
    return {.kind = NoticeKind::kReturned, .user = UserId{1'001}, .event = EventId{7}, .reason = "no photo"};
}

TEST_CASE("a notice is one row of the inbox and one of the outbox, with one id, or neither") {
    World world;
    const auto write = [&](bool fail) {
        const auto commit = world.Commit(store::Actor::Server(), 1);
        return world.db->Write("test", [&](store::Writer& writer) -> Status {
            auto mine = commit;
            RT_CHECK_OK(store::Notify(writer, mine, Returned()));
            return fail ? Status(Fail(Code::kConflict)) : Ok();
        });
    };
    CHECK_FALSE(write(true).ok());
    CHECK(world.Count(kInbox) == 0);
    CHECK(world.Count(kMails) == 0);
    REQUIRE(write(false).ok());
    CHECK(world.Count(kPairs) == 1);
    CHECK(world.Count(kMails) == 1);
}

TEST_CASE("an announcement of a command carries the notice along") {
    World world;
    auto commit = world.Commit(store::Actor::Server(), 2);
    REQUIRE(world.db
                ->Write("test",
                        [&](store::Writer& writer) -> Status {
                            auto mine = commit;
                            RT_CHECK_OK(store::AnnounceAndNotify(writer, mine, "registration.state",
                                                                 R"({"registration":"r"})", Returned()));
                            store::Notice nobody = Returned();
                            nobody.user = {};
                            return store::AnnounceAndNotify(writer, mine, "registration.state",
                                                            R"({"registration":"s"})", nobody);
                        })
                .ok());
    CHECK(world.Count(kPairs) == 1);
    CHECK(world.Count(kInbox) == 1);
    CHECK(world.Count({"test.with",
                       "SELECT COUNT(*) FROM outbox WHERE topic = 'registration.state' AND payload ="
                       " '{\"registration\":\"r\",\"inbox\":1001}'"}) == 1);
    CHECK(world.Count({"test.without",
                       "SELECT COUNT(*) FROM outbox WHERE topic = 'registration.state' AND payload ="
                       " '{\"registration\":\"s\"}'"}) == 1);
}

TEST_CASE("many are told by one row") {
    World world;
    auto commit = world.Commit(store::Actor::Server(), 1);
    REQUIRE(world.db
                ->Write("test",
                        [&](store::Writer& writer) {
                            auto mine = commit;
                            return store::NotifyAll(writer, mine, store::Audience::kTeam, Returned());
                        })
                .ok());
    CHECK(world.Count(kAll) == 1);
    CHECK(world.Count(kInbox) == 0);
}

}  // namespace
