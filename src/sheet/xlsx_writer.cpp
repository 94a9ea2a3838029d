#include "sheet/xlsx_writer.h"

#include <unistd.h>
#include <xlsxwriter.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/utf8.h"
#include "sheet/table.h"

namespace rt::sheet {
namespace {

constexpr std::uint8_t kTextFormat = 49;  // "@"
constexpr std::int64_t kExactMax = 999'999'999'999'999;

Error FromLibrary(lxw_error error) {
    const bool full = errno == ENOSPC || errno == EDQUOT;
    return Fail(full ? Code::kStorageFull : Code::kInternal, std::string("xlsx: ") + lxw_strerror(error));
}

bool IsClean(std::string_view text) {
    return text.size() <= kTextCodePointsMax && base::IsUtf8(text) &&
           std::none_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }) &&
           text.find("\xEF\xBF\xBE") == std::string_view::npos && text.find("\xEF\xBF\xBF") == std::string_view::npos;
}

// What XML 1.0 can hold, as UTF-8, not too long.
std::string Clean(std::string_view text) {
    if (IsClean(text)) return std::string(text);
    std::string out;
    std::size_t taken = 0;
    while (!text.empty() && taken < kTextCodePointsMax) {
        const std::string_view before = text;
        const auto code = base::NextCodePoint(text);
        if (!code.has_value()) {
            text = before.substr(1);
            continue;
        }
        const bool control = *code < 0x20 && *code != U'\n' && *code != U'\t';
        if (control || *code == 0xFFFE || *code == 0xFFFF) continue;
        out += before.substr(0, before.size() - text.size());
        ++taken;
    }
    return out;
}

}  // namespace

struct XlsxWriter::Book {
    std::string folder;
    std::string path;
    lxw_workbook* workbook = nullptr;
    lxw_worksheet* sheet = nullptr;
    lxw_format* text = nullptr;
    lxw_format* heading = nullptr;
    lxw_row_t row = 0;
    lxw_col_t column = 0;
    bool too_many = false;
    bool whole = false;
    lxw_error failed = LXW_NO_ERROR;

    void Note(lxw_error error) {
        if (failed == LXW_NO_ERROR) failed = error;
    }
    bool HasRoom() {
        if (row >= static_cast<lxw_row_t>(kRowsMax)) too_many = true;
        return !too_many;
    }
    void Write(std::string_view given, lxw_format* format) {
        const std::string clean = Clean(given);
        const lxw_col_t at = column++;
        if (clean.empty() || !HasRoom()) return;
        Note(worksheet_write_string(sheet, row, at, clean.c_str(), format));
    }
    lxw_error Close() {
        const lxw_error error = workbook_close(workbook);  // frees it in any case
        workbook = nullptr;
        return error;
    }
};

XlsxWriter::XlsxWriter(std::unique_ptr<Book> book) : book_(std::move(book)) {}

XlsxWriter::~XlsxWriter() {
    if (book_->workbook != nullptr) book_->Close();
    if (!book_->whole) unlink(book_->path.c_str());
}

Result<std::unique_ptr<XlsxWriter>> XlsxWriter::Open(const std::string& path, const std::string& folder) {
    auto book = std::make_unique<Book>();
    book->folder = folder;
    book->path = path;
    lxw_workbook_options options{};
    options.constant_memory = LXW_TRUE;
    options.tmpdir = book->folder.data();
    book->workbook = workbook_new_opt(book->path.c_str(), &options);
    if (book->workbook == nullptr) return Fail(Code::kUnavailable, "xlsx: no workbook");
    book->text = workbook_add_format(book->workbook);
    book->heading = workbook_add_format(book->workbook);
    std::unique_ptr<XlsxWriter> out(new XlsxWriter(std::move(book)));
    if (out->book_->text == nullptr || out->book_->heading == nullptr) return Fail(Code::kUnavailable, "xlsx: memory");
    format_set_num_format_index(out->book_->text, kTextFormat);
    format_set_num_format_index(out->book_->heading, kTextFormat);
    format_set_bold(out->book_->heading);
    return out;
}

Status XlsxWriter::AddSheet(const std::string& name) {
    errno = 0;
    book_->sheet = workbook_add_worksheet(book_->workbook, name.c_str());
    if (book_->sheet == nullptr) return FromLibrary(LXW_ERROR_CREATING_TMPFILE);
    book_->row = 0;
    book_->column = 0;
    worksheet_freeze_panes(book_->sheet, 1, 0);
    return Ok();
}

void XlsxWriter::TextColumns(std::int32_t first, std::int32_t last, double width) {
    book_->Note(worksheet_set_column(book_->sheet, static_cast<lxw_col_t>(first), static_cast<lxw_col_t>(last), width,
                                     book_->text));
}

void XlsxWriter::Choices(std::int32_t column, const std::string& from_sheet, std::int32_t from_column,
                         std::int64_t from, std::int64_t to) {
    const std::string letter = ColumnName(from_column);
    std::string formula =
        "='" + from_sheet + "'!$" + letter + "$" + std::to_string(from) + ":$" + letter + "$" + std::to_string(to);
    lxw_data_validation rule{};
    rule.validate = LXW_VALIDATION_TYPE_LIST_FORMULA;
    rule.value_formula = formula.data();
    const auto at = static_cast<lxw_col_t>(column);
    book_->Note(worksheet_data_validation_range(book_->sheet, 1, at, LXW_ROW_MAX - 1, at, &rule));
}

void XlsxWriter::Heading(std::string_view text) {
    book_->Write(text, book_->heading);
}

void XlsxWriter::Text(std::string_view text) {
    book_->Write(text, book_->text);
}

void XlsxWriter::Int(std::int64_t number) {
    // More digits than a spreadsheet keeps.
    if (number > kExactMax || number < -kExactMax) return Text(std::to_string(number));
    const lxw_col_t at = book_->column++;
    if (!book_->HasRoom()) return;
    book_->Note(worksheet_write_number(book_->sheet, book_->row, at, static_cast<double>(number), nullptr));
}

void XlsxWriter::Empty() {
    ++book_->column;
}

void XlsxWriter::EndRow() {
    book_->column = 0;
    ++book_->row;
}

Status XlsxWriter::Finish() {
    if (book_->too_many) return Fail(Code::kInvalid, "more rows than a sheet holds");
    errno = 0;
    const lxw_error closed = book_->Close();
    if (book_->failed != LXW_NO_ERROR) return FromLibrary(book_->failed);
    if (closed != LXW_NO_ERROR) return FromLibrary(closed);
    book_->whole = true;
    return Ok();
}

}  // namespace rt::sheet
