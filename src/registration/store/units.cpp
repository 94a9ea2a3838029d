#include "registration/store/units.h"

#include <algorithm>
#include <map>
#include <optional>

#include "registration/store/guard.h"

namespace rt::registration::store {
namespace {

// I1: one conditional write for each quota.
constexpr Statement kTake{
    "quota.take",
    "UPDATE quota SET held = held + $2, confirmed = confirmed + $3, blocked = blocked + $4"
    " WHERE id = $1" RT_GUARD("state = 'OPEN' AND (cap IS NULL OR held + confirmed + blocked + $2 + $3 + $4 <= cap)")};
// What an override allowed shrinks with what comes back.
constexpr Statement kMove{
    "quota.move",
    "UPDATE quota SET held = held + $2, confirmed = confirmed + $3, blocked = blocked + $4,"
    " over_cap_allowed = CASE WHEN over_cap_allowed = 0 THEN 0"
    " WHEN cap IS NULL OR held + confirmed + blocked + $2 + $3 + $4 <= cap THEN 0"
    " WHEN held + confirmed + blocked + $2 + $3 + $4 - cap < over_cap_allowed"
    " THEN held + confirmed + blocked + $2 + $3 + $4 - cap ELSE over_cap_allowed END WHERE id = $1"};
constexpr Statement kLedger{"quota_ledger.append",
                            "INSERT INTO quota_ledger (id, quota, delta_held, delta_confirmed, delta_blocked, cause,"
                            " allocation_id, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"};
constexpr Statement kAllocate{"allocation.insert",
                              "INSERT INTO allocation (id, owner_kind, owner, quota, qty, state, at)"
                              " VALUES ($1, $2, $3, $4, $5, $6, $7)"};
constexpr Statement kAllocationsOf{"allocation.of_owner",
                                   "SELECT id, quota, qty, state FROM allocation WHERE owner_kind = $1"
                                   " AND owner = $2 AND state <> 'RELEASED' ORDER BY quota"};
// I15: whoever changes the row frees the units; the second finds it changed.
constexpr Statement kSetAllocation{"allocation.set_state",
                                   "UPDATE allocation SET state = $3, at = $4 WHERE id = $1" RT_GUARD("state = $2")};
constexpr Statement kHandOver{"allocation.hand_over",
                              "UPDATE allocation SET owner_kind = $3, owner = $4, state = $5, at = $6"
                              " WHERE id = $1" RT_GUARD("state = $2")};
constexpr Statement kResize{"allocation.resize", "UPDATE allocation SET qty = qty + $3, at = $4 WHERE id = $1" RT_GUARD(
                                                     "state = $2 AND qty + $3 >= 0")};
constexpr Statement kFree{"quota.free",
                          "SELECT CASE WHEN state <> 'OPEN' THEN 0 ELSE cap - held - confirmed - blocked END"
                          " FROM quota WHERE id = $1"};

struct Delta {
    std::int64_t held = 0;
    std::int64_t confirmed = 0;
    std::int64_t blocked = 0;

