// What a table plays: how many, which roles, which options; and whether that is a game (avalon.md §1.1, §1.2).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "avalon/domain/reasons.h"
#include "avalon/domain/roles.h"
#include "avalon/domain/seats.h"
#include "base/result.h"

namespace rt::avalon {

inline constexpr int kQuests = 5;
inline constexpr int kProposalsMax = 5;  // a quest; the last one rejected ends the game
inline constexpr int kSpeechSecondsMin = 30;
inline constexpr int kSpeechSecondsMax = 90;

enum class EvilReveal : std::uint8_t { kNone, kAll };  // all: Evil shows itself to everybody before the shot
enum class Speech : std::uint8_t { kFree, kRound };    // round: everybody speaks once before the final team
enum class TimeoutPolicy : std::uint8_t { kDefault, kRandom, kPause };
enum class Timer : std::uint8_t { kHalf, kNormal, kLong, kDouble, kEndless };  // times ½, 1, 1½, 2; no clock
enum class MustPlay : std::uint8_t { kByVariant, kOff, kOn };                  // by variant: on in variant 2

struct Options {
    bool lady = false;
    bool excalibur = false;
    bool plot = false;
    bool targeting = false;
    bool hammer = false;  // 强制轮: the fifth proposal is carried without a vote
    bool anonymous_votes = false;
    bool hidden_history = false;
    bool shuffle_seats = false;
    LancelotVariant lancelot = LancelotVariant::kNone;
    MustPlay lancelot_must_play = MustPlay::kByVariant;
    EvilReveal evil_reveal = EvilReveal::kNone;
    Speech speech = Speech::kFree;
    int speech_seconds = 60;
    TimeoutPolicy timeout = TimeoutPolicy::kDefault;
    Timer timer = Timer::kNormal;

    bool operator==(const Options&) const = default;
    // Must the Lancelot who is evil now play Fail?
    bool LancelotForced() const {
        return lancelot_must_play == MustPlay::kOn ||
               (lancelot_must_play == MustPlay::kByVariant && lancelot == LancelotVariant::kOpenDeck);
    }
};

struct Setup {
    std::vector<Role> roles;  // one a seat, in any order: which seat has which is the deal's
    Options options;

    int players() const { return static_cast<int>(roles.size()); }
    int Count(Role role) const;
    int Count(Side side) const;
    bool Has(Role role) const { return Count(role) > 0; }
    bool operator==(const Setup&) const = default;
};

// Good and Evil of a table of `players` (5..10).
int GoodSeats(int players);
int EvilSeats(int players);
// quest: 1..5.
int TeamSize(int players, int quest);
int FailsRequired(int players, int quest);
// A majority of `voters`: the smallest number that is more than half.
inline int MajorityOf(int voters) {
    return voters / 2 + 1;
}

// The common board of §1.2 for 5..10 players, without options.
Setup DefaultSetup(int players);

enum class Severity : std::uint8_t { kError, kWarning };
struct SetupIssue {
    Severity severity;
    Reason reason;
    std::string field;  // "roles", "options.lancelot"
};
// Everything that is wrong or doubtful, errors first. A setup without errors can be dealt and played.
std::vector<SetupIssue> CheckSetup(const Setup& setup);
// BAD_SETUP with every error, if there is one.
Status ValidateSetup(const Setup& setup);

}  // namespace rt::avalon
