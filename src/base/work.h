// Work that takes longer than a person likes to wait: whoever asked for it sees how far it is, and may stop it.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>
#include <utility>

#include "base/result.h"

namespace rt::base {

struct Progress {
    std::string_view step;    // "database", "files": a word or two; lives as long as the call that gets it
    std::uint64_t done = 0;   // of `total`, in whatever unit the step has
    std::uint64_t total = 0;  // 0: nobody knows
};

// Both functions are called on the thread that works, often: they must be quick. Either may be missing.
class Work {
  public:
    Work() = default;  // nobody watches, nobody stops it
    Work(std::function<bool()> stopped, std::function<void(const Progress&)> tell)
        : stopped_(std::move(stopped)), tell_(std::move(tell)) {}

    bool Stopped() const { return stopped_ && stopped_(); }
    // UNAVAILABLE once it is to stop.
    Status Check() const {
        if (!Stopped()) return Ok();
        return FailText(Code::kUnavailable, {"服务器正在停止，操作已中止", "Stopped, because the server is stopping"});
    }
    void Tell(const Progress& progress) const {
        if (tell_) tell_(progress);
    }
    const std::function<bool()>& stopped() const { return stopped_; }

  private:
    std::function<bool()> stopped_;
    std::function<void(const Progress&)> tell_;
};

// How far one step is.
class Meter {
  public:
    Meter(const Work& work, std::string_view step, std::uint64_t total) : work_(work), progress_{step, 0, total} {}
    // The error of Work::Check().
    Status Add(std::uint64_t done) {
        progress_.done += done;
        work_.Tell(progress_);
        return work_.Check();
    }

  private:
    const Work& work_;
    Progress progress_;
};

}  // namespace rt::base
