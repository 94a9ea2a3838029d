#include "registration/answers.h"

#include <algorithm>
#include <utility>

#include "files/store.h"
#include "registration/domain/field_checks.h"
#include "registration/domain/form_types.h"
#include "registration/form_json.h"
#include "text/normalise.h"

namespace rt::registration {
namespace {

Error AsError(std::vector<base::FieldError> mistakes) {
    Error out = Fail(Code::kInvalid);
    out.fields = std::move(mistakes);
    return out;
}

AnswerValue Masked(const AnswerValue& value) {
    if (const auto* text = std::get_if<std::string>(&value)) return MaskMiddle(*text);
    return std::string("***");
}

Owner OwnerOf(const store::AnswerSet& answers) {
    const bool team = answers.owner_kind == store::AnswerOwner::kTeam;
    return {team ? Owner::Kind::kTeamAnswers : Owner::Kind::kMemberAnswers, answers.owner};
}

// The uploads that a field names, if they are what it asks for.
Status NameFiles(const Needs& needs, const Field& field, const AnswerValue& value, store::SealedAnswers& out) {
    for (const std::string& id : std::get<std::vector<std::string>>(value)) {
        RT_TRY(const auto file, needs.db.Read([&](store::Reader& reader) { return files::store::Find(reader, id); }));
        if (!file.has_value()) {
            return base::InvalidField("answers." + field.key, {"没有这个文件", "There is no such file"});
        }
        const bool picture = field.type != FieldType::kFile;
        const bool type = field.accept.empty()
                              ? !picture || file->width > 0
                              : std::find(field.accept.begin(), field.accept.end(), file->type) != field.accept.end();
        if (!type) {
            return base::InvalidField("answers." + field.key, {"文件类型不符", "Not a file of the type asked for"});
        }
        if (field.max_kb.has_value() && file->bytes > *field.max_kb * 1024) {
            const std::string size = std::to_string(*field.max_kb);
            return base::InvalidField("answers." + field.key,
                                      {"文件超过 " + size + " KB", "The file is larger than " + size + " KB"});
        }
        out.files.push_back({field.key, id, needs.ids.Next(), base::NewPublicId(needs.random)});
    }
    return Ok();
}

// What two people could give alike, in one spelling.
std::string Spelled(const AnswerValue& value) {
    if (const auto* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
    const auto& typed = std::get<std::string>(value);
    return text::NameKey(typed).value_or(typed);
}

Status FilesAndUniques(const Needs& needs, const FormSchema& schema, const Answers& answers,
                       store::SealedAnswers& out) {
    for (const Field& field : schema.fields) {
        const auto at = answers.find(field.key);
        if (at == answers.end()) continue;
        if (InfoOf(field.type).files) RT_CHECK_OK(NameFiles(needs, field, at->second, out));
        if (field.unique != UniqueScope::kNone) {
            out.uniques.push_back(
                {field.key, field.unique, needs.privacy.BlindIndex("answer." + field.key, Spelled(at->second))});
        }
        if (field.retention_days.has_value()) {
            out.erase_after = std::min(out.erase_after.value_or(*field.retention_days), *field.retention_days);
        }
    }
    return Ok();
}

}  // namespace

Result<std::optional<store::SealedAnswers>> PrepareAnswers(const Needs& needs,
                                                           const std::optional<store::FormVersion>& form,
                                                           const Owner& owner, const json::Value& answers,
                                                           base::Time now) {
    RT_TRY(const Answers given, answers.IsNull() ? Result<Answers>(Answers{}) : AnswersFrom(answers));
    const FormSchema none;
    AnswerCheck check = CheckAnswers(form.has_value() ? form->schema : none, given, DateInShanghai(now));
    if (!check.mistakes.empty()) return AsError(std::move(check.mistakes));
    if (!form.has_value()) return std::optional<store::SealedAnswers>();
    store::SealedAnswers out;
    RT_CHECK_OK(FilesAndUniques(needs, form->schema, check.checked.answers, out));
    Answers plain;
    Answers sensitive;
    for (const Field& field : form->schema.fields) {
        auto node = check.checked.answers.extract(field.key);
        if (!node.empty()) (field.IsSensitive() ? sensitive : plain).insert(std::move(node));
    }
    out.fresh = needs.ids.Next<AnswerSetId>();
    out.version = form->id;
    out.event = form->event;
    out.stage = form->stage;
    out.data = EncodeAnswers(plain);
    if (!sensitive.empty()) out.sensitive = needs.privacy.Seal(owner, EncodeAnswers(sensitive));
    if (check.checked.id_number.has_value()) {
        out.id_bi = needs.privacy.BlindIndex("id", "ID_CARD_CN|" + *check.checked.id_number);
        out.birth = check.checked.birth;
        out.gender = check.checked.gender;
    }
    return std::optional(std::move(out));
}

Result<json::Value> WithoutMasks(const Privacy& privacy, const store::FormVersion& form,
                                 const std::optional<store::AnswerSet>& stored, const json::Value& given) {
    if (!stored.has_value() || !stored->sensitive.has_value()) return given;
    RT_TRY(Answers out, AnswersFrom(given));
    RT_TRY(const std::string opened, privacy.Open(OwnerOf(*stored), *stored->sensitive));
    for (const auto& [key, value] : DecodeAnswers(opened)) {
        const Field* field = form.schema.Find(key);
        if (field == nullptr || !field->HasAnswer()) continue;
        const auto at = out.find(key);
        if (at == out.end() || at->second == Masked(value)) out.insert_or_assign(key, value);
    }
    return ToJson(out);
}

Result<Answers> OpenAnswers(const Privacy& privacy, const store::AnswerSet& answers) {
    Answers out = DecodeAnswers(answers.data);
    if (!answers.sensitive.has_value()) return out;
    RT_TRY(const std::string opened, privacy.Open(OwnerOf(answers), *answers.sensitive));
    out.merge(DecodeAnswers(opened));
    return out;
}

Result<json::Value> ShowAnswers(store::Reader& reader, const Privacy& privacy, AnswerSetId id, Show show) {
    RT_TRY(const auto answers, store::FindAnswers(reader, id));
    if (!answers.has_value()) return json::Value(json::Object{});
    Answers out = DecodeAnswers(answers->data);
    if (answers->sensitive.has_value()) {
        RT_TRY(const std::string opened, privacy.Open(OwnerOf(*answers), *answers->sensitive));
        for (auto& [key, value] : DecodeAnswers(opened)) {
            out.emplace(key, show == Show::kAll ? value : Masked(value));
        }
    }
    return ToJson(out);
}

}  // namespace rt::registration
