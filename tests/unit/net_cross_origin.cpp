#include <doctest/doctest.h>

#include "net/cross_origin.h"

namespace rt::net {
namespace {

TEST_CASE("origins of the configuration are brought into the form that browsers send") {
    struct Row {
        const char* text;
        const char* origin;  // null: refused
    };
    for (const Row& row : {Row{"https://example.org", "https://example.org"},
                           {"https://Example.ORG", "https://example.org"},
                           {"https://example.org:443", "https://example.org"},
                           {"http://example.org:80", "http://example.org"},
                           {"http://example.org:443", "http://example.org:443"},
                           {"https://example.org:8443", "https://example.org:8443"},
                           {"http://127.0.0.1:5173", "http://127.0.0.1:5173"},
                           {"http://[::1]:5173", "http://[::1]:5173"},
                           {"http://[::1]", "http://[::1]"},
                           {"*", nullptr},
                           {"null", nullptr},
                           {"", nullptr},
                           {"example.org", nullptr},
                           {"https://", nullptr},
                           {"https://*.example.org", nullptr},
                           {"https://example.org/", nullptr},
                           {"https://example.org/path", nullptr},
                           {"https://example.org?x", nullptr},
                           {"https://user@example.org", nullptr},
                           {"https://example.org:0", nullptr},
                           {"https://example.org:65536", nullptr},
                           {"https://example.org:x", nullptr},
                           {"ftp://example.org", nullptr},
                           {"https://例子.cn", nullptr}}) {
        CAPTURE(row.text);
        const auto origin = NormaliseOrigin(row.text);
        CHECK(origin.ok() == (row.origin != nullptr));
        if (origin.ok() && row.origin != nullptr) CHECK(*origin == row.origin);
    }
}

}  // namespace
}  // namespace rt::net
