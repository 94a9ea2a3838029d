// What a team needs of the quotas: its division's vector, and the options its answers choose.
#include <algorithm>
#include <map>
#include <string>

#include "json/json.h"
#include "registration/store/units.h"

namespace rt::registration::store {
namespace {

constexpr Statement kOfDivision{"quota.of_division",
                                "SELECT q.id, q.unit, q.form_scope, q.field, q.option FROM quota_bind b"
                                " JOIN quota q ON q.id = b.quota WHERE b.division = $1 ORDER BY q.id"};
constexpr Statement kTeamAnswers{"answer_set.of_team",
                                 "SELECT data FROM answer_set WHERE owner_kind = 'TEAM' AND owner = $1"};
constexpr Statement kMemberAnswers{"answer_set.of_members",
                                   "SELECT a.data FROM team_member m JOIN answer_set a ON a.owner_kind = 'MEMBER'"
                                   " AND a.owner = m.id WHERE m.team = $1 AND m.state IN ('JOINED', 'CONFIRMED')"};

struct Wanted {
    QuotaId quota;
    FormScope form = FormScope::kTeam;
    std::string field;
    std::string option;
};

bool Chooses(const json::Value& answers, const Wanted& wanted) {
    const json::Value* answer = answers.Find(wanted.field);
    if (answer == nullptr) return false;
    if (answer->IsString()) return answer->AsString() == wanted.option;
    if (!answer->IsArray()) return false;
    for (const json::Value& one : answer->AsArray()) {
        if (one.IsString() && one.AsString() == wanted.option) return true;
    }
    return false;
}

// Adds up who chooses what. Answers with quotas are never sensitive, so `data` has them.
Status CountChoices(Reader& reader, TeamId team, FormScope form, const std::vector<Wanted>& options,
                    std::map<QuotaId, std::int64_t>& counts) {
    const Statement& statement = form == FormScope::kTeam ? kTeamAnswers : kMemberAnswers;
    RT_TRY(const auto texts, reader.All<std::string>(statement, {team}, [](const Row& row) { return row.Text(0); }));
    for (const std::string& text : texts) {
        RT_TRY(const auto answers, json::Decode(text));
        for (const Wanted& option : options) {
            if (option.form == form && Chooses(answers, option)) ++counts[option.quota];
        }
    }
    return Ok();
}

struct Bound {
    std::vector<DivisionQuota> fixed;
    std::vector<Wanted> options;
};

Result<Bound> BoundTo(Reader& reader, DivisionId division) {
    Bound out;
    RT_CHECK_OK(reader.Each(kOfDivision, {division}, [&](const Row& row) {
        const QuotaUnit unit = *FromWord<QuotaUnit>(row.TextView(1));
        if (unit == QuotaUnit::kOption) {
            out.options.push_back(
                {row.As<QuotaId>(0), *FromWord<FormScope>(row.TextView(2)), row.Text(3), row.Text(4)});
        } else {
            out.fixed.push_back({row.As<QuotaId>(0), unit});
        }
    }));
    return out;
}

Result<std::vector<Need>> Chosen(Reader& reader, TeamId team, const std::vector<Wanted>& options) {
    std::map<QuotaId, std::int64_t> counts;
    if (options.empty()) return std::vector<Need>{};
    for (const FormScope form : {FormScope::kTeam, FormScope::kMember}) {
        RT_CHECK_OK(CountChoices(reader, team, form, options, counts));
    }
    std::vector<Need> out;
    for (const auto& [quota, qty] : counts) out.push_back({quota, qty});
    return out;
}

}  // namespace

Result<std::vector<DivisionQuota>> QuotasOfDivision(Reader& reader, DivisionId division) {
    RT_TRY(const auto bound, BoundTo(reader, division));
    return bound.fixed;
}

Result<std::vector<Need>> ChoicesOf(Reader& reader, const Party& party) {
    RT_TRY(const auto bound, BoundTo(reader, party.division));
    return Chosen(reader, party.team, bound.options);
}

Result<std::vector<Need>> NeedOf(Reader& reader, const Party& party, Options options) {
    RT_TRY(const auto bound, BoundTo(reader, party.division));
    std::vector<Need> out;
    for (const auto& [quota, unit] : bound.fixed) {
        const std::int64_t qty = unit == QuotaUnit::kPerson ? party.persons : 1;
        if (qty > 0) out.push_back({quota, qty});
    }
    if (bound.options.empty() || options == Options::kLeftOut) return out;
    RT_TRY(const auto chosen, Chosen(reader, party.team, bound.options));
    out.insert(out.end(), chosen.begin(), chosen.end());
    std::sort(out.begin(), out.end(), [](const Need& a, const Need& b) { return a.quota < b.quota; });
    return out;
}

}  // namespace rt::registration::store
