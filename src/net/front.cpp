// What is decided at the head of a request, before a byte of its body is read.

#include <algorithm>
#include <array>

#include "base/parse.h"
#include "crypto/tls.h"
#include "net/cross_origin.h"
#include "net/exchange.h"
#include "net/forwarded.h"
#include "net/handshake.h"
#include "net/rate_names.h"
#include "net/target.h"

namespace rt::net {
namespace {

// Fields the handler should see; those that steer the connection or were dealt with are left out.
bool HandlerSees(const Route* route, std::string_view name) {
    static constexpr std::array<std::string_view, 7> kHidden{"connection", "transfer-encoding", "expect",    "upgrade",
                                                             "te",         "trailer",           "keep-alive"};
    if (std::any_of(kHidden.begin(), kHidden.end(),
                    [&](std::string_view hidden) { return base::EqualsIgnoreAsciiCase(hidden, name); })) {
        return false;
    }
    const bool range = base::EqualsIgnoreAsciiCase(name, "range") || base::EqualsIgnoreAsciiCase(name, "if-range");
    return !range || (route != nullptr && route->serves_ranges);
}

class Front {
  public:
    Front(const Core& core, const AccessLists& access, const Peer& peer, const Head& head, Exchange& exchange)
        : core_(core), access_(access), peer_(peer), head_(head), exchange_(exchange), request_(exchange.request) {}

    void Decide(std::string request_id) {
        Describe(std::move(request_id));
        CrossOrigin();
        if (!Match()) return;
        CopyFields();
        if (!Identify()) return;
        if (exchange_.socket != nullptr) {
            CheckUpgrade();
            return;
        }
        if (const Status admitted = core_.parts.admission.Admit(*exchange_.route, request_); !admitted.ok()) {
            Refuse(admitted.error());
            return;
        }
        if (!WithinRate(exchange_.route->rate_class)) return;
        if (!MayAccess()) return;
        if (!WithinCost()) return;
        CheckBody();
    }

    void Redirect(std::string request_id) {
        Describe(std::move(request_id));
        exchange_.close = true;
        if (head_.host.empty() || head_.path == "*") {
            Refuse(Fail(Code::kBadRequest));
            return;
        }
        std::string location = "https://" + HttpsHost() + std::string(head_.path);
        if (!head_.query.empty()) location.append("?").append(head_.query);
        exchange_.refusal = Response{};
        exchange_.refusal->status = 308;
        exchange_.refusal->With("Location", std::move(location));
    }

    // Only a few routes are answered without TLS: validations of certificates, probes.
    bool ServedOnRedirect() const {
        const Result<std::string> path = DecodePath(head_.path);
        if (!path.ok()) return false;
        const RouteMatch match = core_.router->Find(head_.method, *path);
        return match.route != nullptr && match.route->on_redirect;
    }

  private:
    // Where a redirect goes: the host that was asked for, without its port, since https is on its own; the server's
    // public host if a certificate covers that one only.
    std::string HttpsHost() const {
        const std::string_view asked = WithoutPort(head_.host);
        const std::string& known = core_.options.public_host;
        const auto& tls = core_.options.tls;
        if (known.empty()) return std::string(asked);
        const bool other = tls != nullptr && tls->Vouched() && tls->Covers(asked) &&
                           !base::EqualsIgnoreAsciiCase(asked, WithoutPort(known));
        return other ? std::string(asked) : known;
    }

    static std::string_view WithoutPort(std::string_view host) {
        const std::size_t colon = host.rfind(':');
        const bool port = colon != std::string_view::npos && host.find(']', colon) == std::string_view::npos;
        return port ? host.substr(0, colon) : host;
    }

    void Refuse(const Error& error) {
        core_.parts.metrics.Get(Metric::kHttpErrors, {base::Info(error.code).wire}).Add();
        exchange_.refusal = Failure(error, request_.locale, request_.request_id);
    }

    void Describe(std::string request_id) {
        request_.method = head_.method;
        request_.now = core_.parts.clock.Now();
        request_.locale = LocaleOf(head_.Value("accept-language"));
        request_.request_id = std::move(request_id);
        const ClientAddress client = ClientOf(peer_.address, peer_.is_proxy, head_, core_.options.trusted_proxies);
        exchange_.client = client.address;
        request_.client = client.address == peer_.address ? peer_.text : client.address.Text();
        request_.secure = peer_.over_tls || client.secure;
        if (peer_.is_proxy) {
            const std::string_view given = head_.Value("x-request-id");
            if (IsRequestId(given)) request_.request_id = given;
        }
        exchange_.minor_version = head_.minor_version;
        exchange_.close = !head_.keep_alive;
    }

