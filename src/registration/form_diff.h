// What changed between two versions of a form, for the editor.
#pragma once

#include <string>
#include <vector>

#include "json/json.h"
#include "registration/domain/form.h"

namespace rt::registration {

struct ChangedField {
    std::string key;
    std::vector<std::string> members;  // "label", "options", ...
};
struct FormDiff {
    std::vector<std::string> added;  // keys
    std::vector<std::string> removed;
    std::vector<ChangedField> changed;
    std::vector<std::string> moved;  // of the fields in both, those whose order is another
    // Answers to the older version would not all be valid answers to the newer: a field is gone, has another type,
    // asks for more, or is new and required. They stay valid for the version they were given to.
    bool breaks = false;
};
FormDiff DiffForms(const FormSchema& older, const FormSchema& newer);
json::Value ToJson(const FormDiff& diff);

}  // namespace rt::registration
