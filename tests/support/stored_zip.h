// A ZIP archive of stored parts, as tests need them: with what no spreadsheet program would write.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rt::testing {

using Parts = std::vector<std::pair<std::string, std::string>>;  // path, content

inline std::uint32_t Crc32(std::string_view bytes) {
    std::uint32_t crc = 0xFFFFFFFF;
    for (const char c : bytes) {
        crc ^= static_cast<std::uint8_t>(c);
        for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0xEDB88320 : 0);
    }
    return ~crc;
}

inline void PutLittle(std::string& out, std::uint64_t value, int bytes) {
    for (int i = 0; i < bytes; ++i) out += static_cast<char>((value >> (8 * i)) & 0xFF);
}

// `flags`: of every part; 1 says that it is encrypted.
inline std::string StoredZip(const Parts& parts, std::uint16_t flags = 0) {
    std::string out;
    std::string directory;
    for (const auto& [path, content] : parts) {
        std::string common;
        PutLittle(common, 20, 2);
        PutLittle(common, flags, 2);
        PutLittle(common, 0, 2);
        PutLittle(common, 0, 4);
        PutLittle(common, Crc32(content), 4);
        PutLittle(common, content.size(), 4);
        PutLittle(common, content.size(), 4);
        PutLittle(common, path.size(), 2);
        PutLittle(common, 0, 2);
        PutLittle(directory, 0x02014B50, 4);
        PutLittle(directory, 20, 2);
        directory += common;
        PutLittle(directory, 0, 2 + 2 + 2);
        PutLittle(directory, 0, 4);
        PutLittle(directory, out.size(), 4);
        directory += path;
        PutLittle(out, 0x04034B50, 4);
        out += common + path + content;
    }
    const std::size_t at = out.size();
    out += directory;
    PutLittle(out, 0x06054B50, 4);
    PutLittle(out, 0, 4);
    PutLittle(out, parts.size(), 2);
    PutLittle(out, parts.size(), 2);
    PutLittle(out, directory.size(), 4);
    PutLittle(out, at, 4);
    PutLittle(out, 0, 2);
    return out;
}

// The smallest workbook: one sheet of these rows, these shared strings and styles (XML, without a declaration).
inline Parts WorkbookParts(const std::string& sheet_data, const std::string& strings = "",
                           const std::string& styles = "") {
    const std::string type = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    const auto relation = [&](const std::string& id, const std::string& kind, const std::string& target) {
        return "<Relationship Id=\"" + id + "\" Type=\"" + type + "/" + kind + "\" Target=\"" + target + "\"/>";
    };
    return {
        {"_rels/.rels", "<Relationships>" + relation("r1", "officeDocument", "xl/workbook.xml") + "</Relationships>"},
        {"xl/workbook.xml",
         "<workbook xmlns:r=\"x\"><sheets><sheet name=\"名单\" sheetId=\"1\" r:id=\"s1\"/></sheets></workbook>"},
        {"xl/_rels/workbook.xml.rels", "<Relationships>" + relation("s1", "worksheet", "worksheets/sheet1.xml") +
                                           relation("s2", "sharedStrings", "/xl/../xl/sharedStrings.xml") +
                                           relation("s3", "styles", "styles.xml") + "</Relationships>"},
        {"xl/worksheets/sheet1.xml", "<worksheet><sheetData>" + sheet_data + "</sheetData></worksheet>"},
        {"xl/sharedStrings.xml", "<sst>" + strings + "</sst>"},
        {"xl/styles.xml", "<styleSheet>" + styles + "</styleSheet>"}};
}

}  // namespace rt::testing
