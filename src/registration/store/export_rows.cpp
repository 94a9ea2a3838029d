#include "registration/store/export_rows.h"

#include "registration/store/i18n.h"

namespace rt::registration::store {
namespace {

constexpr Statement kOne{
    "export.registration",
    "SELECT r.public_id, r.friendly_no, r.state, r.review_stage, r.source, r.submitted_at, r.approved_at,"
    " COALESCE(r.decision_reason, ''), d.name, t.id, t.name, t.member_count, COALESCE(c.name, '') FROM registration r"
    " JOIN team t ON t.id = r.team JOIN division d ON d.id = r.division LEFT JOIN club c ON c.id = t.club"
    " WHERE r.id = $1"};
constexpr Statement kTagNames{"export.tags",
                              "SELECT g.name FROM registration_tag x JOIN tag g ON g.id = x.tag"
                              " WHERE x.registration = $1 ORDER BY g.name_norm"};

constexpr Statement kFormerAnswered{
    "export.former_answered",
    "SELECT v.id FROM form f JOIN form_version v ON v.form = f.id WHERE f.id = $1 AND v.id <> f.current_version"
    " AND EXISTS (SELECT 1 FROM answer_set a WHERE a.form_version = v.id) ORDER BY v.no DESC LIMIT 200"};

}  // namespace

Result<std::optional<ExportedRegistration>> FindExported(Reader& reader, RegistrationId id) {
    return reader.Find<ExportedRegistration>(kOne, {id}, [](const Row& row) {
        ExportedRegistration out;
        out.public_id = row.Text(0);
        out.friendly_no = row.Int(1);
        out.state = row.Text(2);
        out.review_stage = row.Int(3);
        out.source = row.Text(4);
        out.submitted_at = row.OptionalTime(5);
        out.approved_at = row.OptionalTime(6);
        out.reason = row.Text(7);
        out.division_name = DecodeI18n(row.TextView(8));
        out.team = row.As<TeamId>(9);
        out.team_name = row.Text(10);
        out.members = row.Int(11);
        out.club_name = row.Text(12);
        return out;
    });
}

Result<std::string> TagNamesOf(Reader& reader, RegistrationId id) {
    RT_TRY(const auto names,
           reader.All<std::string>(kTagNames, {id}, [](const Row& row) { return std::string(row.Text(0)); }));
    std::string out;
    for (const std::string& name : names) out += (out.empty() ? "" : "; ") + name;
    return out;
}

Result<std::vector<FormVersionId>> FormerVersionsAnswered(Reader& reader, FormId form) {
    return reader.All<FormVersionId>(kFormerAnswered, {form}, [](const Row& row) { return row.As<FormVersionId>(0); });
}

}  // namespace rt::registration::store
