#include "registration/api/participants.h"

#include "base/encoding.h"
#include "registration/store/persons.h"

namespace rt::registration::api {
namespace {

constexpr std::size_t kShownMax = 20;

// Himself: called as the request says, else as he was called before, else by his display name.
Result<std::string> NameOf(Service& service, const Request& request, const MemberInput& input) {
    const UserId user{request.principal.user_id};
    if (!input.name.empty()) return SealName(service, user, input.name);
    return service.needs().db.Read([&](Reader& reader) -> Result<std::string> {
        RT_TRY(const auto persons, store::PersonsOf(reader, user));
        if (!persons.empty() && persons.front().relation == PersonRelation::kSelf) return persons.front().name;
        RT_TRY(const std::string own, OwnName(reader, request));
        return SealName(service, user, own);
    });
}

Result<PersonId> PersonFor(Service& service, const Request& request, const std::string& public_id) {
    const auto found = service.needs().db.Read(
        [&](Reader& reader) { return store::FindPerson(reader, public_id, UserId{request.principal.user_id}); });
    if (found.ok()) return found->id;
    if (found.error().code != Code::kNotFound) return found.error();
    return base::InvalidField("person", {"没有这个人员", "There is no such person among yours"});
}

}  // namespace

MemberInput ReadMember(json::Reader& in, NameIs name) {
    MemberInput out;
    out.person = in.OptionalText("person", {.size_max = 32}).value_or("");
    const bool required = name == NameIs::kRequired && out.person.empty();
    if (required || in.Has("name")) out.name = NameField(in, "name");
    if (const json::Value* answers = in.OptionalObject("answers")) out.answers = *answers;
    out.consent = in.OptionalBool("consent").value_or(false);
    out.documents = ReadShownDocuments(in);
    return out;
}

store::ShownDocuments ReadShownDocuments(json::Reader& in) {
    const json::Array* given = in.OptionalList("documents", kShownMax);
    if (given == nullptr) return std::nullopt;
    std::vector<std::string> out;
    for (const json::Value& one : *given) {
        if (one.IsString()) {
            out.push_back(one.AsString());
        } else {
            in.Note(in.PathOf("documents"), {"应为文件编号", "Ids of documents are expected"});
        }
    }
    return out;
}

Result<store::Participant> MakeParticipant(Service& service, const Request& request, const MemberInput& input,
                                           const std::optional<store::FormVersion>& form,
                                           const std::optional<ExistingMember>& existing) {
    const auto& needs = service.needs();
    store::Participant out;
    out.user = UserId{request.principal.user_id};
    out.fresh_person = needs.ids.Next<PersonId>();
    out.fresh_person_public_id = base::NewPublicId(needs.random);
    out.member = existing.has_value() ? existing->id : needs.ids.Next<MemberId>();
    out.member_public_id = existing.has_value() ? existing->public_id : base::NewPublicId(needs.random);
    out.consent = input.consent;
    out.documents = input.documents;
    if (input.person.empty()) {
        RT_TRY(out.name, NameOf(service, request, input));
    } else {
        RT_TRY(out.person, PersonFor(service, request, input.person));
    }
    if (input.answers.IsNull()) return out;
    RT_TRY(out.answers,
           PrepareAnswers(needs, form, {Owner::Kind::kMemberAnswers, out.member.value}, input.answers, request.now));
    return out;
}

}  // namespace rt::registration::api
