#include "registration/scopes.h"

#include "registration/store/events.h"
#include "registration/store/i18n.h"

namespace rt::registration {
namespace {

using storage::sql::Reader;
using storage::sql::Row;
using storage::sql::Statement;

constexpr Statement kEvent{"scope.event", "SELECT organisation, id FROM event WHERE public_id = $1"};
constexpr Statement kEventBySlug{"scope.event_by_slug", "SELECT organisation, id FROM event WHERE slug = $1"};
constexpr Statement kDivision{"scope.division",
                              "SELECT e.organisation, e.id FROM division d JOIN event e ON e.id = d.event"
                              " WHERE d.public_id = $1"};
constexpr Statement kQuota{"scope.quota",
                           "SELECT e.organisation, e.id FROM quota q JOIN event e ON e.id = q.event"
                           " WHERE q.public_id = $1"};
constexpr Statement kTeam{"scope.team",
                          "SELECT e.organisation, e.id FROM team t JOIN event e ON e.id = t.event"
                          " WHERE t.public_id = $1"};
constexpr Statement kRegistration{"scope.registration",
                                  "SELECT e.organisation, e.id FROM registration r JOIN event e ON e.id = r.event"
                                  " WHERE r.public_id = $1"};
constexpr Statement kInvite{"scope.invite",
                            "SELECT e.organisation, e.id FROM team_invite i JOIN team t ON t.id = i.team"
                            " JOIN event e ON e.id = t.event WHERE i.public_id = $1"};

using Found = std::optional<auth::ScopeIds>;

Result<Found> Look(Reader& reader, const Statement& statement, std::string_view name) {
    return reader.Find<auth::ScopeIds>(statement, {name}, [](const Row& row) {
        return auth::ScopeIds{row.Int(0), row.Int(1)};
    });
}

Result<Found> LookForEvent(Reader& reader, std::string_view name) {
    RT_TRY(const auto by_id, Look(reader, kEvent, name));
    if (by_id) return by_id;
    return Look(reader, kEventBySlug, name);
}

}  // namespace

Result<Found> Scopes::Find(net::Scope scope, std::string_view name) {
    return db_.Read([&](Reader& reader) -> Result<Found> {
        switch (scope) {
            case net::Scope::kEvent:
                return LookForEvent(reader, name);
            case net::Scope::kDivision:
                return Look(reader, kDivision, name);
            case net::Scope::kQuota:
                return Look(reader, kQuota, name);
            case net::Scope::kTeam:
                return Look(reader, kTeam, name);
            case net::Scope::kRegistration:
                return Look(reader, kRegistration, name);
            case net::Scope::kInvite:
                return Look(reader, kInvite, name);
            case net::Scope::kPlatform:
            case net::Scope::kAnywhere:
            case net::Scope::kOrganisation:
                break;
        }
        return Fail(Code::kInternal, "not a scope of registration");
    });
}

Result<std::optional<json::Object>> Scopes::Event(std::int64_t id) {
    return db_.Read([&](Reader& reader) -> Result<std::optional<json::Object>> {
        RT_TRY(const auto event, store::FindEvent(reader, EventId{id}));
        if (!event) return std::optional<json::Object>();
        return std::optional(json::Object{{"id", event->public_id},
                                          {"slug", event->slug},
                                          {"title", store::ToJson(event->title)},
                                          {"state", Word(event->state)},
                                          {"ends", base::FormatRfc3339(event->times.ends)}});
    });
}

}  // namespace rt::registration
