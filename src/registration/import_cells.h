// From a cell of a spreadsheet to an answer as the routes take it. What the text means is decided here; whether it may
// be so is the form's to say. Pure.
#pragma once

#include <variant>

#include "base/error.h"
#include "registration/domain/form.h"
#include "sheet/table.h"

namespace rt::registration {

// A value, or why there is none.
std::variant<AnswerValue, base::Text> AnswerOfCell(const Field& field, const sheet::Cell& cell);

}  // namespace rt::registration
