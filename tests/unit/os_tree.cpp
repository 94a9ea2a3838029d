#include <doctest/doctest.h>
#include <sys/stat.h>

#include <filesystem>
#include <string>

#include "os/file.h"
#include "os/tree.h"
#include "support/temp_dir.h"

namespace {

namespace fs = std::filesystem;
using rt::Code;

}  // namespace

TEST_CASE("a tree is listed with all that is no folder; links are not followed") {
    const rt::testing::TempDir dir;
    REQUIRE(rt::os::MakeFolders(dir / "b/deep/empty").ok());
    REQUIRE(rt::os::WriteFileAtomic(dir / "b/deep/file", "x").ok());
    REQUIRE(rt::os::WriteFileAtomic(dir / "a", "x").ok());
    fs::create_directory_symlink(dir / "b", dir / "link");
    REQUIRE(mkfifo((dir / "b/pipe").c_str(), 0600) == 0);
    const auto entries = rt::os::ListTree(dir.path());
    REQUIRE(entries.ok());
    std::string text;
    for (const auto& entry : *entries) text += entry.name + (entry.is_regular ? " " : "! ");
    CHECK(text == "a b/deep/file b/pipe! link! ");
    CHECK(rt::os::ListTree(dir / "none").error().code == Code::kNotFound);
}

TEST_CASE("only regular files are opened, and nothing blocks") {
    const rt::testing::TempDir dir;
    REQUIRE(rt::os::WriteFileAtomic(dir / "file", "x").ok());
    REQUIRE(mkfifo((dir / "pipe").c_str(), 0600) == 0);
    fs::create_symlink(dir / "file", dir / "link");
    CHECK(rt::os::OpenRegularFile(dir / "file").ok());
    CHECK(rt::os::OpenRegularFile(dir / "pipe").error().code == Code::kInvalidState);
    CHECK(rt::os::OpenRegularFile(dir.path()).error().code == Code::kInvalidState);
    CHECK_FALSE(rt::os::OpenRegularFile(dir / "link").ok());
    CHECK(rt::os::OpenRegularFile(dir / "none").error().code == Code::kNotFound);
}

TEST_CASE("what a crash leaves of an atomic write is known by its name") {
    CHECK(rt::os::IsLeftoverName(".field.key.tmp-aB3dE6"));
    for (const char* name :
         {"field.key", ".field.key", "field.key.tmp-aB3dE6", ".tmp-aB3dE6", "", ".field.key.tmp-aB3"})
        CHECK_FALSE(rt::os::IsLeftoverName(name));
}
