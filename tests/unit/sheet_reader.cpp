// What is read from files that people send, and what is refused.

#include <doctest/doctest.h>

#include "sheet/reader.h"
#include "support/stored_zip.h"

using namespace rt;
using rt::testing::Parts;
using rt::testing::StoredZip;
using rt::testing::WorkbookParts;
using sheet::CellKind;
using sheet::Limits;

namespace {

sheet::Table MustRead(const std::string& bytes, const Limits& limits = {}) {
    auto table = sheet::Read(bytes, limits);
    REQUIRE_MESSAGE(table.ok(), table.error().detail);
    return *std::move(table);
}

bool Refused(const std::string& bytes, const Limits& limits = {}) {
    const auto table = sheet::Read(bytes, limits);
    if (table.ok()) return false;
    CHECK(table.error().code == Code::kInvalid);
    CHECK_FALSE(table.error().message.zh.empty());
    CHECK_FALSE(table.error().message.en.empty());
    return true;
}

std::string Xlsx(const std::string& rows, const std::string& strings = "", const std::string& styles = "") {
    return StoredZip(WorkbookParts(rows, strings, styles));
}

std::string Inline(const std::string& text) {
    return "<c t=\"inlineStr\"><is><t>" + text + "</t></is></c>";
}

std::string Rows(std::int64_t count) {
    std::string out;
    for (std::int64_t i = 0; i < count; ++i) out += "<row>" + Inline("x") + "</row>";
    return out;
}

std::string Times(std::string_view text, std::size_t count) {
    std::string out;
    for (std::size_t i = 0; i < count; ++i) out += text;
    return out;
}

Parts With(Parts parts, const std::string& path, const std::string& content) {
    for (auto& [name, text] : parts) {
        if (name == path) text = content;
    }
    return parts;
}

}  // namespace

TEST_CASE("cells of every kind, where they stand") {
    const auto table = MustRead(
        Xlsx("<row r=\"2\"><c r=\"A2\" t=\"s\"><v>1</v></c><c r=\"C2\"><v>1.38001380001E11</v></c><c r=\"D2\" "
             "t=\"b\"><v>1</v></c></row>"
             "<row r=\"3\"><c r=\"B3\" s=\"1\"><v>46053</v></c><c r=\"C3\" s=\"1\"><v>46053.395833333336</v></c>"
             "<c r=\"D3\" s=\"1\"><v>0.5</v></c><c r=\"E3\" s=\"2\"><v>46053</v></c><c r=\"AB3\" "
             "t=\"e\"><v>#REF!</v></c></row>"
             "<row r=\"9\"><c r=\"A9\"><v>110101199003074477</v></c><c r=\"B9\"><f>1+1</f><v>2.5</v></c><c r=\"C9\" "
             "t=\"str\"><f>A1</f>"
             "<v> =1+1 </v></c></row>",
             "<si><t>a</t></si><si><r><t>王</t></r><r><t>芳</t></r><rPh><t>wang</t></rPh></si>",
             "<numFmts><numFmt numFmtId=\"170\" formatCode=\"yyyy\\-mm\\-dd\"/></numFmts>"
             "<cellStyleXfs><xf numFmtId=\"14\"/></cellStyleXfs><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf "
             "numFmtId=\"170\"/></cellXfs>"));
    CHECK(table.name == "名单");
    REQUIRE(table.rows.size() == 3);
    const auto& first = table.rows[0];
    CHECK(first.number == 2);
    REQUIRE(first.cells.size() == 3);
    CHECK(first.cells[0].text == "王芳");
    CHECK(first.cells[1].column == 2);
    CHECK(first.cells[1].text == "138001380001");
    CHECK(first.cells[1].kind == CellKind::kNumber);
    CHECK(first.cells[2].text == "true");
    const auto& dates = table.rows[1].cells;
    REQUIRE(dates.size() == 5);
    CHECK(dates[0].text == "2026-01-31");
    CHECK(dates[1].text == "2026-01-31T09:30");
    CHECK(dates[2].text == "12:00");
    CHECK(dates[3].text == "2026-01-31");
    CHECK(dates[4].kind == CellKind::kError);
    CHECK(dates[4].column == 27);
    const auto& last = table.rows[2];
    CHECK(last.number == 9);
    CHECK(last.cells[0].kind == CellKind::kRounded);
    CHECK(last.cells[1].text == "2.5");
    CHECK(last.cells[2].text == "=1+1");
}

