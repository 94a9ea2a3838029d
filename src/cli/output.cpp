#include "cli/output.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "base/utf8.h"

namespace rt::cli {
namespace {

std::string CellText(const json::Value* value) {
    if (value == nullptr || value->IsNull()) return "-";
    if (value->IsString()) return value->AsString();
    return json::Encode(*value);
}

void Pad(std::string& out, std::string_view text, std::size_t width) {
    out.append(text);
    out.append(width - std::min(width, DisplayWidth(text)), ' ');
}

std::string Trimmed(std::string line) {
    line.erase(line.find_last_not_of(' ') + 1);
    return line + "\n";
}

bool IsWide(char32_t point) {
    return (point >= 0x1100 && point <= 0x115F) || (point >= 0x2E80 && point <= 0xA4CF) ||
           (point >= 0xAC00 && point <= 0xD7A3) || (point >= 0xF900 && point <= 0xFAFF) ||
           (point >= 0xFE30 && point <= 0xFE6F) || (point >= 0xFF00 && point <= 0xFF60) ||
           (point >= 0xFFE0 && point <= 0xFFE6) || (point >= 0x1F300 && point <= 0x1F64F) ||
           (point >= 0x20000 && point <= 0x3FFFD);
}

bool PersonReadsChinese() {
    for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
        const char* value = std::getenv(name);
        if (value != nullptr && *value != '\0') return std::string_view(value).starts_with("zh");
    }
    return false;
}

}  // namespace

std::size_t DisplayWidth(std::string_view text) {
    std::size_t width = 0;
    while (const auto point = base::NextCodePoint(text)) width += IsWide(*point) ? 2 : 1;
    return width;
}

std::string FormatTable(const json::Value& rows, std::span<const Column> columns) {
    std::vector<std::size_t> widths;
    for (const Column& column : columns) {
        std::size_t width = DisplayWidth(column.title);
        for (const json::Value& row : rows.AsArray())
            width = std::max(width, DisplayWidth(CellText(row.Find(column.key))));
        widths.push_back(width + 2);
    }
    std::string out;
    std::string line;
    for (std::size_t i = 0; i < columns.size(); ++i) Pad(line, columns[i].title, widths[i]);
    out += Trimmed(line);
    for (const json::Value& row : rows.AsArray()) {
        line.clear();
        for (std::size_t i = 0; i < columns.size(); ++i) Pad(line, CellText(row.Find(columns[i].key)), widths[i]);
        out += Trimmed(line);
    }
    return out;
}

std::string FormatObject(const json::Value& object) {
    std::size_t width = 0;
    for (const auto& [key, value] : object.AsObject().members()) width = std::max(width, DisplayWidth(key) + 2);
    std::string out;
    for (const auto& [key, value] : object.AsObject().members()) {
        std::string line;
        Pad(line, key, width);
        out += Trimmed(line + CellText(&value));
    }
    return out;
}

void Print(const Invocation& invocation, const json::Value& value, std::string_view text) {
    const std::string json = invocation.Has("json") ? json::EncodePretty(value) + "\n" : std::string();
    const std::string_view out = invocation.Has("json") ? std::string_view(json) : text;
    std::fwrite(out.data(), 1, out.size(), stdout);
    std::fflush(stdout);
}

Exit PrintError(const Invocation& invocation, const base::Error& error) {
    const base::Locale locale = PersonReadsChinese() ? base::Locale::kZhCn : base::Locale::kEn;
    const std::string message(error.MessageFor(locale));
    json::Array details;
    std::string lines;
    for (const base::FieldError& field : error.fields) {
        details.push_back(json::Object{{"field", field.field}, {"reason", field.reason.In(locale)}});
        lines.append("  ").append(field.field).append(": ").append(field.reason.In(locale)).append("\n");
    }
    if (!error.detail.empty()) lines.append("  ").append(error.detail).append("\n");
    if (invocation.Has("json")) {
        const json::Object object{{"success", false},
                                  {"code", base::Info(error.code).wire},
                                  {"message", message},
                                  {"detail", error.detail},
                                  {"details", std::move(details)}};
        std::fprintf(stderr, "%s\n", json::Encode(object).c_str());
    } else {
        std::fprintf(stderr, "%s: %s\n%s", invocation.program.c_str(), message.c_str(), lines.c_str());
    }
    if (error.code == Code::kConflict) return Exit::kBusy;
    return error.code == Code::kBadRequest ? Exit::kUsage : Exit::kFailed;
}

}  // namespace rt::cli
