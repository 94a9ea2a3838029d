// Who may do what where: the one place that decides it, for the route table and for handlers that choose a scope
// themselves. Rights are remembered per person until something about anybody's rights changes.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "auth/roles.h"
#include "auth/user.h"
#include "base/clock.h"
#include "json/json.h"
#include "net/authenticator.h"
#include "storage/sql/database.h"

namespace rt::auth {

// A place in the tree of scopes. Both 0: the platform. An event is named with its organisation.
struct ScopeIds {
    std::int64_t organisation = 0;
    std::int64_t event = 0;
    bool operator==(const ScopeIds&) const = default;
};

// Where events and what belongs to them lie; implemented by registration. Thread-safe; reads the store.
class ScopeSource {
  public:
    virtual ~ScopeSource() = default;
    // What `name` (as in the path) belongs to; nullopt if there is no such thing.
    virtual Result<std::optional<ScopeIds>> Find(net::Scope scope, std::string_view name) = 0;
    // {"id","slug","title"} of an event; nullopt if there is none.
    virtual Result<std::optional<json::Object>> Event(std::int64_t id) = 0;
};

// What one person may do, as the store said it.
struct Rights {
    Role role = Role::kUser;
    UserStatus status = UserStatus::kDeleted;
    PermissionSet platform;
    std::vector<std::pair<std::int64_t, PermissionSet>> organisations;  // by id, ascending
    std::vector<std::pair<std::int64_t, PermissionSet>> events;         // by id, ascending
    PermissionSet anywhere;  // in some scope, or in an organisation of his own that he may make
    base::Time good_until;   // a grant ends then
    std::uint64_t change = 0;

    PermissionSet In(ScopeIds scope) const;
};

// Thread-safe.
class AccessControl final : public net::Authorizer {
  public:
    static constexpr std::size_t kShards = 16;
    static constexpr std::size_t kPersonsPerShardMax = 4'096;  // the oldest goes first

    AccessControl(storage::sql::Database& db, const base::Clock& clock) : db_(db), clock_(clock) {}

    // Before the server starts. `scopes` must outlive this.
    void SetScopes(ScopeSource& scopes) { scopes_ = &scopes; }
    ScopeSource* scopes() const { return scopes_; }

    Status AtHead(const net::Route& route, const net::Request& head) override;
    Status BeforeHandler(const net::Route& route, net::Request& request) override;

    // What the caller holds in `scope`, by himself and by what he signed with. Reads the store if it must.
    Result<PermissionSet> HeldIn(const net::Principal& principal, ScopeIds scope);
    Result<std::shared_ptr<const Rights>> RightsOf(UserId user);

    // Forgets everything remembered: call it after the commit of any change of rights.
    void Changed() { change_.fetch_add(1); }
    // Takes over what another process changed. Once a second.
    Status Reload();

  private:
    struct Shard {
        std::mutex mutex;
        std::unordered_map<std::int64_t, std::shared_ptr<const Rights>> rights;
        std::deque<std::int64_t> order;
    };

    std::shared_ptr<const Rights> Remembered(UserId user);
    void Remember(UserId user, std::shared_ptr<const Rights> rights);
    Result<std::optional<ScopeIds>> ScopeOf(const net::Route& route, const net::Request& request);
    Status InScope(const net::Route& route, net::Request& request, const Rights* rights);

    storage::sql::Database& db_;
    const base::Clock& clock_;
    ScopeSource* scopes_ = nullptr;
    std::atomic<std::uint64_t> change_{1};
    std::atomic<std::int64_t> generation_{0};
    std::array<Shard, kShards> shards_;
};

}  // namespace rt::auth
