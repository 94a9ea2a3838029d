#include "auth/domain/guessing.h"

#include <algorithm>

namespace rt::auth::domain {

namespace {

bool Forgotten(const GuessRule& rule, const GuessCount& count, base::Time now) {
    return now > count.last.Plus(rule.forget_s * base::kMicrosPerSecond);
}

std::int64_t DelaySeconds(const GuessRule& rule, std::int64_t attempts) {
    if (attempts <= rule.free) return 0;
    const std::int64_t doublings = std::min<std::int64_t>(attempts - rule.free - 1, 30);
    return std::min(rule.base_s << doublings, rule.delay_s_max);
}

}  // namespace

std::string_view Name(GuessKind kind) {
    constexpr std::array<std::string_view, 3> kNames{"password", "code", "second_step"};
    return kNames.at(static_cast<std::size_t>(kind));
}

const GuessRule& AccountRule(GuessKind kind) {
    return kind == GuessKind::kSecondStep ? kGuessSecondStep : kGuessAccount;
}

std::int64_t WaitSeconds(const GuessRule& rule, const GuessCount& count, base::Time now) {
    if (Forgotten(rule, count, now) || now >= count.not_before) return 0;
    // A clock that was set back must not lock anybody out for longer than the longest delay.
    const std::int64_t wait = count.not_before.micros - now.micros;
    return std::min((wait + base::kMicrosPerSecond - 1) / base::kMicrosPerSecond, rule.delay_s_max);
}

GuessCount AfterAttempt(const GuessRule& rule, GuessCount count, base::Time now) {
    if (Forgotten(rule, count, now)) count = {};
    ++count.attempts;
    count.last = now;
    count.not_before = now.Plus(DelaySeconds(rule, count.attempts) * base::kMicrosPerSecond);
    return count;
}

GuessCount AfterForgiven(const GuessRule& rule, GuessCount count) {
    count.attempts = std::max<std::int64_t>(count.attempts - 1, 0);
    if (DelaySeconds(rule, count.attempts) == 0) count.not_before = count.last;
    return count;
}

}  // namespace rt::auth::domain
