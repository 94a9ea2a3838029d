// Parts of the XLSX reader. Internal to sheet.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "sheet/table.h"

namespace rt::sheet {

// VALIDATION_FAILED with these words.
Error Refuse(std::string zh, std::string en);
Error Damaged();
Error TooLarge();

// Keeps what a table may hold.
class TableBuilder {
  public:
    TableBuilder(const Limits& limits, std::string name) : limits_(limits) { table_.name = std::move(name); }
    // Cells come by row, then by column.
    Status Add(std::int64_t row, Cell cell);
    Table Take() { return std::move(table_); }

  private:
    const Limits& limits_;
    Table table_;
    std::size_t text_bytes_ = 0;
};

using TakeBytes = std::function<Status(std::string_view)>;

// A ZIP archive in memory. Not thread-safe.
class Archive {
  public:
    static Result<std::unique_ptr<Archive>> Open(std::string_view bytes, const Limits& limits);
    ~Archive();
    Archive(const Archive&) = delete;
    Archive& operator=(const Archive&) = delete;

    bool Has(const std::string& path);
    // Gives the part to `take` in pieces; the sizes of all parts that were read count together.
    Status Read(const std::string& path, const TakeBytes& take);

  private:
    struct Source;
    Archive(std::unique_ptr<Source> source, const Limits& limits);

    const std::unique_ptr<Source> source_;
    const Limits& limits_;
    std::size_t unpacked_ = 0;
};

using Attributes = std::vector<std::pair<std::string, std::string>>;  // local names
std::string_view Find(const Attributes& attributes, std::string_view name);

// What a parser tells. Names are local: without a prefix.
class XmlEvents {
  public:
    virtual ~XmlEvents() = default;
    virtual Status Open(const std::string& name, const Attributes& attributes) = 0;
    virtual Status Close(const std::string& name) = 0;
    virtual Status Text(std::string_view text) = 0;
};
// `read` calls what it is given with the document's pieces.
Status ParseXml(const std::function<Status(const TakeBytes&)>& read, const Limits& limits, XmlEvents& events);

// The texts that cells refer to by number, and which formats are dates.
struct Book {
    std::string sheet_path;
    std::string sheet_name;
    bool dates_from_1904 = false;
    std::vector<std::string> strings;
    std::vector<bool> date_formats;  // by style index
};
Result<Book> ReadBook(Archive& archive, const Limits& limits);

// A spreadsheet's day number as a date, a time of day, or both; empty if it is none.
std::string DateText(double serial, bool from_1904);
bool IsDateFormat(std::string_view code);
bool IsDateFormat(std::int64_t builtin);

}  // namespace rt::sheet
