#include "log/logger.h"

#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/base_sink.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <climits>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>

#include "log/line.h"
#include "log/queue.h"
#include "log/rolling_file.h"

namespace rt::log {
namespace {

using base::Level;
using SinkBase = spdlog::sinks::base_sink<spdlog::details::null_mutex>;

// How often the thread looks whether a temporary level has ended.
constexpr std::chrono::milliseconds kTick{500};
constexpr std::int64_t kComplaintInterval = base::kMicrosPerMinute;

spdlog::level::level_enum SpdlogLevel(Level level) {
    static constexpr std::array kLevels{spdlog::level::debug, spdlog::level::info, spdlog::level::warn,
                                        spdlog::level::err};
    return kLevels.at(static_cast<std::size_t>(level));
}

base::Time TimeOf(const spdlog::details::log_msg& message) {
    return {std::chrono::duration_cast<std::chrono::microseconds>(message.time.time_since_epoch()).count()};
}

std::string_view TextOf(const spdlog::details::log_msg& message) {
    return {message.payload.data(), message.payload.size()};
}

// Writes to a descriptor that may belong to a pipe nobody reads: never waits longer than the patience of the logger.
class ConsoleSink final : public SinkBase {
  public:
    explicit ConsoleSink(int fd) : fd_(fd), piece_bytes_max_(PieceBytesMax(fd)) {}

  protected:
    void sink_it_(const spdlog::details::log_msg& message) override { buffer_ += TextOf(message); }

    void flush_() override {
        std::string_view rest = buffer_;
        while (!rest.empty()) {
            pollfd waiting{.fd = fd_, .events = POLLOUT, .revents = 0};
            if (poll(&waiting, 1, stalled_ ? 0 : Logger::kConsolePatienceMs) <= 0) break;
            const ssize_t size = write(fd_, rest.data(), std::min(rest.size(), piece_bytes_max_));
            if (size <= 0 && errno != EINTR) break;
            if (size > 0) rest.remove_prefix(static_cast<std::size_t>(size));
        }
        stalled_ = !rest.empty();
        buffer_.clear();
    }

  private:
    // A pipe that polls writable takes this much without blocking (POSIX, pipe(7)); a file takes everything.
    static std::size_t PieceBytesMax(int fd) {
        struct stat info {};
        return fstat(fd, &info) == 0 && S_ISREG(info.st_mode) ? SIZE_MAX : PIPE_BUF;
    }

    const int fd_;
    const std::size_t piece_bytes_max_;
    bool stalled_ = false;
    std::string buffer_;
};

class FileSink final : public SinkBase {
  public:
    explicit FileSink(RollingFileOptions options) : file_(std::move(options)) {}
    RollingFile& file() { return file_; }
    Status TakeStatus() { return std::exchange(status_, Ok()); }

  protected:
    void sink_it_(const spdlog::details::log_msg& message) override { file_.Append(TimeOf(message), TextOf(message)); }
    void flush_() override {
        Status status = file_.Flush();
        if (!status.ok()) status_ = std::move(status);
    }

  private:
    RollingFile file_;
    Status status_;
};

// Packs rolled files on a thread of its own, so that the log goes on meanwhile.
class Packer {
  public:
    Packer() : thread_([this] { Run(); }) {}
    ~Packer() {
        {
            const std::lock_guard lock(mutex_);
            closed_ = true;
        }
        changed_.notify_one();
        thread_.join();
    }
    Packer(const Packer&) = delete;
    Packer& operator=(const Packer&) = delete;

    void Add(std::vector<std::string> paths) {
        if (paths.empty()) return;
        const std::lock_guard lock(mutex_);
        for (std::string& path : paths) waiting_.push_back(std::move(path));
        changed_.notify_one();
    }

  private:
    void Run() {
        pthread_setname_np(pthread_self(), "rt-log-pack");
        // Nobody waits for it: what serves requests goes first. A kernel that refuses lets it run like the others.
        const sched_param none{};
        sched_setscheduler(0, SCHED_IDLE, &none);
        std::unique_lock lock(mutex_);
        while (true) {
            changed_.wait(lock, [&] { return closed_ || !waiting_.empty(); });
            // What is left is packed by the next start.
            if (closed_) return;
            const std::string path = std::move(waiting_.front());
            waiting_.pop_front();
            lock.unlock();
            // A file that cannot be packed stays as it is and is tried again by the next start.
            static_cast<void>(PackFile(path).ok());
            lock.lock();
        }
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::string> waiting_;
    bool closed_ = false;
    std::thread thread_;
};

std::string CommonMembers(const Options& options) {
    std::string out = ",\"service\":";
    AppendText(out, options.service);
    out += ",\"version\":";
    AppendText(out, options.version);
    return out;
}

}  // namespace

struct Logger::State {
    State(Options wanted, const base::Clock& clock_in, base::Metrics& metrics_in)
        : options(std::move(wanted)),
          clock(clock_in),
          metrics(metrics_in),
          common(CommonMembers(options)),
          queue(options.queue_lines_max, options.queue_bytes_max),
          level(options.level) {}

    Status OpenSinks();
    Status AddFile(const std::string& stem, std::int64_t days, Level least);
    void Run();
    void Emit(const Entry& entry);
    void TellDrops(const Queue::Drops& drops);
    void TellFileErrors();

