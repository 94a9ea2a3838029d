#include "registration/store/registration_items.h"

#include <algorithm>
#include <limits>

#include "registration/domain/search_text.h"
#include "registration/store/i18n.h"

namespace rt::registration::store {
namespace {

constexpr Statement kItem{
    "list.item",
    "SELECT r.public_id, r.friendly_no, r.state, t.public_id, t.name, d.public_id, d.name, p.name, t.member_count,"
    " r.submitted_at, r.deficient_since, r.rev, p.owner_user, r.review_stage, r.source,"
    " (SELECT COUNT(*) FROM note n WHERE n.registration = r.id) FROM registration r JOIN team t ON t.id = r.team"
    " JOIN division d ON d.id = r.division JOIN team_member c ON c.id = t.captain_member_id"
    " JOIN person p ON p.id = c.person WHERE r.id = $1"};
constexpr Statement kTags{"list.tags",
                          "SELECT g.public_id, g.name, g.color FROM registration_tag x JOIN tag g ON g.id = x.tag"
                          " WHERE x.registration = $1 ORDER BY g.name_norm"};

#define RT_TEAM                                                                                                        \
    "SELECT t.id, t.public_id, t.name, t.state, d.public_id, d.name, t.member_count, t.confirmed_count, p.owner_user," \
    " p.name, t.created, COALESCE(r.public_id, ''), COALESCE(r.friendly_no, 0), COALESCE(r.state, ''), t.division"     \
    " FROM team t JOIN division d ON d.id = t.division JOIN team_member c ON c.id = t.captain_member_id"               \
    " JOIN person p ON p.id = c.person LEFT JOIN registration r ON r.id = (SELECT MAX(x.id) FROM registration x"       \
    " WHERE x.team = t.id) "
constexpr Statement kTeam{"list.team", RT_TEAM "WHERE t.id = $1"};
#undef RT_TEAM

constexpr Statement kTeamsOfState{"list.teams_of_state",
                                  "SELECT id, division FROM team WHERE event = $1 AND state = $4 AND id < $2"
                                  " ORDER BY id DESC LIMIT $3"};
constexpr Statement kTeamsOfDivision{"list.teams_of_division",
                                     "SELECT id, state FROM team WHERE division = $4 AND event = $1 AND id < $2"
                                     " ORDER BY id DESC LIMIT $3"};
constexpr Statement kTeamPlace{"list.team_place", "SELECT event, division, state FROM team WHERE id = $1"};
constexpr Statement kNamed{"list.team_named",
                           "SELECT 1 FROM name_part WHERE team = $1 AND part >= $2 AND part < $3 LIMIT 1"};

constexpr std::int64_t kNoMax = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kCandidatesMax = 1'000;

ListedRegistration ReadListed(const Row& row) {
    ListedRegistration out;
    out.item = ReadItem(row);
    out.review_stage = row.Int(13);
    out.source = row.Text(14);
    out.notes = row.Int(15);
    return out;
}

TeamItem ReadTeam(const Row& row) {
    TeamItem out;
    out.id = row.As<TeamId>(0);
    out.public_id = row.Text(1);
    out.name = row.Text(2);
    out.state = *FromWord<TeamState>(row.TextView(3));
    out.division_public_id = row.Text(4);
    out.division_name = DecodeI18n(row.TextView(5));
    out.members = row.Int(6);
    out.confirmed = row.Int(7);
    out.captain_user = row.As<UserId>(8);
    out.captain_name = row.Text(9);
    out.created = row.Time(10);
    out.registration_public_id = row.Text(11);
    out.friendly_no = row.Int(12);
    out.registration_state = row.Text(13);
    return out;
}

class TeamWalker {
  public:
    TeamWalker(Reader& reader, const TeamFilter& filter) : reader_(reader), filter_(filter) {}

    Result<TeamPage> Run(TeamId before, std::int64_t limit) {
        below_ = before ? before.value : kNoMax;
        limit_ = limit;
        RT_TRY(const auto named, Candidates());
        if (named.has_value()) return FromCandidates(*named);
        return Along();
    }

  private:
    bool HasText() const { return !filter_.name.empty() || !filter_.keys.empty(); }

    Result<std::optional<std::vector<TeamId>>> Candidates() {
        if (!HasText()) return std::optional<std::vector<TeamId>>();
        RT_TRY(auto teams, TeamsByName(reader_, filter_.event, filter_.name, kCandidatesMax + 1));
        for (const auto& key : filter_.keys) {
            RT_TRY(const auto more, TeamsByKey(reader_, filter_.event, key, kCandidatesMax + 1));
            teams.insert(teams.end(), more.begin(), more.end());
        }
        if (static_cast<std::int64_t>(teams.size()) > kCandidatesMax) return std::optional<std::vector<TeamId>>();
        std::sort(teams.begin(), teams.end(), std::greater<>());
        teams.erase(std::unique(teams.begin(), teams.end()), teams.end());
        return std::optional(std::move(teams));
    }

