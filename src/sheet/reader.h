// Reads the first sheet of an XLSX file (ECMA-376), or CSV (RFC 4180). Nothing in the file is trusted: what it unfolds
// to, how much it holds and how deep it goes has caps; document types and entities are refused; formulas count as the
// value that was saved with them.
#pragma once

#include <string_view>

#include "base/result.h"
#include "sheet/table.h"

namespace rt::sheet {

// By the first bytes: an archive.
bool IsXlsx(std::string_view bytes);

// VALIDATION_FAILED with a message for the person who sent it.
Result<Table> ReadXlsx(std::string_view bytes, const Limits& limits);
// UTF-8, with or without a byte order mark; comma, semicolon or TAB, whichever the first line has most of. What our own
// CSV puts in front of digits and formula characters is taken off again.
Result<Table> ReadCsv(std::string_view bytes, const Limits& limits);
// Whichever it is.
Result<Table> Read(std::string_view bytes, const Limits& limits);

}  // namespace rt::sheet
