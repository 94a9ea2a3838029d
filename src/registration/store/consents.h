// What members, and guardians for them, have agreed to (registration.md §3.6).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "registration/store/teams.h"

namespace rt::registration::store {

struct Consent {
    ConsentKind kind = ConsentKind::kPrivacy;
    std::int64_t version = 0;
    bool by_guardian = false;
    base::Time granted_at;
    std::optional<base::Time> withdrawn_at;
};
// Newest first; at most 100.
Result<std::vector<Consent>> ConsentsOf(Reader& reader, MemberId member);

struct NewConsent {
    ConsentKind kind = ConsentKind::kPrivacy;
    std::int64_t document = 0;  // 0: none
    std::int64_t version = 0;
    bool by_guardian = false;
    std::int64_t evidence = 0;  // the guardian's link
};
// One id. A consent that stands already stays as it is.
Status PutConsent(Writer& writer, Commit& commit, MemberId member, const NewConsent& consent);

// The member agrees to every document that the event asks for now, in its present version. One id for each.
// DOCUMENT_CHANGED when one of them was neither shown nor agreed to before.
Status AcceptDocuments(Writer& writer, Commit& commit, MemberId member, const ShownDocuments& shown);
// A document asked for now, and whether the member's agreement to this version is in force.
struct Acceptance {
    std::string document;  // public id
    DocumentKind kind = DocumentKind::kTerms;
    std::int64_t version = 0;
    I18n title;
    bool accepted = false;
};
Result<std::vector<Acceptance>> AcceptancesOf(Reader& reader, MemberId member);
// DOCUMENT_CHANGED with the members who have not agreed to what is asked for now, unless all have.
Status RequireAccepted(Reader& reader, TeamId team);

// Ends the consents of this kind that are in force, whoever asks; false: there are none. The member's state follows.
Result<bool> RevokeConsent(Writer& writer, Commit& commit, const TeamFacts& team, const Member& member,
                           ConsentKind kind);
// By whoever manages the member, at any time: he is no longer complete, his team perhaps no longer ready.
Status WithdrawConsent(Writer& writer, Commit& commit, std::string_view team_public_id,
                       std::string_view member_public_id, ConsentKind kind);

}  // namespace rt::registration::store
