// Route tables. Each module gives its routes as values; app/ concatenates them. The table feeds the router, access,
// limits, metrics, OpenAPI and the generated negative tests.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "net/http.h"
#include "net/permission.h"

namespace rt::net {

enum class Access : std::uint8_t {
    kPublic,     // anybody; the principal is filled if a valid token is there
    kUser,       // signed in
    kOrganiser,  // the account's role is organiser or admin
    kAdmin,      // the account's role is admin
};

// Where the handler runs. kInline: on the reactor, memory or cached reads only, must not block.
enum class Run : std::uint8_t { kInline, kStore, kHash, kOutgoing };

enum class BodyKind : std::uint8_t { kNone, kJson, kFile };

// A bucket of the rate limiter (operations.md §10). kExempt: assets, health, payment notices. kToken: renewing a
// session, apart from the others so that a school behind one address is not shut out by its own renewals.
enum class RateClass : std::uint8_t { kExempt, kRead, kWrite, kSignIn, kExport, kToken };

// kNone: sign-in, token routes and everything but POST. A handler that takes a key stores it in its own commit.
enum class Idempotency : std::uint8_t { kNone, kAccepted, kRequired };

inline constexpr std::size_t kBodyBytesDefault = 1 << 20;

struct Route {
    std::string name;  // "team.submit": metric label and OpenAPI operationId; unique
    Method method = Method::kGet;
    std::string pattern;  // "/api/v1/teams/{team}/submit"; a last "{rest*}" takes the remainder
    Access access = Access::kUser;
    // What the caller must hold, and where; checked before the handler runs. kNone: `access` alone decides, and only
    // signed-in people get in. With a permission, `access` is kUser and the route does not run inline.
    Permission permission = Permission::kNone;
    Scope scope = Scope::kPlatform;
    Holders holders = Holders::kOnly;
    Run run = Run::kStore;
    RateClass rate_class = RateClass::kRead;
    BodyKind body = BodyKind::kNone;
    std::size_t body_bytes_max = kBodyBytesDefault;  // ignored for kNone
    Idempotency idempotency = Idempotency::kNone;
    // What a request is expected to cost, in units of 10 ms of CPU; 0: not counted. Taken from the cost bucket at the
    // head; what the handler used beyond it is charged afterwards.
    std::uint32_t cost = 0;
    bool serves_ranges = false;   // else Range is ignored
    bool on_redirect = false;     // answered also where plain HTTP is redirected to https
    bool on_sockets = false;      // answered also by listeners that serve sockets only (WS_PORT)
    std::string summary;          // one English sentence, for OpenAPI
    std::string request_example;  // JSON text of a valid body, for OpenAPI and the generated tests; empty for kNone
    Handler handler;
};

using RouteTable = std::vector<Route>;

}  // namespace rt::net
