// RT_CHECK stops the process when an invariant of the code itself is broken. Never for input.
#pragma once

namespace rt::base {

[[noreturn]] void CheckFailed(const char* expression, const char* file, int line);

}  // namespace rt::base

#define RT_CHECK(condition) \
    ((condition) ? static_cast<void>(0) : ::rt::base::CheckFailed(#condition, __FILE__, __LINE__))
