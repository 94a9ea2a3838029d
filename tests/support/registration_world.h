// A store with the product's schema, people, and short words for what they do, so that a test reads like a story.
#pragma once

#include <doctest/doctest.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/identities.h"
#include "base/clock.h"
#include "base/ids.h"
#include "base/metrics.h"
#include "base/random.h"
#include "json/json.h"
#include "registration/service.h"
#include "registration/store/events.h"
#include "registration/store/forms.h"
#include "registration/store/invites.h"
#include "registration/store/quotas.h"
#include "registration/store/registrations.h"
#include "registration/store/reserves.h"
#include "registration/store/teams.h"
#include "registration/store/waitlist.h"
#include "registration/sweep.h"
#include "storage/audit/trail.h"
#include "support/schema.h"
#include "support/temp_dir.h"

namespace rt::testing {

using registration::AllocationState;
using registration::RegistrationCommand;
using registration::RegistrationState;
using registration::TeamState;
using registration::UserId;
namespace store = registration::store;

struct EventPlan {
    std::int64_t team_min = 1;
    std::int64_t team_max = 5;
    std::int64_t review_stages = 0;
    std::int64_t entries_max = 1;
    std::optional<std::int64_t> event_teams;  // caps
    std::optional<std::int64_t> division_teams;
    std::optional<std::int64_t> division_persons;
    int divisions = 1;
    registration::HoldPolicy hold_policy = registration::HoldPolicy::kAtSubmit;
    registration::EventPolicy policy{};
};

struct OpenEvent {
    store::Event event;
    std::vector<store::Division> divisions;
};

class World {
  public:
    explicit World(std::uint64_t seed = 1);
    ~World();

    // People. Users 1 and 2 are an organiser and an admin; the others come as they are named.
    static store::Actor Organiser() { return {UserId{1}, net::PermissionSet::All(), "192.0.2.1", "r1"}; }
    static store::Actor Admin() { return {UserId{2}, net::PermissionSet::All(), "192.0.2.1", "r1"}; }
    static store::Actor User(std::int64_t id) { return {UserId{1'000 + id}, {}, "192.0.2.9", "r9"}; }
    void AddUsers(std::int64_t count);  // display name "User <id>"

    // Published, open from an hour ago for a day, by the organiser.
    OpenEvent Open(const EventPlan& plan);
    void SetCap(const OpenEvent& event, std::optional<std::size_t> division, registration::QuotaUnit unit,
                std::optional<std::int64_t> cap);
    void SetState(OpenEvent& event, registration::EventState state);
    Status TrySetState(const OpenEvent& event, registration::EventState state);
    // A form with one identity card field (required) of this scope.
    void AskForCard(const OpenEvent& event, registration::FormScope scope);

    // Each returns what the store said; ids are public ids.
    Result<std::string> Found(const OpenEvent& event, std::int64_t user, std::size_t division = 0);
    Result<std::string> Invite(std::string_view team, std::int64_t captain, std::int64_t max_uses = 100);
    Status Join(std::string_view code, std::int64_t user, std::optional<std::string> card = std::nullopt);
    Status GiveCard(std::string_view team, std::int64_t user, std::string_view card);
    Status Leave(std::string_view team, std::int64_t user);
    Status Remove(std::string_view team, std::int64_t captain, std::string_view member);
    Status HandOver(std::string_view team, std::int64_t captain, std::string_view member);
    Status Disband(std::string_view team, std::int64_t captain);
    Result<std::string> Submit(std::string_view team, std::int64_t captain);  // the registration
    // Every member of a team of this event is asked this, and this one says.
    void AskMembers(const OpenEvent& event, const registration::Field& field);
    void Answer(const OpenEvent& event, std::string_view team, std::int64_t user, const json::Object& answers);
    Result<store::RegistrationRow> Captain(std::string_view registration, std::int64_t captain,
                                           RegistrationCommand command);
    Result<store::RegistrationRow> Accept(std::string_view registration, std::int64_t captain);
    Result<store::RegistrationRow> Decline(std::string_view registration, std::int64_t captain,
                                           store::AfterDecline after = store::AfterDecline::kLeave);
    Result<store::RegistrationRow> Reopen(std::string_view registration);
    // The organiser's or a captain's submit, with the code of a reserve if there is one.
    Result<store::Submitted> SubmitAs(const store::Actor& actor, std::string_view team, store::Source source,
                                      std::string_view reserve_code = {});
    // The code of a new reserve.
    Result<std::string> Reserve(const OpenEvent& event, std::int64_t teams, std::int64_t persons,
                                std::size_t division = 0);
    RegistrationState State(std::string_view registration);
    std::optional<store::PlaceInLine> Place(std::string_view registration);
    // The regular work until nothing is left to do.
    void Jobs();
    Result<store::RegistrationRow> Review(std::string_view registration, RegistrationCommand command,
                                          std::string reason = {});
    // A team of `size`, complete, with the users from `first_user` on; fails the test if it cannot be.
    std::string ReadyTeam(const OpenEvent& event, std::int64_t first_user, std::int64_t size, std::size_t division = 0);

    store::TeamFacts Team(std::string_view public_id);
    std::vector<store::Member> Members(std::string_view team);
    registration::QuotaFigures Quota(const OpenEvent& event, registration::QuotaScope scope,
                                     registration::QuotaUnit unit, std::size_t division = 0);
    std::int64_t Count(const storage::sql::Statement& statement);
    void Run(const storage::sql::Statement& statement);
    // The sweep's findings, one a line; empty when all is well.
    std::string Findings();

    store::Commit Commit(const store::Actor& actor, std::size_t count) { return service->NewCommit(actor, count); }

    TempDir dir;
    base::SystemClock system_clock;
    base::ManualClock clock;  // the service's
    base::NullLog log;
    base::Metrics metrics;
    base::SeededRandom random;
    base::IdGenerator ids;
    storage::audit::Trail trail;
    registration::Privacy privacy;
    std::unique_ptr<storage::sql::Database> db;
    crypto::Vault vault;  // auth's
    std::unique_ptr<auth::AccessControl> access;
    std::unique_ptr<auth::Identities> identities;
    std::unique_ptr<registration::Service> service;

    template <class Fn>
    Status Write(const store::Actor& actor, std::size_t id_count, Fn fn) {
        const auto commit = Commit(actor, id_count);
        return db->Write("test", [&](store::Writer& writer) -> Status {
            auto mine = commit;
            return fn(writer, mine);
        });
    }

  private:
    store::Participant Participant(std::int64_t user, const std::optional<std::string>& card,
                                   const std::optional<store::FormVersion>& form);

    std::string SealName(std::int64_t user, const std::string& name) const;

    std::int64_t users_ = 0;
};

// A valid identity card number; different for each `n` below a million.
std::string CardNumber(std::int64_t n);

}  // namespace rt::testing
