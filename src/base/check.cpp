#include "base/check.h"

#include <cstdio>
#include <cstdlib>

namespace rt::base {

void CheckFailed(const char* expression, const char* file, int line) {
    std::fprintf(stderr, "roundtable: check failed: %s at %s:%d\n", expression, file, line);
    std::abort();
}

}  // namespace rt::base
