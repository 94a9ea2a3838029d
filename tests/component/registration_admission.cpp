// The opening queue, the lottery and the live channel on a real store (registration.md §2.3).
#include <doctest/doctest.h>

#include <set>

#include "json/json.h"
#include "registration/domain/queue_order.h"
#include "registration/live.h"
#include "registration/lottery.h"
#include "registration/store/admission.h"
#include "support/registration_world.h"

using namespace rt;
using namespace rt::testing;
using registration::Admission;
using S = RegistrationState;
using store::Ticket;

namespace {

Result<Ticket> Take(World& world, const OpenEvent& event, std::int64_t user) {
    const auto commit = world.Commit(World::User(user), 1);
    return world.db->Write("test", [&](store::Writer& w) {
        auto mine = commit;
        return store::TakeTicket(w, mine, event.event);
    });
}

Ticket Of(World& world, const OpenEvent& event, std::int64_t user) {
    const auto ticket = world.db->Read([&](store::Reader& r) -> Result<std::optional<Ticket>> {
        RT_TRY(const auto row, store::FindAdmission(r, event.event.id));
        return store::FindTicket(r, *row, World::User(user).user, world.clock.Now());
    });
    REQUIRE((ticket.ok() && ticket->has_value()));
    return **ticket;
}

// Opens in an hour.
OpenEvent Queueing(World& world, std::int64_t rate) {
    EventPlan plan;
    plan.event_teams = 100;
    plan.policy.admission = Admission::kRate;
    plan.policy.admission_rate = rate;
    auto event = world.Open(plan);
    event.event.times.reg_open = world.clock.Now().Plus(base::kMicrosPerHour);
    const auto at = event.event.times.reg_open;
    REQUIRE(world.db
                ->Write("test.open",
                        [&](store::Writer& w) {
                            return w.RunOne({"test.set_open", "UPDATE event SET reg_open = $2 WHERE id = $1"},
                                            {event.event.id, at}, Code::kInternal);
                        })
                .ok());
    world.Jobs();
    return event;
}

struct FakePage final : net::Socket {
    bool Send(net::MessageKind, std::shared_ptr<const std::string> payload) override {
        frames.push_back(*payload);
        return true;
    }
    void Close(std::uint16_t code, std::string_view) override { closed = code; }
    std::uint64_t id() const override { return 7; }
    std::vector<std::string> frames;
    std::uint16_t closed = 0;
};

}  // namespace

