// Captains, members and an organiser at a small event, seeded. An oracle that knows only the rules (registration.md
// §3.4, §3.5), not the code, predicts what each command answers; the sweep and a comparison of the whole follow. A
// second run lets many threads loose without an oracle, and the sweep judges.
#include <doctest/doctest.h>

#include <array>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "support/registration_world.h"

using rt::Code;
using rt::registration::EventState;
using rt::registration::QuotaScope;
using rt::registration::QuotaUnit;
using namespace rt::testing;

namespace {

constexpr std::int64_t kUsers = 40;
constexpr std::int64_t kMin = 2;
constexpr std::int64_t kMax = 4;
constexpr Code kGood = Code::kInternal;  // stands for success; the store must never answer INTERNAL

struct ModelTeam {
    std::string id;
    std::string code;
    std::int64_t captain = 0;
    std::set<std::int64_t> members;  // with the captain
    bool disbanded = false;
    std::string registration;  // empty: none active
    RegistrationState state = RegistrationState::kDraft;

    bool submitted() const { return !registration.empty(); }
    std::int64_t size() const { return static_cast<std::int64_t>(members.size()); }
    bool Fits() const { return size() >= kMin && size() <= kMax; }
};

// What the rules say; changed only by commands that it says succeed.
struct Model {
    std::vector<ModelTeam> teams;
    std::map<std::int64_t, std::string> team_of;  // user -> team
    bool open = true;
    bool reviewed = false;
    std::int64_t cap_teams = 3;
    std::int64_t cap_persons = 9;

    std::int64_t UsedTeams() const {
        std::int64_t out = 0;
        for (const auto& team : teams) out += team.submitted() ? 1 : 0;
        return out;
    }
    std::int64_t UsedPersons() const {
        std::int64_t out = 0;
        for (const auto& team : teams) out += team.submitted() ? team.size() : 0;
        return out;
    }
    bool Free(std::int64_t user) const { return !team_of.contains(user); }

    Code Found(std::int64_t user) const {
        if (!open) return Code::kEventNotOpen;
        return Free(user) ? kGood : Code::kDuplicatePerson;
    }
    Code Join(const ModelTeam& team, std::int64_t user) const {
        if (team.disbanded) return Code::kInviteExpired;
        if (!open) return Code::kEventNotOpen;
        if (team.size() >= kMax) return Code::kTeamFull;
        if (!Free(user)) return Code::kDuplicatePerson;
        return team.submitted() && UsedPersons() + 1 > cap_persons ? Code::kQuotaFull : kGood;
    }
    Code Leave(const ModelTeam& team, std::int64_t user) const {
        if (!team.members.contains(user)) return Code::kNotFound;
        return user == team.captain ? Code::kInvalidState : kGood;
    }
    Code Disband(const ModelTeam& team) const {
        return team.disbanded || team.submitted() ? Code::kInvalidState : kGood;
    }
    Code Submit(const ModelTeam& team) const {
        if (!open) return Code::kEventNotOpen;
        if (team.disbanded || team.submitted()) return Code::kInvalidState;
        if (!team.Fits()) return Code::kTeamNotReady;
        return UsedTeams() + 1 <= cap_teams && UsedPersons() + team.size() <= cap_persons ? kGood : Code::kQuotaFull;
    }
    // The state after a command on a registration; nullopt: refused.
    static std::optional<RegistrationState> After(RegistrationState from, RegistrationCommand command) {
        using S = RegistrationState;
        using C = RegistrationCommand;
        if (from == S::kInReview && command == C::kApprove) return S::kConfirmed;
        if (from == S::kInReview && command == C::kReject) return S::kRejected;
        if (from == S::kInReview && command == C::kReturn) return S::kReturned;
        if (from == S::kReturned && command == C::kResubmit) return S::kInReview;
        if ((from == S::kInReview || from == S::kReturned) && command == C::kWithdraw) return S::kWithdrawn;
        if (from == S::kConfirmed && command == C::kCancel) return S::kCancelled;
        return std::nullopt;
    }
};

class Sim {
  public:
    Sim(std::uint64_t seed, bool reviewed) : world_(seed), dice_(seed * 7919 + 1) {
        world_.AddUsers(kUsers);
        model_.reviewed = reviewed;
        event_ = world_.Open({.team_min = kMin,
                              .team_max = kMax,
                              .review_stages = reviewed ? 1 : 0,
                              .event_teams = model_.cap_teams,
                              .division_persons = model_.cap_persons});
    }

    void Run(int steps) {
        for (int step = 0; step < steps; ++step) {
            CAPTURE(step);
            Step();
            if (step % 80 == 79) Compare();
        }
    }
    int successes() const { return successes_; }
    const std::set<Code>& refusals() const { return refusals_; }

  private:
    std::int64_t Below(std::size_t bound) { return static_cast<std::int64_t>(dice_.Below(bound)); }
    std::int64_t AnyUser() { return 1 + Below(kUsers); }

