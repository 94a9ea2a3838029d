// A log file that is rolled at midnight (Asia/Shanghai) and by size: STEM.log, then STEM.2026-11-22.1.log, packed to
// .log.zst, and removed after some days.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace rt::log {

struct RollingFileOptions {
    std::string folder;  // made if need be
    std::string stem;    // "combined"
    std::int64_t keep_days = 30;
    std::int64_t bytes_max = 100LL << 20;  // of the file that is written to
};

// Not thread-safe: belongs to the log's thread.
class RollingFile {
  public:
    explicit RollingFile(RollingFileOptions options) : options_(std::move(options)) {}
    ~RollingFile();
    RollingFile(const RollingFile&) = delete;
    RollingFile& operator=(const RollingFile&) = delete;

    // Opens STEM.log and goes on with it, or rolls it if it is of another day.
    Status Open(base::Time now);
    // A whole line; kept in memory until Flush().
    void Append(base::Time time, std::string_view line);
    // Writes what was appended; lines that cannot be written are lost, and the error says why. A line that was cut off
    // (a full disk, a crash) is ended before the next, so that no other is lost with it. A file that was moved or
    // removed by hand is made anew.
    Status Flush();
    // Rolled files that nobody has packed yet, also those of an earlier run; they are handed out once.
    std::vector<std::string> TakeRolled();
    // Removes rolled files of days before now - keep_days.
    void Prune(base::Time now) const;
    std::string path() const;

  private:
    Status OpenFile();
    // Somebody moved or removed the open file, such as logrotate.
    bool IsAway() const;
    Status Roll();
    std::string RolledName() const;

    const RollingFileOptions options_;
    int fd_ = -1;
    std::int64_t bytes_ = 0;  // of the open file, buffer included
    bool cut_off_ = false;    // the open file ends within a line
    std::int64_t day_ = 0;    // of the open file, days since 1970 in Asia/Shanghai
    std::string buffer_;
    std::vector<std::string> rolled_;
    Status deferred_;  // an error of a roll, told by the next Flush()
};

// Packs `path` into `path`.zst and removes it. The packed file appears whole or not at all.
Status PackFile(const std::string& path);

}  // namespace rt::log
