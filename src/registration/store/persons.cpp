#include "registration/store/persons.h"

#include "registration/store/consents.h"
#include "registration/store/guard.h"
#include "registration/store/members_internal.h"

namespace rt::registration::store {
namespace {

#define RT_PERSON                                                                                              \
    "SELECT id, public_id, owner_user, relation, name, id_type, id_no, id_bi, birth_date, birth_year, gender," \
    " created, rev FROM person "
constexpr Statement kOfOwner{"person.of_owner", RT_PERSON
                             "WHERE owner_user = $1 AND ended IS NULL AND imported = 0"
                             " ORDER BY CASE relation WHEN 'SELF' THEN 0 ELSE 1 END, id LIMIT $2"};
constexpr Statement kByPublicId{"person.by_public_id",
                                RT_PERSON "WHERE public_id = $1 AND owner_user = $2 AND ended IS NULL"};
constexpr Statement kById{"person.by_id", RT_PERSON "WHERE id = $1 AND owner_user = $2 AND ended IS NULL"};
#undef RT_PERSON

constexpr Statement kInsert{
    "person.insert",
    "INSERT INTO person (id, public_id, owner_user, relation, name, id_type, id_no, id_bi, birth_date, birth_year,"
    " gender, created) SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12 WHERE $13 = $13" RT_GUARD(
        "(SELECT COUNT(*) FROM person WHERE owner_user = $3 AND ended IS NULL AND imported = 0) < $13")};
constexpr Statement kUpdate{"person.update",
                            "UPDATE person SET relation = $3, name = $4, id_type = $5, id_no = $6, id_bi = $7,"
                            " birth_date = $8, birth_year = $9, gender = $10, rev = rev + 1 WHERE id = $1 AND rev = $2"
                            " AND ended IS NULL"};
constexpr Statement kErase{"person.erase",
                           "UPDATE person SET name = $2, id_type = NULL, id_no = NULL, id_bi = NULL, birth_date = NULL,"
                           " birth_year = NULL, gender = NULL, ended = $3, rev = rev + 1 WHERE id = $1" RT_GUARD(
                               "NOT EXISTS (SELECT 1 FROM team_member WHERE person = $1"
                               " AND state IN ('PENDING_CAPTAIN', 'JOINED', 'CONFIRMED'))")};
constexpr Statement kMemberships{"team_member.of_person",
                                 "SELECT id FROM team_member WHERE person = $1 AND state IN ('JOINED', 'CONFIRMED')"
                                 " ORDER BY id LIMIT 100"};
constexpr Statement kSetNumber{"team_member.set_number",
                               "UPDATE team_member SET id_bi = $2, rev = rev + 1 WHERE id = $1"};

Person ReadPerson(const Row& row) {
    Person out;
    out.id = row.As<PersonId>(0);
    out.public_id = row.Text(1);
    out.owner = row.As<UserId>(2);
    out.relation = *FromWord<PersonRelation>(row.TextView(3));
    out.name = row.Text(4);
    if (!row.IsNull(5)) out.id_type = FromWord<IdType>(row.TextView(5));
    out.id_no = row.OptionalText(6);
    out.id_bi = row.OptionalText(7);
    out.birth_date = row.OptionalText(8);
    out.birth_year = row.OptionalInt(9);
    if (!row.IsNull(10)) out.gender = FromWord<Gender>(row.TextView(10));
    out.created = row.Time(11);
    out.rev = row.Int(12);
    return out;
}

Result<Person> OrNotFound(Result<std::optional<Person>> found) {
    RT_TRY(auto person, std::move(found));
    if (!person.has_value()) return Fail(Code::kNotFound);
    return *std::move(person);
}

template <class E>
std::optional<std::string> WordOrNull(const std::optional<E>& value) {
    return value.has_value() ? std::optional(std::string(Word(*value))) : std::nullopt;
}

// What the teams of the person rest on has changed: his number where theirs came from here, and their judgement.
Status Follow(Writer& writer, Commit& commit, const Person& before, const Person& after, MemberId id) {
    RT_TRY(const auto member, FindMember(writer, id));
    RT_TRY(const auto team, FindTeam(writer, member->team));
    const bool from_here = !member->id_bi.has_value() || member->id_bi == before.id_bi;
    if (from_here && before.id_bi != after.id_bi) {
        if (Competes(member->role)) {
            RT_CHECK_OK(FreeEntries(writer, *team, PersonId{}, member->id_bi));
            RT_CHECK_OK(TakeEntries(writer, *team, PersonId{}, after.id_bi));
        }
        RT_CHECK_OK(DuplicateIfTaken(writer.RunOne(kSetNumber, {id, after.id_bi}, Code::kInternal)));
        // A guardian agreed for one child, not for another in that child's place.
        if (before.id_bi.has_value() && member->guardian == GuardianState::kGranted) {
            RT_CHECK_OK(WithdrawConsent(writer, commit, team->public_id, member->public_id, ConsentKind::kGuardian));
        }
    }
    RT_CHECK_OK(Settle(writer, commit, *team, id));
    return Recompute(writer, commit, team->id);
}

// What may be told in the audit: which kinds of data there are, never the data.
std::string KnownJson(const Person& person) {
    const auto flag = [](bool value) { return std::string(value ? "true" : "false"); };
    return R"({"relation":")" + std::string(Word(person.relation)) + R"(","id_no":)" + flag(person.id_no.has_value()) +
           R"(,"birth_date":)" + flag(person.birth_date.has_value()) + R"(,"gender":)" +
           flag(person.gender.has_value()) + "}";
}

}  // namespace

Result<std::vector<Person>> PersonsOf(Reader& reader, UserId owner) {
    return reader.All<Person>(kOfOwner, {owner, kPersonsMax + 1}, ReadPerson);
}

Result<Person> FindPerson(Reader& reader, std::string_view public_id, UserId owner) {
    return OrNotFound(reader.Find<Person>(kByPublicId, {public_id, owner}, ReadPerson));
}

Result<Person> FindPerson(Reader& reader, PersonId id, UserId owner) {
    return OrNotFound(reader.Find<Person>(kById, {id, owner}, ReadPerson));
}

Status InsertPerson(Writer& writer, Commit& commit, const Person& person) {
    RT_CHECK_OK(writer.RunOne(kInsert,
                              {person.id, person.public_id, person.owner, Word(person.relation), person.name,
                               WordOrNull(person.id_type), person.id_no, person.id_bi, person.birth_date,
                               person.birth_year, WordOrNull(person.gender), person.created, kPersonsMax},
                              Code::kInvalidState));
    return Record(writer, commit, {"person.create", "person", person.id.value, {}, {}, KnownJson(person), {}});
}

Status UpdatePerson(Writer& writer, Commit& commit, const Person& person) {
    RT_TRY(const Person before, FindPerson(writer, person.id, person.owner));
    RT_CHECK_OK(
        writer.RunOne(kUpdate,
                      {person.id, person.rev, Word(person.relation), person.name, WordOrNull(person.id_type),
                       person.id_no, person.id_bi, person.birth_date, person.birth_year, WordOrNull(person.gender)},
                      Code::kPreconditionFailed));
    RT_TRY(const auto members,
           writer.All<MemberId>(kMemberships, {person.id}, [](const Row& row) { return row.As<MemberId>(0); }));
    for (const MemberId member : members) RT_CHECK_OK(Follow(writer, commit, before, person, member));
    return Record(writer, commit,
                  {"person.update", "person", person.id.value, {}, KnownJson(before), KnownJson(person), {}});
}

Status ErasePerson(Writer& writer, Commit& commit, std::string_view public_id, std::string_view nobody) {
    RT_TRY(const Person person, FindPerson(writer, public_id, commit.actor.user));
    if (person.relation == PersonRelation::kSelf) return Fail(Code::kInvalidState, "one's own person");
    RT_TRY(const auto erased, writer.Run(kErase, {person.id, nobody, commit.now}));
    if (erased == 0) {
        return base::FailText(Code::kInvalidState,
                              {"该人员还在队伍中，请先退出", "This person is on a team; leave it first"});
    }
    return Record(writer, commit, {"person.erase", "person", person.id.value, {}, KnownJson(person), {}, {}});
}

}  // namespace rt::registration::store
