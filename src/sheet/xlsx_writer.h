// Writes XLSX (ECMA-376) through libxlsxwriter, row by row: what is written is on disk, not in memory. Texts stay texts
// whatever they look like, so there is nothing that a spreadsheet would run or round.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace rt::sheet {

inline constexpr std::int64_t kRowsMax = 1'048'576;        // of a sheet, with the headings
inline constexpr std::size_t kTextCodePointsMax = 32'767;  // of a cell; more is cut

// Not thread-safe.
class XlsxWriter {
  public:
    // `path`: of the file to be, which must not be there; it goes with the object unless Finish() was well. `folder`:
    // for what is written before it is packed.
    static Result<std::unique_ptr<XlsxWriter>> Open(const std::string& path, const std::string& folder);
    ~XlsxWriter();
    XlsxWriter(const XlsxWriter&) = delete;
    XlsxWriter& operator=(const XlsxWriter&) = delete;

    // The next cells go there. `name`: at most 31 characters, none of []:*?/\.
    Status AddSheet(const std::string& name);
    // Columns of this width in characters, for texts: what is typed there later stays a text as well.
    void TextColumns(std::int32_t first, std::int32_t last, double width);
    // In the present sheet, cells of `column` below the headings offer what stands in `from_column` of `from_sheet`, in
    // the rows from..to, and take nothing else.
    void Choices(std::int32_t column, const std::string& from_sheet, std::int32_t from_column, std::int64_t from,
                 std::int64_t to);

    void Heading(std::string_view text);
    void Text(std::string_view text);
    void Int(std::int64_t number);
    void Empty();
    void EndRow();

    // The file is whole then. VALIDATION_FAILED beyond kRowsMax rows, STORAGE_FULL.
    Status Finish();

  private:
    struct Book;
    explicit XlsxWriter(std::unique_ptr<Book> book);

    const std::unique_ptr<Book> book_;
};

}  // namespace rt::sheet
