// One answer against its field. Pure.
#pragma once

#include <variant>

#include "base/error.h"
#include "registration/domain/form.h"

namespace rt::registration {

// The value in normal form, or what is wrong with it.
using FieldResult = std::variant<AnswerValue, base::Text>;

// `given` is not blank. Whether files are there, whose and of what type they are, the store asks.
FieldResult CheckValue(const Field& field, const AnswerValue& given, const Date& today);

}  // namespace rt::registration
