// Where the rows of an export go: one file, as CSV or XLSX, written as they come.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace rt::registration {

enum class ExportFormat : std::uint8_t { kCsv, kXlsx };
std::string_view Word(ExportFormat format);  // "CSV", "XLSX"
std::optional<ExportFormat> ExportFormatFrom(std::string_view word);
std::string_view ExtensionOf(ExportFormat format);  // "csv"
std::string_view ContentTypeOf(ExportFormat format);

// Not thread-safe.
class RowSink {
  public:
    virtual ~RowSink() = default;
    virtual void Heading(std::string_view text) = 0;
    virtual void Text(std::string_view text) = 0;
    // Ids and phone numbers: no spreadsheet may round them.
    virtual void Digits(std::string_view digits) = 0;
    virtual void Int(std::int64_t number) = 0;
    virtual void Empty() = 0;
    virtual void EndRow() = 0;
    // To disk with what there is. STORAGE_FULL.
    virtual Status Flush() = 0;
    // The file is whole; nothing is written after.
    virtual Status Finish() = 0;
};

// `path` must not be there; the file goes with the object unless Finish() was well. `folder`: for what is written
// before it is packed. `name`: of the sheet.
Result<std::unique_ptr<RowSink>> MakeRowSink(ExportFormat format, const std::string& path, const std::string& folder,
                                             const std::string& name);

}  // namespace rt::registration
