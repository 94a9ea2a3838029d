#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstring>
#include <string>

#include "os/service.h"
#include "support/temp_dir.h"

namespace {

using rt::os::Environment;
using rt::os::Fd;
using rt::os::ServiceNotifier;

// The manager's end. A name that starts with @ is abstract.
class Manager {
  public:
    explicit Manager(const std::string& name) : fd_(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::memcpy(address.sun_path, name.data(), name.size());
        if (name.front() == '@') address.sun_path[0] = '\0';
        const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
        REQUIRE(bind(fd_.get(), reinterpret_cast<const sockaddr*>(&address), size) == 0);
    }

    std::string Heard() {
        std::array<char, 4096> buffer{};
        const ssize_t size = recv(fd_.get(), buffer.data(), buffer.size(), 0);
        return size < 0 ? "" : std::string(buffer.data(), static_cast<std::size_t>(size));
    }

  private:
    Fd fd_;
};

void CheckConversation(const std::string& name) {
    Manager manager(name);
    const ServiceNotifier notifier(Environment{{"NOTIFY_SOCKET", name}});
    CHECK(notifier.active());
    notifier.Ready("listening\nMAINPID=1");
    CHECK(manager.Heard() == "READY=1\nSTATUS=listening MAINPID=1");
    notifier.Reloading(77);
    CHECK(manager.Heard() == "RELOADING=1\nMONOTONIC_USEC=77");
    notifier.Stopping("draining");
    CHECK(manager.Heard() == "STOPPING=1\nSTATUS=draining");
    notifier.Status("busy");
    CHECK(manager.Heard() == "STATUS=busy");
    notifier.Watchdog();
    CHECK(manager.Heard() == "WATCHDOG=1");
}

Fd Listener() {
    Fd fd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    REQUIRE(listen(fd.get(), 1) == 0);
    return fd;
}

// TakeListenSockets() in a child whose descriptors 3 and 4 are `third` and `fourth`: what it found, as text.
std::string Taken(int third, int fourth, Environment environment) {
    int channel[2];
    REQUIRE(pipe2(channel, O_CLOEXEC) == 0);
    const pid_t pid = fork();
    if (pid == 0) {
        const int out = fcntl(channel[1], F_DUPFD, 100);
        const int a = fcntl(third, F_DUPFD, 101);
        const int b = fcntl(fourth, F_DUPFD, 102);
        dup2(a, 3);
        dup2(b, 4);
        if (environment["LISTEN_PID"] == "self") environment["LISTEN_PID"] = std::to_string(getpid());
        const auto sockets = rt::os::TakeListenSockets(environment);
        std::string text = sockets.ok() ? "" : sockets.error().detail;
        if (sockets.ok()) {
            for (const auto& socket : *sockets) {
                const bool cloexec = (fcntl(socket.fd.get(), F_GETFD) & FD_CLOEXEC) != 0;
                text += std::to_string(socket.fd.get()) + ":" + socket.name + (cloexec ? " " : " inherited ");
            }
        }
        const ssize_t put = write(out, text.data(), text.size());
        _exit(put == static_cast<ssize_t>(text.size()) ? 0 : 1);
    }
    close(channel[1]);
    std::array<char, 4096> buffer{};
    std::string text;
    for (ssize_t got = 0; (got = read(channel[0], buffer.data(), buffer.size())) > 0;) {
        text.append(buffer.data(), static_cast<std::size_t>(got));
    }
    close(channel[0]);
    waitpid(pid, nullptr, 0);
    return text;
}

}  // namespace

TEST_CASE("the service manager hears everything, by path and by abstract name") {
    const rt::testing::TempDir folder;
    CheckConversation(folder / "notify");
    CheckConversation("@rt-test-notify-" + std::to_string(getpid()));
}

TEST_CASE("without a manager nothing happens") {
    for (const char* name : {"", "relative", "vsock:2:1", "/nonexistent/notify"}) {
        const ServiceNotifier notifier(Environment{{"NOTIFY_SOCKET", name}});
        notifier.Ready("x");
        CHECK(notifier.active() == (std::string(name) == "/nonexistent/notify"));
    }
    CHECK(!ServiceNotifier({}).active());
    CHECK(!ServiceNotifier(Environment{{"NOTIFY_SOCKET", "/" + std::string(107, 'x')}}).active());
    CHECK(ServiceNotifier(Environment{{"NOTIFY_SOCKET", "/" + std::string(106, 'x')}}).active());
}

TEST_CASE("the watchdog asks for half its time, from the process that it means") {
    const auto interval = [](Environment extra) {
        extra["NOTIFY_SOCKET"] = "/run/x";
        return ServiceNotifier(extra).WatchdogIntervalMicros();
    };
    CHECK(interval({{"WATCHDOG_USEC", "30000000"}}) == 15'000'000);
    CHECK(interval({{"WATCHDOG_USEC", "30000000"}, {"WATCHDOG_PID", std::to_string(getpid())}}) == 15'000'000);
    CHECK(!interval({{"WATCHDOG_USEC", "30000000"}, {"WATCHDOG_PID", "1"}}).has_value());
    CHECK(!interval({}).has_value());
    CHECK(!interval({{"WATCHDOG_USEC", "0"}}).has_value());
    CHECK(!interval({{"WATCHDOG_USEC", "x"}}).has_value());
    CHECK(!ServiceNotifier(Environment{{"WATCHDOG_USEC", "30000000"}}).WatchdogIntervalMicros().has_value());
}

TEST_CASE("listening sockets are taken over with their names") {
    const Fd a = Listener();
    const Fd b = Listener();
    const Fd plain(open("/dev/null", O_RDONLY | O_CLOEXEC));
    const Environment two{{"LISTEN_FDS", "2"}, {"LISTEN_PID", "self"}, {"LISTEN_FDNAMES", "http:https"}};
    CHECK(Taken(a.get(), b.get(), two) == "3:http 4:https ");
    CHECK(Taken(a.get(), b.get(), {{"LISTEN_FDS", "2"}, {"LISTEN_PID", "self"}, {"LISTEN_FDNAMES", "http"}}) ==
          "3:http 4: ");
    CHECK(Taken(a.get(), b.get(), {{"LISTEN_FDS", "1"}, {"LISTEN_PID", "self"}}) == "3: ");
    CHECK(Taken(a.get(), b.get(), {{"LISTEN_FDS", "2"}, {"LISTEN_PID", "1"}}).empty());
    CHECK(Taken(a.get(), b.get(), {{"LISTEN_FDS", "2"}}).empty());
    CHECK(Taken(a.get(), b.get(), {{"LISTEN_PID", "self"}}).empty());
    CHECK(Taken(a.get(), plain.get(), two) ==
          "descriptor 4 of LISTEN_FDS is no listening stream socket; check the .socket unit");
    CHECK(Taken(a.get(), b.get(), {{"LISTEN_FDS", "65"}, {"LISTEN_PID", "self"}}) ==
          "LISTEN_FDS names more than 64 sockets");
}

TEST_CASE("the environment is read as it is") {
    setenv("RT_TEST_VARIABLE", "a=b", 1);
    CHECK(rt::os::ReadEnvironment().at("RT_TEST_VARIABLE") == "a=b");
    unsetenv("RT_TEST_VARIABLE");
    CHECK(!rt::os::ReadEnvironment().contains("RT_TEST_VARIABLE"));
}