    template <class T>
    bool Expect(Code wanted, const rt::Result<T>& result, const char* what) {
        CAPTURE(what);
        const Code got = result.ok() ? kGood : result.error().code;
        REQUIRE(std::string(rt::base::Info(got).wire) == std::string(rt::base::Info(wanted).wire));
        if (!result.ok()) refusals_.insert(got);
        successes_ += result.ok() ? 1 : 0;
        return result.ok();
    }

    void Step() {
        // A pause is short, and teams that are gone are met less often than the others.
        if (!model_.open && Below(5) == 0) return DoPause();
        const std::int64_t kind = Below(100);
        if (kind < 12 || model_.teams.empty()) return DoFound();
        auto index = static_cast<std::size_t>(Below(model_.teams.size()));
        if (model_.teams.at(index).disbanded) index = static_cast<std::size_t>(Below(model_.teams.size()));
        ModelTeam& team = model_.teams.at(index);
        if (kind < 40) return DoJoin(team);
        if (kind < 50) return DoLeave(team);
        if (kind < 54) return DoRemove(team);
        if (kind < 57) return DoHandOver(team);
        if (kind < 58) return DoDisband(team);
        if (kind < 80) return DoSubmit(team);
        if (kind < 96) return DoCommand(team);
        if (kind < 98) return DoPause();
        DoCap();
    }

