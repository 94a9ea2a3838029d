// The filter of organisers' lists, bulk actions, exports and announcements, as it comes from a query or a body.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "json/json.h"
#include "json/reader.h"
#include "net/http.h"
#include "registration/privacy.h"
#include "registration/store/registration_items.h"
#include "registration/store/registration_walk.h"

namespace rt::registration {

inline constexpr std::size_t kSearchBytesMax = 100;

// ?q ?state (several with commas) ?division ?stage ?tag ?deficient ?source ?from ?until. VALIDATION_FAILED.
Result<store::RegistrationFilter> FilterFromQuery(store::Reader& reader, const Privacy& privacy, EventId event,
                                                  const net::Request& request);
// An object with the same names, all texts; unknown names are refused.
Result<store::RegistrationFilter> FilterFromJson(store::Reader& reader, const Privacy& privacy, EventId event,
                                                 const json::Value& filter);
// ?q ?state ?division.
Result<store::TeamFilter> TeamFilterFromQuery(store::Reader& reader, const Privacy& privacy, EventId event,
                                              const net::Request& request);

}  // namespace rt::registration
