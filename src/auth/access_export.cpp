#include "auth/access_export.h"

#include "auth/grant_store.h"
#include "auth/organisation_store.h"
#include "auth/token_store.h"

namespace rt::auth {
namespace {

using storage::sql::Reader;

struct Kept {
    std::vector<Grant> grants;
    std::vector<ApiToken> tokens;
    std::vector<Device> devices;
    std::vector<Invitation> invitations;
};

Result<Kept> Read(Reader& reader, UserId user) {
    Kept kept;
    RT_TRY(kept.grants, store::GrantsOf(reader, user));
    RT_TRY(kept.tokens, store::TokensEverOf(reader, user, kExportRowsMax));
    RT_TRY(kept.devices, store::DevicesPairedBy(reader, user, kExportRowsMax));
    RT_TRY(kept.invitations, store::InvitationsBy(reader, user, kExportRowsMax));
    return kept;
}

json::Value TimeOrNull(const std::optional<base::Time>& time) {
    return time ? json::Value(base::FormatRfc3339(*time)) : json::Value();
}

// Names places as people know them.
class Places {
  public:
    Places(storage::sql::Database& db, ScopeSource* scopes) : db_(db), scopes_(scopes) {}

    Status SetIn(json::Object& out, ScopeIds scope) {
        json::Value organisation;
        json::Value event;
        if (scope.organisation != 0) {
            const OrganisationId id{scope.organisation};
            RT_TRY(const auto found, db_.Read([&](Reader& reader) { return store::FindOrganisation(reader, id); }));
            if (found) organisation = found->name;
        }
        if (scope.event != 0 && scopes_ != nullptr) {
            RT_TRY(auto found, scopes_->Event(scope.event));
            if (found) event = *std::move(found);
        }
        out.Set("organisation", std::move(organisation));
        out.Set("event", std::move(event));
        return Ok();
    }

  private:
    storage::sql::Database& db_;
    ScopeSource* scopes_;
};

json::Object Of(const Grant& grant) {
    return {{"role", Name(grant.role)},
            {"place", Name(grant.place())},
            {"granted_at", base::FormatRfc3339(grant.granted_at)},
            {"expires", TimeOrNull(grant.expires)}};
}

json::Object Of(const ApiToken& token) {
    return {{"name", token.name},
            {"permissions", Words(token.permissions)},
            {"created", base::FormatRfc3339(token.created)},
            {"expires", base::FormatRfc3339(token.expires)},
            {"last_used", TimeOrNull(token.last_used)},
            {"revoked", TimeOrNull(token.revoked)}};
}

json::Object Of(const Device& device) {
    return {{"name", device.name},
            {"created", base::FormatRfc3339(device.created)},
            {"last_used", TimeOrNull(device.last_used)},
            {"revoked", TimeOrNull(device.revoked)}};
}

json::Object Of(const Invitation& invitation) {
    return {{"role", Name(invitation.role)},
            {"to", invitation.target.empty() ? json::Value() : json::Value(invitation.target)},
            {"state", Name(invitation.state)},
            {"created", base::FormatRfc3339(invitation.created)},
            {"expires", base::FormatRfc3339(invitation.expires)}};
}

ScopeIds ScopeOf(const Invitation& invitation) {
    return {invitation.organisation.value, 0};
}

template <class Row>
ScopeIds ScopeOf(const Row& row) {
    return row.scope;
}

template <class Row>
Result<json::Value> ListOf(const std::vector<Row>& rows, Places& places) {
    json::Array out;
    for (const Row& row : rows) {
        json::Object one = Of(row);
        RT_CHECK_OK(places.SetIn(one, ScopeOf(row)));
        out.emplace_back(std::move(one));
    }
    return json::Value(std::move(out));
}

}  // namespace

Result<json::Object> ExportAccess(storage::sql::Database& db, ScopeSource* scopes, UserId user) {
    RT_TRY(const Kept kept, db.Read([&](Reader& reader) { return Read(reader, user); }));
    Places places(db, scopes);
    json::Object out;
    RT_TRY(auto roles, ListOf(kept.grants, places));
    RT_TRY(auto tokens, ListOf(kept.tokens, places));
    RT_TRY(auto devices, ListOf(kept.devices, places));
    RT_TRY(auto invitations, ListOf(kept.invitations, places));
    out.Set("roles", std::move(roles));
    out.Set("api_tokens", std::move(tokens));
    out.Set("devices", std::move(devices));
    out.Set("invitations", std::move(invitations));
    return out;
}

}  // namespace rt::auth
