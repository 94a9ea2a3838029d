// CSV for spreadsheets (RFC 4180): UTF-8 with a byte order mark, CRLF, and nothing a spreadsheet would run or mangle.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace rt::registration {

// Builds rows into one string that the caller takes in pieces. Not thread-safe.
class CsvWriter {
  public:
    // The byte order mark; without it Excel reads UTF-8 as the local code page.
    static constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

    // Typed by people: a text whose first visible character would start a formula (= + - @, also full-width, TAB, CR)
    // gets an apostrophe in front.
    void Text(std::string_view text);
    // Ids and phone numbers: a TAB in front keeps a spreadsheet from rounding them to 15 digits or dropping zeros.
    // What holds anything but ASCII letters and digits is written as Text().
    void Digits(std::string_view digits);
    void Int(std::int64_t number);
    void Empty() { Separate(); }
    void EndRow();

    // Everything since the last Take().
    std::string Take();
    std::size_t size() const { return out_.size(); }

  private:
    void Separate();
    void Quoted(std::string_view prefix, std::string_view text);

    std::string out_;
    bool row_started_ = false;
};

}  // namespace rt::registration
