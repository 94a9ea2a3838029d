#include "registration/store/forms.h"

#include "registration/form_json.h"
#include "registration/store/journal.h"

namespace rt::registration::store {
namespace {

constexpr Statement kCurrent{"form_version.current",
                             "SELECT v.id, v.form, v.no, v.schema, v.published_at FROM form f"
                             " JOIN form_version v ON v.id = f.current_version"
                             " WHERE f.event = $1 AND f.scope = $2 AND f.stage = 'SUBMIT'"};
constexpr Statement kById{"form_version.by_id",
                          "SELECT id, form, no, schema, published_at FROM form_version WHERE id = $1"};
constexpr Statement kUpsertForm{"form.upsert",
                                "INSERT INTO form (id, event, scope, stage, current_version)"
                                " VALUES ($1, $2, $3, 'SUBMIT', $4)"
                                " ON CONFLICT (event, scope, stage) DO UPDATE SET current_version = $4"};
constexpr Statement kFindForm{"form.find", "SELECT id FROM form WHERE event = $1 AND scope = $2 AND stage = 'SUBMIT'"};
constexpr Statement kLastNo{"form_version.last_no", "SELECT MAX(no) FROM form_version WHERE form = $1"};
constexpr Statement kInsertVersion{"form_version.insert",
                                   "INSERT INTO form_version (id, form, no, schema, has_required, published_at)"
                                   " VALUES ($1, $2, $3, $4, $5, $6)"};
constexpr Statement kPutAnswers{
    "answer_set.put",
    "INSERT INTO answer_set (id, owner_kind, owner, form_version, data, sensitive, submitted_at)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (owner_kind, owner) DO UPDATE SET form_version = $4,"
    " data = $5, sensitive = $6, submitted_at = $7, rev = answer_set.rev + 1 RETURNING id"};
constexpr Statement kFindAnswers{"answer_set.by_id",
                                 "SELECT id, owner_kind, owner, form_version, data, sensitive FROM answer_set"
                                 " WHERE id = $1"};
constexpr Statement kRequired{"form.is_required",
                              "SELECT v.has_required FROM form f JOIN form_version v ON v.id = f.current_version"
                              " WHERE f.event = $1 AND f.scope = $2 AND f.stage = 'SUBMIT'"};

FormVersion ReadVersion(const Row& row) {
    return {row.As<FormVersionId>(0), row.As<FormId>(1), row.Int(2), DecodeSchema(row.TextView(3)), row.Time(4)};
}

}  // namespace

Result<std::optional<FormVersion>> CurrentForm(Reader& reader, EventId event, FormScope scope) {
    return reader.Find<FormVersion>(kCurrent, {event, Word(scope)}, ReadVersion);
}

Result<std::optional<FormVersion>> FindFormVersion(Reader& reader, FormVersionId id) {
    return reader.Find<FormVersion>(kById, {id}, ReadVersion);
}

Result<std::int64_t> PublishForm(Writer& writer, Commit& commit, const NewFormVersion& form) {
    RT_TRY(const auto found, writer.FindInt(kFindForm, {form.event, Word(form.scope)}));
    const FormId id = found.has_value() ? FormId{*found} : form.fresh_form;
    RT_TRY(const auto last, writer.FindInt(kLastNo, {id}));
    const std::int64_t before = last.value_or(0);
    if (form.no_before.has_value() && *form.no_before != before) return Fail(Code::kPreconditionFailed);
    RT_CHECK_OK(writer.RunOne(kUpsertForm, {id, form.event, Word(form.scope), form.version}, Code::kInternal));
    RT_CHECK_OK(writer.RunOne(kInsertVersion,
                              {form.version, id, before + 1, form.schema_json, form.schema.HasRequired(), commit.now},
                              Code::kInternal));
    const auto number = [](std::int64_t no) { return "{\"no\":" + std::to_string(no) + "}"; };
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
                               const SealedAnswers& answers) {
    const std::string_view word = kind == AnswerOwner::kTeam ? "TEAM" : "MEMBER";
    RT_TRY(const auto id, writer.FindInt(kPutAnswers, {answers.fresh, word, owner, answers.version, answers.data,
                                                       answers.sensitive, now}));
    if (!id.has_value()) return Fail(Code::kInternal, "answer_set.put returned nothing");
    return AnswerSetId{*id};
}

Result<std::optional<AnswerSet>> FindAnswers(Reader& reader, AnswerSetId id) {
    return reader.Find<AnswerSet>(kFindAnswers, {id}, [](const Row& row) {
        const auto kind = row.TextView(1) == "TEAM" ? AnswerOwner::kTeam : AnswerOwner::kMember;
        return AnswerSet{row.As<AnswerSetId>(0),   kind,        row.Int(2),
                         row.As<FormVersionId>(3), row.Text(4), row.OptionalText(5)};
    });
}

Result<bool> FormIsRequired(Reader& reader, EventId event, FormScope scope) {
    RT_TRY(const auto required, reader.FindInt(kRequired, {event, Word(scope)}));
    return required.value_or(0) != 0;
}

}  // namespace rt::registration::store
