// How far a long command is, for a person at a terminal: one line on standard error.
#pragma once

#include <cstdint>
#include <functional>

#include "base/work.h"
#include "cli/command.h"

namespace rt::cli {

// Nothing is written in the first second, without a terminal, or with --json. The line is gone with the object. Not
// thread-safe; `tell()` refers to it.
class ProgressLine {
  public:
    explicit ProgressLine(const Invocation& invocation);
    ~ProgressLine();
    ProgressLine(const ProgressLine&) = delete;
    ProgressLine& operator=(const ProgressLine&) = delete;

    // Empty when nobody would see it.
    std::function<void(const base::Progress&)> tell();

  private:
    void Show(const base::Progress& progress);

    const bool wanted_;
    std::int64_t next_micros_ = 0;  // monotonic
    bool shown_ = false;
};

}  // namespace rt::cli
