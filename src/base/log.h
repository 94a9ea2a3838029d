// The log as an interface; the one implementation (JSON lines, own thread, redaction) is in log/.
#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <variant>

#include "base/error.h"

namespace rt::base {

using LogValue = std::variant<std::string_view, std::int64_t, double, bool>;

// A named value of a log line. Views must outlive the call only.
struct LogField {
    std::string_view key;
    LogValue value;

    LogField(std::string_view k, std::string_view v) : key(k), value(v) {}
    LogField(std::string_view k, const char* v) : key(k), value(std::string_view(v)) {}
    LogField(std::string_view k, std::integral auto v) : key(k), value(static_cast<std::int64_t>(v)) {}
    LogField(std::string_view k, bool v) : key(k), value(v) {}
    LogField(std::string_view k, double v) : key(k), value(v) {}
};

// Thread-safe; never blocks, never throws. What does not fit the queue is dropped and counted.
class Log {
  public:
    virtual ~Log() = default;
    virtual bool Enabled(Level level) const = 0;
    virtual void Write(Level level, std::string_view message, std::initializer_list<LogField> fields) = 0;

    void Debug(std::string_view message, std::initializer_list<LogField> fields = {}) {
        if (Enabled(Level::Debug)) Write(Level::Debug, message, fields);
    }
    void Info(std::string_view message, std::initializer_list<LogField> fields = {}) {
        Write(Level::Info, message, fields);
    }
    void Warn(std::string_view message, std::initializer_list<LogField> fields = {}) {
        Write(Level::Warn, message, fields);
    }
    void Error(std::string_view message, std::initializer_list<LogField> fields = {}) {
        Write(Level::Error, message, fields);
    }
};

// Swallows everything; for tests and tools.
class NullLog final : public Log {
  public:
    bool Enabled(Level) const override { return false; }
    void Write(Level, std::string_view, std::initializer_list<LogField>) override {}
};

}  // namespace rt::base

namespace rt {
using base::Log;
}
