// The sweep finds what is broken: each row breaks one thing in a sound store.
#include <doctest/doctest.h>

#include <deque>

#include "support/registration_world.h"

using namespace rt::testing;
using rt::registration::FormScope;

namespace {

// A store with teams in every state, quotas of every kind, answers, ended and active registrations.
void Fill(World& world) {
    world.AddUsers(40);
    const auto event = world.Open({.team_min = 2,
                                   .team_max = 4,
                                   .review_stages = 1,
                                   .event_teams = 10,
                                   .division_teams = 8,
                                   .division_persons = 30,
                                   .divisions = 2});
    world.AskForCard(event, FormScope::kMember);
    const auto submit = [&](std::int64_t first) {
        const auto team = world.Found(event, first);
        REQUIRE(team.ok());
        REQUIRE(world.GiveCard(*team, first, CardNumber(first)).ok());
        REQUIRE(world.Join(*world.Invite(*team, first), first + 1, CardNumber(first + 1)).ok());
        const auto registration = world.Submit(*team, first);
        REQUIRE(registration.ok());
        return *registration;
    };
    submit(1);
    REQUIRE(world.Review(submit(3), RegistrationCommand::kApprove).ok());
    REQUIRE(world.Review(submit(5), RegistrationCommand::kReject).ok());
    REQUIRE(world.Review(submit(7), RegistrationCommand::kReturn).ok());
    REQUIRE(world.Captain(submit(9), 9, RegistrationCommand::kWithdraw).ok());
    REQUIRE(world.Found(event, 20, 1).ok());
    REQUIRE(world.Disband(*world.Found(event, 22, 1), 22).ok());
}

constexpr const char* kConfirmed = "(SELECT id FROM registration WHERE state = 'CONFIRMED')";

}  // namespace

TEST_CASE("every kind of damage is found, under its own name") {
    // Statements are cached by name, and both texts must outlive the store.
    std::deque<std::string> names;
    World world;
    Fill(world);
    REQUIRE(world.Findings() == "");
    const std::string of_confirmed = std::string("SELECT team FROM registration WHERE state = 'CONFIRMED'");
    static const std::vector<std::pair<std::string, std::string>> rows{
        {"I1", "UPDATE quota SET cap = 1"},
        {"I2", "UPDATE quota SET held = held + 1"},
        {"I2", "UPDATE quota_ledger SET delta_held = delta_held + 1 WHERE id = (SELECT MIN(id) FROM quota_ledger)"},
        {"I2", "DELETE FROM quota_ledger WHERE id = (SELECT MAX(id) FROM quota_ledger)"},
        {"I15",
         "UPDATE allocation SET state = 'HELD' WHERE id = (SELECT MIN(id) FROM allocation WHERE state = 'RELEASED')"},
        {"I15", std::string("UPDATE allocation SET state = 'HELD' WHERE owner = ") + kConfirmed},
        {"I1", std::string("DELETE FROM allocation WHERE owner = ") + kConfirmed},
        {"I3", "UPDATE person_entry SET used = used + 1 WHERE subject LIKE 'P%'"},
        {"I3", "DELETE FROM person_entry WHERE subject LIKE 'N%'"},
        {"I4", "UPDATE team SET member_count = member_count + 1 WHERE state = 'FORMING'"},
        {"I4", "UPDATE team SET confirmed_count = 0 WHERE state = 'SUBMITTED'"},
        {"I4", "UPDATE event SET team_min = 1, team_max = 1"},
        {"I4", "UPDATE event SET team_min = 3"},
        {"I4", "UPDATE team SET state = 'READY' WHERE state = 'FORMING'"},
        {"I4", "UPDATE team SET state = 'DISBANDED' WHERE state = 'FORMING'"},
        {"I4", "UPDATE team_member SET role = 'PLAYER' WHERE role = 'CAPTAIN'"},
        {"I4", "UPDATE team_invite SET used = max_uses + 1"},
        {"I5", "UPDATE team SET state = 'FORMING' WHERE id = (" + of_confirmed + ")"},
        {"I5", "UPDATE friendly_no SET last = 0"},
        {"I11", "UPDATE answer_set SET sensitive = NULL"},
        {"I11", "UPDATE answer_set SET data = '{\"other\":1}'"},
        {"I11", "UPDATE answer_set SET sensitive = (SELECT MAX(sensitive) FROM answer_set)"},
        {"I11", "UPDATE team_member SET answer_set = 1 WHERE answer_set IS NOT NULL"},
        {"I12", "UPDATE registration SET state = 'REJECTED' WHERE state = 'WITHDRAWN'"},
        {"I12", "DELETE FROM audit_detail"},
    };
    for (const auto& [invariant, sql] : rows) {
        CAPTURE(sql);
        // Rolled back: each damage is on its own.
        std::string found;
        const std::string& name = names.emplace_back("test.damage" + std::to_string(names.size()));
        const auto done = world.db->Write("test.damage", [&](store::Writer& w) -> rt::Status {
            found.clear();
            const store::Statement statement{name, sql};
            RT_TRY(const auto changed, w.Run(statement, {}));
            if (changed == 0) return rt::Fail(rt::Code::kNotFound, "nothing was damaged");
            RT_TRY(const auto violations, rt::registration::CheckInvariants(w, world.privacy));
            for (const auto& one : violations) found += std::string(one.invariant) + ": " + one.what + "\n";
            return rt::Fail(rt::Code::kConflict);
        });
        REQUIRE(done.error().code == rt::Code::kConflict);
        CAPTURE(found);
        CHECK(found.find(invariant + ":") != std::string::npos);
    }
    CHECK(world.Findings() == "");
}

TEST_CASE("the gauges are zero in a sound store and count what is wrong") {
    World world;
    Fill(world);
    const auto read = [&] { return *world.db->Read(rt::registration::ReadGauges); };
    CHECK(read().quota_drift == 0);
    CHECK(read().negative_available == 0);
    CHECK(read().duplicate_membership == 0);
    world.Run({"t1", "UPDATE quota SET cap = 0, held = held + 1"});
    CHECK(read().quota_drift == 3);
    CHECK(read().negative_available == 3);
    world.Run({"t2", "DROP INDEX team_member_person"});
    world.Run({"t4", "DROP INDEX team_member_once"});
    world.Run({"t3", "UPDATE team_member SET person = (SELECT MIN(id) FROM person)"});
    CHECK(read().duplicate_membership == 1);
}