    void CrossOrigin() {
        const auto& allowed = access_.allowed_origins;
        if (allowed.empty()) return;
        // Also when there is no origin: a cache must not give one's answer to the other.
        exchange_.lines += "Vary: Origin\r\n";
        const std::string_view origin = AllowedOrigin(head_, allowed);
        if (origin.empty()) return;
        exchange_.lines.append("Access-Control-Allow-Origin: ")
            .append(origin)
            .append(
                "\r\nAccess-Control-Allow-Credentials: true\r\n"
                "Access-Control-Expose-Headers: Content-Disposition, ETag, Location, RateLimit-Limit, "
                "RateLimit-Remaining, RateLimit-Reset, Retry-After, X-Request-Id\r\n");
        cross_origin_ = true;
    }

    // Is the path there for this client?
    bool IsHidden() const {
        const std::string& path = request_.path;
        return std::any_of(access_.guarded.begin(), access_.guarded.end(), [&](const GuardedPath& guarded) {
            const bool below = path.starts_with(guarded.path) &&
                               (path.size() == guarded.path.size() || path[guarded.path.size()] == '/');
            return below && !os::AnyContains(guarded.allowed, exchange_.client);
        });
    }

    bool ServedToSockets(const RouteMatch& match) const {
        if (match.route == nullptr && match.socket == nullptr) return head_.method == Method::kOptions;
        return (match.route != nullptr && match.route->on_sockets) ||
               (match.socket != nullptr && match.socket->on_sockets);
    }