TEST_CASE("archives that are none, damaged, encrypted or without a sheet are refused") {
    const std::string good = Xlsx(Rows(1));
    MustRead(good);
    CHECK(Refused("PK"));
    CHECK(Refused(good.substr(0, good.size() / 2)));
    CHECK(Refused(StoredZip(WorkbookParts(Rows(1)), 1)));
    std::string flipped = good;
    flipped[good.find("<row>")] = '!';
    CHECK_MESSAGE(Refused(flipped), "its checksum tells");
    for (const std::string part : {"_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"}) {
        CHECK(Refused(StoredZip(With(WorkbookParts(Rows(1)), part, "<none/>"))));
        CHECK(Refused(StoredZip(With(WorkbookParts(Rows(1)), part, "<open>"))));
    }
    CHECK_MESSAGE(Refused("\xD0\xCF\x11\xE0\xA1\xB1"), "an old workbook");
}

TEST_CASE("document types and entities are refused, not expanded") {
    const std::string bomb =
        "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]><worksheet><sheetData><row><c "
        "t=\"inlineStr\"><is><t>&b;"
        "</t></is></c></row></sheetData></worksheet>";
    CHECK(Refused(StoredZip(With(WorkbookParts(""), "xl/worksheets/sheet1.xml", bomb))));
    CHECK(Refused(StoredZip(
        With(WorkbookParts(""), "xl/worksheets/sheet1.xml", "<!DOCTYPE x SYSTEM \"file:///etc/passwd\"><x/>"))));
    CHECK(Refused(StoredZip(With(WorkbookParts(""), "xl/sharedStrings.xml", "<sst><si><t>&other;</t></si></sst>"))));
}

TEST_CASE("places that no sheet has are refused") {
    CHECK(Refused(Xlsx("<row r=\"5\"/><row r=\"5\"/>")));
    CHECK(Refused(Xlsx("<row r=\"1048577\"/>")));
    CHECK(Refused(Xlsx("<row r=\"-1\"/>")));
    CHECK(Refused(Xlsx("<row r=\"99999999999999999999\"/>")));
    CHECK(Refused(Xlsx("<row><c r=\"B1\"><v>1</v></c><c r=\"A1\"><v>1</v></c></row>")));
    CHECK(Refused(Xlsx("<row><c r=\"ZZZZZZZZZZ1\"><v>1</v></c></row>")));
    CHECK(Refused(Xlsx("<row><c r=\"1\"><v>1</v></c></row>")));
    CHECK(Refused(Xlsx("<c><v>1</v></c>")));
    CHECK(Refused(Xlsx("<row><c><c><v>1</v></c></c></row>")));
    CHECK(Refused(Xlsx("<row><c t=\"s\"><v>0</v></c></row>")));
    CHECK(Refused(Xlsx("<row><c><v>1e999</v></c></row>")));
    CHECK(Refused(Xlsx("<row><c><v>one</v></c></row>")));
}

