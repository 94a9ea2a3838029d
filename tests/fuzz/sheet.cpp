// Tables that people send: the file itself (an archive or CSV), and the parts of a workbook inside a sound archive,
// which mutations of a packed one would hardly reach. Whatever is taken keeps within the limits.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "base/utf8.h"
#include "sheet/reader.h"
#include "support/stored_zip.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

rt::sheet::Limits SmallLimits() {
    rt::sheet::Limits limits;
    limits.rows_max = 20;
    limits.columns_max = 20;
    limits.cell_bytes_max = 200;
    limits.text_bytes_max = 2'000;
    limits.strings_max = 20;
    limits.strings_bytes_max = 1'000;
    limits.formats_max = 20;
    limits.unpacked_bytes_max = 1 << 20;
    limits.markup_bytes_max = 1 << 16;
    return limits;
}

void Check(std::string_view bytes) {
    using namespace rt;
    const sheet::Limits limits = SmallLimits();
    const auto table = sheet::Read(bytes, limits);
    if (!table.ok()) {
        RT_CHECK(table.error().code == Code::kInvalid && !table.error().message.empty());
        return;
    }
    RT_CHECK(table->rows.size() <= static_cast<std::size_t>(limits.rows_max));
    std::size_t text_bytes = 0;
    std::int64_t row_before = 0;
    for (const sheet::Row& row : table->rows) {
        RT_CHECK(row.number > row_before && !row.cells.empty());
        row_before = row.number;
        std::int32_t column_before = -1;
        for (const sheet::Cell& cell : row.cells) {
            RT_CHECK(cell.column > column_before && cell.column < limits.columns_max);
            RT_CHECK(!cell.text.empty() && cell.text.size() <= limits.cell_bytes_max && base::IsUtf8(cell.text));
            column_before = cell.column;
            text_bytes += cell.text.size();
        }
    }
    RT_CHECK(text_bytes <= limits.text_bytes_max);
}

}  // namespace

// Input: a byte that says where the rest goes: the file itself, the inside of a sheet with strings and styles after
// lines of "---", or the whole of one part.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    Check(text);
    if (text.empty()) return 0;
    std::array<std::string, 3> inside;
    std::string_view rest = text.substr(1);
    for (std::string& part : inside) {
        const auto end = rest.find("---");
        part = rest.substr(0, end);
        rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 3);
    }
    rt::testing::Parts parts = rt::testing::WorkbookParts(inside[0], inside[1], inside[2]);
    const auto which = static_cast<std::size_t>(data[0]) % (parts.size() + 1);
    if (which < parts.size()) parts[which].second = text.substr(1);
    Check(rt::testing::StoredZip(parts));
    return 0;
}
