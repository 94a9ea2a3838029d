// What is written is what is read again, and no text becomes a formula or a rounded number.

#include <doctest/doctest.h>

#include "os/file.h"
#include "sheet/reader.h"
#include "sheet/xlsx_writer.h"
#include "support/temp_dir.h"

using namespace rt;

TEST_CASE("texts come back as texts, whatever they look like") {
    const testing::TempDir folder;
    const std::string path = folder.path() + "/out.xlsx";
    auto writer = sheet::XlsxWriter::Open(path, folder.path());
    REQUIRE(writer.ok());
    REQUIRE((*writer)->AddSheet("名单").ok());
    (*writer)->TextColumns(0, 3, 20);
    (*writer)->Choices(1, "说明", 0, 1, 2);
    const std::vector<std::string> texts{
        "=HYPERLINK(\"http://x\")", "110101199003074477", "013800138000", "+86", "@x", "<a>&\"'", "第一行\n第二行"};
    for (const std::string& text : texts) (*writer)->Text(text);
    (*writer)->EndRow();
    (*writer)->Int(-42);
    (*writer)->Empty();
    (*writer)->Int(1'000'000'000'000'000);
    (*writer)->Text(
        "a\x01"
        "b\xFF"
        "c");
    (*writer)->EndRow();
    REQUIRE((*writer)->AddSheet("说明").ok());
    (*writer)->Heading("可填");
    (*writer)->EndRow();
    REQUIRE((*writer)->Finish().ok());
    writer->reset();
    const auto bytes = os::ReadFile(path, 1 << 20);
    REQUIRE(bytes.ok());
    const auto table = sheet::ReadXlsx(*bytes, {});
    REQUIRE(table.ok());
    CHECK(table->name == "名单");
    REQUIRE(table->rows.size() == 2);
    for (std::size_t i = 0; i < texts.size(); ++i) {
        CHECK(table->rows[0].cells[i].kind == sheet::CellKind::kText);
        CHECK(table->rows[0].cells[i].text == texts[i]);
    }
    const auto& second = table->rows[1].cells;
    CHECK(second[0].kind == sheet::CellKind::kNumber);
    CHECK(second[0].text == "-42");
    CHECK(second[1].column == 2);
    CHECK(second[1].kind == sheet::CellKind::kText);
    CHECK(second[2].text == "abc");
    CHECK(os::ListFolder(folder.path())->size() == 1);
}

TEST_CASE("nothing is left of a file that was not finished") {
    const testing::TempDir folder;
    {
        auto writer = sheet::XlsxWriter::Open(folder.path() + "/out.xlsx", folder.path());
        REQUIRE(writer.ok());
        REQUIRE((*writer)->AddSheet("a").ok());
        (*writer)->Text("x");
        (*writer)->EndRow();
    }
    CHECK(os::ListFolder(folder.path())->empty());
}
