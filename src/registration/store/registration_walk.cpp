#include "registration/store/registration_walk.h"

#include <algorithm>
#include <functional>
#include <limits>

#include "registration/domain/search_text.h"

namespace rt::registration::store {
namespace {

constexpr std::int64_t kNoMax = std::numeric_limits<std::int64_t>::max();
// A text that more teams match is looked for while walking: it is found soon enough.
constexpr std::int64_t kCandidatesMax = 1'000;
constexpr std::size_t kLanesMax = 64;
// The clock of a process that made an id, and the commit that gave the number, are this close.
constexpr std::int64_t kMadeSlack = base::kMicrosPerMinute;

#define RT_WALK                                                                                            \
    "SELECT r.id, r.friendly_no, r.state, r.division, r.team, r.review_stage, r.deficient_since, r.source" \
    " FROM registration r "
#define RT_BELOW " AND r.friendly_no < $2 ORDER BY r.friendly_no DESC LIMIT $3"
constexpr Statement kAll{"walk.all", RT_WALK "WHERE r.event = $1" RT_BELOW};
constexpr Statement kLane{"walk.lane", RT_WALK "WHERE r.event = $1 AND r.state = $4 AND r.division = $5" RT_BELOW};
constexpr Statement kDeficient{"walk.deficient",
                               RT_WALK "WHERE r.event = $1 AND r.deficient_since IS NOT NULL" RT_BELOW};
constexpr Statement kStage{"walk.stage",
                           RT_WALK "WHERE r.event = $1 AND r.state = 'IN_REVIEW' AND r.review_stage = $4" RT_BELOW};
constexpr Statement kStageFrom{"walk.stage_from", RT_WALK
                               "WHERE r.event = $1 AND r.state = 'IN_REVIEW' AND r.review_stage = $4"
                               " AND r.friendly_no > $2 ORDER BY r.friendly_no LIMIT $3"};
constexpr Statement kSource{"walk.source",
                            RT_WALK "WHERE r.event = $1 AND r.source <> 'WEB' AND r.source = $4" RT_BELOW};
constexpr Statement kTag{"walk.tag",
                         "SELECT r.id, r.friendly_no, r.state, r.division, r.team, r.review_stage, r.deficient_since,"
                         " r.source FROM registration_tag g CROSS JOIN registration r ON r.id = g.registration"
                         " WHERE g.tag = $4 AND g.friendly_no < $2 AND r.event = $1"
                         " ORDER BY g.friendly_no DESC LIMIT $3"};
constexpr Statement kOfTeam{"walk.team", RT_WALK "WHERE r.event = $1 AND r.team = $2"};
constexpr Statement kNumber{"walk.number", RT_WALK "WHERE r.event = $1 AND r.friendly_no = $2"};
#undef RT_BELOW
#undef RT_WALK

constexpr Statement kDivisions{"walk.divisions", "SELECT id FROM division WHERE event = $1"};
constexpr Statement kHasTag{"walk.has_tag", "SELECT 1 FROM registration_tag WHERE registration = $1 AND tag = $2"};
constexpr Statement kByName{"walk.by_name",
                            "SELECT DISTINCT team FROM name_part WHERE event = $1 AND part >= $2 AND part < $3"
                            " LIMIT $4"};
constexpr Statement kHasName{"walk.has_name",
                             "SELECT 1 FROM name_part WHERE team = $1 AND part >= $2 AND part < $3 LIMIT 1"};
constexpr Statement kByKey{"walk.by_key",
                           "SELECT DISTINCT team FROM member_key WHERE event = $1 AND kind = $2 AND value = $3"
                           " LIMIT $4"};
// The number that comes next at or after $2, and the id of its registration.
constexpr Statement kNumberFrom{"walk.number_from",
                                "SELECT friendly_no, id FROM registration WHERE event = $1 AND friendly_no >= $2"
                                " ORDER BY friendly_no LIMIT 1"};
constexpr Statement kLastNumber{"walk.last_number", "SELECT MAX(friendly_no) FROM registration WHERE event = $1"};

struct Looked {
    WalkedRegistration item;
    std::int64_t stage = 0;
    bool deficient = false;
    std::string source;
};

Looked ReadLooked(const Row& row) {
    Looked out;
    out.item.id = row.As<RegistrationId>(0);
    out.item.friendly_no = row.Int(1);
    out.item.state = *FromWord<RegistrationState>(row.TextView(2));
    out.item.division = row.As<DivisionId>(3);
    out.item.team = row.As<TeamId>(4);
    out.stage = row.Int(5);
    out.deficient = !row.IsNull(6);
    out.source = row.Text(7);
    return out;
}

// A way through the registrations, by number, descending.
using Lane = std::function<Result<std::vector<Looked>>(std::int64_t below, std::int64_t limit)>;

class Walker {
  public:
    Walker(Reader& reader, const RegistrationFilter& filter) : reader_(reader), filter_(filter) {}

