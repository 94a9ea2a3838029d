#include <array>

#include "base/utf8.h"
#include "sheet/reader.h"
#include "sheet/reader_internal.h"

namespace rt::sheet {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::string_view kOldExcel = "\xD0\xCF\x11\xE0";

// The separator that the first line has most of, outside quotes.
char SeparatorOf(std::string_view text) {
    constexpr std::array<char, 3> kSeparators{',', ';', '\t'};
    std::array<int, 3> counts{};
    bool quoted = false;
    for (const char c : text) {
        if (c == '"') quoted = !quoted;
        if (!quoted && (c == '\n' || c == '\r')) break;
        for (std::size_t i = 0; i < kSeparators.size(); ++i) counts[i] += !quoted && c == kSeparators[i] ? 1 : 0;
    }
    std::size_t best = 0;
    for (std::size_t i = 1; i < counts.size(); ++i) best = counts[i] > counts[best] ? i : best;
    return kSeparators[best];
}

// Without the apostrophe that keeps a spreadsheet from running a text.
std::string Unguarded(std::string text) {
    if (text.size() < 2 || text.front() != '\'') return text;
    constexpr std::array<std::string_view, 8> kGuarded{"=", "+", "-", "@", "\uFF1D", "\uFF0B", "\uFF0D", "\uFF20"};
    for (const std::string_view start : kGuarded) {
        if (std::string_view(text).substr(1, start.size()) == start) return text.substr(1);
    }
    return text;
}

class Csv {
  public:
    Csv(std::string_view text, const Limits& limits)
        : text_(text), separator_(SeparatorOf(text)), limits_(limits), builder_(limits, {}) {}

    Result<Table> Run() {
        while (at_ < text_.size()) {
            ++row_;
            RT_CHECK_OK(ReadRow());
        }
        return builder_.Take();
    }

  private:
    bool AtLineEnd() const { return at_ >= text_.size() || text_[at_] == '\n' || text_[at_] == '\r'; }

    Status ReadRow() {
        for (std::int32_t column = 0;; ++column) {
            Cell cell;
            cell.column = column;
            const bool quoted = at_ < text_.size() && text_[at_] == '"';
            RT_CHECK_OK(quoted ? Quoted(cell.text) : Plain(cell.text));
            cell.text = Unguarded(Trimmed(cell.text));
            RT_CHECK_OK(builder_.Add(row_, std::move(cell)));
            if (AtLineEnd()) break;
            ++at_;  // the separator
        }
        if (at_ < text_.size() && text_[at_] == '\r') ++at_;
        if (at_ < text_.size() && text_[at_] == '\n') ++at_;
        return Ok();
    }

    Status Plain(std::string& out) {
        const std::size_t from = at_;
        while (!AtLineEnd() && text_[at_] != separator_) ++at_;
        if (at_ - from > limits_.cell_bytes_max) return TooLarge();
        out = text_.substr(from, at_ - from);
        return Ok();
    }

    Status Quoted(std::string& out) {
        ++at_;
        for (;; ++at_) {
            if (at_ >= text_.size()) {
                return Refuse("第 " + std::to_string(row_) + " 行的引号没有结束",
                              "The quotation mark in row " + std::to_string(row_) + " has no end");
            }
            if (text_[at_] == '"') {
                ++at_;
                if (at_ >= text_.size() || text_[at_] != '"') break;
            }
            out += text_[at_];
            if (out.size() > limits_.cell_bytes_max) return TooLarge();
        }
        if (!AtLineEnd() && text_[at_] != separator_) {
            return Refuse("第 " + std::to_string(row_) + " 行的引号之后有多余的字符",
                          "There is something behind a closing quotation mark in row " + std::to_string(row_));
        }
        return Ok();
    }

    const std::string_view text_;
    const char separator_;
    const Limits& limits_;
    TableBuilder builder_;
    std::size_t at_ = 0;
    std::int64_t row_ = 0;
};

}  // namespace

Error Refuse(std::string zh, std::string en) {
    std::string detail = en;
    return base::FailText(Code::kInvalid, {std::move(zh), std::move(en)}, std::move(detail));
}

Error Damaged() {
    return Refuse("无法读取该文件：不是有效的 XLSX 文件", "The file cannot be read: it is not a valid XLSX file");
}

Error TooLarge() {
    return Refuse("文件内容过大或过于复杂", "There is too much in the file");
}

Status TableBuilder::Add(std::int64_t row, Cell cell) {
    cell.text = Trimmed(cell.text);
    if (cell.text.empty()) return Ok();
    if (cell.column >= limits_.columns_max) {
        return Refuse("最多 " + std::to_string(limits_.columns_max) + " 列",
                      "At most " + std::to_string(limits_.columns_max) + " columns");
    }
    if (cell.text.size() > limits_.cell_bytes_max) return TooLarge();
    text_bytes_ += cell.text.size();
    if (text_bytes_ > limits_.text_bytes_max) return TooLarge();
    if (table_.rows.empty() || table_.rows.back().number != row) {
        if (static_cast<std::int64_t>(table_.rows.size()) >= limits_.rows_max) {
            return Refuse("最多 " + std::to_string(limits_.rows_max) + " 行（含标题行）",
                          "At most " + std::to_string(limits_.rows_max) + " rows with the headings");
        }
        table_.rows.push_back({row, {}});
    }
    table_.rows.back().cells.push_back(std::move(cell));
    return Ok();
}

Result<Table> ReadCsv(std::string_view bytes, const Limits& limits) {
    if (bytes.substr(0, kOldExcel.size()) == kOldExcel) {
        return Refuse("不支持 .xls 或加密的文件，请另存为 .xlsx", "Save the file as .xlsx, without a password");
    }
    if (bytes.substr(0, kByteOrderMark.size()) == kByteOrderMark) bytes.remove_prefix(kByteOrderMark.size());
    if (!base::IsUtf8(bytes) || bytes.find('\0') != std::string_view::npos) {
        return Refuse("CSV 须为 UTF-8 编码；在 Excel 中请另存为“CSV UTF-8”或 .xlsx",
                      "CSV has to be UTF-8; in Excel, save as \"CSV UTF-8\" or .xlsx");
    }
    return Csv(bytes, limits).Run();
}

}  // namespace rt::sheet
