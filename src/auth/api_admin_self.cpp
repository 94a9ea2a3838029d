// What administrators see and do of one account beside its row: addresses (masked), sessions, locks, second step.
#include <utility>

#include "auth/api_internal.h"
#include "auth/self_service.h"
#include "auth/service_internal.h"
#include "net/editing.h"

namespace rt::auth::api {

using net::Method;
using net::Request;
using net::Response;

namespace {

class AdminSelfApi {
  public:
    AdminSelfApi(Service& service, const SelfService& self) : service_(service), self_(self) {}

    Result<Response> Detail(const Request& request) const {
        RT_TRY(const User user, Named(request));
        RT_TRY(const auto identities, service_.identities().List(user.id));
        RT_TRY(const auto sessions, self_.Sessions(user.id));
        RT_TRY(const auto locks, service_.LocksOf(user));
        RT_TRY(const auto step, self_.SecondStepOf(user));
        RT_TRY(const auto end, self_.PlannedEnd(user.id));
        json::Array identity_rows;
        for (const ShownIdentity& one : identities) identity_rows.emplace_back(ShownJson(one));
        json::Array session_rows;
        for (const domain::Session& session : sessions) session_rows.emplace_back(SessionJson(session, {}));
        json::Array lock_rows;
        for (const GuessLimiter::Lock& lock : locks) {
            lock_rows.emplace_back(json::Object{{"kind", domain::Name(lock.kind)},
                                                {"attempts", lock.attempts},
                                                {"wait_s", lock.wait_s},
                                                {"last", base::FormatRfc3339(lock.last)}});
        }
        json::Object out = AdminUser(user);
        out.Set("password", !user.password_hash.empty());
        out.Set("identities", std::move(identity_rows));
        out.Set("sessions", std::move(session_rows));
        out.Set("locks", std::move(lock_rows));
        out.Set("second_step", step.on);
        out.Set("second_step_required", step.required);
        out.Set("delete_at", end ? json::Value(base::FormatRfc3339(*end)) : json::Value());
        return net::WithRev(net::Success(std::move(out)), user.rev);
    }

    Result<Response> Unlock(const Request& request) const {
        RT_TRY(const User user, Named(request));
        RT_CHECK_OK(self_.Unlock(user.id, ActorOf(request)));
        return net::NoContent();
    }

    // Whom a school's or an office's own address keeps out.
    Result<Response> Addresses(const Request&) const {
        RT_TRY(const auto locks, service_.guesses().LockedAddresses());
        json::Array rows;
        for (const GuessLimiter::AddressLock& lock : locks) {
            rows.emplace_back(json::Object{{"id", lock.id},
                                           {"address", lock.address},
                                           {"attempts", lock.attempts},
                                           {"wait_s", lock.wait_s},
                                           {"last", base::FormatRfc3339(lock.last)}});
        }
        return net::Success(json::Value(std::move(rows)));
    }

    Result<Response> UnlockAddress(const Request& request) const {
        RT_CHECK_OK(self_.UnlockAddress(request.Param("address"), ActorOf(request)));
        return net::NoContent();
    }

    Result<Response> EndSessions(const Request& request) const {
        RT_TRY(const User user, Named(request));
        RT_CHECK_OK(service_.accounts().SignOutEverywhere(user.id, ActorOf(request)));
        return net::NoContent();
    }

    Result<Response> EndSession(const Request& request) const {
        RT_TRY(const User user, Named(request));
        RT_CHECK_OK(self_.EndSession(user.id, request.Param("session"), ActorOf(request)));
        return net::NoContent();
    }

    Result<Response> EndAccount(const Request& request) const {
        RT_TRY(const User user, Named(request));
        const Caller caller = CallerOf(request, domain::ClientKind::kNative);
        RT_TRY(const base::Time due, self_.PlanEndOf(user.id, caller));
        return net::Success(json::Object{{"delete_at", base::FormatRfc3339(due)}});
    }

    Result<Response> ResetStep(const Request& request) const {
        RT_TRY(const User user, Named(request));
        RT_CHECK_OK(service_.second_steps().Reset(user.id, ActorOf(request)));
        return net::NoContent();
    }

  private:
    Result<User> Named(const Request& request) const {
        return service_.accounts().GetByPublicId(request.Param("user"));
    }

    Service& service_;
    const SelfService& self_;
};

}  // namespace

net::RouteTable AdminSelfRoutes(Service& service, const SelfService& self, const std::string& base) {
    const AdminSelfApi api(service, self);
    net::RouteTable table;
    const auto add = [&](std::string name, Method method, const std::string& path, std::string summary,
                         Result<Response> (AdminSelfApi::*handler)(const Request&) const) {
        net::Route route;
        route.name = std::move(name);
        route.method = method;
        route.pattern = base + "/admin/" + path;
        const bool reads = route.method == net::Method::kGet;
        route.permission = reads ? net::Permission::kUserView : net::Permission::kUserManage;
        route.rate_class = method == Method::kGet ? net::RateClass::kRead : net::RateClass::kWrite;
        route.summary = std::move(summary);
        route.handler = [api, handler](const Request& request) { return (api.*handler)(request); };
        table.push_back(std::move(route));
    };
    add("admin.user.get", Method::kGet, "users/{user}",
        "One account with its addresses (masked), sessions, delays after failed sign-ins, second step.",
        &AdminSelfApi::Detail);
    add("admin.user.unlock", Method::kPost, "users/{user}/unlock", "Forget the failed sign-ins of this account.",
        &AdminSelfApi::Unlock);
    add("admin.user.end_sessions", Method::kPost, "users/{user}/end-sessions", "Sign this user out everywhere.",
        &AdminSelfApi::EndSessions);
    add("admin.user.end_session", Method::kPost, "users/{user}/sessions/{session}/end", "End one session of this user.",
        &AdminSelfApi::EndSession);
    add("admin.user.reset_totp", Method::kPost, "users/{user}/reset-totp",
        "Take the second step away from who has lost it; ends all sessions.", &AdminSelfApi::ResetStep);
    add("admin.user.delete", Method::kPost, "users/{user}/delete",
        "Have the account ended, as its owner may himself: all sessions end now, the account when the time for second "
        "thoughts is over. 409 INVALID_STATE says what must be settled first.",
        &AdminSelfApi::EndAccount);
    add("admin.delayed_address.list", Method::kGet, "delayed-addresses",
        "Addresses whose sign-ins wait because too many failed from there, against whatever accounts.",
        &AdminSelfApi::Addresses);
    add("admin.delayed_address.unlock", Method::kPost, "delayed-addresses/{address}/unlock",
        "Forget the failed sign-ins of this address.", &AdminSelfApi::UnlockAddress);
    return table;
}

}  // namespace rt::auth::api
