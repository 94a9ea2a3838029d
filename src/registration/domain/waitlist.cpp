#include "registration/domain/waitlist.h"

#include <algorithm>
#include <set>

namespace rt::registration {
namespace {

std::vector<QuotaId> ShortOf(const FreeUnits& free, const NeedVector& need) {
    std::vector<QuotaId> out;
    for (const auto& [quota, qty] : need) {
        const auto found = free.find(quota);
        if (found != free.end() && found->second < qty) out.push_back(quota);
    }
    return out;
}

std::vector<QuotaId> LimitedOf(const FreeUnits& free, const NeedVector& need) {
    std::vector<QuotaId> out;
    for (const auto& [quota, qty] : need) {
        if (free.contains(quota)) out.push_back(quota);
    }
    return out;
}

template <class Quotas>
bool Touches(const NeedVector& need, const Quotas& quotas) {
    return std::any_of(need.begin(), need.end(), [&](const auto& one) {
        return std::find(quotas.begin(), quotas.end(), one.first) != quotas.end();
    });
}

bool IsStrict(const LineEntry& entry, const FitRules& rules, base::Time now) {
    if (rules.policy == WaitlistPolicy::kStrict) return true;
    if (entry.skips >= rules.skips_max) return true;
    return entry.skipped_since.has_value() && now.micros - entry.skipped_since->micros >= rules.skipped_micros_max;
}

// The entries that did not fit so far, and what they were short of.
class Passed {
  public:
    Passed(const FitRules& rules, base::Time now) : rules_(rules), now_(now) {}

    void Add(const LineEntry& entry, std::vector<QuotaId> missing) {
        rows_.push_back({entry, std::move(missing), false});
    }
    void Block(const std::vector<QuotaId>& quotas) { blocked_.insert(quotas.begin(), quotas.end()); }
    // Somebody later who needs this would take what an earlier one waits for, who is passed no more.
    bool Blocks(const NeedVector& need) const {
        if (Touches(need, blocked_)) return true;
        return std::any_of(rows_.begin(), rows_.end(), [&](const PassedEntry& row) {
            return IsStrict(row.entry, rules_, now_) && Touches(need, row.missing);
        });
    }
    void CountSkips(const NeedVector& need) {
        for (PassedEntry& row : rows_) {
            if (!Touches(need, row.missing)) continue;
            ++row.entry.skips;
            if (!row.entry.skipped_since.has_value()) row.entry.skipped_since = now_;
            row.changed = true;
        }
    }
    std::vector<LineEntry> Changed() const {
        std::vector<LineEntry> out;
        for (const PassedEntry& row : rows_) {
            if (row.changed) out.push_back(row.entry);
        }
        return out;
    }

  private:
    struct PassedEntry {
        LineEntry entry;
        std::vector<QuotaId> missing;
        bool changed = false;
    };
    const FitRules& rules_;
    const base::Time now_;
    std::vector<PassedEntry> rows_;
    std::set<QuotaId> blocked_;
};

}  // namespace

bool FitsIn(const FreeUnits& free, const NeedVector& need) {
    return ShortOf(free, need).empty();
}

void Subtract(FreeUnits& free, const NeedVector& need) {
    for (const auto& [quota, qty] : need) {
        const auto found = free.find(quota);
        if (found != free.end()) found->second -= qty;
    }
}

Served Serve(const std::vector<LineEntry>& line, FreeUnits free, const FitRules& rules, base::Time now,
             const Collecting& collecting, std::size_t granted_max) {
    Served out;
    Passed passed(rules, now);
    const bool collects = collecting.allowed && rules.policy == WaitlistPolicy::kAccumulate;
    for (const LineEntry& entry : line) {
        if (out.granted.size() >= granted_max) break;
        auto missing = ShortOf(free, entry.need);
        if (missing.empty()) {
            if (passed.Blocks(entry.need)) continue;
            Subtract(free, entry.need);
            passed.CountSkips(entry.need);
            out.granted.push_back(entry.id);
        } else if (collects && !out.collecting && collecting.current.value_or(entry.id) == entry.id &&
                   !passed.Blocks(entry.need)) {
            out.collecting = entry.id;
            passed.Block(missing);
        } else {
            passed.Add(entry, std::move(missing));
        }
    }
    out.skipped = passed.Changed();
    return out;
}

bool MayPass(const std::vector<LineEntry>& line, const FreeUnits& free, const FitRules& rules, base::Time now,
             const NeedVector& need) {
    const bool all_block = rules.policy != WaitlistPolicy::kBestFit;
    return std::none_of(line.begin(), line.end(), [&](const LineEntry& entry) {
        const auto missing = ShortOf(free, entry.need);
        if (missing.empty()) return Touches(need, LimitedOf(free, entry.need));
        return (all_block || IsStrict(entry, rules, now)) && Touches(need, missing);
    });
}

}  // namespace rt::registration
