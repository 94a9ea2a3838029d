#include <doctest/doctest.h>

#include <string>

#include "base/random.h"
#include "crypto/password.h"

namespace {

using rt::crypto::HashPassword;
using rt::crypto::NeedsRehash;
using rt::crypto::VerifyPassword;

constexpr int kCost = rt::crypto::kBcryptCostMin;

}  // namespace

TEST_CASE("a password verifies against its own hash only") {
    rt::base::SeededRandom random(1);
    const auto hash = HashPassword("correct horse", kCost, random);
    REQUIRE(hash.ok());
    CHECK(hash->size() == 60);
    CHECK(hash->starts_with("$2b$04$"));
    CHECK(VerifyPassword("correct horse", *hash));
    CHECK(!VerifyPassword("correct hors", *hash));
    CHECK(!VerifyPassword("correct horse ", *hash));
    CHECK(!VerifyPassword("", *hash));
    CHECK(*HashPassword("correct horse", kCost, random) != *hash);
}

TEST_CASE("the whole of 72 bytes counts, and what bcrypt would cut is refused") {
    rt::base::SeededRandom random(2);
    const std::string longest(72, 'x');
    const auto hash = HashPassword(longest, kCost, random);
    REQUIRE(hash.ok());
    CHECK(VerifyPassword(longest, *hash));
    CHECK(!VerifyPassword(longest.substr(0, 71) + "y", *hash));
    CHECK(!VerifyPassword(longest + "x", *hash));
    CHECK(HashPassword(longest.substr(0, 71), kCost, random).ok());
    CHECK(!HashPassword(longest + "x", kCost, random).ok());
    CHECK(!HashPassword(std::string("a\0b", 3), kCost, random).ok());
    CHECK(!VerifyPassword(std::string("a\0b", 3), *HashPassword("a", kCost, random)));
}

TEST_CASE("hashes of other implementations verify") {
    // bcrypt test vectors that crypt_blowfish and jBCrypt publish.
    CHECK(VerifyPassword("U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"));
    CHECK(VerifyPassword("abc", "$2a$06$If6bvum7DFjUnE9p2uDeDu0YHzrHM6tf.iqN8.yx.jNN1ILEf7h0i"));
    CHECK(!VerifyPassword("abd", "$2a$06$If6bvum7DFjUnE9p2uDeDu0YHzrHM6tf.iqN8.yx.jNN1ILEf7h0i"));
}

TEST_CASE("a malformed hash verifies nothing") {
    for (const char* hash : {"", "*0", "*1", "$2b$", "$1$abc$defghijklmnop", "$6$salt$hash", "x",
                             "$2b$04$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOe",
                             "$2b$99$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
                             "$2b$04$!!!!!!!!!!!!!!!!!!!!!!E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"}) {
        CAPTURE(hash);
        CHECK(!VerifyPassword("", hash));
        CHECK(!VerifyPassword("U*U", hash));
    }
}

TEST_CASE("cost has limits, and an old hash asks to be renewed") {
    rt::base::SeededRandom random(3);
    CHECK(!HashPassword("a", rt::crypto::kBcryptCostMin - 1, random).ok());
    CHECK(!HashPassword("a", rt::crypto::kBcryptCostMax + 1, random).ok());
    const std::string hash = *HashPassword("a", 5, random);
    CHECK(!NeedsRehash(hash, 4));
    CHECK(!NeedsRehash(hash, 5));
    CHECK(NeedsRehash(hash, 6));
    CHECK(NeedsRehash("$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", 5));
    CHECK(NeedsRehash("", 4));
}

TEST_CASE("the cost of a hash is read where the hash is worked on") {
    using rt::crypto::BcryptCost;
    CHECK_EQ(BcryptCost("$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"), 5);
    CHECK_EQ(BcryptCost("$2y$12$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"), 12);
    for (const char* hash :
         {"", "*0", "$2b$05$short", "$6$salt$hash", "$2b$xx$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"}) {
        CAPTURE(hash);
        CHECK_EQ(BcryptCost(hash), std::nullopt);
    }
}
