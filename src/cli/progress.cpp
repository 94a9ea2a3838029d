#include "cli/progress.h"

#include <algorithm>
#include <cstdio>
#include <string>

#include "base/clock.h"
#include "os/terminal.h"

namespace rt::cli {
namespace {

constexpr std::int64_t kQuietMicros = base::kMicrosPerSecond;
constexpr std::int64_t kBetweenMicros = base::kMicrosPerSecond / 5;
constexpr std::uint64_t kBarWidth = 30;

std::string Bar(const base::Progress& progress) {
    const std::uint64_t done = std::min(progress.done, progress.total);
    // In doubles: bytes times a width may not fit.
    const double part = static_cast<double>(done) / static_cast<double>(progress.total);
    const auto full = static_cast<std::size_t>(part * static_cast<double>(kBarWidth));
    return " [" + std::string(full, '#') + std::string(kBarWidth - full, '.') + "] " +
           std::to_string(static_cast<int>(part * 100)) + " %";
}

}  // namespace

ProgressLine::ProgressLine(const Invocation& invocation)
    : wanted_(os::StderrIsTerminal() && !invocation.Has("json")),
      next_micros_(base::SystemClock().MonotonicMicros() + kQuietMicros) {}

ProgressLine::~ProgressLine() {
    if (shown_) std::fputs("\r\033[K", stderr);
}

std::function<void(const base::Progress&)> ProgressLine::tell() {
    if (!wanted_) return {};
    return [this](const base::Progress& progress) { Show(progress); };
}

void ProgressLine::Show(const base::Progress& progress) {
    const std::int64_t now = base::SystemClock().MonotonicMicros();
    if (now < next_micros_) return;
    next_micros_ = now + kBetweenMicros;
    shown_ = true;
    const std::string step(progress.step);
    std::fprintf(stderr, "\r%s%s\033[K", step.c_str(), progress.total == 0 ? " ..." : Bar(progress).c_str());
    std::fflush(stderr);
}

}  // namespace rt::cli