    Result<Walk> Run(std::int64_t before, std::int64_t limit) {
        RT_CHECK_OK(SetBounds());
        std::int64_t below = before == 0 ? kNoMax : before;
        if (upper_.has_value()) below = std::min(below, *upper_);
        if (filter_.HasText()) {
            RT_TRY(const auto candidates, Candidates());
            if (candidates.has_value()) return FromCandidates(*candidates, below, limit);
        }
        RT_TRY(const auto lanes, Lanes());
        return Along(lanes, below, limit);
    }

  private:
    // Numbers are given in the order of the ids, but for what was under way at the same time.
    Status SetBounds() {
        if (filter_.until.has_value()) {
            RT_TRY(upper_, FirstMadeFrom(filter_.until->Plus(kMadeSlack)));
        }
        if (filter_.from.has_value()) {
            RT_TRY(const auto lower, FirstMadeFrom(filter_.from->Plus(-kMadeSlack)));
            lower_ = lower.value_or(kNoMax);
        }
        return Ok();
    }

    // The first number whose registration was made at `time` or later; nullopt: none.
    Result<std::optional<std::int64_t>> FirstMadeFrom(base::Time time) {
        RT_TRY(const auto last, reader_.FindInt(kLastNumber, {filter_.event}));
        std::int64_t low = 1;
        std::int64_t high = last.value_or(0) + 1;
        while (low < high) {
            const std::int64_t middle = low + (high - low) / 2;
            RT_TRY(const auto made, reader_.Find<base::Time>(kNumberFrom, {filter_.event, middle}, [](const Row& row) {
                return base::TimeOfId(row.Int(1));
            }));
            if (made.has_value() && *made < time) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low > last.value_or(0) ? std::optional<std::int64_t>() : std::optional(low);
    }

    // Registrations of the few teams that the text names; nullopt when they are many.
    Result<std::optional<std::vector<Looked>>> Candidates() {
        std::vector<TeamId> teams;
        if (!filter_.name.empty()) {
            RT_TRY(teams, TeamsByName(reader_, filter_.event, filter_.name, kCandidatesMax + 1));
        }
        for (const auto& key : filter_.keys) {
            RT_TRY(const auto more, TeamsByKey(reader_, filter_.event, key, kCandidatesMax + 1));
            teams.insert(teams.end(), more.begin(), more.end());
        }
        if (static_cast<std::int64_t>(teams.size()) > kCandidatesMax) return std::optional<std::vector<Looked>>();
        std::sort(teams.begin(), teams.end());
        teams.erase(std::unique(teams.begin(), teams.end()), teams.end());
        std::vector<Looked> out;
        const auto take = [&](const Row& row) { out.push_back(ReadLooked(row)); };
        for (const TeamId team : teams) RT_CHECK_OK(reader_.Each(kOfTeam, {filter_.event, team}, take));
        if (filter_.number.has_value()) {
            RT_CHECK_OK(reader_.Each(kNumber, {filter_.event, *filter_.number}, take));
        }
        return std::optional(std::move(out));
    }

    Result<Walk> FromCandidates(std::vector<Looked> candidates, std::int64_t below, std::int64_t limit) {
        std::sort(candidates.begin(), candidates.end(), Newer);
        Walk out;
        for (const Looked& one : candidates) {
            if (one.item.friendly_no >= below) continue;
            if (!out.found.empty() && out.found.back().id == one.item.id) continue;
            RT_TRY(const bool matches, Matches(one, Text::kSettled));
            if (!matches) continue;
            if (static_cast<std::int64_t>(out.found.size()) == limit) {
                out.next = out.found.back().friendly_no;
                break;
            }
            out.found.push_back(one.item);
        }
        return out;
    }

    Lane By(const Statement& statement) {
        return [this, &statement](std::int64_t below, std::int64_t limit) {
            return reader_.All<Looked>(statement, {filter_.event, below, limit}, ReadLooked);
        };
    }
    template <class T>
    Lane By(const Statement& statement, T value) {
        return [this, &statement, value](std::int64_t below, std::int64_t limit) {
            return reader_.All<Looked>(statement, {filter_.event, below, limit, value}, ReadLooked);
        };
    }

    // The narrowest index first. Several lanes are merged.
    Result<std::vector<Lane>> Lanes() {
        if (filter_.tag) return std::vector{By(kTag, filter_.tag)};
        if (filter_.deficient.value_or(false)) return std::vector{By(kDeficient)};
        if (filter_.stage > 0) return std::vector{By(kStage, filter_.stage)};
        if (!filter_.source.empty() && filter_.source != "WEB") {
            return std::vector{By(kSource, std::string_view(filter_.source))};
        }
        if (filter_.states.empty() && !filter_.division) return std::vector{By(kAll)};
        RT_TRY(const auto divisions, DivisionsWanted());
        std::vector<Lane> out;
        for (const RegistrationState state : StatesWanted()) {
            for (const DivisionId division : divisions) {
                out.push_back([this, state, division](std::int64_t below, std::int64_t limit) {
                    return reader_.All<Looked>(kLane, {filter_.event, below, limit, Word(state), division}, ReadLooked);
                });
            }
        }
        if (out.size() > kLanesMax) return std::vector{By(kAll)};
        return out;
    }

    Result<std::vector<DivisionId>> DivisionsWanted() {
        if (filter_.division) return std::vector{filter_.division};
        return reader_.All<DivisionId>(kDivisions, {filter_.event},
                                       [](const Row& row) { return row.As<DivisionId>(0); });
    }

    std::vector<RegistrationState> StatesWanted() const {
        if (!filter_.states.empty()) return filter_.states;
        std::vector<RegistrationState> out;
        for (std::size_t i = 0; i < WordsOf<RegistrationState>().size(); ++i) {
            const auto state = static_cast<RegistrationState>(i);
            if (state != RegistrationState::kDraft) out.push_back(state);
        }
        return out;
    }

    // Every round reads a chunk of each lane; what lies above the end of every full chunk is complete and in order.
    Result<Walk> Along(const std::vector<Lane>& lanes, std::int64_t below, std::int64_t limit) {
        Walk out;
        std::int64_t looked = 0;
        const auto lane_count = static_cast<std::int64_t>(std::max<std::size_t>(lanes.size(), 1));
        const std::int64_t chunk = std::max<std::int64_t>(limit + 1, 100) / std::min<std::int64_t>(lane_count, 4);
        while (below > lower_) {
            std::vector<Looked> rows;
            std::int64_t complete_from = 0;  // numbers from here on are all in `rows`
            for (const Lane& lane : lanes) {
                RT_TRY(auto some, lane(below, chunk));
                if (static_cast<std::int64_t>(some.size()) == chunk) {
                    complete_from = std::max(complete_from, some.back().item.friendly_no);
                }
                std::move(some.begin(), some.end(), std::back_inserter(rows));
            }
            std::sort(rows.begin(), rows.end(), Newer);
            for (const Looked& one : rows) {
                if (one.item.friendly_no < complete_from) break;
                RT_TRY(const bool matches, Matches(one, Text::kOpen));
                ++looked;
                if (matches && static_cast<std::int64_t>(out.found.size()) == limit) {
                    out.next = out.found.back().friendly_no;
                    return out;
                }
                if (matches) out.found.push_back(one.item);
                below = one.item.friendly_no;
                if (looked >= kWalkRowsMax) {
                    out.next = below;
                    return out;
                }
            }
            if (complete_from == 0) return out;
            below = complete_from;
        }
        return out;
    }

    static bool Newer(const Looked& a, const Looked& b) { return a.item.friendly_no > b.item.friendly_no; }

    enum class Text : std::uint8_t { kSettled, kOpen };
    Result<bool> Matches(const Looked& one, Text text) {
        const auto& wanted = filter_.states;
        const bool state = wanted.empty() ? one.item.state != RegistrationState::kDraft
                                          : std::find(wanted.begin(), wanted.end(), one.item.state) != wanted.end();
        if (!state || one.item.friendly_no < lower_) return false;
        if (filter_.division && one.item.division != filter_.division) return false;
        if (filter_.stage > 0 && (one.item.state != RegistrationState::kInReview || one.stage != filter_.stage))
            return false;
        if (filter_.deficient.has_value() && one.deficient != *filter_.deficient) return false;
        if (!filter_.source.empty() && one.source != filter_.source) return false;
        const base::Time made = base::TimeOfId(one.item.id.value);
        if (filter_.from.has_value() && made < *filter_.from) return false;
        if (filter_.until.has_value() && made >= *filter_.until) return false;
        if (filter_.tag) {
            RT_TRY(const auto has, reader_.FindInt(kHasTag, {one.item.id, filter_.tag}));
            if (!has.has_value()) return false;
        }
        if (text == Text::kSettled || !filter_.HasText()) return true;
        return MatchesText(one);
    }

    // Only for a text that many teams have, which is a name.
    Result<bool> MatchesText(const Looked& one) {
        if (filter_.number.has_value() && one.item.friendly_no == *filter_.number) return true;
        const std::string part = SearchPart(filter_.name);
        if (part.empty()) return false;
        RT_TRY(const auto has, reader_.FindInt(kHasName, {one.item.team, part, PrefixEnd(part)}));
        return has.has_value();
    }

    Reader& reader_;
    const RegistrationFilter& filter_;
    std::optional<std::int64_t> upper_;  // numbers below it
    std::int64_t lower_ = 0;             // numbers from it on
};

}  // namespace

Result<Walk> WalkRegistrations(Reader& reader, const RegistrationFilter& filter, std::int64_t before,
                               std::int64_t limit) {
    return Walker(reader, filter).Run(before, limit);
}

Result<Walk> ReviewQueue(Reader& reader, EventId event, std::int64_t after, std::int64_t limit) {
    Walk out;
    for (std::int64_t stage = 1; stage <= kReviewStagesMax; ++stage) {
        RT_CHECK_OK(reader.Each(kStageFrom, {event, after, limit + 1, stage},
                                [&](const Row& row) { out.found.push_back(ReadLooked(row).item); }));
    }
    std::sort(out.found.begin(), out.found.end(),
              [](const auto& a, const auto& b) { return a.friendly_no < b.friendly_no; });
    if (static_cast<std::int64_t>(out.found.size()) > limit) {
        out.found.resize(static_cast<std::size_t>(limit));
        out.next = out.found.back().friendly_no;
    }
    return out;
}

Result<std::vector<TeamId>> TeamsByName(Reader& reader, EventId event, const std::string& name, std::int64_t limit) {
    const std::string part = SearchPart(name);
    if (part.empty()) return std::vector<TeamId>();
    return reader.All<TeamId>(kByName, {event, part, PrefixEnd(part), limit},
                              [](const Row& row) { return row.As<TeamId>(0); });
}

Result<std::vector<TeamId>> TeamsByKey(Reader& reader, EventId event, const std::pair<std::string, std::string>& key,
                                       std::int64_t limit) {
    return reader.All<TeamId>(kByKey, {event, key.first, key.second, limit},
                              [](const Row& row) { return row.As<TeamId>(0); });
}

}  // namespace rt::registration::store
