// The JSON of an event's picture.
#pragma once

#include "json/json.h"
#include "registration/store/commit.h"

namespace rt::registration {

// {"id","alt"}, null when there is none. The bytes are at `/files/{id}` of the API, for everybody.
Result<json::Value> CoverJson(store::Reader& reader, EventId event);

}  // namespace rt::registration
