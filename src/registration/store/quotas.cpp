#include "registration/store/quotas.h"

#include <utility>

#include "registration/store/guard.h"
#include "registration/store/journal.h"

namespace rt::registration::store {
namespace {

#define RT_QUOTA_COLUMNS \
    "q.id, q.public_id, q.event, q.scope, q.unit, q.division, q.cap, q.held, q.confirmed, q.blocked, q.state, q.rev"

constexpr Statement kOfEvent{"quota.of_event",
                             "SELECT " RT_QUOTA_COLUMNS
                             ", EXISTS (SELECT 1 FROM allocation a JOIN registration r ON r.id = a.owner"
                             " WHERE a.quota = q.id AND a.state = 'HELD' AND a.owner_kind = 'REGISTRATION'"
                             " AND r.state = 'RETURNED') FROM quota q WHERE q.event = $1 ORDER BY q.id"};
constexpr Statement kByPublicId{"quota.by_public_id",
                                "SELECT " RT_QUOTA_COLUMNS ", 0 FROM quota q WHERE q.public_id = $1"};
#undef RT_QUOTA_COLUMNS

constexpr Statement kOfDivision{"quota.of_division",
                                "SELECT q.id, q.unit FROM quota_bind b JOIN quota q ON q.id = b.quota"
                                " WHERE b.division = $1 ORDER BY q.id"};
// I1: one conditional write for each quota.
constexpr Statement kTake{"quota.take",
                          "UPDATE quota SET held = held + $2, confirmed = confirmed + $3 WHERE id = $1" RT_GUARD(
                              "state = 'OPEN' AND (cap IS NULL OR held + confirmed + blocked + $2 + $3 <= cap)")};
constexpr Statement kMove{"quota.move", "UPDATE quota SET held = held + $2, confirmed = confirmed + $3 WHERE id = $1"};
constexpr Statement kLedger{"quota_ledger.append",
                            "INSERT INTO quota_ledger (id, quota, delta_held, delta_confirmed, delta_blocked, cause,"
                            " allocation_id, at) VALUES ($1, $2, $3, $4, 0, $5, $6, $7)"};
constexpr Statement kAllocate{"allocation.insert",
                              "INSERT INTO allocation (id, owner_kind, owner, quota, qty, state, at)"
                              " VALUES ($1, 'REGISTRATION', $2, $3, $4, $5, $6)"};
constexpr Statement kAllocationsOf{"allocation.of_owner",
                                   "SELECT a.id, a.quota, a.qty, a.state, q.unit FROM allocation a"
                                   " JOIN quota q ON q.id = a.quota WHERE a.owner_kind = 'REGISTRATION'"
                                   " AND a.owner = $1 AND a.state <> 'RELEASED' ORDER BY a.quota"};
// I15: whoever changes the row frees the units; the second finds it changed.
constexpr Statement kSetAllocation{"allocation.set_state",
                                   "UPDATE allocation SET state = $3, at = $4 WHERE id = $1" RT_GUARD("state = $2")};
constexpr Statement kResize{"allocation.resize", "UPDATE allocation SET qty = qty + $3, at = $4 WHERE id = $1" RT_GUARD(
                                                     "state = $2 AND qty + $3 >= 0")};

struct Allocation {
    AllocationId id;
    QuotaId quota;
    std::int64_t qty = 0;
    AllocationState state = AllocationState::kHeld;
    QuotaUnit unit = QuotaUnit::kTeam;
};

Result<std::vector<Allocation>> AllocationsOf(Reader& reader, RegistrationId owner) {
    return reader.All<Allocation>(kAllocationsOf, {owner}, [](const Row& row) {
        return Allocation{row.As<AllocationId>(0), row.As<QuotaId>(1), row.Int(2),
                          *FromWord<AllocationState>(row.TextView(3)), *FromWord<QuotaUnit>(row.TextView(4))};
    });
}

struct Delta {
    std::int64_t held = 0;
    std::int64_t confirmed = 0;
};

Delta In(AllocationState state, std::int64_t qty) {
    return state == AllocationState::kHeld ? Delta{qty, 0} : Delta{0, qty};
}

Status AppendLedger(Writer& writer, Commit& commit, QuotaId quota, AllocationId allocation, Delta delta,
                    std::string_view cause) {
    return writer.RunOne(kLedger,
                         {commit.ids.Take(), quota, delta.held, delta.confirmed, cause, allocation, commit.now},
                         Code::kInternal);
}

Status Take(Writer& writer, Commit& commit, QuotaId quota, AllocationId allocation, Delta delta,
            std::string_view cause) {
    RT_CHECK_OK(writer.RunOne(kTake, {quota, delta.held, delta.confirmed}, Code::kQuotaFull));
    return AppendLedger(writer, commit, quota, allocation, delta, cause);
}

Status Move(Writer& writer, Commit& commit, QuotaId quota, AllocationId allocation, Delta delta,
            std::string_view cause) {
    RT_CHECK_OK(writer.RunOne(kMove, {quota, delta.held, delta.confirmed}, Code::kInternal));
    return AppendLedger(writer, commit, quota, allocation, delta, cause);
}

Status Allocate(Writer& writer, Commit& commit, RegistrationId owner, QuotaId quota, std::int64_t qty,
                AllocationState state, std::string_view cause) {
    const auto allocation = commit.ids.Take<AllocationId>();
    RT_CHECK_OK(Take(writer, commit, quota, allocation, In(state, qty), cause));
    return writer.RunOne(kAllocate, {allocation, owner, quota, qty, Word(state), commit.now}, Code::kInternal);
}

Quota ReadQuota(const Row& row) {
    Quota out;
    out.id = row.As<QuotaId>(0);
    out.public_id = row.Text(1);
    out.event = row.As<EventId>(2);
    out.scope = *FromWord<QuotaScope>(row.TextView(3));
    out.unit = *FromWord<QuotaUnit>(row.TextView(4));
    out.division = DivisionId{row.OptionalInt(5).value_or(0)};
    out.figures = {out.unit,   row.OptionalInt(6),         row.Int(7),  row.Int(8),
                   row.Int(9), row.TextView(10) == "OPEN", row.Flag(12)};
    out.rev = row.Int(11);
    return out;
}

}  // namespace

Result<std::vector<Quota>> QuotasOfEvent(Reader& reader, EventId event) {
    return reader.All<Quota>(kOfEvent, {event}, ReadQuota);
}

Result<std::optional<Quota>> FindQuota(Reader& reader, std::string_view public_id) {
    return reader.Find<Quota>(kByPublicId, {public_id}, ReadQuota);
}

Status TakeUnits(Writer& writer, Commit& commit, RegistrationId owner, DivisionId division, std::int64_t persons,
                 AllocationState state, std::string_view cause) {
    using Need = std::pair<QuotaId, std::int64_t>;
    RT_TRY(const auto needs, writer.All<Need>(kOfDivision, {division}, [&](const Row& row) {
        const bool by_person = row.TextView(1) == Word(QuotaUnit::kPerson);
        return Need{row.As<QuotaId>(0), by_person ? persons : 1};
    }));
    for (const auto& [quota, qty] : needs) {
        RT_CHECK_OK(Allocate(writer, commit, owner, quota, qty, state, cause));
    }
    return Ok();
}

Status ConfirmUnits(Writer& writer, Commit& commit, RegistrationId owner, std::string_view cause) {
    RT_TRY(const auto allocations, AllocationsOf(writer, owner));
    for (const Allocation& allocation : allocations) {
        if (allocation.state != AllocationState::kHeld) continue;
        RT_CHECK_OK(
            writer.RunOne(kSetAllocation,
                          {allocation.id, Word(AllocationState::kHeld), Word(AllocationState::kConfirmed), commit.now},
                          Code::kConflict));
        RT_CHECK_OK(Move(writer, commit, allocation.quota, allocation.id, {-allocation.qty, allocation.qty}, cause));
    }
    return Ok();
}

Status ReleaseUnits(Writer& writer, Commit& commit, RegistrationId owner, std::string_view cause) {
    RT_TRY(const auto allocations, AllocationsOf(writer, owner));
    for (const Allocation& allocation : allocations) {
        RT_CHECK_OK(writer.RunOne(kSetAllocation,
                                  {allocation.id, Word(allocation.state), Word(AllocationState::kReleased), commit.now},
                                  Code::kConflict));
        RT_CHECK_OK(
            Move(writer, commit, allocation.quota, allocation.id, In(allocation.state, -allocation.qty), cause));
    }
    return Ok();
}

Status TakePerson(Writer& writer, Commit& commit, RegistrationId owner, std::string_view cause) {
    RT_TRY(const auto allocations, AllocationsOf(writer, owner));
    for (const Allocation& allocation : allocations) {
        if (allocation.unit != QuotaUnit::kPerson) continue;
        RT_CHECK_OK(Take(writer, commit, allocation.quota, allocation.id, In(allocation.state, 1), cause));
        RT_CHECK_OK(writer.RunOne(kResize, {allocation.id, Word(allocation.state), 1, commit.now}, Code::kConflict));
    }
    return Ok();
}

Status ReleasePerson(Writer& writer, Commit& commit, RegistrationId owner, std::string_view cause) {
    RT_TRY(const auto allocations, AllocationsOf(writer, owner));
    for (const Allocation& allocation : allocations) {
        if (allocation.unit != QuotaUnit::kPerson) continue;
        RT_CHECK_OK(writer.RunOne(kResize, {allocation.id, Word(allocation.state), -1, commit.now}, Code::kConflict));
        RT_CHECK_OK(Move(writer, commit, allocation.quota, allocation.id, In(allocation.state, -1), cause));
    }
    return Ok();
}

}  // namespace rt::registration::store
