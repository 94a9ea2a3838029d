// Growing delays against guessing of passwords and codes. Pure.
//
// An attempt is counted before the secret is looked at and forgiven when it was right, so parallel guesses cannot
// slip through between a look and a count.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/clock.h"

namespace rt::auth::domain {

// How one counter behaves: `free` attempts without delay, then base, 2 base, 4 base ... up to the maximum.
struct GuessRule {
    std::int64_t free;
    std::int64_t base_s;
    std::int64_t delay_s_max;
    std::int64_t forget_s;  // after this long without an attempt the count starts at 0
};

// What is being guessed. Each is counted by itself.
enum class GuessKind : std::uint8_t { kPassword, kCode, kSecondStep };
inline constexpr std::array kGuessKinds{GuessKind::kPassword, GuessKind::kCode, GuessKind::kSecondStep};
// "password", "code", "second_step".
std::string_view Name(GuessKind kind);

// One account as seen from one address: the person in front of the keyboard.
inline constexpr GuessRule kGuessPair{5, 2, 900, 86'400};
// One account from everywhere: keeps a distributed guesser under 300 a day without locking the owner out for long.
inline constexpr GuessRule kGuessAccount{20, 5, 300, 86'400};
// Six digits of which three are good at any time: at most about a hundred tries a day, wherever they come from.
inline constexpr GuessRule kGuessSecondStep{5, 5, 900, 86'400};
// One address (IPv6: its /64) against many accounts; wide, because schools and carriers share one.
inline constexpr GuessRule kGuessAddress{50, 2, 900, 3'600};

const GuessRule& AccountRule(GuessKind kind);

struct GuessCount {
    std::int64_t attempts = 0;  // failed or still running
    base::Time not_before;      // no attempt is taken earlier
    base::Time last;
};

// Seconds, rounded up, until an attempt may be made; 0: now.
std::int64_t WaitSeconds(const GuessRule& rule, const GuessCount& count, base::Time now);

// The count after one more attempt made now.
GuessCount AfterAttempt(const GuessRule& rule, GuessCount count, base::Time now);

// The count after an attempt turned out to be right: that one is taken back, for counters that others share.
GuessCount AfterForgiven(const GuessRule& rule, GuessCount count);

}  // namespace rt::auth::domain
