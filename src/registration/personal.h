// What registration keeps about a person: his part of an export, and of the end of his account.
#pragma once

#include "auth/personal_data.h"
#include "registration/service.h"

namespace rt::registration {

// Thread-safe.
class PersonalRecords final : public auth::PersonalData {
  public:
    explicit PersonalRecords(const Needs& needs) : needs_(needs) {}

    std::string_view name() const override { return "registration"; }
    // Name, memberships with their answers in full, events made.
    Result<json::Value> Export(auth::UserId user) override;
    // A live team or a running event of his own.
    Result<std::optional<base::Text>> Blocker(store::Reader& reader, auth::UserId user, base::Time now) override;
    // Name, answers and number index go; that somebody took part stays, for the counts and for the others of the team.
    auth::EraseFn PrepareErase(auth::UserId user, base::Time now) override;

  private:
    const Needs needs_;
};

}  // namespace rt::registration
