// The conditions of the conditional writes. RT_GUARD(c) is the part of a WHERE clause that keeps an invariant; a build
// with RT_WITHOUT_GUARDS (tests/component/registration_race*.cpp, second build) leaves it out, and the race tests must
// then find the invariant broken. Never define it in a build that serves anybody.
#pragma once

#ifdef RT_WITHOUT_GUARDS
#define RT_GUARD(condition) " AND (1 = 1 OR (" condition "))"
#else
#define RT_GUARD(condition) " AND (" condition ")"
#endif
