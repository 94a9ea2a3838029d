// Organisations: whom events belong to. Members are people with a grant there; they come by invitation and leave by
// themselves, and there is always an owner. Every change is one commit with its audit row and holds at once.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "auth/grants.h"
#include "auth/messages.h"
#include "auth/organisation_store.h"

namespace rt::auth {

inline constexpr std::size_t kOrganisationNameCharsMax = 80;
inline constexpr std::int64_t kInvitationHoursMax = 24 * 30;
inline constexpr std::int64_t kInvitationHoursDefault = 24 * 7;

// 3 to 60 lower-case letters, digits or '-', which is neither first nor last.
bool IsSlug(std::string_view slug);

struct OrganisationEdit {
    std::optional<std::string> name;
    std::optional<std::string> slug;
    std::optional<OrganisationState> state;
};

struct NewInvitation {
    GrantRole role = GrantRole::kViewer;
    std::string target;  // masked e-mail address, or empty
    std::int64_t hours = kInvitationHoursDefault;
};

// Thread-safe.
class Organisations {
  public:
    explicit Organisations(AccessParts parts) : parts_(parts) {}

    // The maker becomes the owner. `slug` empty: the public id. ALREADY_EXISTS, INVALID_STATE.
    Result<Organisation> Create(std::string_view name, std::string slug, const Actor& actor);
    Result<Organisation> Get(std::string_view name);
    Result<Organisation> Get(OrganisationId id);
    Result<std::vector<Organisation>> List(const store::OrganisationFilter& filter);
    // Those the person has a role in, with it.
    Result<std::vector<std::pair<Organisation, Grant>>> Of(UserId user);
    Result<Organisation> Edit(std::string_view name, std::int64_t rev, const OrganisationEdit& edit,
                              const Actor& actor);
    // Makes another member an owner and the actor, who is one, a manager.
    Status HandOver(OrganisationId id, UserId to, const Actor& actor);

    // An invitation before its commit, with the token, which is told only here.
    struct Draft {
        Invitation invitation;
        std::string token;
        std::optional<Message> mail{};  // added in the same commit
    };
    // VALIDATION_FAILED, FORBIDDEN as CheckMayGive.
    Result<Draft> DraftInvitation(OrganisationId id, const NewInvitation& wanted, const Granter& granter);
    // Inside a writer's closure. INVALID_STATE over kInvitationsOpenMax or kInvitationMailsPerDayMax.
    Status InviteIn(storage::sql::Writer& writer, const Draft& draft, const Actor& actor);
    Result<std::vector<Invitation>> Invitations(OrganisationId id);
    Status Revoke(OrganisationId id, std::string_view invitation, const Granter& granter);
    struct Offer {
        Invitation invitation;
        Organisation organisation;
    };
    // NOT_FOUND for an unknown token, INVITE_EXPIRED for one that is spent, revoked or lapsed.
    Result<Offer> LookUp(std::string_view token);
    // Once: of two who come at the same time one gets in. FORBIDDEN when the inviter may not give the role any more.
    Result<Offer> Accept(std::string_view token, UserId user, const Actor& actor);

  private:
    Result<Offer> OfferOf(storage::sql::Reader& reader, std::string_view hash, base::Time now);
    Status Note(storage::sql::Writer& writer, std::string_view action, const Actor& actor, const Organisation& of,
                json::Value before, json::Value after, base::Time at);

    AccessParts parts_;
};

}  // namespace rt::auth
