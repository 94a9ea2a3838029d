#include "registration/answers.h"

#include <utility>

#include "registration/domain/field_checks.h"
#include "registration/form_json.h"

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
    Answers plain;
    Answers sensitive;
    for (const Field& field : form->schema.fields) {
        auto node = check.checked.answers.extract(field.key);
        if (!node.empty()) (field.IsSensitive() ? sensitive : plain).insert(std::move(node));
    }
    store::SealedAnswers out;
    out.fresh = needs.ids.Next<AnswerSetId>();
    out.version = form->id;
    out.data = EncodeAnswers(plain);
    if (!sensitive.empty()) out.sensitive = needs.privacy.Seal(owner, EncodeAnswers(sensitive));
    if (check.checked.id_number.has_value()) {
        out.id_bi = needs.privacy.BlindIndex("id", "ID_CARD_CN|" + *check.checked.id_number);
    }
    return std::optional(std::move(out));
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
