#include "log/line.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>

#include "base/utf8.h"

namespace rt::log {
namespace {

enum class Match : std::uint8_t { kWhole, kPart };

struct Redaction {
    std::string_view name;
    Match match;
};

constexpr auto kRedactions = std::to_array<Redaction>({
#define RT_REDACT(name, match) {name, Match::match},
#include "log/redaction.def"
#undef RT_REDACT
});

static_assert(kRedactions.size() <= 64);

// Bit n is set for row n: a name of a field is compared with few rows, since this runs for every field of every line.
constexpr std::size_t PlaceOf(char first, char second) {
    return (static_cast<unsigned char>(first) * 31U + static_cast<unsigned char>(second)) % 512U;
}
constexpr std::array<std::uint64_t, 512> RowsByFirstBytes() {
    std::array<std::uint64_t, 512> out{};
    for (std::size_t i = 0; i < kRedactions.size(); ++i) {
        out[PlaceOf(kRedactions[i].name[0], kRedactions[i].name[1])] |= std::uint64_t{1} << i;
    }
    return out;
}
constexpr auto kRowsByFirstBytes = RowsByFirstBytes();

constexpr std::string_view kHex = "0123456789abcdef";

void AppendEscape(std::string& out, char32_t point) {
    out += "\\u";
    for (int shift = 12; shift >= 0; shift -= 4) out += kHex[(point >> static_cast<unsigned>(shift)) & 15U];
}

// Characters that would move the cursor, break the line or turn the text around on the screen of whoever reads the log.
bool IsUnsafe(char32_t point) {
    return point < 0x20 || (point >= 0x7F && point < 0xA0) || point == 0x2028 || point == 0x2029 ||
           (point >= 0x202A && point <= 0x202E) || (point >= 0x2066 && point <= 0x2069) || point == 0x200E ||
           point == 0x200F || point == 0xFEFF;
}

// Milliseconds with their microseconds, which are what most numbers here are: the same text as the general way gives.
bool AppendThousandths(std::string& out, double value) {
    constexpr double kMax = 1e9;
    if (!(value >= 0 && value < kMax) || std::signbit(value)) return false;
    auto thousandths = std::llround(value * 1000);
    if (static_cast<double>(thousandths) / 1000 != value) return false;
    out += std::to_string(thousandths / 1000);
    thousandths %= 1000;
    if (thousandths == 0) return true;
    out += '.';
    for (; thousandths != 0; thousandths = thousandths % 100 * 10) out += static_cast<char>('0' + thousandths / 100);
    return true;
}

void AppendNumber(std::string& out, double value) {
    if (!std::isfinite(value)) {
        out += "null";
        return;
    }
    if (AppendThousandths(out, value)) return;
    std::array<char, 32> buffer{};
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
    out.append(buffer.data(), end);
}

void AppendValue(std::string& out, const base::LogValue& value) {
    if (const auto* text = std::get_if<std::string_view>(&value)) {
        AppendText(out, *text);
    } else if (const auto* integer = std::get_if<std::int64_t>(&value)) {
        out += std::to_string(*integer);
    } else if (const auto* number = std::get_if<double>(&value)) {
        AppendNumber(out, *number);
    } else {
        out += *std::get_if<bool>(&value) ? "true" : "false";
    }
}

void AppendField(std::string& out, Labels& labels, const base::LogField& field) {
    const Label* known = labels.Find(field.key);
    const Label own = known == nullptr ? MakeLabel(field.key) : Label{};
    const Label& label = known == nullptr ? own : *known;
    out += label.text;
    if (label.redacted) {
        AppendText(out, kRedacted);
    } else {
        AppendValue(out, field.value);
    }
}

constexpr std::array<bool, 256> StandForThemselves() {
    std::array<bool, 256> out{};
    for (std::size_t c = 0x20; c < 0x7F; ++c) out[c] = c != '"' && c != '\\';
    return out;
}
constexpr auto kStandForThemselves = StandForThemselves();

// The bytes at the front that stand for themselves.
std::size_t PlainSize(std::string_view text) {
    const char* const begin = text.data();
    const char* at = begin;
    for (const char* const end = begin + text.size(); at != end; ++at) {
        if (!kStandForThemselves[static_cast<unsigned char>(*at)]) break;
    }
    return static_cast<std::size_t>(at - begin);
}

// At most kValueBytesMax bytes, without half a character at the end.
std::string_view Cut(std::string_view text) {
    if (text.size() <= kValueBytesMax) return text;
    std::size_t size = kValueBytesMax;
    while (size > kValueBytesMax - 3 && (static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80U) --size;
    return text.substr(0, size);
}

}  // namespace

bool IsRedacted(std::string_view field_name) {
    // Without an allocation, since it runs for every field of every line; nobody names a field longer than this.
    std::array<char, kFieldNameBytesMax> buffer{};
    if (field_name.size() > buffer.size()) return true;
    std::size_t size = 0;
    for (const char c : field_name) {
        if (c == '_' || c == '-' || c == '.') continue;
        buffer[size++] = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    const std::string_view plain(buffer.data(), size);
    for (std::size_t at = 0; at + 1 < size; ++at) {
        std::uint64_t rows = kRowsByFirstBytes[PlaceOf(buffer[at], buffer[at + 1])];
        for (; rows != 0; rows &= rows - 1) {
            const Redaction& row = kRedactions[static_cast<std::size_t>(std::countr_zero(rows))];
            if (row.match == Match::kPart ? plain.substr(at).starts_with(row.name) : plain == row.name) return true;
        }
    }
    return false;
}

std::string_view LevelName(base::Level level) {
    static constexpr std::array<std::string_view, 4> kNames{"debug", "info", "warn", "error"};
    return kNames.at(static_cast<std::size_t>(level));
}

void AppendText(std::string& out, std::string_view text) {
    std::string_view rest = Cut(text);
    const std::size_t left_out = text.size() - rest.size();
    out += '"';
    while (true) {
        const std::size_t plain = PlainSize(rest);
        out.append(rest.data(), plain);
        rest.remove_prefix(plain);
        if (rest.empty()) break;
        const std::string_view before = rest;
        const auto point = base::NextCodePoint(rest);
        if (!point.has_value()) {
            out += "\\ufffd";
            rest.remove_prefix(1);
        } else if (*point == '"' || *point == '\\') {
            out += '\\';
            out += before.front();
        } else if (*point == '\n') {
            out += "\\n";
        } else if (IsUnsafe(*point)) {
            AppendEscape(out, *point);
        } else {
            out += before.substr(0, before.size() - rest.size());
        }
    }
    if (left_out > 0) out += " (" + std::to_string(left_out) + " more bytes)";
    out += '"';
}

std::string LineTail(Labels& labels, base::Level level, std::string_view message, std::string_view common,
                     std::initializer_list<base::LogField> fields) {
    std::string out;
    out.reserve(512);
    out.append("\"level\":\"").append(LevelName(level)).append("\",\"message\":");
    AppendText(out, message);
    out += common;
    for (const base::LogField& field : fields) AppendField(out, labels, field);
    out += '}';
    return out;
}

void MakeLine(std::string& out, base::Time time, std::string_view tail) {
    out = "{\"timestamp\":\"";
    out.append(base::FormatRfc3339(time)).append("\",").append(tail).append("\n");
}

}  // namespace rt::log
