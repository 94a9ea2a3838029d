#include <cstdio>

#include "base/build_info.h"

int main() {
    const std::string_view version = rt::base::BuildVersion();
    std::printf("roundtable %.*s\n", static_cast<int>(version.size()), version.data());
    return 0;
}