    void DoFound() {
        const std::int64_t user = AnyUser();
        const auto made = world_.Found(event_, user);
        if (!Expect(model_.Found(user), made, "found")) return;
        ModelTeam team;
        team.id = *made;
        team.captain = user;
        team.members = {user};
        team.code = *world_.Invite(*made, user, 1'000);
        model_.team_of[user] = team.id;
        model_.teams.push_back(team);
    }
    void DoJoin(ModelTeam& team) {
        const std::int64_t user = AnyUser();
        if (!Expect(model_.Join(team, user), world_.Join(team.code, user), "join")) return;
        team.members.insert(user);
        model_.team_of[user] = team.id;
    }
    void DoLeave(ModelTeam& team) {
        const std::int64_t user = AnyUser();
        if (!Expect(model_.Leave(team, user), world_.Leave(team.id, user), "leave")) return;
        team.members.erase(user);
        model_.team_of.erase(user);
    }
    void DoRemove(ModelTeam& team) {
        if (team.disbanded || team.members.size() < 2) return;
        const auto members = world_.Members(team.id);
        const auto& member = members.at(1 + static_cast<std::size_t>(Below(members.size() - 1)));
        if (!Expect(kGood, world_.Remove(team.id, team.captain, member.public_id), "remove")) return;
        team.members.erase(member.user.value - 1'000);
        model_.team_of.erase(member.user.value - 1'000);
    }
    void DoHandOver(ModelTeam& team) {
        if (team.disbanded || team.members.size() < 2) return;
        const auto members = world_.Members(team.id);
        if (!Expect(kGood, world_.HandOver(team.id, team.captain, members.at(1).public_id), "hand over")) return;
        team.captain = members.at(1).user.value - 1'000;
    }
    void DoDisband(ModelTeam& team) {
        if (!Expect(model_.Disband(team), world_.Disband(team.id, team.captain), "disband")) return;
        for (const std::int64_t user : team.members) model_.team_of.erase(user);
        team.members.clear();
        team.disbanded = true;
    }
    void DoSubmit(ModelTeam& team) {
        const auto done = world_.Submit(team.id, team.captain);
        if (!Expect(model_.Submit(team), done, "submit")) return;
        team.registration = *done;
        team.state = model_.reviewed ? RegistrationState::kInReview : RegistrationState::kConfirmed;
    }
    void DoCommand(ModelTeam& team) {
        constexpr std::array kCommands{RegistrationCommand::kApprove,  RegistrationCommand::kReject,
                                       RegistrationCommand::kReturn,   RegistrationCommand::kResubmit,
                                       RegistrationCommand::kWithdraw, RegistrationCommand::kCancel};
        if (!team.submitted()) return;
        const auto index = static_cast<std::size_t>(Below(kCommands.size()));
        const auto command = kCommands.at(index);
        const auto next = Model::After(team.state, command);
        Code wanted = next.has_value() ? kGood : Code::kInvalidState;
        if (command == RegistrationCommand::kResubmit) {
            if (!team.Fits()) wanted = Code::kTeamNotReady;
            if (!model_.open) wanted = Code::kEventNotOpen;
        }
        const auto done = index < 3 ? world_.Review(team.registration, command)
                                    : world_.Captain(team.registration, team.captain, command);
        if (!Expect(wanted, done, "command")) return;
        team.state = *next;
        CHECK(done->state == *next);
        const bool ended = *next == RegistrationState::kRejected || *next == RegistrationState::kWithdrawn ||
                           *next == RegistrationState::kCancelled;
        if (ended) team.registration.clear();
    }
    void DoPause() {
        model_.open = !model_.open;
        world_.SetState(event_, model_.open ? EventState::kPublished : EventState::kPaused);
    }
    void DoCap() {
        model_.cap_teams = std::max<std::int64_t>(model_.UsedTeams(), 2 + Below(3));
        model_.cap_persons = std::max<std::int64_t>(model_.UsedPersons(), 5 + Below(8));
        world_.SetCap(event_, std::nullopt, QuotaUnit::kTeam, model_.cap_teams);
        world_.SetCap(event_, 0, QuotaUnit::kPerson, model_.cap_persons);
    }

    void Compare() {
        CHECK(world_.Findings() == "");
        CHECK(world_.Quota(event_, QuotaScope::kEvent, QuotaUnit::kTeam).used() == model_.UsedTeams());
        CHECK(world_.Quota(event_, QuotaScope::kDivision, QuotaUnit::kPerson).used() == model_.UsedPersons());
        for (const ModelTeam& team : model_.teams) {
            const auto stored = world_.Team(team.id);
            CHECK(stored.member_count == team.size());
            const auto state = team.disbanded     ? TeamState::kDisbanded
                               : team.submitted() ? TeamState::kSubmitted
                               : team.Fits()      ? TeamState::kReady
                                                  : TeamState::kForming;
            CHECK(stored.state == state);
            if (!team.disbanded) CHECK(stored.captain_user.value == team.captain + 1'000);
        }
    }

    World world_;
    rt::base::SeededRandom dice_;
    Model model_;
    OpenEvent event_;
    int successes_ = 0;
    std::set<Code> refusals_;
};

// One person of the crowd: a random command on a random team.
void Meddle(World& world, rt::base::SeededRandom& dice, const std::vector<std::string>& teams,
            const std::vector<std::string>& codes, std::map<std::size_t, std::string>& registrations) {
    const std::size_t team = dice.Below(teams.size());
    const auto captain = 1 + static_cast<std::int64_t>(team) * 4;
    const auto user = 1 + static_cast<std::int64_t>(dice.Below(96));
    const auto kind = dice.Below(7);
    if (kind < 2) {
        (void)world.Join(codes.at(team), user);
    } else if (kind == 2) {
        (void)world.Leave(teams.at(team), user);
    } else if (kind < 5) {
        if (auto done = world.Submit(teams.at(team), captain); done.ok()) registrations[team] = *done;
    } else if (kind == 5 && registrations.contains(team)) {
        (void)world.Captain(registrations.at(team), captain, RegistrationCommand::kWithdraw);
    } else if (!registrations.empty()) {
        const auto command = dice.Below(2) == 0 ? RegistrationCommand::kApprove : RegistrationCommand::kReject;
        (void)world.Review(registrations.begin()->second, command);
    }
}

}  // namespace

TEST_CASE("a small event, command by command, as the rules say") {
    std::set<Code> refusals;
    for (std::uint64_t seed = 1; seed <= 6; ++seed) {
        CAPTURE(seed);
        Sim sim(seed, seed % 2 == 0);
        sim.Run(800);
        CHECK(sim.successes() > 80);
        refusals.insert(sim.refusals().begin(), sim.refusals().end());
    }
    // Every kind of refusal has been met.
    for (const Code code : {Code::kEventNotOpen, Code::kDuplicatePerson, Code::kTeamFull, Code::kQuotaFull,
                            Code::kInvalidState, Code::kTeamNotReady, Code::kInviteExpired, Code::kNotFound}) {
        CAPTURE(rt::base::Info(code).wire);
        CHECK(refusals.contains(code));
    }
}

TEST_CASE("a crowd of threads leaves a sound store") {
    World world(99);
    world.AddUsers(96);
    const auto event =
        world.Open({.team_min = 1, .team_max = 3, .review_stages = 1, .event_teams = 12, .division_persons = 25});
    std::vector<std::string> teams;
    std::vector<std::string> codes;
    for (std::int64_t i = 0; i < 24; ++i) {
        teams.push_back(world.ReadyTeam(event, 1 + i * 4, 1));
        codes.push_back(*world.Invite(teams.back(), 1 + i * 4, 1'000));
    }
    std::vector<std::thread> threads;
    for (std::uint64_t t = 0; t < 8; ++t) {
        threads.emplace_back([&, t] {
            rt::base::SeededRandom dice(t + 5);
            std::map<std::size_t, std::string> registrations;
            for (int step = 0; step < 120; ++step) Meddle(world, dice, teams, codes, registrations);
        });
    }
    for (auto& thread : threads) thread.join();
    CHECK(world.Findings() == "");
    CHECK(world.Count({"t", "SELECT COUNT(*) FROM registration"}) > 12);
}
