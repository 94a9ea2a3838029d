// Routes about the keys of sealed fields, for administrators. The keys themselves never leave the data folder.
#pragma once

#include <string>

#include "app/field_keys.h"
#include "net/route.h"

namespace rt::app {

// GET {base}/admin/keys/field, POST {base}/admin/keys/field/rotate. `keys` must outlive the table.
net::RouteTable FieldKeyRoutes(FieldKeys& keys, const std::string& base);

}  // namespace rt::app
