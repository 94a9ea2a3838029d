#include "support/hall_world.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "avalon/domain/game.h"
#include "avalon/domain/moves.h"
#include "avalon/hashing.h"
#include "base/random.h"

namespace rt::testing {
namespace {

constexpr storage::sql::Statement kPublicId{"test.public_id", "SELECT public_id FROM \"user\" WHERE id = $1"};
constexpr int kCommandsMax = 2'000;

// A game while it is played.
struct Table {
    avalon::GameRecord record;
    avalon::State state;

    void Take(const std::vector<avalon::Event>& events) {
        for (const avalon::Event& event : events) {
            avalon::Apply(state, event);
            record.events.push_back(
                {record.started.Plus(static_cast<std::int64_t>(record.events.size()) * 1'000'000), event});
        }
    }
    void Do(const avalon::Command& command) {
        const auto events = avalon::Decide(state, command);
        REQUIRE_MESSAGE(events.ok(), (events.ok() ? "" : events.error().detail));
        Take(*events);
    }
};

avalon::Seat SeatOfPlayer(const avalon::Deal& deal, std::size_t player) {
    const auto at = std::find(deal.order.begin(), deal.order.end(), static_cast<std::uint8_t>(player));
    return static_cast<avalon::Seat>(at - deal.order.begin());
}

void Seat(Table& table, const GamePlan& plan, const avalon::Deal& deal) {
    for (const std::uint8_t player : deal.order) {
        avalon::RecordedSeat seat;
        const std::int64_t user = plan.users.at(player);
        if (user == 0) {
            seat.bot = avalon::Strength::kNormal;
        } else {
            seat.user_id = HallWorld::Id(user);
        }
        table.record.seats.push_back(seat);
    }
    for (const std::size_t seat : plan.left) table.record.seats.at(seat).left = true;
}

void VoidIt(Table& table) {
    for (const avalon::Seat seat : table.state.Humans()) {
        if (table.state.Over()) return;
        avalon::Command command;
        command.type = avalon::CommandType::kVoidVote;
        command.by = seat;
        command.yes = true;
        table.Do(command);
    }
}

void Play(Table& table, const GamePlan& plan, Random& random) {
    for (int i = 0; i < kCommandsMax && !table.state.Over(); ++i) {
        if (plan.voided && table.state.phase == avalon::Phase::kVote) {
            VoidIt(table);
            continue;
        }
        const avalon::Seat seat = avalon::WaitingFor(table.state).First();
        const auto actions = avalon::ActionsOf(table.state, seat);
        const auto command = avalon::RandomCommand(actions, seat, random);
        REQUIRE(command.has_value());
        table.Do(*command);
    }
    REQUIRE(table.state.Over());
}

}  // namespace

avalon::GameRecord PlayGame(const GamePlan& plan) {
    base::SeededRandom random(plan.seed);
    const auto hashing = avalon::CryptoHashing();
    const avalon::Setup setup = plan.setup.value_or(avalon::DefaultSetup(static_cast<int>(plan.users.size())));
    Table table;
    avalon::GameRecord& record = table.record;
    record.game_id = base::NewPublicId(random);
    record.room_id = base::NewPublicId(random);
    record.setup = setup;
    record.started = *base::ParseRfc3339("2026-05-01T12:00:00Z");
    record.proof.game_id = record.game_id;
    record.proof.seed = std::string(avalon::kSeedBytes, static_cast<char>(plan.seed & 0x7f));
    record.proof.commitment = avalon::Commitment(hashing, record.game_id, record.proof.seed);
    record.proof.client_bytes.assign(1, std::string(avalon::kClientBytes, 'c'));
    avalon::DealStream stream(hashing, record.proof.seed, record.proof.client_bytes);
    const avalon::Deal deal = avalon::DrawDeal(setup, stream);
    Seat(table, plan, deal);
    avalon::SeatSet bots;
    for (std::size_t player = 0; player < plan.users.size(); ++player) {
        if (plan.users.at(player) == 0) bots.Add(SeatOfPlayer(deal, player));
    }
    const auto begun = avalon::Begin(setup, deal, record.proof, bots);
    REQUIRE_MESSAGE(begun.ok(), (begun.ok() ? "" : begun.error().detail));
    table.Take(*begun);
    Play(table, plan, random);
    record.ended = record.events.back().at;
    record.voided = table.state.phase == avalon::Phase::kVoided;
    record.outcome = table.state.outcome;
    return record;
}

std::vector<avalon::ChatLine> RoomsAtHand::Chat(const std::string& room_id, std::int64_t) const {
    const auto found = chat.find(room_id);
    return found == chat.end() ? std::vector<avalon::ChatLine>{} : found->second;
}

Status RoomsAtHand::Void(const std::string& room_id) {
    const bool there = std::any_of(live.begin(), live.end(), [&](const auto& room) { return room.room_id == room_id; });
    if (!there) return Fail(Code::kNotFound);
    voided.push_back(room_id);
    return Ok();
}

void WordCheck::Check(std::int64_t, const std::string& text, std::function<void(avalon::TextVerdict)> done) {
    using avalon::TextVerdict;
    const bool bad = text.find("bad") != std::string::npos;
    const bool late = text.find("late") != std::string::npos;
    done(bad ? TextVerdict::kRefused : late ? TextVerdict::kUnchecked : TextVerdict::kPass);
}

HallWorld::HallWorld() {
    hall = std::make_unique<avalon::Hall>(avalon::HallParts{.db = *db,
                                                            .trail = trail,
                                                            .ids = ids,
                                                            .random = random,
                                                            .clock = clock,
                                                            .log = log,
                                                            .metrics = metrics,
                                                            .texts = texts});
    hall->Attach(&rooms);
    Serve(avalon::HallRoutes(*hall, {.base = ""}));
}

std::string HallWorld::PublicId(std::int64_t user) {
    const auto found = db->Read([&](storage::sql::Reader& reader) {
        return reader.Find<std::string>(kPublicId, {Id(user)}, [](const auto& row) { return row.Text(0); });
    });
    REQUIRE(found.ok());
    return found->value();
}

std::string HallWorld::Recounted() {
    const auto findings = avalon::Recount(*db);
    REQUIRE_MESSAGE(findings.ok(), (findings.ok() ? "" : findings.error().detail));
    std::string out;
    for (const std::string& one : *findings) out += one + "\n";
    return out;
}

}  // namespace rt::testing