TEST_CASE("each limit holds at itself and one less, and refuses one more") {
    Limits limits;
    for (const std::int64_t rows : {limits.rows_max - 1, limits.rows_max})
        CHECK(MustRead(Xlsx(Rows(rows))).rows.size() == static_cast<std::size_t>(rows));
    CHECK(Refused(Xlsx(Rows(limits.rows_max + 1))));

    const auto columns = [](std::int32_t count) {
        return Xlsx("<row>" + Times(Inline("x"), static_cast<std::size_t>(count)) + "</row>");
    };
    MustRead(columns(limits.columns_max - 1));
    MustRead(columns(limits.columns_max));
    CHECK(Refused(columns(limits.columns_max + 1)));

    const auto cell = [](std::size_t bytes) { return Xlsx("<row>" + Inline(std::string(bytes, 'x')) + "</row>"); };
    MustRead(cell(limits.cell_bytes_max - 1));
    MustRead(cell(limits.cell_bytes_max));
    CHECK(Refused(cell(limits.cell_bytes_max + 1)));

    limits.text_bytes_max = 100;
    const auto text = [](std::size_t bytes) {
        return Xlsx("<row>" + Inline(std::string(bytes - 50, 'x')) + Inline(std::string(50, 'x')) + "</row>");
    };
    MustRead(text(99), limits);
    MustRead(text(100), limits);
    CHECK(Refused(text(101), limits));

    limits.strings_max = 3;
    const auto strings = [](std::size_t count) { return Xlsx("", Times("<si><t>x</t></si>", count)); };
    MustRead(strings(2), limits);
    MustRead(strings(3), limits);
    CHECK(Refused(strings(4), limits));

    limits.strings_bytes_max = 10;
    const auto bytes = [](std::size_t count) { return Xlsx("", "<si><t>" + std::string(count, 'x') + "</t></si>"); };
    MustRead(bytes(9), limits);
    MustRead(bytes(10), limits);
    CHECK(Refused(bytes(11), limits));

    limits.formats_max = 3;
    const auto formats = [](std::size_t count) {
        return Xlsx("", "", "<cellXfs>" + Times("<xf/>", count) + "</cellXfs>");
    };
    MustRead(formats(2), limits);
    MustRead(formats(3), limits);
    CHECK(Refused(formats(4), limits));

    limits.parts_max = 7;
    const auto parts = [](std::size_t count) {
        Parts all = WorkbookParts(Rows(1));
        while (all.size() < count) all.emplace_back("more" + std::to_string(all.size()), "");
        return StoredZip(all);
    };
    MustRead(parts(6), limits);
    MustRead(parts(7), limits);
    CHECK(Refused(parts(8), limits));

    limits.depth_max = 10;
    const auto deep = [](std::size_t depth) { return Xlsx(Times("<d>", depth - 2) + Times("</d>", depth - 2)); };
    MustRead(deep(9), limits);
    MustRead(deep(10), limits);
    CHECK(Refused(deep(11), limits));
}

TEST_CASE("what is unpacked is counted as it comes out") {
    const Parts parts = WorkbookParts(Rows(3));
    Limits limits;
    limits.unpacked_bytes_max = 0;
    for (const auto& [path, content] : parts) limits.unpacked_bytes_max += content.size();
    MustRead(StoredZip(parts), limits);
    ++limits.unpacked_bytes_max;
    MustRead(StoredZip(parts), limits);
    limits.unpacked_bytes_max -= 2;
    CHECK(Refused(StoredZip(parts), limits));
}

TEST_CASE("a tag or comment without an end is given up") {
    const auto comment = [](std::size_t bytes) { return Xlsx("<!--" + std::string(bytes, 'x') + "-->"); };
    MustRead(comment(1'000));
    CHECK(Refused(comment(3 << 20)));
    CHECK(Refused(Xlsx("<row a=\"" + std::string(3 << 20, 'x') + "\"/>")));
}

TEST_CASE("CSV as Excel, LibreOffice and people write it") {
    const auto table = MustRead(
        "\xEF\xBB\xBF队名,姓名,\"备注 "
        "\"\"x\"\"\"\r\n飞虎队,\"\t110101199003074477\",'=1+1\r\n\r\n,,\n\u3000,王,\"两\n行\"");
    REQUIRE(table.rows.size() == 3);
    CHECK(table.rows[0].cells[2].text == "备注 \"x\"");
    CHECK(table.rows[1].cells[1].text == "110101199003074477");
    CHECK(table.rows[1].cells[2].text == "=1+1");
    CHECK(table.rows[2].number == 5);
    CHECK(table.rows[2].cells[0].column == 1);
    CHECK(table.rows[2].cells[1].text == "两\n行");
    CHECK(MustRead("a;b;c\n1;2;3").rows[1].cells.size() == 3);
    CHECK(MustRead("a\tb\n1\t2,5").rows[1].cells[1].text == "2,5");
    CHECK(MustRead("'quoted'\n").rows[0].cells[0].text == "'quoted'");
    CHECK(MustRead("").rows.empty());
    CHECK_MESSAGE(Refused("\xB6\xD3\xC3\xFB,\xD0\xD5\xC3\xFB"), "GBK");
    CHECK(Refused("\"open"));
    CHECK(Refused("\"a\"b,c"));
    CHECK(Refused(std::string("a\0b", 3)));
    Limits limits;
    limits.rows_max = 2;
    MustRead("a\nb", limits);
    CHECK(Refused("a\nb\nc", limits));
}

TEST_CASE("columns have the letters that spreadsheets show") {
    CHECK(sheet::ColumnName(0) == "A");
    CHECK(sheet::ColumnName(25) == "Z");
    CHECK(sheet::ColumnName(26) == "AA");
    CHECK(sheet::ColumnName(701) == "ZZ");
    CHECK(sheet::ColumnName(702) == "AAA");
}
