// Interfaces that net calls and higher modules implement.
#pragma once

#include <string_view>

#include "net/http.h"
#include "net/route.h"

namespace rt::net {

// Who is this? Runs on the reactor: memory and short CPU work only. Thread-safe.
class Authenticator {
  public:
    virtual ~Authenticator() = default;
    // Anonymous if the request carries no credentials; an error if it carries bad ones (TOKEN_EXPIRED, CSRF_REJECTED).
    virtual Result<Principal> Authenticate(const Request& head) = 0;
};

// May this caller use this route? For routes with a permission, and for whatever is not signed by a session.
// Thread-safe.
class Authorizer {
  public:
    virtual ~Authorizer() = default;
    // At the head, on the reactor: from memory alone. Ok means "not refused yet".
    virtual Status AtHead(const Route& route, const Request& head) = 0;
    // Before the handler, on its worker; may read the stores. Fills `request.held`. FORBIDDEN, or NOT_FOUND where the
    // caller may not know what is there.
    virtual Status BeforeHandler(const Route& route, Request& request) = 0;
};

// May a request of this route be taken now (maintenance, read-only, starting, draining)? Thread-safe, on the reactor.
class Admission {
  public:
    virtual ~Admission() = default;
    virtual Status Admit(const Route& route, const Request& head) = 0;
};

}  // namespace rt::net
