// Races of rosters: two who join at once, a captain who goes while others come, answers given twice. Built a second
// time without the guards, where each must break.
#include <doctest/doctest.h>

#include <atomic>

#include "base/encoding.h"
#include "registration/store/guardians.h"
#include "registration/store/persons.h"
#include "registration/store/roster.h"
#include "support/registration_race.h"

using rt::Result;
using rt::Status;
using rt::registration::GuardianState;
using rt::registration::InviteKind;
using rt::registration::JoinPolicy;
using rt::registration::MemberRole;
using namespace rt::testing;

namespace {

constexpr std::size_t kIds = 40;

template <class Fn>
Status Write(World& world, const store::Actor& actor, Fn fn) {
    const auto commit = world.Commit(actor, kIds);
    return world.db->Write("test.race", [&](store::Writer& writer) -> Status {
        auto mine = commit;
        return fn(writer, mine);
    });
}

std::string LinkFor(World& world, std::string_view team, std::int64_t captain, MemberRole role) {
    const std::string token = rt::base::NewPublicId(world.random);
    store::NewInvite invite;
    invite.team_public_id = team;
    invite.id = world.ids.Next<rt::registration::InviteId>();
    invite.public_id = rt::base::NewPublicId(world.random);
    invite.code_hash = world.privacy.BlindIndex("invite", token);
    invite.max_uses = 100;
    invite.expires = world.clock.Now().Plus(rt::base::kMicrosPerDay);
    invite.kind = InviteKind::kLink;
    invite.role = role;
    REQUIRE(Write(world, World::User(captain), [&](store::Writer& w, store::Commit& c) {
                return store::CreateInvite(w, c, invite);
            }).ok());
    return token;
}

void SetPolicy(World& world, const std::string& team, std::int64_t captain, JoinPolicy policy) {
    store::PatchTeam patch;
    patch.public_id = team;
    patch.rev = world.Team(team).rev;
    patch.join_policy = policy;
    REQUIRE(Write(world, World::User(captain), [&](store::Writer& w, store::Commit& c) {
                return store::Patch(w, c, patch);
            }).ok());
}

std::string WaitingMember(World& world, const std::string& team, std::size_t index) {
    const auto id = world.Team(team).id;
    const auto waiting = world.db->Read([&](store::Reader& r) { return store::WaitingOf(r, id); });
    REQUIRE(waiting.ok());
    return waiting->at(index).public_id;
}

}  // namespace

TEST_CASE("race: a captain hands over to a member who leaves") {
    World world;
    world.AddUsers(80);
    const auto event = world.Open({});
    for (int round = 0; round < 40; ++round) {
        const int captain = 2 * round + 1;
        const auto team = world.ReadyTeam(event, captain, 2);
        const auto heir = world.Members(team).at(1).public_id;
        Race(2, [&](int i) {
            return i == round % 2 ? world.HandOver(team, captain, heir).ok() : world.Leave(team, captain + 1).ok();
        });
    }
    CheckSweep(world, "I4");
}

TEST_CASE("race: a captain hands over to two at once, who is captain afterwards") {
    World world;
    world.AddUsers(90);
    const auto event = world.Open({});
    for (int round = 0; round < 20; ++round) {
        const int captain = 3 * round + 1;
        const auto team = world.ReadyTeam(event, captain, 3);
        const auto members = world.Members(team);
        const int good =
            Race(2, [&](int i) { return world.HandOver(team, captain, members.at(1 + i).public_id).ok(); });
        CHECK(good == 1);
    }
    CHECK(world.Findings() == "");
}

TEST_CASE("race: eight approved at once for the last three places") {
    World world;
    world.AddUsers(20);
    const auto event = world.Open({.team_max = 4});
    const auto team = world.ReadyTeam(event, 1, 1);
    SetPolicy(world, team, 1, JoinPolicy::kApproval);
    const auto code = world.Invite(team, 1);
    REQUIRE(code.ok());
    for (int i = 0; i < 8; ++i) REQUIRE(world.Join(*code, i + 2).ok());
    CHECK(world.Team(team).member_count == 1);
    std::vector<std::string> members;
    for (std::size_t i = 0; i < 8; ++i) members.push_back(WaitingMember(world, team, i));
    const int good = Race(8, [&](int i) {
        return Write(world, World::User(1),
                     [&](store::Writer& w, store::Commit& c) {
                         return store::ApproveMember(w, c, team, members.at(static_cast<std::size_t>(i)));
                     })
            .ok();
    });
    CHECK((good == 3) == kGuarded);
    CheckSweep(world, "I4");
}

TEST_CASE("race: ten substitutes for two seats") {
    World world;
    world.AddUsers(20);
    const auto event = world.Open({});
    world.Run({"t.subs", "UPDATE event SET sub_max = 2"});
    const auto team = world.ReadyTeam(event, 1, 1);
    const auto link = LinkFor(world, team, 1, MemberRole::kSubstitute);
    const int good = Race(10, [&](int i) { return world.Join(link, i + 2).ok(); });
    CHECK((good == 2) == kGuarded);
    CHECK(world.Team(team).member_count == 1);
    CheckSweep(world, "I4");
}

