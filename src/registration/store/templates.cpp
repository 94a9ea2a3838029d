#include "registration/store/templates.h"

#include "registration/store/guard.h"
#include "registration/store/i18n.h"
#include "registration/store/journal.h"

namespace rt::registration::store {
namespace {

#define RT_TEMPLATE_COLUMNS                                                                                            \
    "SELECT t.id, t.public_id, t.organisation, t.name, t.event, e.public_id, e.title, t.created FROM event_template t" \
    " JOIN event e ON e.id = t.event "

constexpr Statement kList{"event_template.of_organisation",
                          RT_TEMPLATE_COLUMNS "WHERE t.organisation = $1 ORDER BY t.id DESC"};
constexpr Statement kFind{"event_template.by_public_id", RT_TEMPLATE_COLUMNS "WHERE t.public_id = $1"};
#undef RT_TEMPLATE_COLUMNS
constexpr Statement kInsert{
    "event_template.insert",
    "INSERT INTO event_template (id, public_id, organisation, name, event, created) SELECT $1, $2, $3, $4, $5, $6"
    " WHERE $7 > 0" RT_GUARD("(SELECT COUNT(*) FROM event_template WHERE organisation = $3) < $7")};
constexpr Statement kHide{"event.make_template", "UPDATE event SET is_template = 1 WHERE id = $1 AND state = 'DRAFT'"};
constexpr Statement kDelete{"event_template.delete", "DELETE FROM event_template WHERE id = $1"};

Template ReadTemplate(const Row& row) {
    return {row.Int(0),         row.Text(1), row.As<OrganisationId>(2),   row.Text(3),
            row.As<EventId>(4), row.Text(5), DecodeI18n(row.TextView(6)), row.Time(7)};
}

}  // namespace

Result<std::vector<Template>> TemplatesOf(Reader& reader, OrganisationId organisation) {
    return reader.All<Template>(kList, {organisation}, ReadTemplate);
}

Result<std::optional<Template>> FindTemplate(Reader& reader, std::string_view public_id) {
    return reader.Find<Template>(kFind, {public_id}, ReadTemplate);
}

Status InsertTemplate(Writer& writer, Commit& commit, Template& made) {
    made.created = commit.now;
    RT_CHECK_OK(writer.RunOne(kHide, {made.event}, Code::kInvalidState));
    RT_CHECK_OK(writer.RunOne(
        kInsert, {made.id, made.public_id, made.organisation, made.name, made.event, made.created, kTemplatesMax},
        Code::kInvalidState));
    return Record(writer, commit,
                  {"template.save",
                   "event_template",
                   made.id,
                   made.event,
                   {},
                   json::Encode(json::Object{{"template", made.public_id}}),
                   {}});
}

Status DeleteTemplate(Writer& writer, Commit& commit, const Template& made) {
    RT_CHECK_OK(writer.RunOne(kDelete, {made.id}, Code::kNotFound));
    return Record(writer, commit,
                  {"template.delete",
                   "event_template",
                   made.id,
                   made.event,
                   json::Encode(json::Object{{"template", made.public_id}}),
                   {},
                   {}});
}

}  // namespace rt::registration::store
