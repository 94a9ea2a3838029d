#include <doctest/doctest.h>

#include "crypto/field_ring.h"
#include "crypto/hash.h"

namespace rt::crypto {
namespace {

TEST_CASE("a ring turns: what was sealed before opens, is told to be old, and what is found by its value stays") {
    SystemRandom random;
    const std::string first(32, 'a');
    const std::string second(32, 'b');
    const std::string fixed(32, 'f');
    auto ring = FieldRing::Make({first}, fixed);
    REQUIRE(ring.ok());
    const std::string blind = (*ring)->FixedKey("x.blind");
    const std::string sealed = (*ring)->Cipher("x")->Seal("name", "x:1", random);
    CHECK_FALSE((*ring)->Cipher("x")->IsOld(sealed));
    CHECK_FALSE((*ring)->Cipher("y")->Open(sealed, "x:1").ok());
    // A cipher taken before the turn goes on working for whoever holds it.
    const auto held = (*ring)->Cipher("x");
    REQUIRE((*ring)->Turn({second, first}).ok());
    CHECK((*ring)->size() == 2);
    CHECK((*ring)->Cipher("x")->IsOld(sealed));
    CHECK(*(*ring)->Cipher("x")->Open(sealed, "x:1") == "name");
    const std::string again = (*ring)->Cipher("x")->Seal("name", "x:1", random);
    CHECK_FALSE((*ring)->Cipher("x")->IsOld(again));
    CHECK_FALSE(held->Open(again, "x:1").ok());
    CHECK(held->Open(sealed, "x:1").ok());
    REQUIRE((*ring)->Turn({second}).ok());
    CHECK(*(*ring)->Cipher("x")->Open(again, "x:1") == "name");
    CHECK_FALSE((*ring)->Cipher("x")->Open(sealed, "x:1").ok());
    CHECK((*ring)->FixedKey("x.blind") == blind);
    CHECK((*ring)->FixedKey("y.blind") != blind);
}

TEST_CASE("bad masters change nothing") {
    const std::string first(32, 'a');
    CHECK_FALSE(FieldRing::Make({}, first).ok());
    CHECK_FALSE(FieldRing::Make({std::string(31, 'a')}, first).ok());
    CHECK_FALSE(FieldRing::Make({first}, "short").ok());
    auto ring = FieldRing::Make({first}, first);
    REQUIRE(ring.ok());
    CHECK_FALSE((*ring)->Turn({first, first}).ok());
    CHECK_FALSE((*ring)->Turn({}).ok());
    CHECK((*ring)->size() == 1);
}

}  // namespace
}  // namespace rt::crypto
