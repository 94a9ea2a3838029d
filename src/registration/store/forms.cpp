#include "registration/store/forms.h"

#include "registration/form_json.h"
#include "registration/store/journal.h"

namespace rt::registration::store {
namespace {

constexpr Statement kCurrent{"form_version.current",
                             "SELECT v.id, v.form, v.no, v.schema, v.published_at, f.event, f.stage FROM form f"
                             " JOIN form_version v ON v.id = f.current_version"
                             " WHERE f.event = $1 AND f.scope = $2 AND f.stage = $3"};
constexpr Statement kByNo{"form_version.by_no",
                          "SELECT v.id, v.form, v.no, v.schema, v.published_at, f.event, f.stage FROM form f"
                          " JOIN form_version v ON v.form = f.id"
                          " WHERE f.event = $1 AND f.scope = $2 AND f.stage = $3 AND v.no = $4"};
constexpr Statement kVersions{"form_version.of_form",
                              "SELECT v.no, v.published_at, (SELECT COUNT(*) FROM answer_set a"
                              " WHERE a.form_version = v.id) FROM form f JOIN form_version v ON v.form = f.id"
                              " WHERE f.event = $1 AND f.scope = $2 AND f.stage = $3 ORDER BY v.no DESC LIMIT 200"};
constexpr Statement kById{"form_version.by_id",
                          "SELECT v.id, v.form, v.no, v.schema, v.published_at, f.event, f.stage FROM form_version v"
                          " JOIN form f ON f.id = v.form WHERE v.id = $1"};
constexpr Statement kUpsertForm{"form.upsert",
                                "INSERT INTO form (id, event, scope, stage, current_version)"
                                " VALUES ($1, $2, $3, $5, $4)"
                                " ON CONFLICT (event, scope, stage) DO UPDATE SET current_version = $4"};
constexpr Statement kFindForm{"form.find", "SELECT id FROM form WHERE event = $1 AND scope = $2 AND stage = $3"};
constexpr Statement kLastNo{"form_version.last_no", "SELECT MAX(no) FROM form_version WHERE form = $1"};
constexpr Statement kInsertVersion{"form_version.insert",
                                   "INSERT INTO form_version (id, form, no, schema, has_required, published_at)"
                                   " VALUES ($1, $2, $3, $4, $5, $6)"};
constexpr Statement kPutAnswers{
    "answer_set.put",
    "INSERT INTO answer_set (id, owner_kind, owner, form_version, data, sensitive, submitted_at, stage, erase_after)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (owner_kind, owner, stage) DO UPDATE SET"
    " form_version = $4, data = $5, sensitive = $6, submitted_at = $7, erase_after = $9, erased = NULL,"
    " rev = answer_set.rev + 1 RETURNING id"};
#define RT_ANSWER_COLUMNS "SELECT id, owner_kind, owner, form_version, data, sensitive, erased FROM answer_set "
constexpr Statement kFindAnswers{"answer_set.by_id", RT_ANSWER_COLUMNS "WHERE id = $1"};
constexpr Statement kAnswersOf{"answer_set.of_owner",
                               RT_ANSWER_COLUMNS "WHERE owner_kind = $1 AND owner = $2 AND stage = $3"};
#undef RT_ANSWER_COLUMNS
constexpr Statement kTeamOf{"answer_set.team_of_member", "SELECT team FROM team_member WHERE id = $1"};
constexpr Statement kRequired{"form.is_required",
                              "SELECT v.has_required FROM form f JOIN form_version v ON v.id = f.current_version"
                              " WHERE f.event = $1 AND f.scope = $2 AND f.stage = 'SUBMIT'"};

AnswerSet ReadAnswers(const Row& row) {
    const auto kind = row.TextView(1) == "TEAM" ? AnswerOwner::kTeam : AnswerOwner::kMember;
    AnswerSet out{row.As<AnswerSetId>(0), kind, row.Int(2), row.As<FormVersionId>(3), row.Text(4),
                  row.OptionalText(5),    {}};
    const auto erased = json::Decode(row.OptionalText(6).value_or("[]"));
    for (const json::Value& key : erased->AsArray()) out.erased.push_back(key.AsString());
    return out;
}

std::string_view OwnerWord(AnswerOwner kind) {
    return kind == AnswerOwner::kTeam ? "TEAM" : "MEMBER";
}

FormVersion ReadVersion(const Row& row) {
    return {row.As<FormVersionId>(0),
            row.As<FormId>(1),
            row.Int(2),
            DecodeSchema(row.TextView(3)),
            row.Time(4),
            row.As<EventId>(5),
            *FromWord<FormStage>(row.TextView(6))};
}

}  // namespace

Result<std::optional<FormVersion>> CurrentForm(Reader& reader, EventId event, FormScope scope, FormStage stage) {
    return reader.Find<FormVersion>(kCurrent, {event, Word(scope), Word(stage)}, ReadVersion);
}

Result<std::optional<FormVersion>> FindVersion(Reader& reader, EventId event, FormScope scope, FormStage stage,
                                               std::int64_t no) {
    return reader.Find<FormVersion>(kByNo, {event, Word(scope), Word(stage), no}, ReadVersion);
}

Result<std::vector<VersionItem>> VersionsOf(Reader& reader, EventId event, FormScope scope, FormStage stage) {
    return reader.All<VersionItem>(kVersions, {event, Word(scope), Word(stage)}, [](const Row& row) {
        return VersionItem{row.Int(0), row.Time(1), row.Int(2)};
    });
}

Result<std::optional<FormVersion>> FindFormVersion(Reader& reader, FormVersionId id) {
    return reader.Find<FormVersion>(kById, {id}, ReadVersion);
}

Result<std::int64_t> PublishForm(Writer& writer, Commit& commit, const NewFormVersion& form) {
    RT_TRY(const auto found, writer.FindInt(kFindForm, {form.event, Word(form.scope), Word(form.stage)}));
    const FormId id = found.has_value() ? FormId{*found} : form.fresh_form;
    RT_TRY(const auto last, writer.FindInt(kLastNo, {id}));
    const std::int64_t before = last.value_or(0);
    if (form.no_before.has_value() && *form.no_before != before) return Fail(Code::kPreconditionFailed);
    RT_CHECK_OK(writer.RunOne(kUpsertForm, {id, form.event, Word(form.scope), form.version, Word(form.stage)},
                              Code::kInternal));
    RT_CHECK_OK(writer.RunOne(kInsertVersion,
                              {form.version, id, before + 1, form.schema_json, form.schema.HasRequired(), commit.now},
                              Code::kInternal));
    const auto number = [&](std::int64_t no) {
        return json::Encode(json::Object{{"scope", Word(form.scope)}, {"stage", Word(form.stage)}, {"no", no}});
    };
    RT_CHECK_OK(Record(writer, commit,
                       {"form.publish",
                        "form",
                        id.value,
                        form.event,
                        before == 0 ? std::string() : number(before),
                        number(before + 1),
                        {}}));
    return before + 1;
}

Result<AnswerSetId> PutAnswers(Writer& writer, base::Time now, AnswerOwner kind, std::int64_t owner,
                               const SealedAnswers& answers, TeamId team) {
    RT_TRY(const auto id,
           writer.FindInt(kPutAnswers, {answers.fresh, OwnerWord(kind), owner, answers.version, answers.data,
                                        answers.sensitive, now, Word(answers.stage), answers.erase_after}));
    if (!id.has_value()) return Fail(Code::kInternal, "answer_set.put returned nothing");
    const AnswerSetId set{*id};
    RT_CHECK_OK(PutFiles(writer, set, answers.files));
    if (kind == AnswerOwner::kMember && !team && !answers.uniques.empty()) {
        RT_TRY(const auto found, writer.FindInt(kTeamOf, {owner}));
        team = TeamId{found.value_or(0)};
    }
    RT_CHECK_OK(PutUniques(writer, set, answers.event, team, answers.uniques));
    return set;
}

Result<std::optional<AnswerSet>> FindAnswers(Reader& reader, AnswerSetId id) {
    return reader.Find<AnswerSet>(kFindAnswers, {id}, ReadAnswers);
}

Result<std::optional<AnswerSet>> FindAnswersOf(Reader& reader, AnswerOwner kind, std::int64_t owner, FormStage stage) {
    return reader.Find<AnswerSet>(kAnswersOf, {OwnerWord(kind), owner, Word(stage)}, ReadAnswers);
}

Result<bool> FormIsRequired(Reader& reader, EventId event, FormScope scope) {
    RT_TRY(const auto required, reader.FindInt(kRequired, {event, Word(scope)}));
    return required.value_or(0) != 0;
}

}  // namespace rt::registration::store