    // false if the exchange is decided.
    bool Match() {
        if (head_.path == "*") {
            Options("GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
            return false;
        }
        Result<std::string> path = DecodePath(head_.path);
        Result<QueryPairs> query = ParseQuery(head_.query);
        if (!path.ok() || !query.ok()) {
            exchange_.close = true;
            Refuse(path.ok() ? query.error() : path.error());
            return false;
        }
        request_.path = *std::move(path);
        request_.query = *std::move(query);
        if (IsHidden()) {
            Refuse(Fail(Code::kNotFound));
            return false;
        }
        RouteMatch match = core_.router->Find(head_.method, request_.path);
        if (match.for_staff && !access_.staff.empty() && !os::AnyContains(access_.staff, exchange_.client)) {
            Refuse(Fail(Code::kNotFound));
            return false;
        }
        request_.params = std::move(match.params);
        exchange_.route = match.route;
        if (peer_.serves == Serves::kSockets && !ServedToSockets(match)) {
            Refuse(Fail(Code::kNotFound));
            return false;
        }
        if (match.socket != nullptr && head_.method == Method::kGet &&
            (head_.upgrades_to_websocket || match.route == nullptr)) {
            exchange_.socket = match.socket;
            return true;
        }
        if (match.route != nullptr) return true;
        if (match.allow.empty()) {
            Refuse(Fail(Code::kNotFound));
        } else if (head_.method == Method::kOptions) {
            Options(match.allow);
        } else {
            Refuse(Fail(Code::kMethodNotAllowed));
            exchange_.refusal->With("Allow", match.allow);
        }
        return false;
    }

    void Options(const std::string& allow) {
        exchange_.refusal = NoContent();
        exchange_.refusal->With("Allow", allow);
        if (!cross_origin_) return;
        exchange_.refusal->With("Access-Control-Allow-Methods", allow);
        exchange_.refusal->With(
            "Access-Control-Allow-Headers",
            "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, Accept-Language");
        exchange_.refusal->With("Access-Control-Max-Age", "600");
    }

    void CopyFields() {
        request_.headers.reserve(head_.fields.size());
        for (const FieldView& field : head_.fields) {
            if (HandlerSees(exchange_.route, field.name)) {
                request_.headers.push_back({std::string(field.name), std::string(field.value)});
            }
        }
    }

    bool Identify() {
        Result<Principal> principal = core_.parts.authenticator.Authenticate(request_);
        if (principal.ok()) {
            request_.principal = *std::move(principal);
            return true;
        }
        const bool open = exchange_.socket != nullptr || exchange_.route->access == Access::kPublic;
        if (open) return true;
        // Bad credentials count against the address like none.
        if (WithinRate(exchange_.route->rate_class)) Refuse(principal.error());
        return false;
    }

    bool WithinRate(RateClass rate_class) {
        const RateDecision rate = core_.parts.limiter.Take(rate_class, request_.principal, exchange_.client);
        if (!rate.counted) return true;
        exchange_.rate = rate;
        if (rate.allowed) return true;
        RefuseRate(Name(rate_class), rate);
        return false;
    }

    void RefuseRate(std::string_view name, const RateDecision& rate) {
        core_.parts.metrics.Get(Metric::kHttpLimited, {name, rate.by_user ? "user" : "address"}).Add();
        Error error = Fail(Code::kTooManyRequests);
        error.retry_after_s = rate.retry_after_s;
        Refuse(error);
    }

    // The fields of the answer stay those of the route's class unless it is the cost that refuses.
    bool WithinCost() {
        const RateDecision rate =
            core_.parts.limiter.TakeCost(exchange_.route->cost, request_.principal, exchange_.client);
        if (rate.allowed) return true;
        exchange_.rate = rate;
        RefuseRate("cost", rate);
        return false;
    }

    bool MayAccess() {
        const Access access = exchange_.route->access;
        if (access == Access::kPublic) return true;
        if (request_.principal.anonymous()) {
            Refuse(Fail(Code::kUnauthenticated));
            exchange_.refusal->With("WWW-Authenticate", "Bearer");
            return false;
        }
        const Role role = request_.principal.role;
        const bool allowed = access == Access::kUser || role == Role::kAdmin ||
                             (access == Access::kOrganiser && role == Role::kOrganiser);
        if (!allowed) {
            Refuse(Fail(Code::kForbidden));
            return false;
        }
        if (!NeedsAuthorizer(*exchange_.route, request_.principal)) return true;
        const Status held = core_.parts.authorizer == nullptr
                                ? Status(Fail(Code::kForbidden, "nobody to ask"))
                                : core_.parts.authorizer->AtHead(*exchange_.route, request_);
        if (!held.ok()) Refuse(held.error());
        return held.ok();
    }

    void CheckBody() {
        const Route& route = *exchange_.route;
        exchange_.body_bytes_max = route.body == BodyKind::kNone ? 0 : route.body_bytes_max;
        if (head_.framing == Framing::kLength && head_.content_length > exchange_.body_bytes_max) {
            Refuse(Fail(Code::kBodyTooLarge));
            return;
        }
        const std::string_view coding = head_.Value("content-encoding");
        if (!coding.empty() && !base::EqualsIgnoreAsciiCase(coding, "identity")) {
            Refuse(Fail(Code::kUnsupportedMediaType, "content_encoding"));
        }
    }

    void CheckUpgrade() {
        if (!head_.upgrades_to_websocket) {
            Refuse(Fail(Code::kUpgradeRequired));
            exchange_.refusal->With("Upgrade", "websocket");
            return;
        }
        Status good = CheckHandshake(head_, access_.allowed_origins);
        // A page that came in plain is not our own when we are reached over TLS.
        const std::string_view origin = head_.Value("origin");
        if (good.ok() && request_.secure && origin.starts_with("http://") &&
            AllowedOrigin(head_, access_.allowed_origins).empty()) {
            good = Fail(Code::kForbidden, "origin");
        }
        if (good.ok()) return;
        Refuse(good.error());
        if (good.error().code == Code::kUpgradeRequired) exchange_.refusal->With("Sec-WebSocket-Version", "13");
    }

    const Core& core_;
    const AccessLists& access_;
    const Peer& peer_;
    const Head& head_;
    Exchange& exchange_;
    Request& request_;
    bool cross_origin_ = false;
};

}  // namespace

void DecideAtHead(const Core& core, const AccessLists& access, const Peer& peer, const Head& head,
                  std::string request_id, Exchange& exchange) {
    Front(core, access, peer, head, exchange).Decide(std::move(request_id));
}

void RedirectToHttps(const Core& core, const AccessLists& access, const Peer& peer, const Head& head,
                     std::string request_id, Exchange& exchange) {
    Front front(core, access, peer, head, exchange);
    if (front.ServedOnRedirect()) {
        front.Decide(std::move(request_id));
    } else {
        front.Redirect(std::move(request_id));
    }
}

}  // namespace rt::net
