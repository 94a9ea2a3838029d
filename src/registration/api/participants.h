// Who takes part, as requests say it: {"name", "person", "answers", "consent", "documents"}.
#pragma once

#include <optional>
#include <string>

#include "json/reader.h"
#include "registration/api/api_internal.h"

namespace rt::registration::api {

struct MemberInput {
    std::string name;     // empty: not given
    std::string person;   // public id of a person the caller manages; empty: himself
    json::Value answers;  // null: none given
    bool consent = false;
    store::ShownDocuments documents;
};
// kRequired: a name, or a person who has one already.
enum class NameIs : std::uint8_t { kRequired, kOptional };
MemberInput ReadMember(json::Reader& in, NameIs name);
// The field `documents`: ids of the texts that were shown to who consents.
store::ShownDocuments ReadShownDocuments(json::Reader& in);

// A fresh member of the caller; `existing`: one that is there already (an invited one). Without a name he is called by
// the caller's display name, or as before. VALIDATION_FAILED for answers, a field `person` for one that is not his.
struct ExistingMember {
    MemberId id;
    std::string public_id;
};
Result<store::Participant> MakeParticipant(Service& service, const Request& request, const MemberInput& input,
                                           const std::optional<store::FormVersion>& form,
                                           const std::optional<ExistingMember>& existing = std::nullopt);

}  // namespace rt::registration::api
