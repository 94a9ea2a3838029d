// The steps between the first line and `ready`, each named, timed, and with a remedy for when it fails
// (operations.md §2).
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace rt::app {

struct StepReport {
    std::string name;
    std::int64_t micros = 0;
    std::string problem;  // empty: it passed
};

// Runs steps in order and remembers how each went. Not thread-safe.
class Startup {
  public:
    explicit Startup(const Clock& clock) : clock_(clock), began_(clock.MonotonicMicros()) {}

    // The error of `step` with its name and the remedy added to the detail.
    Status Run(std::string_view name, std::string_view remedy, const std::function<Status()>& step);

    const std::vector<StepReport>& reports() const { return reports_; }
    std::int64_t ElapsedMicros() const { return clock_.MonotonicMicros() - began_; }
    // One line a step: name, milliseconds, problem.
    std::string Text() const;

  private:
    const Clock& clock_;
    const std::int64_t began_;
    std::vector<StepReport> reports_;
};

// One row of the component graph: who gets what through its constructor, in the order of construction.
struct Component {
    std::string_view name;
    std::vector<std::string_view> needs;
};

const std::vector<Component>& Components();
// Every need is built before the one that needs it; else INTERNAL with both names.
Status CheckComponents(const std::vector<Component>& components);
// The graph as text, for `serve --explain`.
std::string ExplainComponents(const std::vector<Component>& components);

}  // namespace rt::app
