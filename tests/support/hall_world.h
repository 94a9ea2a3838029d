// A store with the hall of Avalon over it, and games that were played at random.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "avalon/hall.h"
#include "support/avalon_recount.h"
#include "support/registration_api.h"

namespace rt::testing {

struct GamePlan {
    std::vector<std::int64_t> users;  // by player; 0 is a bot
    std::uint64_t seed = 1;
    std::vector<std::size_t> left{};  // seats whose people went away
    bool voided = false;              // by everybody, at the first vote
    std::optional<avalon::Setup> setup{};
};
// Plays it to its end, legally, at random; the same for the same plan. Users as HallWorld counts them.
avalon::GameRecord PlayGame(const GamePlan& plan);

// What the rooms would know and be told.
class RoomsAtHand final : public avalon::RoomsControl {
  public:
    void PersonChanged(std::int64_t user_id) override { changed.push_back(user_id); }
    std::vector<avalon::LiveRoom> Live() const override { return live; }
    std::vector<avalon::ChatLine> Chat(const std::string& room_id, std::int64_t user_id) const override;
    Status Void(const std::string& room_id) override;
    Status Close(const std::string& room_id) override { return Void(room_id); }

    std::vector<std::int64_t> changed;
    std::vector<avalon::LiveRoom> live;
    std::map<std::string, std::vector<avalon::ChatLine>> chat;
    std::vector<std::string> voided;
};

// Refuses what has "bad" in it, cannot tell about "late", and passes the rest.
class WordCheck final : public avalon::TextCheck {
  public:
    void Check(std::int64_t user_id, const std::string& text, std::function<void(avalon::TextVerdict)> done) override;
};

class HallWorld : public ApiWorld {
  public:
    HallWorld();
    // Users 1 to `count` of AddUsers(), as their ids in the store.
    static std::int64_t Id(std::int64_t user) { return User(user).user.value; }
    std::string PublicId(std::int64_t user);
    Status Save(const GamePlan& plan) { return hall->Save(PlayGame(plan)); }
    // Findings of the recount, one a line; empty when all is well.
    std::string Recounted();

    RoomsAtHand rooms;
    WordCheck texts;
    std::unique_ptr<avalon::Hall> hall;
};

}  // namespace rt::testing
