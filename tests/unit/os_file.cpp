#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <string>
#include <thread>

#include "os/file.h"
#include "support/temp_dir.h"

namespace {

using namespace rt::os;
using rt::Code;
using rt::testing::TempDir;

unsigned ModeOf(const std::string& path) {
    struct stat info {};
    return stat(path.c_str(), &info) == 0 ? info.st_mode & 07777U : 0;
}

// Makes write() fail with EFBIG beyond `bytes`, as a full disk fails with ENOSPC.
class FileSizeLimit {
  public:
    explicit FileSizeLimit(rlim_t bytes) {
        std::signal(SIGXFSZ, SIG_IGN);
        getrlimit(RLIMIT_FSIZE, &old_);
        rlimit limit = old_;
        limit.rlim_cur = bytes;
        setrlimit(RLIMIT_FSIZE, &limit);
    }
    ~FileSizeLimit() { setrlimit(RLIMIT_FSIZE, &old_); }
    FileSizeLimit(const FileSizeLimit&) = delete;
    FileSizeLimit& operator=(const FileSizeLimit&) = delete;

  private:
    rlimit old_{};
};

}  // namespace

TEST_CASE("an atomic write replaces the whole file and leaves nothing else behind") {
    const TempDir folder;
    const std::string path = folder / "a.txt";
    REQUIRE(WriteFileAtomic(path, "one").ok());
    CHECK(*ReadFile(path, 100) == "one");
    CHECK(ModeOf(path) == 0600);
    REQUIRE(WriteFileAtomic(path, std::string(1'000'000, 'x'), 0644).ok());
    CHECK(ReadFile(path, 1'000'000)->size() == 1'000'000);
    CHECK(ModeOf(path) == 0644);
    REQUIRE(WriteFileAtomic(path, "").ok());
    CHECK(ReadFile(path, 0)->empty());
    CHECK(*ListFolder(folder.path()) == std::vector<std::string>{"a.txt"});
}

TEST_CASE("a write that fails leaves the old file and no temporary one") {
    const TempDir folder;
    const std::string path = folder / "a.txt";
    REQUIRE(WriteFileAtomic(path, "old").ok());
    {
        const FileSizeLimit limit(1000);
        const auto status = WriteFileAtomic(path, std::string(5000, 'x'));
        REQUIRE(!status.ok());
        CHECK(status.error().detail.find("File too large (EFBIG)") != std::string::npos);
    }
    CHECK(*ReadFile(path, 100) == "old");
    CHECK(*ListFolder(folder.path()) == std::vector<std::string>{"a.txt"});

    const auto status = WriteFileAtomic(folder / "none/a.txt", "x");
    REQUIRE(!status.ok());
    CHECK(status.error().code == Code::kNotFound);
    CHECK(status.error().detail ==
          "cannot create a file in " + folder / "none" + ": No such file or directory (ENOENT)");
}

TEST_CASE("of several creators one wins") {
    const TempDir folder;
    const std::string path = folder / "key";
    std::atomic<int> won{0};
    std::atomic<int> taken{0};
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 8; ++i) {
            threads.emplace_back([&, i] {
                const auto status = CreateFileAtomic(path, std::to_string(i));
                if (status.ok()) ++won;
                if (!status.ok() && status.error().code == Code::kAlreadyExists) ++taken;
            });
        }
    }
    CHECK(won == 1);
    CHECK(taken == 7);
    CHECK(ListFolder(folder.path())->size() == 1);
}

