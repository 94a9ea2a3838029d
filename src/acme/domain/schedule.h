// When a certificate is renewed and when a failed attempt is repeated. Pure; `chance` is a random number in [0, 1).
#pragma once

#include <cstdint>
#include <string_view>

#include "base/clock.h"

namespace rt::acme {

// With a third of the lifetime left, and up to a fiftieth of it earlier, so that servers do not come all at once.
base::Time RenewAt(base::Time not_before, base::Time not_after, double chance);

enum class FailureKind : std::uint8_t {
    kTransient,  // the authority could not be reached or was busy
    kRefused,    // it said no, or a name could not be proved: the same will probably happen again, and is counted there
};

// Microseconds to wait after `failures` (from 1) in a row: doubling from half a minute to an hour, or from two minutes
// to a day, a third of it by chance; never less than `retry_after_s`, which the authority asked for, up to a week.
std::int64_t RetryDelayMicros(FailureKind kind, int failures, std::int64_t retry_after_s, double chance);

// Microseconds until an order is looked at again that is `age_micros` old: a second at first, fifteen at most, or what
// the authority asked for, up to an hour.
std::int64_t PollDelayMicros(std::int64_t age_micros, std::int64_t retry_after_s);

// A Retry-After field in seconds from now: a number of seconds or a date (RFC 9110 §10.2.3); 0 for anything else.
std::int64_t RetryAfterSeconds(std::string_view field, base::Time now);

}  // namespace rt::acme
