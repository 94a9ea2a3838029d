// Tags and notes of registrations: the organisers' own words, never shown to teams.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "registration/store/registration_walk.h"

namespace rt::registration::store {

inline constexpr std::int64_t kTagsOfEventMax = 50;
inline constexpr std::int64_t kTagsOfRegistrationMax = 10;
inline constexpr std::int64_t kNotesMax = 100;  // of a registration
inline constexpr std::int64_t kTagSizeMax = 30;
inline constexpr std::int64_t kNoteSizeMax = 2'000;

struct Tag {
    TagId id;
    std::string public_id;
    EventId event;
    std::string name;
    std::string name_norm;
    std::string color;  // a word of kTagColors
    std::int64_t used = 0;
    std::int64_t rev = 1;
};
Result<std::vector<Tag>> TagsOfEvent(Reader& reader, EventId event);
Result<std::optional<Tag>> FindTag(Reader& reader, EventId event, std::string_view public_id);
// ALREADY_EXISTS (name), INVALID_STATE beyond kTagsOfEventMax. Takes no ids, as all of these.
Status InsertTag(Writer& writer, Commit& commit, const Tag& tag);
// If the row still has revision `tag.rev`; else PRECONDITION_FAILED.
Status UpdateTag(Writer& writer, Commit& commit, const Tag& tag);
// Takes it off every registration first, at most `rows_max` in one call; true when it is gone.
Result<bool> DeleteTag(Writer& writer, Commit& commit, const Tag& tag, std::int64_t rows_max);

struct Tagged {
    RegistrationId registration;
    EventId event;
    std::int64_t friendly_no = 0;
};
// False: it was so already. INVALID_STATE beyond kTagsOfRegistrationMax.
Result<bool> PutTag(Writer& writer, Commit& commit, const Tagged& on, TagId tag);
Result<bool> TakeTag(Writer& writer, Commit& commit, const Tagged& from, TagId tag);

struct Note {
    std::int64_t id = 0;
    std::string public_id;
    RegistrationId registration;
    UserId author;
    std::string author_name;  // display name, filled when read
    std::string text;
    base::Time created;
};
// Oldest first.
Result<std::vector<Note>> NotesOf(Reader& reader, RegistrationId registration);
// INVALID_STATE beyond kNotesMax.
Status InsertNote(Writer& writer, Commit& commit, const Note& note, EventId event);
// NOT_FOUND when there is none, or it is another's and not `any_author`.
enum class Authors : std::uint8_t { kOwn, kAny };
Status DeleteNote(Writer& writer, Commit& commit, RegistrationId registration, EventId event,
                  std::string_view public_id, Authors authors);

}  // namespace rt::registration::store