TEST_CASE("reading stops at its limit and takes regular files only") {
    const TempDir folder;
    const std::string path = folder / "a";
    REQUIRE(WriteFileAtomic(path, std::string(5000, 'x')).ok());
    CHECK(ReadFile(path, 5001)->size() == 5000);
    CHECK(ReadFile(path, 5000)->size() == 5000);
    CHECK(ReadFile(path, 4999).error().code == Code::kBodyTooLarge);
    CHECK(ReadFile(folder / "none", 1).error().code == Code::kNotFound);
    CHECK(ReadFile(folder.path(), 1).error().code == Code::kInvalidState);
    REQUIRE(mkfifo((folder / "fifo").c_str(), 0600) == 0);
    CHECK(ReadFile(folder / "fifo", 1).error().code == Code::kInvalidState);
    // A file that says it is empty and is not.
    CHECK(!ReadFile("/proc/self/status", 100'000)->empty());
}

TEST_CASE("folders are made, renamed, listed and removed") {
    const TempDir folder;
    REQUIRE(MakeFolders(folder / "a/b/c").ok());
    CHECK(MakeFolders(folder / "a/b/c").ok());
    CHECK(ModeOf(folder / "a/b") == 0700);
    REQUIRE(WriteFileAtomic(folder / "a/b/c/f", "x").ok());
    CHECK(!MakeFolders(folder / "a/b/c/f/g").ok());
    CHECK(RenameDurably(folder / "a/b", folder / "d").ok());
    CHECK(*ReadFile(folder / "d/c/f", 9) == "x");
    CHECK(RenameDurably(folder / "none", folder / "e").error().code == Code::kNotFound);
    REQUIRE(symlink((folder / "d").c_str(), (folder / "a/link").c_str()) == 0);
    CHECK(RemoveFolder(folder / "a").ok());
    CHECK(Exists(folder / "d/c/f"));
    CHECK(RemoveFile(folder / "d/c/f").ok());
    CHECK(RemoveFile(folder / "d/c/f").ok());
    CHECK(!Exists(folder / "d/c/f"));
    CHECK(*ListFolder(folder.path()) == std::vector<std::string>{"d"});
    CHECK(RemoveFolder(folder / "none").ok());
}

TEST_CASE("parents of paths") {
    CHECK(ParentFolder("/a/b/c") == "/a/b");
    CHECK(ParentFolder("/a") == "/");
    CHECK(ParentFolder("/") == "/");
    CHECK(ParentFolder("a/b") == "a");
    CHECK(ParentFolder("a") == ".");
    CHECK(ParentFolder("") == ".");
}

TEST_CASE("folders and secret files that others can reach are refused with the remedy") {
    const TempDir folder;
    REQUIRE(MakeFolders(folder / "d").ok());
    const auto verdict = [&](unsigned mode, FolderRule rule) {
        REQUIRE(chmod((folder / "d").c_str(), mode) == 0);
        const auto status = CheckFolder(folder / "d", rule);
        return status.ok() ? "" : status.error().detail;
    };
    CHECK(verdict(0700, FolderRule::kNobodyReads).empty());
    CHECK(verdict(0755, FolderRule::kNobodyWrites).empty());
    CHECK(verdict(0755, FolderRule::kNobodyReads).find("chmod go-rwx") != std::string::npos);
    CHECK(verdict(0750, FolderRule::kNobodyReads).find("chmod go-rwx") != std::string::npos);
    CHECK(verdict(0770, FolderRule::kNobodyWrites).find("chmod go-w") != std::string::npos);
    CHECK(verdict(0777, FolderRule::kNobodyWrites).find("chmod go-w") != std::string::npos);
    CHECK(!CheckFolder(folder / "none", FolderRule::kNobodyWrites).ok());

    const std::string key = folder / "key";
    REQUIRE(WriteFileAtomic(key, "k").ok());
    CHECK(CheckSecretFile(key).ok());
    for (const unsigned mode : {0640U, 0440U}) {
        REQUIRE(chmod(key.c_str(), mode) == 0);
        CHECK(CheckSecretFile(key).ok());
    }
    for (const unsigned mode : {0644U, 0604U, 0660U, 0601U}) {
        REQUIRE(chmod(key.c_str(), mode) == 0);
        CHECK(CheckSecretFile(key).error().code == Code::kInvalidState);
    }
    CHECK(!CheckSecretFile(folder.path()).ok());
    CHECK(!CheckFolder(key, FolderRule::kNobodyWrites).ok());
}

TEST_CASE("disk space and file system are known") {
    const TempDir folder;
    const auto space = FindDiskSpace(folder.path());
    REQUIRE(space.ok());
    CHECK(space->free_bytes > 0);
    CHECK(space->total_bytes >= space->free_bytes);
    CHECK(FindDiskSpace("/nonexistent").error().code == Code::kNotFound);
    CHECK(FindFileSystem("/dev/shm")->kind == FileSystemKind::kMemory);
    CHECK(FindFileSystem("/dev/shm")->name == "tmpfs");
    CHECK(!FindFileSystem(folder.path())->name.empty());
}

TEST_CASE("a descriptor has one owner") {
    int raw = -1;
    {
        Fd a(open("/dev/null", O_RDONLY | O_CLOEXEC));
        raw = a.get();
        Fd b(std::move(a));
        CHECK(b.get() == raw);
        Fd c;
        c = std::move(b);
        CHECK(fcntl(raw, F_GETFD) >= 0);
    }
    CHECK(fcntl(raw, F_GETFD) == -1);
    CHECK(OsError("do", "x", ENOSPC).code == Code::kStorageFull);
    CHECK(OsError("do", "x", EROFS).code == Code::kReadOnly);
    CHECK(OsError("do", {}, EPERM).detail == "cannot do: Operation not permitted (EPERM)");
    CHECK(ErrnoText(99999) == "error 99999");
}
