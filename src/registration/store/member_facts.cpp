#include "registration/store/member_facts.h"

#include <utility>

#include "registration/form_json.h"
#include "registration/store/division_rules.h"

namespace rt::registration::store {
namespace {

#define RT_FACTS                                                                                                  \
    "SELECT m.public_id, m.role, m.id, a.data, a.sensitive, v.schema, v.id, p.birth_date, p.gender, p.owner_user" \
    " FROM team_member m JOIN person p ON p.id = m.person LEFT JOIN answer_set a ON a.id = m.answer_set"          \
    " LEFT JOIN form_version v ON v.id = a.form_version "
constexpr Statement kOfTeam{"team_member.facts_of_team",
                            RT_FACTS "WHERE m.team = $1 AND m.state IN ('JOINED', 'CONFIRMED') ORDER BY m.id"};
constexpr Statement kOfMember{"team_member.facts", RT_FACTS "WHERE m.id = $1"};
#undef RT_FACTS

// Reads the rows of one roster; most of them were answered to the same version of the form.
class FactReader {
  public:
    FactReader(const Privacy& privacy, std::string_view grade_field) : privacy_(privacy), grade_field_(grade_field) {}

    Result<RosterMember> Read(const Row& row) {
        RosterMember out;
        out.public_id = row.Text(0);
        out.role = *FromWord<MemberRole>(row.TextView(1));
        if (!row.IsNull(5)) RT_CHECK_OK(ReadAnswers(row, out));
        if (!out.facts.birth.has_value() && !row.IsNull(7)) {
            RT_TRY(const auto birth, privacy_.Open({Owner::Kind::kPersonBirth, row.Int(9)}, row.TextView(7)));
            out.facts.birth = ParseDate(birth);
        }
        if (!out.facts.gender.has_value() && !row.IsNull(8)) out.facts.gender = FromWord<Gender>(row.TextView(8));
        return out;
    }

  private:
    Status ReadAnswers(const Row& row, RosterMember& out) {
        if (row.Int(6) != version_) {
            schema_ = DecodeSchema(row.TextView(5));
            version_ = row.Int(6);
        }
        Answers answers = DecodeAnswers(row.TextView(3));
        if (!row.IsNull(4)) {
            RT_TRY(const auto opened, privacy_.Open({Owner::Kind::kMemberAnswers, row.Int(2)}, row.TextView(4)));
            answers.merge(DecodeAnswers(opened));
        }
        out.facts = FactsFrom(schema_, answers);
        const auto grade = answers.find(grade_field_);
        if (grade != answers.end()) {
            if (const auto* id = std::get_if<std::string>(&grade->second)) out.grade = *id;
        }
        return Ok();
    }

    const Privacy& privacy_;
    const std::string_view grade_field_;
    std::int64_t version_ = 0;
    FormSchema schema_;
};

}  // namespace

Result<std::vector<RosterMember>> RosterOf(Reader& reader, const Privacy& privacy, TeamId team,
                                           std::string_view grade_field) {
    FactReader facts(privacy, grade_field);
    std::vector<RosterMember> out;
    Status read = Ok();
    RT_CHECK_OK(reader.Each(kOfTeam, {team}, [&](const Row& row) {
        if (!read.ok()) return;
        auto one = facts.Read(row);
        if (one.ok()) {
            out.push_back(*std::move(one));
        } else {
            read = one.error();
        }
    }));
    RT_CHECK_OK(read);
    return out;
}

Result<std::vector<Unmet>> UnmetOf(Reader& reader, const Privacy& privacy, const TeamFacts& team) {
    std::vector<Unmet> out = UnmetCounts(team.AsRoster());
    const DivisionRules rules = DecodeRules(team.rules);
    if (!AsksAnything(rules)) return out;
    RT_TRY(const auto roster, RosterOf(reader, privacy, team.id, rules.grade_field));
    for (Unmet& one : UnmetRules(rules, DateInShanghai(team.times.starts), roster)) out.push_back(std::move(one));
    return out;
}

Status RequireReady(Reader& reader, const Privacy& privacy, const TeamFacts& team) {
    RT_TRY(auto unmet, UnmetOf(reader, privacy, team));
    if (unmet.empty()) return Ok();
    Error out = Fail(Code::kTeamNotReady);
    for (Unmet& one : unmet) {
        out.fields.push_back({one.member.empty() ? "team" : "members." + one.member, std::move(one.text)});
    }
    return out;
}

Result<PersonFacts> FactsOf(Reader& reader, const Privacy& privacy, MemberId member) {
    FactReader facts(privacy, {});
    std::optional<Result<RosterMember>> found;
    RT_CHECK_OK(reader.Each(kOfMember, {member}, [&](const Row& row) { found = facts.Read(row); }));
    if (!found.has_value()) return Fail(Code::kNotFound);
    RT_TRY(const RosterMember one, *std::move(found));
    return one.facts;
}

}  // namespace rt::registration::store