    Delta operator+(const Delta& other) const {
        return {held + other.held, confirmed + other.confirmed, blocked + other.blocked};
    }
};

Delta In(AllocationState state, std::int64_t qty) {
    switch (state) {
        case AllocationState::kBlocked:
            return {0, 0, qty};
        case AllocationState::kHeld:
            return {qty, 0, 0};
        case AllocationState::kConfirmed:
            return {0, qty, 0};
        case AllocationState::kReleased:
            break;
    }
    return {};
}

struct Entry {
    QuotaId quota;
    AllocationId allocation;
    Delta delta;
    std::string_view cause;
};

Status AppendLedger(Writer& writer, Commit& commit, const Entry& entry) {
    return writer.RunOne(kLedger,
                         {commit.ids.Take(), entry.quota, entry.delta.held, entry.delta.confirmed, entry.delta.blocked,
                          entry.cause, entry.allocation, commit.now},
                         Code::kInternal);
}

Status Take(Writer& writer, Commit& commit, const Entry& entry) {
    RT_CHECK_OK(writer.RunOne(kTake, {entry.quota, entry.delta.held, entry.delta.confirmed, entry.delta.blocked},
                              Code::kQuotaFull));
    return AppendLedger(writer, commit, entry);
}

Status Move(Writer& writer, Commit& commit, const Entry& entry) {
    RT_CHECK_OK(writer.RunOne(kMove, {entry.quota, entry.delta.held, entry.delta.confirmed, entry.delta.blocked},
                              Code::kInternal));
    return AppendLedger(writer, commit, entry);
}

Status InsertAllocation(Writer& writer, Commit& commit, const Owner& owner, const Allocation& allocation) {
    return writer.RunOne(kAllocate,
                         {allocation.id, Word(owner.kind), owner.id, allocation.quota, allocation.qty,
                          Word(allocation.state), commit.now},
                         Code::kInternal);
}

Status Allocate(Writer& writer, Commit& commit, const Owner& owner, const Need& need, AllocationState state,
                std::string_view cause) {
    const Allocation fresh{commit.ids.Take<AllocationId>(), need.quota, need.qty, state};
    RT_CHECK_OK(Take(writer, commit, {need.quota, fresh.id, In(state, need.qty), cause}));
    return InsertAllocation(writer, commit, owner, fresh);
}

Status Release(Writer& writer, Commit& commit, const Allocation& allocation, std::string_view cause) {
    RT_CHECK_OK(writer.RunOne(kSetAllocation,
                              {allocation.id, Word(allocation.state), Word(AllocationState::kReleased), commit.now},
                              Code::kConflict));
    return Move(writer, commit, {allocation.quota, allocation.id, In(allocation.state, -allocation.qty), cause});
}

Status Resize(Writer& writer, Commit& commit, const Allocation& allocation, std::int64_t more, std::string_view cause) {
    const Entry entry{allocation.quota, allocation.id, In(allocation.state, more), cause};
    RT_CHECK_OK(more > 0 ? Take(writer, commit, entry) : Move(writer, commit, entry));
    return writer.RunOne(kResize, {allocation.id, Word(allocation.state), more, commit.now}, Code::kConflict);
}

Status Change(Writer& writer, Commit& commit, Allocation& allocation, AllocationState to, std::string_view cause) {
    RT_CHECK_OK(
        writer.RunOne(kSetAllocation, {allocation.id, Word(allocation.state), Word(to), commit.now}, Code::kConflict));
    const Delta delta = In(allocation.state, -allocation.qty) + In(to, allocation.qty);
    allocation.state = to;
    return Move(writer, commit, {allocation.quota, allocation.id, delta, cause});
}

// nullopt: without limit.
Result<std::optional<std::int64_t>> FreeOf(Reader& reader, QuotaId quota) {
    RT_TRY(const auto free,
           reader.Find<std::optional<std::int64_t>>(kFree, {quota}, [](const Row& row) { return row.OptionalInt(0); }));
    if (!free.has_value()) return Fail(Code::kInternal, "no such quota");
    return *free;
}

std::map<QuotaId, Allocation> ByQuota(const std::vector<Allocation>& allocations) {
    std::map<QuotaId, Allocation> out;
    for (const Allocation& one : allocations) out.emplace(one.quota, one);
    return out;
}

}  // namespace

Result<std::vector<Allocation>> AllocationsOf(Reader& reader, const Owner& owner) {
    return reader.All<Allocation>(kAllocationsOf, {Word(owner.kind), owner.id}, [](const Row& row) {
        return Allocation{row.As<AllocationId>(0), row.As<QuotaId>(1), row.Int(2),
                          *FromWord<AllocationState>(row.TextView(3))};
    });
}

Result<bool> Fits(Reader& reader, const std::vector<Need>& needs) {
    for (const Need& need : needs) {
        RT_TRY(const auto free, FreeOf(reader, need.quota));
        if (free.has_value() && *free < need.qty) return false;
    }
    return true;
}

Status TakeAll(Writer& writer, Commit& commit, const Owner& owner, const std::vector<Need>& needs,
               AllocationState state, std::string_view cause) {
    for (const Need& need : needs) RT_CHECK_OK(Allocate(writer, commit, owner, need, state, cause));
    return Ok();
}

Result<Settled> Settle(Writer& writer, Commit& commit, const Owner& owner, const std::vector<Need>& needs,
                       AllocationState state, std::string_view cause) {
    Settled out;
    RT_TRY(const auto allocations, AllocationsOf(writer, owner));
    auto has = ByQuota(allocations);
    for (const Need& need : needs) {
        const auto found = has.find(need.quota);
        if (found == has.end()) {
            RT_CHECK_OK(Allocate(writer, commit, owner, need, state, cause));
            continue;
        }
        Allocation& mine = found->second;
        if (mine.state != state) RT_CHECK_OK(Change(writer, commit, mine, state, cause));
        const std::int64_t more = need.qty - mine.qty;
        if (more != 0) RT_CHECK_OK(Resize(writer, commit, mine, more, cause));
        out.freed = out.freed || more < 0;
        has.erase(found);
    }
    for (const auto& [quota, allocation] : has) {
        RT_CHECK_OK(Release(writer, commit, allocation, cause));
        out.freed = true;
    }
    return out;
}

Result<bool> ReleaseAll(Writer& writer, Commit& commit, const Owner& owner, std::string_view cause) {
    RT_TRY(const auto allocations, AllocationsOf(writer, owner));
    for (const Allocation& allocation : allocations) RT_CHECK_OK(Release(writer, commit, allocation, cause));
    return !allocations.empty();
}

Status HandOverAll(Writer& writer, Commit& commit, const Owner& from, const Owner& to, AllocationState state,
                   std::string_view cause) {
    RT_TRY(const auto allocations, AllocationsOf(writer, from));
    for (const Allocation& one : allocations) {
        RT_CHECK_OK(writer.RunOne(kHandOver, {one.id, Word(one.state), Word(to.kind), to.id, Word(state), commit.now},
                                  Code::kConflict));
        const Delta delta = In(one.state, -one.qty) + In(state, one.qty);
        RT_CHECK_OK(Move(writer, commit, {one.quota, one.id, delta, cause}));
    }
    return Ok();
}

Result<Settled> SettleFromReserve(Writer& writer, Commit& commit, ReserveId reserve, const Owner& owner,
                                  const std::vector<Need>& needs, AllocationState state, std::string_view cause) {
    RT_TRY(const auto allocations, AllocationsOf(writer, Owner::Of(reserve)));
    RT_TRY(const auto owned, AllocationsOf(writer, owner));
    const auto stock = ByQuota(allocations);
    const auto has = ByQuota(owned);
    for (const Need& need : needs) {
        const auto found = stock.find(need.quota);
        const auto mine = has.find(need.quota);
        const std::int64_t more = need.qty - (mine == has.end() ? 0 : mine->second.qty);
        const std::int64_t kept = found == stock.end() ? 0 : std::min(found->second.qty, more);
        // Out of the stock first: what it frees is taken again in the same breath.
        if (kept > 0) RT_CHECK_OK(Resize(writer, commit, found->second, -kept, cause));
    }
    return Settle(writer, commit, owner, needs, state, cause);
}

Result<bool> Collect(Writer& writer, Commit& commit, const Owner& owner, const std::vector<Need>& needs) {
    constexpr std::string_view kCause = "collect";
    RT_TRY(const auto allocations, AllocationsOf(writer, owner));
    const auto has = ByQuota(allocations);
    bool complete = true;
    for (const Need& need : needs) {
        const auto found = has.find(need.quota);
        const std::int64_t wanted = need.qty - (found == has.end() ? 0 : found->second.qty);
        if (wanted <= 0) continue;
        RT_TRY(const auto free, FreeOf(writer, need.quota));
        const std::int64_t now = std::clamp<std::int64_t>(free.value_or(wanted), 0, wanted);
        complete = complete && now == wanted;
        if (now == 0) continue;
        RT_CHECK_OK(found == has.end()
                        ? Allocate(writer, commit, owner, {need.quota, now}, AllocationState::kBlocked, kCause)
                        : Resize(writer, commit, found->second, now, kCause));
    }
    return complete;
}

}  // namespace rt::registration::store
