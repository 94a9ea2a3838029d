// What the game keeps about a person: his part of an export, and of the end of his account.
#pragma once

#include "auth/personal_data.h"
#include "avalon/hall.h"

namespace rt::avalon {

// Thread-safe.
class PersonalRecords final : public auth::PersonalData {
  public:
    explicit PersonalRecords(Hall& hall) : hall_(hall) {}

    std::string_view name() const override { return "avalon"; }
    // Profile, figures, games, blocks, reports made, mutes and bans.
    Result<json::Value> Export(auth::UserId user) override;
    // Never: a game goes on without him.
    Result<std::optional<base::Text>> Blocker(store::Reader& reader, auth::UserId user, base::Time now) override;
    // His games stay, with a seat that is nobody's. Mutes and bans stay, without their reasons.
    auth::EraseFn PrepareErase(auth::UserId user, base::Time now) override;

  private:
    Hall& hall_;
};

}  // namespace rt::avalon
