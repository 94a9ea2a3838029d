// A person's uploads in the export of his account. Nothing is to be erased: what nothing holds on to goes after a day,
// the rest belongs to an event or a team by then.
#pragma once

#include "auth/personal_data.h"
#include "files/service.h"

namespace rt::app {

// Thread-safe. `files` must outlive it.
class FileRecords final : public auth::PersonalData {
  public:
    explicit FileRecords(const files::Service& files) : files_(files) {}

    std::string_view name() const override { return "files"; }
    Result<json::Value> Export(auth::UserId user) override;
    Result<std::optional<base::Text>> Blocker(storage::sql::Reader& reader, auth::UserId user, base::Time now) override;
    auth::EraseFn PrepareErase(auth::UserId user, base::Time now) override;

  private:
    const files::Service& files_;
};

}  // namespace rt::app
