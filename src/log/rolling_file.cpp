#include "log/rolling_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

namespace rt::log {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kShanghaiOffset = 8 * base::kMicrosPerHour;
constexpr std::size_t kDateSize = 10;
constexpr unsigned kMode = 0640;

std::int64_t DayOf(base::Time time) {
    return (time.micros + kShanghaiOffset) / base::kMicrosPerDay;
}

std::string DateOf(std::int64_t day) {
    return base::ShanghaiDay({day * base::kMicrosPerDay - kShanghaiOffset});
}

Error FileError(std::string_view action, const std::string& path, int error) {
    return Fail(error == ENOSPC || error == EDQUOT ? Code::kStorageFull : Code::kInternal,
                "cannot " + std::string(action) + " " + path + ": " + strerrordesc_np(error));
}

// Names in the folder that begin with "STEM." and go on with a date.
std::vector<std::string> RolledNames(const std::string& folder, const std::string& stem) {
    std::vector<std::string> names;
    std::error_code error;
    for (fs::directory_iterator entry(folder, error); !error && entry != fs::directory_iterator();
         entry.increment(error)) {
        const std::string name = entry->path().filename().string();
        const bool ours = name.starts_with(stem + ".") && name.size() > stem.size() + 1 + kDateSize &&
                          name[stem.size() + 5] == '-' && name[stem.size() + 1 + kDateSize] == '.';
        if (ours) names.push_back(name);
    }
    return names;
}

}  // namespace

RollingFile::~RollingFile() {
    if (fd_ >= 0) close(fd_);
}

std::string RollingFile::path() const {
    return options_.folder + "/" + options_.stem + ".log";
}

Status RollingFile::OpenFile() {
    if (fd_ >= 0) close(fd_);
    fd_ = open(path().c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, kMode);
    if (fd_ < 0) return FileError("open", path(), errno);
    struct stat info {};
    if (fstat(fd_, &info) != 0) return FileError("look at", path(), errno);
    bytes_ = info.st_size;
    char last = '\n';
    cut_off_ = bytes_ > 0 && pread(fd_, &last, 1, bytes_ - 1) == 1 && last != '\n';
    return Ok();
}

bool RollingFile::IsAway() const {
    struct stat ours {};
    struct stat named {};
    if (fstat(fd_, &ours) != 0) return false;
    if (stat(path().c_str(), &named) != 0) return errno == ENOENT;
    return named.st_ino != ours.st_ino || named.st_dev != ours.st_dev;
}

Status RollingFile::Open(base::Time now) {
    std::error_code error;
    fs::create_directories(options_.folder, error);
    if (error) return FileError("make the folder", options_.folder, error.value());
    for (const std::string& name : RolledNames(options_.folder, options_.stem)) {
        const std::string whole = options_.folder + "/" + name;
        if (name.ends_with(".log")) rolled_.push_back(whole);
        if (name.ends_with(".tmp")) fs::remove(whole, error);  // a packing that a crash cut short
    }
    struct stat info {};
    const bool exists = stat(path().c_str(), &info) == 0;
    day_ = exists ? DayOf({static_cast<std::int64_t>(info.st_mtim.tv_sec) * base::kMicrosPerSecond}) : DayOf(now);
    RT_CHECK_OK(OpenFile());
    if (day_ != DayOf(now) && bytes_ > 0) RT_CHECK_OK(Roll());
    day_ = DayOf(now);
    Prune(now);
    return Ok();
}

std::string RollingFile::RolledName() const {
    const std::string stem = options_.folder + "/" + options_.stem + "." + DateOf(day_) + ".";
    for (int number = 1;; ++number) {
        const std::string name = stem + std::to_string(number) + ".log";
        std::error_code ignored;
        if (!fs::exists(name, ignored) && !fs::exists(name + ".zst", ignored)) return name;
    }
}

Status RollingFile::Roll() {
    const std::string name = RolledName();
    std::error_code error;
    fs::rename(path(), name, error);
    if (error) return FileError("roll", path(), error.value());
    rolled_.push_back(name);
    return OpenFile();
}

void RollingFile::Append(base::Time time, std::string_view line) {
    const std::int64_t day = DayOf(time);
    const bool full = bytes_ > 0 && bytes_ + static_cast<std::int64_t>(line.size()) > options_.bytes_max;
    // A line that was queued just before midnight may come after one from behind it; it does not roll back.
    if ((day > day_ && bytes_ > 0) || full) {
        Status status = Flush();
        if (status.ok()) status = Roll();
        if (!status.ok()) deferred_ = status;
        Prune(time);
    }
    day_ = std::max(day_, day);
    buffer_ += line;
    bytes_ += static_cast<std::int64_t>(line.size());
}

Status RollingFile::Flush() {
    Status status = std::exchange(deferred_, Ok());
    if (fd_ < 0 || IsAway()) {
        Status opened = OpenFile();
        if (opened.ok()) bytes_ += static_cast<std::int64_t>(buffer_.size());
        if (!opened.ok()) status = std::move(opened);
    }
    if (cut_off_ && !buffer_.empty()) {
        buffer_.insert(buffer_.begin(), '\n');
        ++bytes_;
    }
    std::string_view rest = buffer_;
    while (!rest.empty() && fd_ >= 0) {
        const ssize_t size = write(fd_, rest.data(), rest.size());
        if (size > 0) {
            rest.remove_prefix(static_cast<std::size_t>(size));
        } else if (errno != EINTR) {
            status = FileError("write", path(), errno);
            break;
        }
    }
    bytes_ -= static_cast<std::int64_t>(rest.size());
    if (rest.size() < buffer_.size()) cut_off_ = buffer_[buffer_.size() - rest.size() - 1] != '\n';
    buffer_.clear();
    return status;
}

std::vector<std::string> RollingFile::TakeRolled() {
    return std::exchange(rolled_, {});
}

void RollingFile::Prune(base::Time now) const {
    const std::string oldest = DateOf(DayOf(now) - options_.keep_days);
    for (const std::string& name : RolledNames(options_.folder, options_.stem)) {
        std::error_code ignored;
        if (name.substr(options_.stem.size() + 1, kDateSize) < oldest)
            fs::remove(options_.folder + "/" + name, ignored);
    }
}

}  // namespace rt::log
