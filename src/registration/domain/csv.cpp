#include "registration/domain/csv.h"

#include <utility>

#include "base/utf8.h"

namespace rt::registration {
namespace {

bool StartsFormula(std::string_view text) {
    while (!text.empty()) {
        const auto code = base::NextCodePoint(text);
        if (!code.has_value()) return true;
        switch (*code) {
            case U' ':
            case U'\u00A0':
            case U'\u3000':
                continue;
            case U'=':
            case U'+':
            case U'-':
            case U'@':
            case U'\t':
            case U'\r':
            case U'\n':
            case U'\uFF1D':
            case U'\uFF0B':
            case U'\uFF0D':
            case U'\uFF20':
                return true;
            default:
                return false;
        }
    }
    return false;
}

bool IsAlphanumeric(std::string_view text) {
    for (const char c : text) {
        if (!((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'))) return false;
    }
    return true;
}

}  // namespace

void CsvWriter::Separate() {
    if (row_started_) out_ += ',';
    row_started_ = true;
}

void CsvWriter::Quoted(std::string_view prefix, std::string_view text) {
    Separate();
    out_ += '"';
    out_ += prefix;
    for (const char c : text) {
        if (c == '"') out_ += '"';
        if (c != '\0') out_ += c;
    }
    out_ += '"';
}

void CsvWriter::Text(std::string_view text) {
    if (text.empty()) return Separate();
    Quoted(StartsFormula(text) ? "'" : "", text);
}

void CsvWriter::Digits(std::string_view digits) {
    if (digits.empty()) return Separate();
    if (!IsAlphanumeric(digits)) return Text(digits);
    Quoted("\t", digits);
}

void CsvWriter::Int(std::int64_t number) {
    Separate();
    out_ += std::to_string(number);
}

void CsvWriter::EndRow() {
    out_ += "\r\n";
    row_started_ = false;
}

std::string CsvWriter::Take() {
    return std::exchange(out_, {});
}

}  // namespace rt::registration
