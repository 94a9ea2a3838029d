// Who may look at the files that answers name.
#pragma once

#include <string_view>

#include "net/http.h"
#include "registration/service.h"

namespace rt::registration {

// Whether the caller holds reg.view_pii in the event whose answers name the file of this public id. A look at the file
// itself (`bytes`) is audited as "answer_file.view". Thread-safe.
Result<bool> MayReadAnswerFile(Service& service, const net::Request& request, std::string_view file, bool bytes);

}  // namespace rt::registration
