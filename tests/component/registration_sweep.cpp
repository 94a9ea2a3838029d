// The sweep finds what is broken: each row breaks one thing in a sound store, and the sweep names it.
#include <doctest/doctest.h>

#include <algorithm>
#include <deque>

#include "support/registration_clubs.h"
#include "support/registration_world.h"

using namespace rt::testing;
using rt::registration::FormScope;

namespace {

// Teams in every state, quotas of every kind, answers, ended and active registrations, a reserve, a club.
void FillRegistered(World& world) {
    const auto event = world.Open({.team_min = 2,
                                   .team_max = 4,
                                   .review_stages = 1,
                                   .event_teams = 10,
                                   .division_teams = 8,
                                   .division_persons = 30,
                                   .divisions = 2});
    world.AskForCard(event, FormScope::kMember);
    const auto club = NewClub(world, event, "club");
    LimitClubs(world, event, 1);
    const auto submit = [&](std::int64_t first) {
        const auto team = world.Found(event, first);
        REQUIRE(team.ok());
        REQUIRE(world.GiveCard(*team, first, CardNumber(first)).ok());
        REQUIRE(world.Join(*world.Invite(*team, first), first + 1, CardNumber(first + 1)).ok());
        if (first == 1) REQUIRE(PlayFor(world, *team, first, club.id).ok());
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
    REQUIRE(world.Reserve(event, 1, 2).ok());
}

// A waiting list: its head has an open offer, the next one waits.
void FillWaiting(World& world) {
    EventPlan plan;
    plan.event_teams = 1;
    plan.policy.waitlist.enabled = true;
    plan.policy.waitlist.policy = rt::registration::WaitlistPolicy::kStrict;
    plan.policy.waitlist.promotion = rt::registration::Promotion::kOffer;
    const auto event = world.Open(plan);
    std::vector<std::string> registrations;
    for (std::int64_t user = 30; user < 33; ++user) {
        registrations.push_back(*world.Submit(world.ReadyTeam(event, user, 1), user));
    }
    REQUIRE(world.Captain(registrations.front(), 30, RegistrationCommand::kCancel).ok());
    REQUIRE(world.Place(registrations.at(1))->offer == rt::registration::OfferState::kOpen);
    REQUIRE(world.State(registrations.at(2)) == RegistrationState::kWaitlisted);
}

void Fill(World& world) {
    world.AddUsers(40);
    FillRegistered(world);
    FillWaiting(world);
}

constexpr const char* kOfConfirmed = "(SELECT team FROM registration WHERE state = 'CONFIRMED')";

struct Damage {
    std::string named;  // part of what the sweep must say
    std::vector<std::string> sql;
};

// Rolled back: each damage is on its own.
std::string FoundAfter(World& world, const Damage& damage) {
    // Statements are cached by name, and both texts must outlive the store.
    static std::deque<std::pair<std::string, std::string>> statements;
    const std::size_t first = statements.size();
    for (const std::string& sql : damage.sql) {
        statements.emplace_back("test.damage" + std::to_string(statements.size()), sql);
    }
    std::string found;
    const auto done = world.db->Write("test.damage", [&](store::Writer& w) -> rt::Status {
        found.clear();
        std::int64_t changed = 0;
        for (std::size_t i = first; i < statements.size(); ++i) {
            const store::Statement statement{statements[i].first, statements[i].second};
            RT_TRY(changed, w.Run(statement, {}));
        }
        if (changed == 0) return rt::Fail(rt::Code::kNotFound, "nothing was damaged");
        RT_TRY(const auto violations, rt::registration::CheckInvariants(w, world.privacy));
        for (const auto& one : violations) found += std::string(one.invariant) + ": " + one.what + "\n";
        return rt::Fail(rt::Code::kConflict);
    });
    REQUIRE_MESSAGE(done.error().code == rt::Code::kConflict, done.error().detail);
    return found;
}

void CheckNamed(World& world, const std::vector<Damage>& damages) {
    REQUIRE(world.Findings() == "");
    for (const Damage& damage : damages) {
        CAPTURE(damage.named);
        CAPTURE(damage.sql.back());
        const std::string found = FoundAfter(world, damage);
        CAPTURE(found);
        CHECK(found.find(damage.named) != std::string::npos);
    }
    CHECK(world.Findings() == "");
}

}  // namespace

TEST_CASE("damaged quotas and units are found, under their own name") {
    World world;
    Fill(world);
    CheckNamed(
        world,
        {
            {"I1: more is taken than the cap", {"UPDATE quota SET cap = 1"}},
            {"I2: the ledger does not add up", {"UPDATE quota SET held = held + 1"}},
            {"I2: the ledger does not add up",
             {"UPDATE quota_ledger SET delta_held = delta_held + 1 WHERE id = (SELECT MIN(id) FROM quota_ledger)"}},
            {"I2: the ledger does not add up",
             {"DELETE FROM quota_ledger WHERE id = (SELECT MAX(id) FROM quota_ledger)"}},
            {"I2: the allocations do not add up", {"UPDATE quota SET held = held + 1"}},
            {"I15: the ledger rows of one allocation",
             {"UPDATE allocation SET qty = qty + 1 WHERE id = (SELECT MIN(id) FROM allocation WHERE state = 'HELD')"}},
            {"I15: an ended registration still has units",
             {"UPDATE allocation SET state = 'HELD' WHERE id = (SELECT MIN(id) FROM allocation WHERE state = "
              "'RELEASED')"}},
            {"I15: units are not in the state of their registration",
             {"UPDATE allocation SET state = 'HELD' WHERE owner = (SELECT id FROM registration WHERE state = "
              "'CONFIRMED')"}},
            {"I1: units are missing",
             {"DELETE FROM allocation WHERE owner = (SELECT id FROM registration WHERE state = 'CONFIRMED')"}},
            {"I15: a closed reserve has units", {"UPDATE reserve SET state = 'CLOSED'"}},
            {"I15: a closed reserve has units, or an open one",
             {"UPDATE allocation SET state = 'HELD' WHERE owner_kind = 'RESERVE'"}},
        });
}

TEST_CASE("damaged teams and members are found, under their own name") {
    World world;
    Fill(world);
    CheckNamed(
        world,
        {
            {"I3: a person is active twice",
             {"DROP INDEX team_member_person", "DROP INDEX team_member_once",
              "UPDATE team_member SET person = (SELECT MIN(id) FROM person)"}},
            {"I3: an identity number is active twice",
             {"DROP INDEX team_member_id_bi", "UPDATE team_member SET id_bi = 'same' WHERE id_bi IS NOT NULL"}},
            {"I3: the entry counter of a person", {"UPDATE person_entry SET used = used + 1 WHERE subject LIKE 'P%'"}},
            {"I3: a person has more entries", {"UPDATE person_entry SET used = 2 WHERE used = 1"}},
            {"I3: an active member has no entry counter", {"DELETE FROM person_entry WHERE subject LIKE 'N%'"}},
            {"I3: an active member has no entry counter", {"DELETE FROM person_entry WHERE subject LIKE 'P%'"}},
            {"I4: the counts of a team", {"UPDATE team SET member_count = member_count + 1 WHERE state = 'FORMING'"}},
            {"I4: the counts of a team", {"UPDATE team SET confirmed_count = 0 WHERE state = 'SUBMITTED'"}},
            {"I4: the counts of substitutes", {"UPDATE team SET sub_count = sub_count + 1"}},
            {"I4: the counts of substitutes", {"UPDATE team SET staff_count = staff_count + 1"}},
            {"I4: a team is larger", {"UPDATE event SET team_min = 1, team_max = 1"}},
            {"I4: a submitted team is below", {"UPDATE event SET team_min = 3, team_max = 4"}},
            {"I4: a team is READY", {"UPDATE team SET state = 'READY' WHERE state = 'FORMING'"}},
            {"I4: a disbanded team has active members",
             {"UPDATE team SET state = 'DISBANDED' WHERE state = 'FORMING'"}},
            {"I4: a team does not have exactly one captain",
             {"UPDATE team_member SET role = 'PLAYER' WHERE role = 'CAPTAIN'"}},
            {"I4: a team does not have exactly one captain", {"UPDATE team SET captain_member_id = id"}},
            {"I4: an invitation was used too often", {"UPDATE team_invite SET used = max_uses + 1"}},
            {"3.2: the entries of a club are not its registered teams", {"UPDATE club_entry SET used = used + 1"}},
            {"3.2: the entries of a club are not its registered teams", {"DELETE FROM club_entry"}},
            {"3.2: the entries of a club are not its registered teams, or too many",
             {"UPDATE club_limit SET entries_max = 0"}},
        });
}

TEST_CASE("damaged registrations are found, under their own name") {
    World world;
    Fill(world);
    CheckNamed(world,
               {
                   {"I5: a team has more than one active registration",
                    {"DROP INDEX registration_active",
                     "UPDATE registration SET team = " + std::string(kOfConfirmed) + " WHERE state = 'IN_REVIEW'"}},
                   {"I5: SUBMITTED and an active registration",
                    {"UPDATE team SET state = 'FORMING' WHERE id = " + std::string(kOfConfirmed)}},
                   {"I5: a number of an event", {"UPDATE friendly_no SET last = 0"}},
                   {"I5: a number of an event",
                    {"DROP INDEX registration_friendly_no", "UPDATE registration SET friendly_no = 1"}},
                   {"3.2: a draft has teams or registrations", {"UPDATE event SET state = 'DRAFT'"}},
                   {"I12: the audit chain does not end",
                    {"UPDATE registration SET state = 'REJECTED' WHERE state = 'WITHDRAWN'"}},
                   {"I12: the audit chain does not end", {"DELETE FROM audit_detail"}},
               });
}

TEST_CASE("a damaged waiting list is found, under its own name") {
    World world;
    Fill(world);
    CheckNamed(
        world,
        {
            {"I10: the waiting list and the state",
             {"UPDATE waitlist_entry SET state = 'LEFT' WHERE state = 'WAITING'"}},
            {"I10: the waiting list and the state",
             {"UPDATE registration SET state = 'IN_REVIEW' WHERE state = 'WAITLISTED'"}},
            {"I10: the number of those on a waiting list", {"UPDATE waitlist_line SET waiting = waiting + 1"}},
            {"I10: an entry has more than one live offer",
             {"DROP INDEX offer_live",
              "INSERT INTO offer (id, entry, event, state, made) SELECT id + 1, entry, event, 'OPEN', made FROM "
              "offer"}},
            {"I10: an entry and its offer", {"UPDATE offer SET state = 'EXPIRED' WHERE state = 'OPEN'"}},
            {"I10: an entry and its offer", {"UPDATE waitlist_entry SET state = 'OFFERED' WHERE state = 'WAITING'"}},
            {"I10: an offer that is not live", {"UPDATE offer SET state = 'EXPIRED' WHERE state = 'OPEN'"}},
            {"I10: an offer that is not live",
             {"UPDATE allocation SET state = 'HELD' WHERE owner_kind = 'OFFER' AND state = 'BLOCKED'"}},
            {"I10: an open offer does not hold",
             {"UPDATE allocation SET qty = qty + 1 WHERE owner_kind = 'OFFER' AND state = 'BLOCKED'"}},
            {"I10: a waiting list is longer", {"UPDATE event SET waitlist_cap = 1"}},
        });
}

TEST_CASE("damaged answers are found, under their own name") {
    World world;
    Fill(world);
    const auto member = world.Count({"test.member", "SELECT MIN(owner) FROM answer_set WHERE owner_kind = 'MEMBER'"});
    const std::string loose = world.privacy.Seal({rt::registration::Owner::Kind::kMemberAnswers, member},
                                                 R"({"card":" )" + CardNumber(1) + R"("})");
    CheckNamed(
        world,
        {
            {"have no form version", {"PRAGMA defer_foreign_keys = ON", "UPDATE answer_set SET form_version = 1"}},
            {"cannot be opened", {"UPDATE answer_set SET sensitive = (SELECT MAX(sensitive) FROM answer_set)"}},
            {"do not validate", {"UPDATE answer_set SET sensitive = NULL"}},
            {"do not validate", {"UPDATE answer_set SET data = '{\"other\":1}'"}},
            {"are not in normal form",
             {"UPDATE answer_set SET sensitive = '" + loose +
              "' WHERE owner_kind = 'MEMBER'"
              " AND owner = " +
              std::to_string(member)}},
            {"I11: a member's answers are missing",
             {"UPDATE team_member SET answer_set = 1 WHERE answer_set IS NOT NULL"}},
        });
}

TEST_CASE("the gauges are zero in a sound store and count what is wrong") {
    World world;
    world.AddUsers(40);
    FillRegistered(world);
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
