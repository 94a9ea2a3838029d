// Which organisation and event the things of registration belong to, for the check of permissions.
#pragma once

#include "auth/access_control.h"

namespace rt::registration {

// Thread-safe.
class Scopes final : public auth::ScopeSource {
  public:
    explicit Scopes(storage::sql::Database& db) : db_(db) {}

    Result<std::optional<auth::ScopeIds>> Find(net::Scope scope, std::string_view name) override;
    Result<std::optional<json::Object>> Event(std::int64_t id) override;

  private:
    storage::sql::Database& db_;
};

}  // namespace rt::registration
