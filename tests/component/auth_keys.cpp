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
using rt::auth::LoadOrCreateJwtSecrets;

namespace {

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
};

}  // namespace

TEST_CASE("the first start makes a secret that nobody else can read, and the next finds it") {
    Bench bench;
    const auto made = LoadOrCreateJwtSecrets(bench.folder, bench.random);
    REQUIRE(made.ok());
    REQUIRE(made->size() == 1);
    CHECK(made->front().size() == 64);
    struct stat info {};
    REQUIRE(::stat(bench.path.c_str(), &info) == 0);
    CHECK((info.st_mode & 0777) == 0600);
    CHECK(*LoadOrCreateJwtSecrets(bench.folder, bench.random) == *made);
}

TEST_CASE("starts at once agree on one secret") {
    Bench bench;
    std::vector<std::string> seen(8);
    rt::testing::InParallel(8, [&](int i) {
        const auto secrets = LoadOrCreateJwtSecrets(bench.folder, bench.random);
        if (secrets.ok()) seen[static_cast<std::size_t>(i)] = secrets->front();
    });
    CHECK_FALSE(seen[0].empty());
    for (const std::string& secret : seen) CHECK(secret == seen[0]);
}

TEST_CASE("several secrets, newest first; blank lines do not count") {
    Bench bench;
    bench.Write(std::string(40, 'n') + "\n\n  " + std::string(32, 'o') + "  \n");
    CHECK(*LoadOrCreateJwtSecrets(bench.folder, bench.random) ==
          std::vector<std::string>{std::string(40, 'n'), std::string(32, 'o')});
}

TEST_CASE("a weak, empty or readable file stops the start") {
    Bench bench;
    bench.Write(std::string(31, 'n') + "\n");
    CHECK(LoadOrCreateJwtSecrets(bench.folder, bench.random).error().code == Code::kInvalid);
    bench.Write("\n");
    CHECK(LoadOrCreateJwtSecrets(bench.folder, bench.random).error().code == Code::kInvalid);
    bench.Write(std::string(32, 'n') + "\n");
    ::chmod(bench.path.c_str(), 0644);
    CHECK(LoadOrCreateJwtSecrets(bench.folder, bench.random).error().code == Code::kInvalidState);
}
