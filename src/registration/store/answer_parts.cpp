#include "registration/store/answer_parts.h"

#include <algorithm>

#include "files/store.h"
#include "registration/store/guard.h"
#include "registration/store/journal.h"

namespace rt::registration::store {
namespace {

#define RT_FILE_COLUMNS \
    "SELECT f.id, f.public_id, f.answer_set, f.field, f.file, f.state, f.reason, f.reviewed_at, f.rev"

constexpr Statement kFiles{"answer_file.of_set",
                           RT_FILE_COLUMNS " FROM answer_file f WHERE f.answer_set = $1 ORDER BY f.id"};
constexpr Statement kFind{"answer_file.by_public_id", RT_FILE_COLUMNS
                          ", o.event FROM answer_file f JOIN answer_set a ON a.id = f.answer_set"
                          " JOIN form_version v ON v.id = a.form_version JOIN form o ON o.id = v.form"
                          " WHERE f.public_id = $1"};
#undef RT_FILE_COLUMNS
constexpr Statement kUse{"answer_file.use",
                         "SELECT f.id, o.event, e.organisation FROM answer_file f JOIN answer_set a"
                         " ON a.id = f.answer_set JOIN form_version v ON v.id = a.form_version JOIN form o"
                         " ON o.id = v.form JOIN event e ON e.id = o.event WHERE f.file = $1 LIMIT 1"};
constexpr Statement kInsert{"answer_file.insert",
                            "INSERT INTO answer_file (id, public_id, answer_set, field, file, state)"
                            " VALUES ($1, $2, $3, $4, $5, 'PENDING')"};
constexpr Statement kMove{"answer_file.move", "UPDATE answer_file SET field = $2 WHERE id = $1 AND field <> $2"};
constexpr Statement kDelete{"answer_file.delete", "DELETE FROM answer_file WHERE id = $1"};
constexpr Statement kReview{"answer_file.review",
                            "UPDATE answer_file SET state = $3, reason = $4, reviewer = $5, reviewed_at = $6,"
                            " rev = rev + 1 WHERE id = $1 AND rev = $2"};
constexpr Statement kDropUniques{"answer_unique.drop", "DELETE FROM answer_unique WHERE answer_set = $1"};
// Who has left, or whose team is no more, is in nobody's way. $5: only within this team; 0: in the whole event.
constexpr Statement kPutUnique{
    "answer_unique.put",
    "INSERT INTO answer_unique (answer_set, field, event, value) SELECT $1, $2, $3, $4 WHERE $5 >= 0" RT_GUARD(
        "NOT EXISTS (SELECT 1 FROM answer_unique u JOIN answer_set a ON a.id = u.answer_set"
        " LEFT JOIN team_member m ON a.owner_kind = 'MEMBER' AND m.id = a.owner"
        " JOIN team t ON t.id = CASE a.owner_kind WHEN 'TEAM' THEN a.owner ELSE m.team END"
        " WHERE u.event = $3 AND u.field = $2 AND u.value = $4 AND u.answer_set <> $1 AND t.state <> 'DISBANDED'"
        " AND (a.owner_kind = 'TEAM' OR m.state IN ('PENDING_CAPTAIN', 'JOINED', 'CONFIRMED'))"
        " AND ($5 = 0 OR t.id = $5))")};

AnswerFile ReadFile(const Row& row) {
    AnswerFile out;
    out.id = row.Int(0);
    out.public_id = row.Text(1);
    out.answers = row.As<AnswerSetId>(2);
    out.field = row.Text(3);
    out.file = row.Text(4);
    out.state = *FromWord<FileReview>(row.TextView(5));
    out.reason = row.OptionalText(6);
    out.reviewed_at = row.OptionalTime(7);
    out.rev = row.Int(8);
    return out;
}

Status Drop(Writer& writer, const AnswerFile& file) {
    RT_CHECK_OK(writer.RunOne(kDelete, {file.id}, Code::kInternal));
    return files::store::Release(writer, file.file);
}

Status Take(Writer& writer, AnswerSetId answers, const GivenFile& file) {
    const base::Text gone{"文件不存在或已被使用，请重新上传", "The file is not there or in use; upload it again"};
    RT_TRY(const bool taken, files::store::Claim(writer, file.file, "answer"));
    if (!taken) return base::InvalidField("answers." + file.field, gone);
    return writer.RunOne(kInsert, {file.fresh, file.fresh_public_id, answers, file.field, file.file}, Code::kInternal);
}

}  // namespace

Status PutFiles(Writer& writer, AnswerSetId answers, const std::vector<GivenFile>& files) {
    RT_TRY(const auto before, FilesOf(writer, answers));
    for (const AnswerFile& old : before) {
        const bool stays =
            std::any_of(files.begin(), files.end(), [&](const GivenFile& one) { return one.file == old.file; });
        if (!stays) RT_CHECK_OK(Drop(writer, old));
    }
    for (const GivenFile& file : files) {
        const auto old =
            std::find_if(before.begin(), before.end(), [&](const AnswerFile& one) { return one.file == file.file; });
        if (old == before.end()) {
            RT_CHECK_OK(Take(writer, answers, file));
        } else {
            RT_TRY([[maybe_unused]] const auto moved, writer.Run(kMove, {old->id, file.field}));
        }
    }
    return Ok();
}

Status PutUniques(Writer& writer, AnswerSetId answers, EventId event, TeamId team,
                  const std::vector<UniqueValue>& values) {
    RT_CHECK_OK(DropUniques(writer, answers));
    for (const UniqueValue& value : values) {
        const TeamId within = value.scope == UniqueScope::kTeam ? team : TeamId{};
        RT_TRY(const auto put, writer.Run(kPutUnique, {answers, value.field, event, value.value, within}));
        if (put == 1) continue;
        return base::InvalidField("answers." + value.field,
                                  {"已有人填写相同内容", "Somebody has given the same answer"});
    }
    return Ok();
}

Status DropFiles(Writer& writer, AnswerSetId answers, const std::vector<std::string>& fields) {
    RT_TRY(const auto files, FilesOf(writer, answers));
    for (const AnswerFile& file : files) {
        const bool named = fields.empty() || std::find(fields.begin(), fields.end(), file.field) != fields.end();
        if (named) RT_CHECK_OK(Drop(writer, file));
    }
    return Ok();
}

Status DropUniques(Writer& writer, AnswerSetId answers) {
    RT_TRY([[maybe_unused]] const auto dropped, writer.Run(kDropUniques, {answers}));
    return Ok();
}

Result<std::vector<AnswerFile>> FilesOf(Reader& reader, AnswerSetId answers) {
    return reader.All<AnswerFile>(kFiles, {answers}, ReadFile);
}

Result<std::optional<AnswerFileAt>> FindAnswerFile(Reader& reader, std::string_view public_id) {
    return reader.Find<AnswerFileAt>(kFind, {public_id}, [](const Row& row) {
        return AnswerFileAt{ReadFile(row), row.As<EventId>(9)};
    });
}

Result<std::optional<FileUse>> FindUseOfFile(Reader& reader, std::string_view file) {
    return reader.Find<FileUse>(kUse, {file}, [](const Row& row) {
        return FileUse{row.Int(0), row.As<EventId>(1), row.As<OrganisationId>(2)};
    });
}

Status ReviewFile(Writer& writer, Commit& commit, const AnswerFileAt& file, std::int64_t rev, FileReview state,
                  std::string_view reason) {
    const auto why = reason.empty() ? std::nullopt : std::optional(reason);
    RT_CHECK_OK(writer.RunOne(kReview, {file.file.id, rev, Word(state), why, commit.actor.user, commit.now},
                              Code::kPreconditionFailed));
    return Record(writer, commit,
                  {"answer_file.review", "answer_file", file.file.id, file.event, StateJson(Word(file.file.state)),
                   StateJson(Word(state)), std::string(reason)});
}

}  // namespace rt::registration::store