    bool Fits(DivisionId division, TeamState state) const {
        if (filter_.division && filter_.division != division) return false;
        return filter_.state.has_value() ? *filter_.state == state : state != TeamState::kDisbanded;
    }

    Result<TeamPage> FromCandidates(const std::vector<TeamId>& teams) {
        TeamPage out;
        for (const TeamId team : teams) {
            if (team.value >= below_) continue;
            bool fits = false;
            RT_CHECK_OK(reader_.Each(kTeamPlace, {team}, [&](const Row& row) {
                fits = row.As<EventId>(0) == filter_.event &&
                       Fits(row.As<DivisionId>(1), *FromWord<TeamState>(row.TextView(2)));
            }));
            if (!fits) continue;
            RT_TRY(const bool taken, Take(out, team));
            if (!taken) break;
        }
        return out;
    }

    // False: the page is full.
    Result<bool> Take(TeamPage& page, TeamId team) {
        if (static_cast<std::int64_t>(page.items.size()) == limit_) {
            page.next = page.items.back().id;
            return false;
        }
        RT_TRY(auto item, reader_.Find<TeamItem>(kTeam, {team}, ReadTeam));
        if (item.has_value()) page.items.push_back(*std::move(item));
        return true;
    }

    // The next ids below, of the division or of all states wanted.
    Result<std::vector<TeamId>> Some(std::int64_t below, std::int64_t chunk, std::int64_t& complete_from) {
        std::vector<TeamId> out;
        std::int64_t read = 0;
        std::int64_t last = 0;
        const auto ended = [&] {
            if (read == chunk) complete_from = std::max(complete_from, last);
            read = 0;
        };
        if (filter_.division) {
            RT_CHECK_OK(
                reader_.Each(kTeamsOfDivision, {filter_.event, below, chunk, filter_.division}, [&](const Row& row) {
                    ++read;
                    last = row.Int(0);
                    if (Fits(filter_.division, *FromWord<TeamState>(row.TextView(1)))) {
                        out.push_back(row.As<TeamId>(0));
                    }
                }));
            ended();
            looked_ += chunk;
            return out;
        }
        for (std::size_t i = 0; i < WordsOf<TeamState>().size(); ++i) {
            const auto state = static_cast<TeamState>(i);
            if (!Fits({}, state)) continue;
            RT_CHECK_OK(reader_.Each(kTeamsOfState, {filter_.event, below, chunk, Word(state)}, [&](const Row& row) {
                ++read;
                last = row.Int(0);
                out.push_back(row.As<TeamId>(0));
            }));
            ended();
        }
        looked_ += chunk;
        std::sort(out.begin(), out.end(), std::greater<>());
        return out;
    }

    Result<TeamPage> Along() {
        TeamPage out;
        const std::string part = SearchPart(filter_.name);
        const std::int64_t chunk = std::max<std::int64_t>(limit_ + 1, 100);
        while (true) {
            std::int64_t complete_from = 0;
            RT_TRY(const auto teams, Some(below_, chunk, complete_from));
            for (const TeamId team : teams) {
                if (team.value < complete_from) break;
                if (!part.empty()) {
                    RT_TRY(const auto named, reader_.FindInt(kNamed, {team, part, PrefixEnd(part)}));
                    if (!named.has_value()) continue;
                }
                RT_TRY(const bool taken, Take(out, team));
                if (!taken) return out;
            }
            if (complete_from == 0) return out;
            below_ = complete_from;
            if (looked_ >= kWalkRowsMax) {
                out.next = TeamId{below_};
                return out;
            }
        }
    }

    Reader& reader_;
    const TeamFilter& filter_;
    std::int64_t below_ = 0;
    std::int64_t limit_ = 0;
    std::int64_t looked_ = 0;
};

}  // namespace

Result<std::vector<ShownTag>> TagsOf(Reader& reader, RegistrationId registration) {
    return reader.All<ShownTag>(kTags, {registration}, [](const Row& row) {
        return ShownTag{row.Text(0), row.Text(1), row.Text(2)};
    });
}

Result<std::vector<ListedRegistration>> ListedOf(Reader& reader, const std::vector<WalkedRegistration>& walked) {
    std::vector<ListedRegistration> out;
    for (const WalkedRegistration& one : walked) {
        RT_TRY(auto listed, reader.Find<ListedRegistration>(kItem, {one.id}, ReadListed));
        if (!listed.has_value()) continue;
        RT_TRY(listed->tags, TagsOf(reader, one.id));
        out.push_back(*std::move(listed));
    }
    return out;
}

Result<TeamPage> ListTeams(Reader& reader, const TeamFilter& filter, TeamId before, std::int64_t limit) {
    return TeamWalker(reader, filter).Run(before, limit);
}

}  // namespace rt::registration::store
