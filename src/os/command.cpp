#include "os/command.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "os/fd.h"

namespace rt::os {
namespace {

// A group of its own, so that what it starts ends with it; default signals.
class Setup {
  public:
    Setup() {
        posix_spawn_file_actions_init(&files_);
        posix_spawn_file_actions_addopen(&files_, 0, "/dev/null", O_RDONLY, 0);
        posix_spawn_file_actions_addopen(&files_, 1, "/dev/null", O_WRONLY, 0);
        posix_spawn_file_actions_addopen(&files_, 2, "/dev/null", O_WRONLY, 0);
        posix_spawnattr_init(&attributes_);
        posix_spawnattr_setpgroup(&attributes_, 0);
        sigset_t none;
        sigemptyset(&none);
        posix_spawnattr_setsigmask(&attributes_, &none);
        sigset_t all;
        sigfillset(&all);
        posix_spawnattr_setsigdefault(&attributes_, &all);
        posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    }
    ~Setup() {
        posix_spawn_file_actions_destroy(&files_);
        posix_spawnattr_destroy(&attributes_);
    }
    Setup(const Setup&) = delete;
    Setup& operator=(const Setup&) = delete;

    const posix_spawn_file_actions_t* files() const { return &files_; }
    const posix_spawnattr_t* attributes() const { return &attributes_; }

  private:
    posix_spawn_file_actions_t files_{};
    posix_spawnattr_t attributes_{};
};

int Reap(pid_t child) {
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return status;
}

}  // namespace

Result<int> RunCommand(const std::vector<std::string>& words, std::int64_t timeout_ms) {
    if (words.empty()) return Fail(Code::kInvalid, "no program to run");
    std::vector<std::string> copy = words;
    std::vector<char*> arguments;
    for (std::string& word : copy) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    std::string path = "PATH=/usr/local/bin:/usr/bin:/bin";
    char* const environment[] = {path.data(), nullptr};
    const Setup setup;
    pid_t child = 0;
    const int error =
        posix_spawn(&child, arguments[0], setup.files(), setup.attributes(), arguments.data(), environment);
    if (error != 0) return Fail(Code::kUnavailable, words[0] + ": " + ErrnoText(error));

    // Ready to read when the child has ended (Linux 5.3).
    const Fd ended(static_cast<int>(syscall(SYS_pidfd_open, child, 0)));
    pollfd wait{ended.get(), POLLIN, 0};
    int ready = 0;
    do {
        ready = ended ? poll(&wait, 1, static_cast<int>(timeout_ms)) : 0;
    } while (ready < 0 && errno == EINTR);
    if (ready != 1) {
        kill(-child, SIGKILL);
        Reap(child);
        return Fail(Code::kDeadline, words[0] + " did not end in time");
    }
    const int status = Reap(child);
    kill(-child, SIGKILL);  // what it left behind
    if (!WIFEXITED(status)) return Fail(Code::kUnavailable, words[0] + " died of a signal");
    return WEXITSTATUS(status);
}

}  // namespace rt::os
