// What other modules keep about a person: how a module above auth takes part in an export and in the end of an account.
#pragma once

#include <functional>
#include <optional>
#include <string_view>

#include "auth/user.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/result.h"
#include "json/json.h"
#include "storage/sql/database.h"

namespace rt::auth {

// Runs inside the writer's closure, perhaps again.
using EraseFn = std::function<Status(storage::sql::Writer&)>;

// Thread-safe.
class PersonalData {
  public:
    virtual ~PersonalData() = default;
    // The key of this part in the export; static storage.
    virtual std::string_view name() const = 0;
    // Everything kept about this person, in the clear: it goes to himself.
    virtual Result<json::Value> Export(UserId user) = 0;
    // Why the account cannot end yet, for its owner; nullopt: it can.
    virtual Result<std::optional<base::Text>> Blocker(storage::sql::Reader& reader, UserId user, base::Time now) = 0;
    // Takes away what tells who it was, in the commit that ends the account. What must stay (finance, counts) stays
    // without a name.
    virtual EraseFn PrepareErase(UserId user, base::Time now) = 0;
};

}  // namespace rt::auth
