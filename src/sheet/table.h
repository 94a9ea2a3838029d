// A table as it was read from a file that somebody sent, and what may be in one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace rt::sheet {

// kRounded: a number that the spreadsheet has rounded already (over 15 digits), such as an identity number that was
// typed into a cell for numbers. kError: "#REF!" and the like.
enum class CellKind : std::uint8_t { kText, kNumber, kDate, kBool, kRounded, kError };

struct Cell {
    std::int32_t column = 0;  // from 0
    CellKind kind = CellKind::kText;
    std::string text;  // trimmed; numbers shortest, dates as 2026-01-31, 09:30 or 2026-01-31T09:30, true or false
};
struct Row {
    std::int64_t number = 0;  // from 1, as the spreadsheet shows it
    std::vector<Cell> cells;  // by column; without empty ones
};
struct Table {
    std::string name;       // of the sheet; empty for CSV
    std::vector<Row> rows;  // by number; without empty ones
};

// What a reader takes; beyond any of them the file is refused with VALIDATION_FAILED.
struct Limits {
    std::int64_t rows_max = 5'001;  // with something in them
    std::int32_t columns_max = 200;
    std::size_t cell_bytes_max = 64 << 10;
    std::size_t text_bytes_max = 16 << 20;      // of all cells
    std::size_t parts_max = 1'000;              // of the archive
    std::size_t unpacked_bytes_max = 64 << 20;  // of all parts together
    std::size_t strings_max = 200'000;          // shared ones
    std::size_t strings_bytes_max = 16 << 20;
    std::size_t formats_max = 10'000;
    std::size_t depth_max = 64;              // of elements
    std::size_t markup_bytes_max = 1 << 20;  // of one tag or comment
};

// "A" for 0, "AA" for 26.
std::string ColumnName(std::int32_t column);
// Without white space at either end, also no-break and ideographic spaces.
std::string Trimmed(const std::string& text);

}  // namespace rt::sheet
