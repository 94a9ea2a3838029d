#include <doctest/doctest.h>

#include <algorithm>

#include "base/build_info.h"

TEST_CASE("the build names its version and every library it linked") {
    CHECK(!rt::base::BuildVersion().empty());
    for (const char* name :
         {"openssl", "lmdb", "zlib", "libxcrypt", "json", "toml11", "spdlog", "cpp-httplib", "sqlite"}) {
        const auto libraries = rt::base::LinkedLibraries();
        const auto found =
            std::find_if(libraries.begin(), libraries.end(), [&](const auto& library) { return library.name == name; });
        CAPTURE(name);
        REQUIRE(found != libraries.end());
        CHECK(found->version != "");
        CHECK(found->version != "unknown");
    }
}
