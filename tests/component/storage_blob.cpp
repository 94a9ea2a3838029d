#include <doctest/doctest.h>
#include <sys/stat.h>

#include <fstream>

#include "os/file.h"
#include "storage/blob/blob.h"
#include "support/temp_dir.h"

namespace rt::storage::blob {
namespace {

constexpr std::string_view kHashOfAbc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

TEST_CASE("a blob is named by its SHA-256, stored once, and private") {
    testing::TempDir dir;
    const auto store = *Store::Open(dir / "blobs");
    const auto ref = store.Put("abc");
    REQUIRE(ref.ok());
    CHECK(ref->hash == kHashOfAbc);
    CHECK(ref->bytes == 3);
    CHECK(store.Put("abc")->hash == kHashOfAbc);
    CHECK(*store.Get(kHashOfAbc) == "abc");
    CHECK(*store.List() == std::vector<std::string>{std::string(kHashOfAbc)});
    struct stat info {};
    REQUIRE(::stat(store.PathOf(kHashOfAbc)->c_str(), &info) == 0);
    CHECK((info.st_mode & 0777) == 0600);
    REQUIRE(store.Delete(kHashOfAbc).ok());
    CHECK(store.Get(kHashOfAbc).error().code == Code::kNotFound);
    CHECK(store.Delete(kHashOfAbc).ok());
}

TEST_CASE("names that are no hashes are refused") {
    testing::TempDir dir;
    const auto store = *Store::Open(dir / "blobs");
    for (const char* name :
         {"", "../../etc/passwd", "abc", "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD"}) {
        CHECK(store.Get(name).error().code == Code::kInvalid);
        CHECK(store.Delete(name).error().code == Code::kInvalid);
    }
}

TEST_CASE("damage is found on reading and healed by putting the contents again") {
    testing::TempDir dir;
    const auto store = *Store::Open(dir / "blobs");
    REQUIRE(store.Put("abc").ok());
    std::ofstream(*store.PathOf(kHashOfAbc)) << "abd";
    CHECK(store.Get(kHashOfAbc).error().code == Code::kInternal);
    CHECK(*store.FindDamaged() == std::vector<std::string>{std::string(kHashOfAbc)});
    REQUIRE(store.Put("abc").ok());
    CHECK(*store.Get(kHashOfAbc) == "abc");
    CHECK(store.FindDamaged()->empty());
}

TEST_CASE("a received file is moved in") {
    testing::TempDir dir;
    const auto store = *Store::Open(dir / "blobs");
    std::ofstream(dir / "upload") << "abc";
    CHECK(store.Adopt(dir / "upload")->hash == kHashOfAbc);
    CHECK_FALSE(os::Exists(dir / "upload"));
    CHECK(*store.Get(kHashOfAbc) == "abc");
    CHECK_FALSE(store.Adopt(dir / "upload").ok());
}

TEST_CASE("the size limit is held at its edge") {
    testing::TempDir dir;
    const auto store = *Store::Open(dir / "blobs");
    CHECK(store.Put(std::string(kBlobBytesMax - 1, 'x')).ok());
    CHECK(store.Put(std::string(kBlobBytesMax, 'x')).ok());
    CHECK(store.Put(std::string(kBlobBytesMax + 1, 'x')).error().code == Code::kBodyTooLarge);
}

}  // namespace
}  // namespace rt::storage::blob
