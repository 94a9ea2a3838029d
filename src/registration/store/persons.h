// The persons a user manages: himself, his children, team mates (registration.md §3.1).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "registration/domain/words.h"
#include "registration/store/commit.h"

namespace rt::registration::store {

inline constexpr std::int64_t kPersonsMax = 50;  // of one user

// Sealed where it says so, by the owner.
struct Person {
    PersonId id;
    std::string public_id;
    UserId owner;
    PersonRelation relation = PersonRelation::kSelf;
    std::string name;  // sealed
    std::optional<IdType> id_type;
    std::optional<std::string> id_no;       // sealed
    std::optional<std::string> id_bi;       // blind index of type and number
    std::optional<std::string> birth_date;  // sealed
    std::optional<std::int64_t> birth_year;
    std::optional<Gender> gender;
    base::Time created;
    std::int64_t rev = 1;
};
// Himself first, then as they were entered.
Result<std::vector<Person>> PersonsOf(Reader& reader, UserId owner);
// NOT_FOUND unless it is the owner's.
Result<Person> FindPerson(Reader& reader, std::string_view public_id, UserId owner);
Result<Person> FindPerson(Reader& reader, PersonId id, UserId owner);

// INVALID_STATE beyond kPersonsMax, ALREADY_EXISTS for a second SELF.
Status InsertPerson(Writer& writer, Commit& commit, const Person& person);
// Writes all columns over the revision `person.rev`; teams the person is on are judged anew in the same commit.
// PRECONDITION_FAILED, DUPLICATE_PERSON (the number is that of another entry).
Status UpdatePerson(Writer& writer, Commit& commit, const Person& person);
// Erases it: INVALID_STATE while on a team, and for SELF. `nobody`: the name of an erased person, sealed.
Status ErasePerson(Writer& writer, Commit& commit, std::string_view public_id, std::string_view nobody);

}  // namespace rt::registration::store