TEST_CASE("those who came before the opening are shuffled without a gap, the later ones keep their order") {
    const std::string seed(64, 'a');
    for (const std::int64_t early : {0, 1, 2, 3, 17, 1'000, 4'097}) {
        std::set<std::int64_t> numbers;
        std::int64_t moved = 0;
        for (std::int64_t i = 0; i < early; ++i) {
            const std::int64_t number = registration::QueueNumber(seed, i, early);
            REQUIRE((number >= 0 && number < early));
            REQUIRE(numbers.insert(number).second);
            moved += number != i ? 1 : 0;
        }
        if (early >= 1'000) CHECK(moved > early * 9 / 10);
        CHECK(registration::QueueNumber(seed, early, early) == early);
        CHECK(registration::QueueNumber(seed, early + 5, early) == early + 5);
    }
    CHECK(registration::QueueNumber(std::string(64, 'b'), 1, 1'000) != registration::QueueNumber(seed, 1, 1'000));
}

TEST_CASE("RATE: numbers before the opening, then passes by the rate, good for ten minutes, then a new number") {
    World world;
    world.AddUsers(20);
    const auto event = Queueing(world, 2);
    for (int i = 1; i <= 6; ++i) {
        const auto ticket = Take(world, event, i);
        REQUIRE(ticket.ok());
        CHECK(ticket->state == Ticket::State::kEarly);
        CHECK_FALSE(ticket->number.has_value());
    }
    world.Jobs();
    CHECK(Of(world, event, 1).state == Ticket::State::kEarly);
    world.clock.Advance(base::kMicrosPerHour);
    std::vector<std::string> teams;
    for (int i = 1; i <= 7; ++i) teams.push_back(world.ReadyTeam(event, i, 1));
    const auto none = world.Submit(teams.at(6), 7);
    REQUIRE_FALSE(none.ok());
    CHECK(none.error().code == Code::kAdmissionRequired);
    CHECK(none.error().fields.empty());
    REQUIRE(world.service->RunJobs().ok());
    const auto seventh = Take(world, event, 7);
    REQUIRE(seventh.ok());
    CHECK(seventh->number == 6);
    CHECK(Take(world, event, 7)->number == 6);  // asked again, lost nothing
    const auto waits = world.Submit(teams.at(6), 7);
    REQUIRE_FALSE(waits.ok());
    CHECK(waits.error().fields.size() == 1);
    int passes = 0;
    int first = 0;
    for (int i = 1; i <= 6; ++i) {
        if (Of(world, event, i).state != Ticket::State::kPass) continue;
        ++passes;
        first = i;
    }
    CHECK(passes == 4);  // two seconds' worth at the opening
    world.clock.Advance(base::kMicrosPerSecond);
    REQUIRE(world.service->RunJobs().ok());
    world.clock.Advance(base::kMicrosPerSecond);
    REQUIRE(world.service->RunJobs().ok());
    CHECK(Of(world, event, 7).state == Ticket::State::kPass);
    CHECK(world.Submit(teams.at(6), 7).ok());
    CHECK(world.Submit(teams.at(first - 1), first).ok());
    const int other = first == 1 ? 2 : 1;
    world.clock.Advance(store::kPassMicros);
    CHECK(Of(world, event, other).state == Ticket::State::kExpired);
    CHECK(world.Submit(teams.at(other - 1), other).error().code == Code::kAdmissionRequired);
    const auto again = Take(world, event, other);
    REQUIRE(again.ok());
    CHECK(again->number == 7);
    CHECK(again->state == Ticket::State::kWaiting);
    CHECK(world.Findings() == "");
}

TEST_CASE("LOTTERY: a commitment, a pool, one draw; the list can be computed again, and a forged one is found out") {
    for (const bool with_list : {true, false}) {
        CAPTURE(with_list);
        World world;
        world.AddUsers(40);
        EventPlan plan;
        plan.event_teams = 4;
        plan.policy.admission = Admission::kLottery;
        plan.policy.waitlist.enabled = with_list;
        const auto event = world.Open(plan);
        world.Jobs();
        const auto row = [&] {
            return **world.db->Read([&](store::Reader& r) { return store::FindAdmission(r, event.event.id); });
        };
        const auto before = row();
        std::vector<std::string> pool;
        for (int i = 1; i <= 10; ++i) pool.push_back(*world.Submit(world.ReadyTeam(event, i, 1), i));
        for (const auto& one : pool) CHECK(world.State(one) == S::kPooled);
        REQUIRE(world.Captain(pool.at(0), 1, RegistrationCommand::kWithdraw).ok());
        CHECK(world.Findings() == "");
        const auto draw = [&] {
            return world.Write(World::Organiser(), 2,
                               [&](store::Writer& w, store::Commit& c) { return store::StartDraw(w, c, event.event); });
        };
        CHECK(draw().error().code == Code::kEventNotOpen);
        world.clock.Advance(base::kMicrosPerDay);
        REQUIRE(draw().ok());
        CHECK(draw().error().code == Code::kInvalidState);
        world.Jobs();
        CHECK(row().draw == registration::DrawState::kDrawn);
        CHECK(row().commitment == before.commitment);
        const auto drawn = *world.db->Read([&](store::Reader& r) { return store::DrawnOf(r, event.event.id); });
        REQUIRE(drawn.size() == 9);
        for (std::size_t i = 0; i < drawn.size(); ++i) {
            CHECK(drawn.at(i).second == (i < 4 ? "CONFIRMED" : with_list ? "WAITLISTED" : "NOT_DRAWN"));
            if (with_list && i >= 4) CHECK(world.Place(drawn.at(i).first)->position == static_cast<int>(i) - 3);
        }
        CHECK(world.Findings() == "");

        json::Array entries;
        for (const auto& [id, result] : drawn) entries.push_back(json::Array{id, result});
        const std::vector<std::string> left(pool.begin() + 1, pool.end());
        json::Object file{{"commitment", before.commitment},
                          {"seed", row().seed},
                          {"pool_hash", registration::OrderOf(row().seed, left).pool_hash},
                          {"entries", entries}};
        CHECK(*registration::VerifyLottery(json::Encode(file)) == 9);
        std::swap(entries.at(0), entries.at(8));
        file.Set("entries", entries);
        CHECK_FALSE(registration::VerifyLottery(json::Encode(file)).ok());
        entries.pop_back();
        file.Set("entries", entries);
        CHECK_FALSE(registration::VerifyLottery(json::Encode(file)).ok());
        file.Set("seed", std::string(64, '0'));
        CHECK_FALSE(registration::VerifyLottery(json::Encode(file)).ok());
    }
}

TEST_CASE("live: what is left at once and when it changes, the queue as it moves, and no more than five events") {
    World world;
    world.AddUsers(10);
    const auto event = Queueing(world, 5);
    REQUIRE(world.service->snapshot().Refresh().ok());
    registration::Live live(world.service->snapshot(), *world.db, world.clock, world.log);
    const auto route = live.Route("/api/v1");
    auto accepted = *route.accept(net::Request{});
    const auto& page = std::get<std::unique_ptr<net::SocketHandler>>(accepted);
    const auto socket = std::make_shared<FakePage>();
    page->OnOpen(socket);
    page->OnMessage(net::MessageKind::kText, R"({"subscribe":")" + event.event.public_id + R"("})");
    REQUIRE(socket->frames.size() == 1);
    CHECK(socket->frames.at(0).find(R"("places_left":100)") != std::string::npos);
    live.Tick();
    live.Tick();
    REQUIRE(socket->frames.size() == 2);
    CHECK(socket->frames.at(1).find(R"("type":"admission")") != std::string::npos);
    world.clock.Advance(base::kMicrosPerHour);
    REQUIRE(Take(world, event, 1).ok());
    REQUIRE(world.service->RunJobs().ok());
    REQUIRE(world.Submit(world.ReadyTeam(event, 1, 1), 1).ok());
    REQUIRE(world.service->snapshot().Refresh().ok());
    live.Tick();
    REQUIRE(socket->frames.size() >= 3);
    CHECK(socket->frames.at(2).find(R"("places_left":99)") != std::string::npos);
    page->OnClose(1006, {});
    const auto told = socket->frames.size();
    live.Tick();
    CHECK(socket->frames.size() == told);
    page->OnOpen(socket);
    page->OnMessage(net::MessageKind::kText, "not JSON");
    CHECK(socket->closed == 1008);
}
