#include "registration/store/tags.h"

#include "registration/store/journal.h"

namespace rt::registration::store {
namespace {

constexpr Statement kTags{"tag.of_event",
                          "SELECT id, public_id, event, name, name_norm, color, used, rev FROM tag WHERE event = $1"
                          " ORDER BY name_norm LIMIT $2"};
constexpr Statement kOne{"tag.one",
                         "SELECT id, public_id, event, name, name_norm, color, used, rev FROM tag WHERE event = $1"
                         " AND public_id = $2"};
constexpr Statement kInsert{
    "tag.insert",
    "INSERT INTO tag (id, public_id, event, name, name_norm, color, created)"
    " SELECT $1, $2, $3, $4, $5, $6, $7 WHERE (SELECT COUNT(*) FROM tag WHERE event = $3) < $8"};
constexpr Statement kUpdate{"tag.update",
                            "UPDATE tag SET name = $2, name_norm = $3, color = $4, rev = rev + 1 WHERE id = $1"
                            " AND rev = $5"};
constexpr Statement kClear{"tag.clear",
                           "DELETE FROM registration_tag WHERE tag = $1 AND registration IN"
                           " (SELECT registration FROM registration_tag WHERE tag = $1 LIMIT $2)"};
constexpr Statement kDelete{"tag.delete", "DELETE FROM tag WHERE id = $1"};
constexpr Statement kPut{
    "registration_tag.put",
    "INSERT INTO registration_tag (registration, tag, friendly_no, at) SELECT $1, $2, $3, $4"
    " WHERE (SELECT COUNT(*) FROM registration_tag WHERE registration = $1) < $5 ON CONFLICT DO NOTHING"};
constexpr Statement kHas{"registration_tag.has", "SELECT 1 FROM registration_tag WHERE registration = $1 AND tag = $2"};
constexpr Statement kTake{"registration_tag.take", "DELETE FROM registration_tag WHERE registration = $1 AND tag = $2"};
constexpr Statement kUsed{"tag.used", "UPDATE tag SET used = used + $2 WHERE id = $1"};

constexpr Statement kNotes{"note.of_registration",
                           "SELECT n.id, n.public_id, n.registration, n.author, COALESCE(u.display_name, ''), n.text,"
                           " n.created FROM note n LEFT JOIN \"user\" u ON u.id = n.author"
                           " WHERE n.registration = $1 ORDER BY n.id LIMIT $2"};
constexpr Statement kAddNote{"note.insert",
                             "INSERT INTO note (id, public_id, registration, author, text, created)"
                             " SELECT $1, $2, $3, $4, $5, $6"
                             " WHERE (SELECT COUNT(*) FROM note WHERE registration = $3) < $7"};
constexpr Statement kDropNote{
    "note.delete", "DELETE FROM note WHERE registration = $1 AND public_id = $2 AND ($3 = 0 OR author = $3)"};

Tag ReadTag(const Row& row) {
    return {row.As<TagId>(0), row.Text(1), row.As<EventId>(2), row.Text(3),
            row.Text(4),      row.Text(5), row.Int(6),         row.Int(7)};
}

Status Remember(Writer& writer, Commit& commit, std::string_view action, const Tag& tag) {
    return Record(writer, commit, {action, "tag", tag.id.value, tag.event, {}, {}, {}});
}

// One more or one less registration with the tag.
Status Moved(Writer& writer, Commit& commit, const Tagged& on, TagId tag, std::int64_t by) {
    RT_CHECK_OK(writer.RunOne(kUsed, {tag, by}, Code::kNotFound));
    return Record(writer, commit,
                  {by > 0 ? "registration.tag" : "registration.untag",
                   "registration_tag",
                   on.registration.value,
                   on.event,
                   {},
                   R"({"tag":)" + std::to_string(tag.value) + "}",
                   {}});
}

}  // namespace

Result<std::vector<Tag>> TagsOfEvent(Reader& reader, EventId event) {
    return reader.All<Tag>(kTags, {event, kTagsOfEventMax}, ReadTag);
}

Result<std::optional<Tag>> FindTag(Reader& reader, EventId event, std::string_view public_id) {
    return reader.Find<Tag>(kOne, {event, public_id}, ReadTag);
}

Status InsertTag(Writer& writer, Commit& commit, const Tag& tag) {
    RT_TRY(const auto inserted, writer.Run(kInsert, {tag.id, tag.public_id, tag.event, tag.name, tag.name_norm,
                                                     tag.color, commit.now, kTagsOfEventMax}));
    if (inserted != 1) return Fail(Code::kInvalidState, "too many tags");
    return Remember(writer, commit, "tag.create", tag);
}

Status UpdateTag(Writer& writer, Commit& commit, const Tag& tag) {
    RT_CHECK_OK(
        writer.RunOne(kUpdate, {tag.id, tag.name, tag.name_norm, tag.color, tag.rev}, Code::kPreconditionFailed));
    return Remember(writer, commit, "tag.update", tag);
}

Result<bool> DeleteTag(Writer& writer, Commit& commit, const Tag& tag, std::int64_t rows_max) {
    RT_TRY(const auto cleared, writer.Run(kClear, {tag.id, rows_max}));
    RT_CHECK_OK(writer.Run(kUsed, {tag.id, -cleared}));
    if (cleared == rows_max) return false;
    RT_CHECK_OK(writer.RunOne(kDelete, {tag.id}, Code::kNotFound));
    RT_CHECK_OK(Remember(writer, commit, "tag.delete", tag));
    return true;
}

Result<bool> PutTag(Writer& writer, Commit& commit, const Tagged& on, TagId tag) {
    RT_TRY(const auto has, writer.FindInt(kHas, {on.registration, tag}));
    if (has.has_value()) return false;
    RT_TRY(const auto put,
           writer.Run(kPut, {on.registration, tag, on.friendly_no, commit.now, kTagsOfRegistrationMax}));
    if (put != 1) return Fail(Code::kInvalidState, "too many tags on a registration");
    RT_CHECK_OK(Moved(writer, commit, on, tag, 1));
    return true;
}

Result<bool> TakeTag(Writer& writer, Commit& commit, const Tagged& from, TagId tag) {
    RT_TRY(const auto taken, writer.Run(kTake, {from.registration, tag}));
    if (taken == 0) return false;
    RT_CHECK_OK(Moved(writer, commit, from, tag, -1));
    return true;
}

Result<std::vector<Note>> NotesOf(Reader& reader, RegistrationId registration) {
    return reader.All<Note>(kNotes, {registration, kNotesMax}, [](const Row& row) {
        return Note{row.Int(0),  row.Text(1), row.As<RegistrationId>(2), row.As<UserId>(3), row.Text(4),
                    row.Text(5), row.Time(6)};
    });
}

Status InsertNote(Writer& writer, Commit& commit, const Note& note, EventId event) {
    RT_TRY(const auto inserted, writer.Run(kAddNote, {note.id, note.public_id, note.registration, note.author,
                                                      note.text, commit.now, kNotesMax}));
    if (inserted != 1) return Fail(Code::kInvalidState, "too many notes");
    return Record(writer, commit, {"note.create", "note", note.id, event, {}, {}, {}});
}

Status DeleteNote(Writer& writer, Commit& commit, RegistrationId registration, EventId event,
                  std::string_view public_id, Authors authors) {
    const UserId author = authors == Authors::kAny ? UserId{} : commit.actor.user;
    RT_CHECK_OK(writer.RunOne(kDropNote, {registration, public_id, author}, Code::kNotFound));
    return Record(writer, commit, {"note.delete", "note", registration.value, event, {}, {}, {}});
}

}  // namespace rt::registration::store
