// The words of an export for what the stores and the API say in codes; those that the pages use.
#pragma once

#include <string_view>

#include "base/error.h"
#include "registration/domain/types.h"
#include "registration/domain/words.h"

namespace rt::registration {

base::Text LabelOf(MemberState state);
base::Text LabelOf(PersonRelation relation);
base::Text LabelOf(GuardianState state);
// Of the words of RegistrationState and Source; any other word stays as it is.
base::Text StateLabel(std::string_view word);
base::Text SourceLabel(std::string_view word);

}  // namespace rt::registration
