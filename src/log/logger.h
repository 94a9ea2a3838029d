// The log of the process: JSON lines on the console, in combined.log and (errors) in error.log.
// Callers format a line and put it into a bounded queue; a thread of its own writes. When the queue fills up, debug
// lines are dropped first, then info, then all; drops are counted (log_dropped_total) and told by a line of their own.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/log.h"
#include "base/metrics.h"
#include "base/result.h"

namespace rt::log {

// The message of the line that each request leaves.
inline constexpr std::string_view kRequestMessage = "request";

struct Options {
    std::string service = "roundtable";
    std::string version;
    base::Level level = base::Level::Info;
    int console = 1;  // a descriptor that is not closed; -1: none
    // Lines of requests too: journald takes a limited number of lines a second, and would drop errors among them.
    bool console_requests = true;
    std::string folder;  // of the files; empty: none
    std::int64_t combined_days = 30;
    std::int64_t error_days = 90;
    std::int64_t file_bytes_max = 100LL << 20;
    std::size_t queue_lines_max = 16'384;
    std::size_t queue_bytes_max = 16U << 20;
};

// Thread-safe. The destructor writes what is queued; a console that takes nothing for kConsolePatienceMs is skipped.
class Logger final : public base::Log {
  public:
    static constexpr int kConsolePatienceMs = 200;

    // `clock` and `metrics` must outlive the logger. An error if the files cannot be opened.
    static Result<std::unique_ptr<Logger>> Open(Options options, const base::Clock& clock, base::Metrics& metrics);
    ~Logger() override;
    Logger(const Logger&) = delete;
    Logger& operator=(const Logger&) = delete;

    bool Enabled(base::Level level) const override;
    void Write(base::Level level, std::string_view message, std::initializer_list<base::LogField> fields) override;

    base::Level level() const;
    void SetLevel(base::Level level);
    // Waits until every line that was written before is out, at most `timeout_ms`; false if they are not.
    bool Flush(int timeout_ms);

  private:
    struct State;
    explicit Logger(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace rt::log