    const Options options;
    const base::Clock& clock;
    base::Metrics& metrics;
    const std::string common;
    Labels labels;
    Queue queue;
    std::atomic<Level> level;
    std::vector<std::shared_ptr<FileSink>> files;
    std::unique_ptr<spdlog::logger> everywhere;
    std::unique_ptr<spdlog::logger> files_only;
    std::string line;  // that is being written
    std::int64_t complained_at = -kComplaintInterval;
    std::unique_ptr<Packer> packer;
    std::thread thread;
};

Status Logger::State::AddFile(const std::string& stem, std::int64_t days, Level least) {
    auto sink = std::make_shared<FileSink>(RollingFileOptions{
        .folder = options.folder, .stem = stem, .keep_days = days, .bytes_max = options.file_bytes_max});
    RT_CHECK_OK(sink->file().Open(clock.Now()));
    sink->set_level(SpdlogLevel(least));
    packer->Add(sink->file().TakeRolled());
    files.push_back(std::move(sink));
    return Ok();
}

Status Logger::State::OpenSinks() {
    std::vector<spdlog::sink_ptr> sinks;
    if (options.console >= 0) sinks.push_back(std::make_shared<ConsoleSink>(options.console));
    if (!options.folder.empty()) {
        packer = std::make_unique<Packer>();
        RT_CHECK_OK(AddFile("combined", options.combined_days, Level::Debug));
        RT_CHECK_OK(AddFile("error", options.error_days, Level::Error));
        sinks.insert(sinks.end(), files.begin(), files.end());
    }
    everywhere = std::make_unique<spdlog::logger>(options.service, sinks.begin(), sinks.end());
    everywhere->set_level(spdlog::level::trace);
    files_only = std::make_unique<spdlog::logger>(options.service, files.begin(), files.end());
    files_only->set_level(spdlog::level::trace);
    return Ok();
}

void Logger::State::Emit(const Entry& entry) {
    MakeLine(line, entry.time, entry.tail);
    const auto since_epoch = std::chrono::microseconds(entry.time.micros);
    const spdlog::log_clock::time_point time(std::chrono::duration_cast<spdlog::log_clock::duration>(since_epoch));
    // Without files the console is the only place there is.
    const bool beside = options.console_requests || files.empty();
    spdlog::logger& target = entry.request && !beside ? *files_only : *everywhere;
    target.log(time, spdlog::source_loc{}, SpdlogLevel(entry.level), spdlog::string_view_t(line.data(), line.size()));
}

void Logger::State::TellDrops(const Queue::Drops& drops) {
    std::int64_t total = 0;
    for (std::size_t i = 0; i < drops.size(); ++i) {
        total += drops[i];
        if (drops[i] > 0) {
            metrics.Get(base::Metric::kLogDropped, {LevelName(static_cast<Level>(i))}).Add(drops[i]);
        }
    }
    if (total == 0) return;
    Emit({clock.Now(), Level::Warn,
          LineTail(labels, Level::Warn, "log lines were dropped", common,
                   {{"debug", drops[0]}, {"info", drops[1]}, {"warn", drops[2]}, {"error", drops[3]}})});
}

void Logger::State::TellFileErrors() {
    for (const auto& sink : files) {
        packer->Add(sink->file().TakeRolled());
        const Status status = sink->TakeStatus();
        const std::int64_t now = clock.MonotonicMicros();
        if (status.ok() || now - complained_at < kComplaintInterval) continue;
        complained_at = now;
        Emit({clock.Now(), Level::Error,
              LineTail(labels, Level::Error, "a log file cannot be written", common,
                       {{"detail", status.error().detail}})});
    }
}

void Logger::State::Run() {
    pthread_setname_np(pthread_self(), "rt-log");
    Batch lines;
    Queue::Drops drops{};
    while (queue.Pop(lines, drops, kTick)) {
        lines.Each([this](const Entry& entry) { Emit(entry); });
        TellDrops(drops);
        everywhere->flush();
        TellFileErrors();
        queue.Written();
    }
    TellDrops(drops);
    everywhere->flush();
}

Logger::Logger(std::unique_ptr<State> state) : state_(std::move(state)) {
    state_->thread = std::thread([state_in = state_.get()] { state_in->Run(); });
}

Logger::~Logger() {
    state_->queue.Close();
    state_->thread.join();
}

Result<std::unique_ptr<Logger>> Logger::Open(Options options, const base::Clock& clock, base::Metrics& metrics) {
    auto state = std::make_unique<State>(std::move(options), clock, metrics);
    RT_CHECK_OK(state->OpenSinks());
    return std::unique_ptr<Logger>(new Logger(std::move(state)));
}

bool Logger::Enabled(Level level) const {
    return level >= state_->level.load(std::memory_order_relaxed);
}

void Logger::Write(Level level, std::string_view message, std::initializer_list<base::LogField> fields) {
    if (!Enabled(level)) return;
    state_->queue.Push({state_->clock.Now(), level, LineTail(state_->labels, level, message, state_->common, fields),
                        message == kRequestMessage});
}

Level Logger::level() const {
    return state_->level.load();
}

void Logger::SetLevel(Level level) {
    state_->level = level;
}

bool Logger::Flush(int timeout_ms) {
    return state_->queue.Flush(std::chrono::milliseconds(timeout_ms));
}

}  // namespace rt::log
