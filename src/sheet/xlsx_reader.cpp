#include <array>
#include <charconv>
#include <cmath>
#include <optional>

#include "base/parse.h"
#include "sheet/reader.h"
#include "sheet/reader_internal.h"

namespace rt::sheet {
namespace {

constexpr std::int64_t kSheetRows = 1'048'576;
constexpr std::int64_t kSheetColumns = 16'384;
constexpr double kExactMax = 999'999'999'999'999;  // a spreadsheet keeps 15 digits

// "BC12": column 54.
std::optional<std::int32_t> ColumnOf(std::string_view reference) {
    std::int64_t column = 0;
    std::size_t letters = 0;
    while (letters < reference.size() && reference[letters] >= 'A' && reference[letters] <= 'Z') {
        column = column * 26 + (reference[letters++] - 'A' + 1);
        if (column > kSheetColumns) return std::nullopt;
    }
    if (letters == 0) return std::nullopt;
    return static_cast<std::int32_t>(column - 1);
}

std::string NumberText(double value) {
    std::array<char, 64> out{};
    const bool whole = std::floor(value) == value && std::fabs(value) < 1e18;
    const auto end = whole ? std::to_chars(out.data(), out.data() + out.size(), static_cast<std::int64_t>(value))
                           : std::to_chars(out.data(), out.data() + out.size(), value);
    return {out.data(), end.ptr};
}

class SheetEvents final : public XmlEvents {
  public:
    SheetEvents(const Book& book, const Limits& limits)
        : book_(book), limits_(limits), builder_(limits, book.sheet_name) {}

    Status Open(const std::string& name, const Attributes& attributes) override {
        if (name == "row") return OpenRow(attributes);
        if (name == "c") return OpenCell(attributes);
        if (name == "rPh") ++phonetic_;
        in_text_ = in_cell_ && (name == "v" || (name == "t" && phonetic_ == 0));
        return Ok();
    }
    Status Close(const std::string& name) override {
        if (name == "rPh" && phonetic_ > 0) --phonetic_;
        in_text_ = false;
        if (name != "c" || !in_cell_) return Ok();
        in_cell_ = false;
        return CloseCell();
    }
    Status Text(std::string_view text) override {
        if (!in_text_) return Ok();
        if (value_.size() + text.size() > limits_.cell_bytes_max) return TooLarge();
        value_ += text;
        return Ok();
    }
    Table Take() { return builder_.Take(); }

  private:
    Status OpenRow(const Attributes& attributes) {
        const auto given = Find(attributes, "r");
        const std::int64_t row = given.empty() ? row_ + 1 : base::ParseSigned(given).value_or(0);
        if (row <= row_ || row > kSheetRows) return Damaged();
        row_ = row;
        column_ = -1;
        return Ok();
    }

    Status OpenCell(const Attributes& attributes) {
        const auto reference = Find(attributes, "r");
        const auto column = reference.empty() ? std::optional(column_ + 1) : ColumnOf(reference);
        if (row_ == 0 || in_cell_ || !column.has_value() || *column <= column_) return Damaged();
        column_ = *column;
        type_ = Find(attributes, "t");
        style_ = base::ParseUnsigned(Find(attributes, "s")).value_or(0);
        value_.clear();
        in_cell_ = true;
        return Ok();
    }

    Status CloseCell() {
        if (value_.empty()) return Ok();
        Cell cell;
        cell.column = column_;
        if (type_ == "s") {
            const auto index = base::ParseUnsigned(value_);
            if (!index.has_value() || *index >= book_.strings.size()) return Damaged();
            cell.text = book_.strings[*index];
        } else if (type_ == "b") {
            cell.kind = CellKind::kBool;
            cell.text = value_ == "1" ? "true" : "false";
        } else if (type_.empty() || type_ == "n") {
            RT_CHECK_OK(Number(cell));
        } else {
            cell.kind = type_ == "e" ? CellKind::kError : type_ == "d" ? CellKind::kDate : CellKind::kText;
            cell.text = value_;
        }
        return builder_.Add(row_, std::move(cell));
    }

    Status Number(Cell& cell) const {
        double value = 0;
        const char* end = value_.data() + value_.size();
        const auto parsed = std::from_chars(value_.data(), end, value);
        if (parsed.ec != std::errc() || parsed.ptr != end || !std::isfinite(value)) return Damaged();
        const bool date = style_ < book_.date_formats.size() && book_.date_formats[style_];
        if (date) cell.text = DateText(value, book_.dates_from_1904);
        if (!cell.text.empty()) {
            cell.kind = CellKind::kDate;
            return Ok();
        }
        cell.kind = std::fabs(value) > kExactMax ? CellKind::kRounded : CellKind::kNumber;
        cell.text = NumberText(value);
        return Ok();
    }

    const Book& book_;
    const Limits& limits_;
    TableBuilder builder_;
    std::int64_t row_ = 0;
    std::int32_t column_ = -1;
    std::string type_;
    std::uint64_t style_ = 0;
    std::string value_;
    int phonetic_ = 0;
    bool in_cell_ = false;
    bool in_text_ = false;
};

}  // namespace

bool IsXlsx(std::string_view bytes) {
    return bytes.substr(0, 2) == "PK";
}

Result<Table> ReadXlsx(std::string_view bytes, const Limits& limits) {
    RT_TRY(const auto archive, Archive::Open(bytes, limits));
    RT_TRY(const Book book, ReadBook(*archive, limits));
    SheetEvents events(book, limits);
    RT_CHECK_OK(ParseXml([&](const TakeBytes& take) { return archive->Read(book.sheet_path, take); }, limits, events));
    return events.Take();
}

Result<Table> Read(std::string_view bytes, const Limits& limits) {
    return IsXlsx(bytes) ? ReadXlsx(bytes, limits) : ReadCsv(bytes, limits);
}

}  // namespace rt::sheet
