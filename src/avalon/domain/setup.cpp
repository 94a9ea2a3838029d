#include "avalon/domain/setup.h"

#include <algorithm>
#include <array>

namespace rt::avalon {
namespace {

struct Board {
    int good;
    int evil;
    std::array<int, kQuests> team;
};

constexpr std::array<Board, kSeatsMax - kSeatsMin + 1> kBoards{{
    {3, 2, {2, 3, 2, 3, 3}},
    {4, 2, {2, 3, 4, 3, 4}},
    {4, 3, {2, 3, 3, 4, 4}},
    {5, 3, {3, 4, 4, 5, 5}},
    {6, 3, {3, 4, 4, 5, 5}},
    {6, 4, {3, 4, 4, 5, 5}},
}};
constexpr int kTwoFailsPlayers = 7;
constexpr int kTwoFailsQuest = 4;
constexpr int kLadyPlayers = 7;

const Board& BoardOf(int players) {
    return kBoards.at(static_cast<std::size_t>(players - kSeatsMin));
}

void CheckCounts(const Setup& setup, std::vector<SetupIssue>& issues) {
    if (setup.players() < kSeatsMin || setup.players() > kSeatsMax) {
        issues.push_back({Severity::kError, Reason::kPlayers, "roles"});
    } else if (setup.Count(Side::kGood) != GoodSeats(setup.players())) {
        issues.push_back({Severity::kError, Reason::kGoodCount, "roles"});
    }
    for (int i = 0; i < kRoles; ++i) {
        const auto role = static_cast<Role>(i);
        if (setup.Count(role) > Row(role).copies_max) {
            issues.push_back({Severity::kError, Reason::kTooManyCopies, "roles." + std::string(Row(role).name)});
        }
    }
}

void CheckLancelots(const Setup& setup, std::vector<SetupIssue>& issues) {
    const bool good = setup.Has(Role::kLancelotGood);
    const bool evil = setup.Has(Role::kLancelotEvil);
    const bool variant = setup.options.lancelot != LancelotVariant::kNone;
    if (good != evil) issues.push_back({Severity::kError, Reason::kLancelotsApart, "roles"});
    if ((good || evil) && !variant) issues.push_back({Severity::kError, Reason::kLancelotVariant, "options.lancelot"});
    if (!good && !evil && variant) issues.push_back({Severity::kError, Reason::kLancelotMissing, "options.lancelot"});
}

void CheckAssassin(const Setup& setup, std::vector<SetupIssue>& issues) {
    if (!setup.Has(Role::kMerlin) || setup.Has(Role::kAssassin)) return;
    const bool anybody = std::any_of(setup.roles.begin(), setup.roles.end(), MayBeDesignated);
    if (!anybody) issues.push_back({Severity::kError, Reason::kNoAssassin, "roles"});
    if (anybody) issues.push_back({Severity::kWarning, Reason::kDesignated, "roles"});
}

void Warn(const Setup& setup, std::vector<SetupIssue>& issues) {
    const bool merlin = setup.Has(Role::kMerlin);
    const auto warn = [&issues](bool when, Reason reason, std::string_view field) {
        if (when) issues.push_back({Severity::kWarning, reason, std::string(field)});
    };
    warn(setup.Has(Role::kPercival) && !merlin, Reason::kPercivalAlone, "roles.percival");
    warn(setup.Has(Role::kMorgana) && (!merlin || !setup.Has(Role::kPercival)), Reason::kMorganaAlone, "roles.morgana");
    warn(setup.Has(Role::kMordred) && !merlin, Reason::kMordredAlone, "roles.mordred");
    warn(setup.Has(Role::kAssassin) && !merlin, Reason::kAssassinAlone, "roles.assassin");
    warn(setup.options.lady && setup.players() < kLadyPlayers, Reason::kLadySmallTable, "options.lady");
}

}  // namespace

int Setup::Count(Role role) const {
    return static_cast<int>(std::count(roles.begin(), roles.end(), role));
}

int Setup::Count(Side side) const {
    return static_cast<int>(
        std::count_if(roles.begin(), roles.end(), [side](Role role) { return SideOf(role) == side; }));
}

int GoodSeats(int players) {
    return BoardOf(players).good;
}

int EvilSeats(int players) {
    return BoardOf(players).evil;
}

int TeamSize(int players, int quest) {
    return BoardOf(players).team.at(static_cast<std::size_t>(quest - 1));
}

int FailsRequired(int players, int quest) {
    return players >= kTwoFailsPlayers && quest == kTwoFailsQuest ? 2 : 1;
}

Setup DefaultSetup(int players) {
    constexpr std::array<Role, 4> kEvil{Role::kMorgana, Role::kAssassin, Role::kMordred, Role::kOberon};
    Setup setup;
    setup.roles = {Role::kMerlin, Role::kPercival};
    setup.roles.insert(setup.roles.end(), static_cast<std::size_t>(GoodSeats(players) - 2), Role::kServant);
    setup.roles.insert(setup.roles.end(), kEvil.begin(), kEvil.begin() + EvilSeats(players));
    // The third of Evil is Oberon at seven seats, a plain minion at eight.
    if (players == 7) setup.roles.back() = Role::kOberon;
    if (players == 8) setup.roles.back() = Role::kMinion;
    return setup;
}

std::vector<SetupIssue> CheckSetup(const Setup& setup) {
    std::vector<SetupIssue> issues;
    CheckCounts(setup, issues);
    CheckLancelots(setup, issues);
    CheckAssassin(setup, issues);
    const int speech = setup.options.speech_seconds;
    if (speech < kSpeechSecondsMin || speech > kSpeechSecondsMax) {
        issues.push_back({Severity::kError, Reason::kSpeechSeconds, "options.speech_seconds"});
    }
    Warn(setup, issues);
    std::stable_sort(issues.begin(), issues.end(),
                     [](const SetupIssue& a, const SetupIssue& b) { return a.severity < b.severity; });
    return issues;
}

Status ValidateSetup(const Setup& setup) {
    const std::vector<SetupIssue> issues = CheckSetup(setup);
    if (issues.empty() || issues.front().severity != Severity::kError) return Ok();
    Error error = Refuse(Code::kBadSetup, issues.front().reason);
    for (const SetupIssue& issue : issues) {
        if (issue.severity == Severity::kError) error.fields.push_back({issue.field, Sentence(issue.reason)});
    }
    return error;
}

}  // namespace rt::avalon
