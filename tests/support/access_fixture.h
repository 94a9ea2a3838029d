// Grants, organisations and tokens on real stores.
#pragma once

#include "auth/organisations.h"
#include "auth/tokens.h"
#include "support/auth_fixture.h"

namespace rt::testing {

struct AccessFixture : AuthFixture {
    auth::AccessParts Parts() { return {*db, service->access(), trail, clock, random, ids, service->revocations()}; }

    auth::Actor As(const auth::User& user) { return {user.id.value, "192.0.2.1", "req-1"}; }
    auth::ScopeIds Of(const auth::Organisation& organisation) { return {organisation.id.value, 0}; }
    net::PermissionSet Held(const auth::User& user, auth::ScopeIds scope) {
        const auto rights = service->access().RightsOf(user.id);
        REQUIRE(rights.ok());
        return (*rights)->In(scope);
    }
    auth::Granter GranterOf(const auth::User& user, auth::ScopeIds scope) { return {As(user), Held(user, scope)}; }
    auth::Organisation MakeOrganisation(const auth::User& owner, const std::string& slug) {
        auto made = organisations.Create("Organisation " + slug, slug, As(owner));
        REQUIRE_MESSAGE(made.ok(), (made.ok() ? "" : made.error().detail));
        return *made;
    }
    // The invitation with its token.
    Result<std::pair<auth::Invitation, std::string>> Invite(auth::OrganisationId id, const auth::NewInvitation& wanted,
                                                            const auth::Granter& granter) {
        RT_TRY(const auto draft, organisations.DraftInvitation(id, wanted, granter));
        RT_CHECK_OK(db->Write("test.invite", [&](storage::sql::Writer& writer) {
            return organisations.InviteIn(writer, draft, granter.actor);
        }));
        return std::pair(draft.invitation, draft.token);
    }
    auth::Grant Give(const auth::User& user, auth::GrantRole role, auth::ScopeIds scope,
                     std::optional<base::Time> expires = std::nullopt) {
        auto made = grants.Give({user.id, role, scope, expires}, auth::Granter::Operator());
        REQUIRE_MESSAGE(made.ok(), (made.ok() ? "" : made.error().detail));
        return *made;
    }

    auth::Grants grants{Parts()};
    auth::Organisations organisations{Parts()};
    auth::Tokens tokens{Parts(), service->credentials()};
};

}  // namespace rt::testing
