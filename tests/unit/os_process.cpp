#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <functional>
#include <string>

#include "os/file.h"
#include "os/lock.h"
#include "os/process.h"
#include "os/signals.h"
#include "support/temp_dir.h"

namespace {

using namespace rt::os;
using rt::Code;
using rt::testing::TempDir;

// The exit status of a child process that runs `fn`.
int InChild(const std::function<int()>& fn) {
    const pid_t pid = fork();
    if (pid == 0) _exit(fn());
    int status = 0;
    waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace

TEST_CASE("a lock keeps other processes out and names its holder") {
    const TempDir folder;
    const std::string path = folder / "lock";
    {
        const auto lock = FileLock::Acquire(path);
        REQUIRE(lock.ok());
        const auto second = FileLock::Acquire(path);
        REQUIRE(!second.ok());
        CHECK(second.error().code == Code::kConflict);
        CHECK(second.error().detail.starts_with(path + " is held by process " + std::to_string(getpid()) + " ("));
        CHECK(InChild([&] { return FileLock::Acquire(path).ok() ? 1 : 0; }) == 0);
        CHECK(!FileLock::Acquire(path, LockMode::kShared).ok());
    }
    CHECK(FileLock::Acquire(path).ok());
    // A holder that dies without a word leaves no lock.
    CHECK(InChild([&] {
              const auto lock = FileLock::Acquire(path);
              if (!lock.ok()) return 1;
              _exit(0);
          }) == 0);
    CHECK(FileLock::Acquire(path).ok());
    const auto shared = FileLock::Acquire(path, LockMode::kShared);
    CHECK(InChild([&] { return FileLock::Acquire(path, LockMode::kShared).ok() ? 0 : 1; }) == 0);
    CHECK(FileLock::Acquire(folder / "none/lock").error().code == Code::kNotFound);
    REQUIRE(WriteFileAtomic(folder / "strange", "what?").ok());
    CHECK(LockHolder(folder / "strange") == "another process");
}

TEST_CASE("a lock is had where nothing can be written any more") {
    const TempDir folder;
    const std::string path = folder / "lock";
    REQUIRE(FileLock::Acquire(path).ok());
    CHECK(InChild([&] {
              std::signal(SIGXFSZ, SIG_IGN);
              const rlimit none{0, 0};  // writes end with EFBIG, as with ENOSPC on a full disk
              if (setrlimit(RLIMIT_FSIZE, &none) != 0) return 2;
              return FileLock::Acquire(path).ok() ? 0 : 1;
          }) == 0);
}

TEST_CASE("root becomes the owner of what it works on, and nobody else does") {
    const TempDir folder;
    CHECK(BecomeOwnerOf(folder / "none").ok());
    CHECK(BecomeOwnerOf(folder / "").ok());
    if (EffectiveUid() != 0) return;
    constexpr std::uint32_t kSomebody = 65'534;
    const std::string path = folder / "theirs";
    REQUIRE(WriteFileAtomic(path, "x").ok());
    REQUIRE(chown(path.c_str(), kSomebody, kSomebody) == 0);
    CHECK(InChild([&] {
              const bool became = BecomeOwnerOf(path).ok() && EffectiveUid() == kSomebody && getegid() == kSomebody;
              return became && setuid(0) != 0 ? 0 : 1;
          }) == 0);
    CHECK(EffectiveUid() == 0);
}

TEST_CASE("signals are waited for") {
    {
        auto watch = SignalWatch::Start();
        REQUIRE(watch.ok());
        CHECK(!watch->Wait(0).has_value());
        kill(getpid(), SIGTERM);
        CHECK(watch->Wait(5000) == Signal::kStop);
        kill(getpid(), SIGHUP);
        CHECK(watch->Wait(5000) == Signal::kReload);
        kill(getpid(), SIGINT);
        SignalWatch moved(std::move(*watch));
        CHECK(moved.Wait(5000) == Signal::kStop);
        CHECK(!moved.Wait(0).has_value());
    }
    sigset_t mask;
    pthread_sigmask(SIG_BLOCK, nullptr, &mask);
    CHECK(sigismember(&mask, SIGTERM) == 0);
    struct sigaction action {};
    sigaction(SIGPIPE, nullptr, &action);
    CHECK((action.sa_handler == SIG_IGN));
}

TEST_CASE("the limit of open files is raised to what is allowed") {
    CHECK(InChild([] {
              rlimit low{};
              getrlimit(RLIMIT_NOFILE, &low);
              low.rlim_cur = 64;
              setrlimit(RLIMIT_NOFILE, &low);
              const auto raised = RaiseOpenFilesLimit();
              return raised.ok() && *raised == low.rlim_max ? 0 : 1;
          }) == 0);
}

TEST_CASE("the process knows its figures, its boot and its user") {
    const ProcessFigures figures = ReadProcessFigures();
    CHECK(figures.resident_bytes > 1'000'000);
    CHECK(figures.resident_peak_bytes >= figures.resident_bytes / 2);
    CHECK(figures.threads >= 1);
    CHECK(figures.open_fds >= 3);
    const int extra = dup(0);
    CHECK(ReadProcessFigures().open_fds == figures.open_fds + 1);
    close(extra);
    CHECK(UsableCpus() >= 1);
    CHECK(BootId()->size() == 36);
    CHECK(*BootId() == *BootId());
    CHECK(ProcessId() == getpid());
    CHECK(EffectiveUid() == geteuid());
}
