#include "os/terminal.h"

#include <termios.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <iostream>

namespace rt::os {
namespace {

constexpr std::size_t kLineBytesMax = 4096;

// Echo is off while this lives.
class EchoOff {
  public:
    EchoOff() : active_(tcgetattr(STDIN_FILENO, &saved_) == 0) {
        if (!active_) return;
        termios silent = saved_;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
    }
    ~EchoOff() {
        if (active_) tcsetattr(STDIN_FILENO, TCSAFLUSH, &saved_);
    }
    EchoOff(const EchoOff&) = delete;
    EchoOff& operator=(const EchoOff&) = delete;

  private:
    termios saved_{};
    bool active_;
};

}  // namespace

bool StdinIsTerminal() {
    return isatty(STDIN_FILENO) == 1;
}
bool StdoutIsTerminal() {
    return isatty(STDOUT_FILENO) == 1;
}
bool StderrIsTerminal() {
    return isatty(STDERR_FILENO) == 1;
}

Result<std::string> ReadStdinLine() {
    std::string line;
    if (!std::getline(std::cin, line)) return Fail(Code::kInvalid, "standard input is empty");
    if (line.size() > kLineBytesMax) return Fail(Code::kInvalid, "the line on standard input is too long");
    if (!line.empty() && line.back() == '\r') line.pop_back();
    return line;
}

Result<std::string> ReadStdin(std::size_t bytes_max) {
    std::string text;
    std::array<char, 65536> piece{};
    while (std::cin.read(piece.data(), piece.size()) || std::cin.gcount() > 0) {
        text.append(piece.data(), static_cast<std::size_t>(std::cin.gcount()));
        if (text.size() > bytes_max) {
            return Fail(Code::kBodyTooLarge, "standard input is larger than " + std::to_string(bytes_max) + " bytes");
        }
    }
    return text;
}

Result<std::string> AskNewPassword() {
    const EchoOff echo_off;
    std::fputs("Password: ", stderr);
    RT_TRY(std::string first, ReadStdinLine());
    std::fputs("\nAgain: ", stderr);
    RT_TRY(const std::string second, ReadStdinLine());
    std::fputs("\n", stderr);
    if (first != second) return FailText(Code::kInvalid, {"两次输入的密码不一致", "The two passwords differ"});
    return first;
}

bool Confirm(const std::string& question) {
    if (!StdinIsTerminal()) return false;
    std::fprintf(stderr, "%s [y/N] ", question.c_str());
    const auto answer = ReadStdinLine();
    return answer.ok() && (*answer == "y" || *answer == "yes");
}

}  // namespace rt::os