TEST_CASE("race: sixty ask to join; fifty wait") {
    World world;
    world.AddUsers(70);
    const auto event = world.Open({.team_max = 5});
    const auto team = world.ReadyTeam(event, 1, 1);
    SetPolicy(world, team, 1, JoinPolicy::kApproval);
    const auto code = world.Invite(team, 1);
    const int good = Race(60, [&](int i) { return world.Join(*code, i + 2).ok(); });
    CHECK((good == 50) == kGuarded);
    CHECK(world.Findings() == "");
}

TEST_CASE("race: a guardian grants and refuses at once; one answer counts") {
    World world;
    world.AddUsers(2);
    const auto event = world.Open({});
    const auto team = world.ReadyTeam(event, 1, 1);
    const auto member = world.Members(team).front();
    world.Run({"t.minor", "UPDATE team_member SET guardian_state = 'REQUIRED', state = 'JOINED'"});
    world.Run({"t.count", "UPDATE team SET confirmed_count = 0, state = 'FORMING'"});
    world.Run({"t.age", "UPDATE event SET guardian_under_age = 21"});
    const std::string birth =
        world.privacy.Seal({rt::registration::Owner::Kind::kPersonBirth, member.user.value}, "2020-01-01");
    constexpr rt::storage::sql::Statement kSetBirth{"t.set_birth", "UPDATE person SET birth_date = $1"};
    REQUIRE(world.db->Write("t", [&](store::Writer& w) { return w.Run(kSetBirth, {birth}); }).ok());
    const store::NewGuardianLink link{team, member.public_id, world.ids.Next<store::GuardianLinkId>(),
                                      rt::base::NewPublicId(world.random)};
    REQUIRE(Write(world, World::User(1), [&](store::Writer& w, store::Commit& c) {
                return store::CreateGuardianLink(w, c, link);
            }).ok());
    const int good = Race(10, [&](int i) {
        store::GuardianAnswer answer;
        answer.answer = i % 2 == 0 ? GuardianState::kGranted : GuardianState::kRefused;
        answer.name = "sealed";
        return Write(world, {},
                     [&](store::Writer& w, store::Commit& c) {
                         return store::AnswerGuardian(w, c, link.public_id, answer);
                     })
            .ok();
    });
    CHECK((good == 1) == kGuarded);
    CHECK(world.Findings() == "");
}

TEST_CASE("race: a person is erased while he joins a team") {
    World world;
    world.AddUsers(80);
    const auto event = world.Open({.team_max = 5});
    for (int round = 0; round < 30; ++round) {
        const std::int64_t captain = round + 1;
        const auto team = world.ReadyTeam(event, captain, 1);
        store::Person child;
        child.id = world.ids.Next<rt::registration::PersonId>();
        child.public_id = rt::base::NewPublicId(world.random);
        child.owner = World::User(captain).user;
        child.relation = rt::registration::PersonRelation::kChild;
        child.name = world.privacy.Seal({rt::registration::Owner::Kind::kPersonName, child.owner.value}, "Child");
        child.created = world.clock.Now();
        REQUIRE(Write(world, World::User(captain), [&](store::Writer& w, store::Commit& c) {
                    return store::InsertPerson(w, c, child);
                }).ok());
        store::EnterMember enter;
        enter.team_public_id = team;
        enter.who.user = child.owner;
        enter.who.person = child.id;
        enter.who.member = world.ids.Next<rt::registration::MemberId>();
        enter.who.member_public_id = rt::base::NewPublicId(world.random);
        Race(2, [&](int i) {
            return Write(world, World::User(captain),
                         [&](store::Writer& w, store::Commit& c) {
                             return i == round % 2 ? store::Enter(w, c, enter)
                                                   : store::ErasePerson(w, c, child.public_id, child.name);
                         })
                .ok();
        });
    }
    const auto erased_on_team = (world.Count({"t.e",
                                              "SELECT COUNT(*) FROM team_member m JOIN person p ON p.id = m.person"
                                              " WHERE p.ended IS NOT NULL AND m.state IN ('JOINED', 'CONFIRMED')"}));
    CHECK((erased_on_team == 0) == kGuarded);
}

TEST_CASE("race: sixty persons of one user; fifty are kept") {
    World world;
    world.AddUsers(1);
    const int good = Race(60, [&](int) {
        store::Person person;
        person.id = world.ids.Next<rt::registration::PersonId>();
        person.public_id = "p" + std::to_string(person.id.value);
        person.owner = World::User(1).user;
        person.relation = rt::registration::PersonRelation::kChild;
        person.name = "sealed";
        return Write(world, World::User(1),
                     [&](store::Writer& w, store::Commit& c) { return store::InsertPerson(w, c, person); })
            .ok();
    });
    CHECK((good == 50) == kGuarded);
}
