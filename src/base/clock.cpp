#include "base/clock.h"

#include <array>
#include <chrono>
#include <cstdio>
#include <ctime>

#include "base/parse.h"

namespace rt::base {
namespace {

using Days = std::chrono::sys_days;

struct Civil {
    std::chrono::year_month_day date;
    std::chrono::hh_mm_ss<std::chrono::microseconds> time;
    std::chrono::weekday weekday;
};

Civil ToCivil(Time time) {
    const auto point = std::chrono::sys_time<std::chrono::microseconds>(std::chrono::microseconds(time.micros));
    const auto day = std::chrono::floor<std::chrono::days>(point);
    return {day, std::chrono::hh_mm_ss(point - day), std::chrono::weekday(day)};
}

template <std::size_t N, class... Args>
std::string Format(const char* format, Args... args) {
    std::array<char, N> buffer{};
    const int size = std::snprintf(buffer.data(), buffer.size(), format, args...);
    return {buffer.data(), static_cast<std::size_t>(size)};
}

Error BadTime(std::string_view text) {
    return Fail(Code::kInvalid, "not an RFC 3339 time: " + std::string(text.substr(0, 40)));
}

// Reads `digits` decimal digits at `text[at]`; -1 if they are not there.
int Digits(std::string_view text, std::size_t at, std::size_t digits) {
    if (at + digits > text.size()) return -1;
    const auto value = ParseUnsigned(text.substr(at, digits));
    return value.has_value() ? static_cast<int>(*value) : -1;
}

// The offset "Z" or "+hh:mm" in minutes, and nothing after it.
std::optional<int> Offset(std::string_view text) {
    if (text == "Z" || text == "z") return 0;
    if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':') return std::nullopt;
    const int hours = Digits(text, 1, 2);
    const int minutes = Digits(text, 4, 2);
    if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return std::nullopt;
    const int total = hours * 60 + minutes;
    return text[0] == '-' ? -total : total;
}

}  // namespace

Time SystemClock::Now() const {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return {std::chrono::duration_cast<std::chrono::microseconds>(now).count()};
}

std::int64_t SystemClock::MonotonicMicros() const {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::microseconds>(now).count();
}

std::int64_t ThreadCpuMicros() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return now.tv_sec * kMicrosPerSecond + now.tv_nsec / 1'000;
}

std::string FormatRfc3339(Time time) {
    const Civil civil = ToCivil(time);
    const int year = static_cast<int>(civil.date.year());
    std::string out = "0000-00-00T00:00:00.000Z";  // every line of the log has one, so no printf
    const auto put = [&out](std::size_t end, std::int64_t value) {
        for (; value > 0; value /= 10) out[end--] = static_cast<char>('0' + value % 10);
    };
    put(22, civil.time.subseconds().count() / kMicrosPerMilli);
    put(18, civil.time.seconds().count());
    put(15, civil.time.minutes().count());
    put(12, civil.time.hours().count());
    put(9, static_cast<unsigned>(civil.date.day()));
    put(6, static_cast<unsigned>(civil.date.month()));
    if (year >= 0 && year <= 9999) {
        put(3, year);
    } else {
        out.replace(0, 4, std::to_string(year));
    }
    return out;
}

Result<Time> ParseRfc3339(std::string_view text) {
    if (text.size() < 20 || text[4] != '-' || text[7] != '-' || (text[10] != 'T' && text[10] != 't') ||
        text[13] != ':' || text[16] != ':') {
        return BadTime(text);
    }
    const std::chrono::year_month_day date{std::chrono::year(Digits(text, 0, 4)),
                                           std::chrono::month(static_cast<unsigned>(Digits(text, 5, 2))),
                                           std::chrono::day(static_cast<unsigned>(Digits(text, 8, 2)))};
    const int hours = Digits(text, 11, 2);
    const int minutes = Digits(text, 14, 2);
    const int seconds = Digits(text, 17, 2);
    if (!date.ok() || static_cast<int>(date.year()) < 1970 || hours < 0 || hours > 23 || minutes < 0 || minutes > 59 ||
        seconds < 0 || seconds > 59) {
        return BadTime(text);
    }
    std::size_t at = 19;
    std::int64_t fraction = 0;
    if (text[at] == '.') {
        std::int64_t unit = kMicrosPerSecond;
        std::size_t digits = 0;
        for (++at; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, ++digits) {
            unit /= 10;
            fraction += unit * (text[at] - '0');
        }
        if (digits == 0 || digits > 9) return BadTime(text);
    }
    const auto offset = Offset(text.substr(at));
    if (!offset.has_value()) return BadTime(text);
    const std::int64_t days = Days(date).time_since_epoch().count();
    const std::int64_t in_day = ((hours * 60 + minutes - *offset) * 60 + seconds) * kMicrosPerSecond;
    return Time{days * kMicrosPerDay + in_day + fraction};
}

std::string FormatHttpDate(Time time) {
    static constexpr std::array kWeekdays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr std::array kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const Civil civil = ToCivil(time);
    return Format<64>("%s, %02u %s %04d %02d:%02d:%02d GMT", kWeekdays.at(civil.weekday.c_encoding()),
                      static_cast<unsigned>(civil.date.day()),
                      kMonths.at(static_cast<unsigned>(civil.date.month()) - 1), static_cast<int>(civil.date.year()),
                      static_cast<int>(civil.time.hours().count()), static_cast<int>(civil.time.minutes().count()),
                      static_cast<int>(civil.time.seconds().count()));
}

std::string ShanghaiDay(Time time) {
    return FormatRfc3339(time.Plus(8 * kMicrosPerHour)).substr(0, 10);
}

}  // namespace rt::base
