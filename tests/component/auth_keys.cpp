// The file of signing keys, and tokens over a rotation.
#include <doctest/doctest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "auth/keys.h"
#include "crypto/hash.h"
#include "support/auth_fixture.h"

using rt::Code;
using rt::auth::kEdDsaAheadMicros;
using rt::auth::kHs256AheadMicros;
using rt::auth::kKeyOverlapMicros;
using rt::auth::LoadOrCreateSigningKeys;
using rt::auth::LoadSigningKeys;
using rt::auth::RotateSigningKey;
using rt::auth::Rotation;
using rt::auth::SigningKey;
using rt::base::Time;
using rt::crypto::JwtAlgorithm;

namespace {

constexpr Time kNow{1'790'000'000LL * rt::base::kMicrosPerSecond};

struct Bench {
    rt::testing::TempDir dir;
    rt::crypto::SystemRandom random;
    std::string folder = dir / "keys";
    std::string path = folder + "/jwt.key";

    void Write(const std::string& text) {
        std::filesystem::create_directory(folder);
        std::ofstream(path) << text;
        ::chmod(path.c_str(), 0600);
    }
    rt::Result<std::vector<SigningKey>> Load(JwtAlgorithm algorithm = JwtAlgorithm::kHs256) {
        return LoadOrCreateSigningKeys(folder, algorithm, random, kNow);
    }
};

}  // namespace

TEST_CASE("the first start makes a key that nobody else can read, and the next finds it") {
    for (const JwtAlgorithm algorithm : {JwtAlgorithm::kHs256, JwtAlgorithm::kEdDsa}) {
        Bench bench;
        const auto made = bench.Load(algorithm);
        REQUIRE(made.ok());
        REQUIRE(made->size() == 1);
        CHECK(made->front().algorithm == algorithm);
        CHECK(made->front().signs_from.micros == 0);
        struct stat info {};
        REQUIRE(::stat(bench.path.c_str(), &info) == 0);
        CHECK((info.st_mode & 0777) == 0600);
        CHECK(*bench.Load(algorithm) == *made);
    }
}

TEST_CASE("starts at once agree on one key") {
    Bench bench;
    std::vector<std::string> seen(8);
    rt::testing::InParallel(8, [&](int i) {
        const auto keys = bench.Load();
        if (keys.ok()) seen[static_cast<std::size_t>(i)] = keys->front().material;
    });
    CHECK_FALSE(seen[0].empty());
    for (const std::string& secret : seen) CHECK(secret == seen[0]);
}

TEST_CASE("the lines of the file; bare secrets are of earlier versions") {
    Bench bench;
    const std::string seed = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";
    bench.Write("HS256 " + std::string(40, 'n') + " 1790000000\n\nEdDSA " + seed + " 5\n  " + std::string(32, 'o') +
                "  \n");
    const auto keys = bench.Load();
    REQUIRE(keys.ok());
    REQUIRE(keys->size() == 3);
    CHECK(keys->at(0) == SigningKey{JwtAlgorithm::kHs256, std::string(40, 'n'), kNow});
    CHECK(keys->at(1).algorithm == JwtAlgorithm::kEdDsa);
    CHECK(keys->at(1).material.size() == 32);
    CHECK(keys->at(2) == SigningKey{JwtAlgorithm::kHs256, std::string(32, 'o'), {}});
    for (const std::string& bad :
         {std::string(), std::string("\n \n"), std::string(31, 'x'), "HS256 " + std::string(31, 'x') + " 5",
          "HS256 " + std::string(32, 'x') + " -5", "EdDSA " + seed + "A 5", "EdDSA " + seed.substr(1) + " 5",
          "RS256 " + std::string(32, 'x') + " 5"}) {
        CAPTURE(bad);
        bench.Write(bad);
        CHECK(bench.Load().error().code == Code::kInvalid);
        CHECK(bench.Load().error().detail.find("xxxx") == std::string::npos);
    }
    bench.Write(std::string(40, 'n'));
    ::chmod(bench.path.c_str(), 0644);
    CHECK(bench.Load().error().code == Code::kInvalidState);
}

TEST_CASE("a rotation adds a key that signs later and keeps those whose tokens may live") {
    Bench bench;
    const std::string first = bench.Load()->front().material;
    const auto made = RotateSigningKey(bench.folder, JwtAlgorithm::kHs256, Rotation::kGentle, bench.random, kNow);
    REQUIRE(made.ok());
    CHECK(made->signs_from == kNow.Plus(kHs256AheadMicros));
    CHECK(bench.Load()->size() == 2);
    // Not yet replaced for long enough.
    const Time soon = made->signs_from.Plus(kKeyOverlapMicros - 1);
    REQUIRE(RotateSigningKey(bench.folder, JwtAlgorithm::kHs256, Rotation::kGentle, bench.random, soon).ok());
    CHECK(bench.Load()->size() == 3);
    const Time later = made->signs_from.Plus(kKeyOverlapMicros);
    REQUIRE(RotateSigningKey(bench.folder, JwtAlgorithm::kHs256, Rotation::kGentle, bench.random, later).ok());
    const auto keys = *bench.Load();
    CHECK(keys.size() == 3);
    for (const SigningKey& key : keys) CHECK(key.material != first);
    REQUIRE(RotateSigningKey(bench.folder, JwtAlgorithm::kHs256, Rotation::kAtOnce, bench.random, later).ok());
    CHECK(bench.Load()->size() == 1);
    CHECK(bench.Load()->front().signs_from == later);
}

TEST_CASE("another algorithm begins at once, and what the old one signed goes on") {
    Bench bench;
    REQUIRE(bench.Load(JwtAlgorithm::kHs256).ok());
    const auto keys = bench.Load(JwtAlgorithm::kEdDsa);
    REQUIRE(keys.ok());
    REQUIRE(keys->size() == 2);
    CHECK(keys->front().algorithm == JwtAlgorithm::kEdDsa);
    CHECK(keys->front().signs_from == kNow);
    CHECK(kEdDsaAheadMicros > 5 * rt::base::kMicrosPerMinute);
}

TEST_CASE("tokens over a rotation: old and new are good in every process until the old ones lapse") {
    rt::testing::AuthFixture f;
    f.options.jwt_secrets.clear();
    f.options.jwt_folder = f.dir / "keys";
    f.Restart();
    const auto second = f.NewService();
    f.AddUser("lin");
    const auto old = f.SignIn("lin");
    const auto kid = [](const std::string& token) { return token.substr(0, token.find('.')); };
    REQUIRE(
        RotateSigningKey(f.options.jwt_folder, JwtAlgorithm::kHs256, Rotation::kGentle, f.random, f.clock.Now()).ok());
    REQUIRE(f.service->ReloadKeys().ok());
    // Known, and not signing yet: the other process may not have read it.
    CHECK(kid(f.SignIn("lin").access_token) == kid(old.access_token));
    f.clock.Advance(kHs256AheadMicros);
    const auto fresh = f.SignIn("lin");
    CHECK(kid(fresh.access_token) != kid(old.access_token));
    CHECK_FALSE(second->authenticator().Check(fresh.access_token).ok());
    REQUIRE(second->Reload().ok());
    for (auto* service : {f.service.get(), second.get()}) {
        CHECK(service->authenticator().Check(fresh.access_token).ok());
        CHECK(service->authenticator().Check(old.access_token).ok());
    }
    f.clock.Advance(f.options.access_ttl_s * rt::base::kMicrosPerSecond);
    CHECK(f.CheckCode(old) == Code::kTokenExpired);
    // Replaced at once: nothing that was signed before is good, remembered or not.
    const auto remembered = f.SignIn("lin");
    REQUIRE(f.Check(remembered).ok());
    REQUIRE(
        RotateSigningKey(f.options.jwt_folder, JwtAlgorithm::kHs256, Rotation::kAtOnce, f.random, f.clock.Now()).ok());
    REQUIRE(f.service->ReloadKeys().ok());
    CHECK(f.CheckCode(remembered) == Code::kTokenExpired);
    CHECK(f.Check(f.SignIn("lin")).ok());
    // A file that is broken changes nothing.
    std::ofstream(f.options.jwt_folder + "/jwt.key") << "broken";
    CHECK_FALSE(f.service->Reload().ok());
    CHECK(f.Check(f.SignIn("lin")).ok());
}
