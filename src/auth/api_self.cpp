// What people do with their own account over HTTP.
#include <array>
#include <optional>
#include <utility>

#include "auth/api_internal.h"
#include "auth/domain/device.h"
#include "auth/self_service.h"
#include "net/editing.h"

namespace rt::auth::api {

using domain::ClientKind;
using net::Method;
using net::Request;
using net::Response;

json::Object ShownJson(const ShownIdentity& identity) {
    return {{"id", identity.public_id},
            {"kind", Name(identity.kind)},
            {"issuer", identity.issuer},
            {"shown", identity.shown},
            {"verified_at", base::FormatRfc3339(identity.verified_at)}};
}

json::Object SessionJson(const domain::Session& session, std::string_view current) {
    return {{"id", session.public_id},
            {"device", domain::DeviceLabel(session.device)},
            {"client", session.network},
            {"method", session.method},
            {"browser", session.client == ClientKind::kBrowser},
            {"second_step", session.second_step},
            {"created", base::FormatRfc3339(session.issued)},
            {"last_used", base::FormatRfc3339(session.rotated)},
            {"expires", base::FormatRfc3339(session.expires)},
            {"current", session.public_id == current}};
}

namespace {

constexpr json::TextRule kCodeRule{.size_min = 1, .size_max = 100};

UserId Me(const Request& request) {
    return UserId{request.principal.user_id};
}

Caller CallerNow(const Request& request) {
    return CallerOf(request, ClientKind::kNative);
}

json::Array ProveBy(const domain::Proofs& proofs) {
    json::Array words;
    if (proofs.password) words.emplace_back("password");
    if (proofs.email) words.emplace_back("email");
    if (proofs.phone) words.emplace_back("phone");
    return words;
}

class SelfApi {
  public:
    SelfApi(Service& service, const SelfService& self) : service_(service), self_(self) {}

    Result<Response> Identities(const Request& request) const {
        RT_TRY(const User user, service_.accounts().Get(Me(request)));
        RT_TRY(const auto list, service_.identities().List(user.id));
        RT_TRY(const auto step, self_.SecondStepOf(user));
        RT_TRY(const auto end, self_.PlannedEnd(user.id));
        RT_TRY(const auto proofs, service_.ProofsOf(user, request.principal.session));
        json::Array rows;
        for (const ShownIdentity& one : list) rows.emplace_back(ShownJson(one));
        return net::Success(std::move(rows),
                            json::Object{{"password", !user.password_hash.empty()},
                                         {"prove_by", ProveBy(proofs)},
                                         {"fresh_sign_in", proofs.fresh_sign_in},
                                         {"second_step", step.on},
                                         {"second_step_required", step.required},
                                         {"recovery_codes_left", step.recovery_codes_left},
                                         {"delete_at", end ? json::Value(base::FormatRfc3339(*end)) : json::Value()}});
    }

    Result<Response> AddIdentity(const Request& request) const {
        RT_TRY(const json::Value body, request.Json());
        json::Reader in(body);
        const auto proof = ReadCodeProof(in);
        const Reproof who = ReadReproof(in, "confirm_code");
        RT_CHECK_OK(in.Finish());
        RT_TRY(const auto linked, self_.AddAddress(Me(request), *proof, who, CallerNow(request)));
        return net::Created(ShownJson(linked));
    }

    Result<Response> ChangeIdentity(const Request& request) const {
        RT_TRY(const json::Value body, request.Json());
        json::Reader in(body);
        const auto proof = ReadCodeProof(in);
        const Reproof who = ReadReproof(in, "confirm_code");
        RT_CHECK_OK(in.Finish());
        RT_TRY(const auto changed, self_.ChangeAddress(Me(request), *proof, who, CallerNow(request)));
        return net::Success(ShownJson(changed));
    }

    Result<Response> RemoveIdentity(const Request& request) const {
        RT_TRY(const Reproof who, ReadWho(request));
        RT_CHECK_OK(self_.RemoveIdentity(Me(request), request.Param("identity"), who, CallerNow(request)));
        return net::NoContent();
    }

    Result<Response> BeginStep(const Request& request) const {
        RT_TRY(const Reproof who, ReadWho(request));
        RT_TRY(const Enrolment enrolment, self_.BeginSecondStep(Me(request), who, CallerNow(request)));
        return net::Success(json::Object{{"secret", enrolment.secret}, {"uri", enrolment.uri}})
            .With("Cache-Control", "no-store");
    }

    Result<Response> ConfirmStep(const Request& request) const {
        RT_TRY(const std::string code, ReadCode(request));
        RT_TRY(const auto codes,
               self_.ConfirmSecondStep(Me(request), code, request.principal.session, CallerNow(request)));
        return net::Success(json::Object{{"recovery_codes", TextsJson(codes)}}).With("Cache-Control", "no-store");
    }

    Result<Response> EndStep(const Request& request) const {
        RT_TRY(const json::Value body, request.Json());
        json::Reader in(body);
        static constexpr std::array<std::string_view, 2> kWords{"totp", "recovery"};
        const auto method = static_cast<StepMethod>(in.OptionalWord("method", kWords).value_or(0));
        const std::string code = in.Text("code", kCodeRule);
        const Reproof who = ReadReproof(in, "confirm_code");
        RT_CHECK_OK(in.Finish());
        RT_CHECK_OK(self_.EndSecondStep(Me(request), who, method, code, CallerNow(request)));
        return net::NoContent();
    }

    Result<Response> NewCodes(const Request& request) const {
        RT_TRY(const std::string code, ReadCode(request));
        RT_TRY(const auto codes, self_.NewRecoveryCodes(Me(request), code, CallerNow(request)));
        return net::Success(json::Object{{"recovery_codes", TextsJson(codes)}}).With("Cache-Control", "no-store");
    }

    Result<Response> Sessions(const Request& request) const {
        RT_TRY(const auto sessions, self_.Sessions(Me(request)));
        json::Array rows;
        for (const domain::Session& session : sessions) {
            rows.emplace_back(SessionJson(session, request.principal.session));
        }
        return net::Page(std::move(rows), "");
    }

    Result<Response> EndSession(const Request& request) const {
        RT_CHECK_OK(self_.EndSession(Me(request), request.Param("session"), ActorOf(request)));
        return net::NoContent();
    }

    Result<Response> EndOthers(const Request& request) const {
        RT_TRY(const std::int64_t ended,
               self_.EndOtherSessions(Me(request), request.principal.session, ActorOf(request)));
        return net::Success(json::Object{{"ended", ended}});
    }

    Result<Response> Delete(const Request& request) const {
        RT_TRY(const Reproof who, ReadWho(request));
        RT_TRY(const base::Time due, self_.PlanEnd(Me(request), who, CallerNow(request)));
        return net::Success(json::Object{{"delete_at", base::FormatRfc3339(due)}});
    }

    Result<Response> Keep(const Request& request) const {
        RT_CHECK_OK(self_.Keep(Me(request), ActorOf(request)));
        return net::NoContent();
    }

    Result<Response> Export(const Request& request) const {
        RT_TRY(const json::Value all, self_.Export(Me(request)));
        Response response;
        response.content_type = "application/json; charset=utf-8";
        response.body = json::EncodePretty(all);
        response.With("Content-Disposition", "attachment; filename=\"account.json\"");
        response.With("Cache-Control", "no-store");
        return response;
    }

  private:
    static Result<Reproof> ReadWho(const Request& request) {
        RT_TRY(const json::Value body, request.Json());
        json::Reader in(body);
        Reproof who = ReadReproof(in, "code");
        RT_CHECK_OK(in.Finish());
        return who;
    }
    static Result<std::string> ReadCode(const Request& request) {
        RT_TRY(const json::Value body, request.Json());
        json::Reader in(body);
        std::string code = in.Text("code", kCodeRule);
        RT_CHECK_OK(in.Finish());
        return code;
    }

    Service& service_;
    const SelfService& self_;
};

using Handler = Result<Response> (SelfApi::*)(const Request&) const;

struct Row {
    const char* name;
    Method method;
    const char* path;
    net::Run run;
    const char* summary;
    const char* example;
    Handler handler;
};

constexpr const char* kWho = R"({"password":"correct horse battery"})";

constexpr std::array kRows = std::to_array<Row>({
    {"me.identities", Method::kGet, "/identities", net::Run::kStore,
     "What one signs in with; meta says whether there is a password and a second step, and by what one can show that "
     "it is oneself.",
     "", &SelfApi::Identities},
    {"me.identity_add", Method::kPost, "/identities", net::Run::kHash,
     "Add an e-mail address or phone with the code (purpose verify) that came there, and the password or confirm_code; "
     "the addresses there were are told. 409 IDENTITY_TAKEN.",
     R"({"channel":"email","to":"lin@example.org","code":"123456","password":"correct horse battery"})",
     &SelfApi::AddIdentity},
    {"me.identity_change", Method::kPost, "/identities/change", net::Run::kHash,
     "Put another address in the place of the present one (code of purpose change, and the password or confirm_code); "
     "the old one is told and can take it back for 72 hours.",
     R"({"channel":"email","to":"lin@example.org","code":"123456","password":"correct horse battery"})",
     &SelfApi::ChangeIdentity},
    {"me.identity_remove", Method::kPost, "/identities/{identity}/remove", net::Run::kHash,
     "Take a way to sign in away; the last one stays.", kWho, &SelfApi::RemoveIdentity},
    {"me.totp_begin", Method::kPost, "/totp", net::Run::kHash,
     "A new secret for an authenticator app, to be confirmed.", kWho, &SelfApi::BeginStep},
    {"me.totp_confirm", Method::kPost, "/totp/confirm", net::Run::kStore,
     "Confirm it with a code; answers with the recovery codes, shown this once, and ends all other sessions.",
     R"({"code":"123456"})", &SelfApi::ConfirmStep},
    {"me.totp_end", Method::kPost, "/totp/disable", net::Run::kHash,
     "Turn the second step off with the password (or confirm_code) and a code.",
     R"({"password":"correct horse battery","code":"123456"})", &SelfApi::EndStep},
    {"me.recovery_codes", Method::kPost, "/totp/recovery-codes", net::Run::kStore,
     "New recovery codes in the place of all others.", R"({"code":"123456"})", &SelfApi::NewCodes},
    {"me.sessions", Method::kGet, "/sessions", net::Run::kStore, "One's own sessions, last used first.", "",
     &SelfApi::Sessions},
    {"me.session_end", Method::kPost, "/sessions/{session}/end", net::Run::kStore, "Sign one session out.", "",
     &SelfApi::EndSession},
    {"me.sessions_end_others", Method::kPost, "/sessions/end-others", net::Run::kStore, "Sign out everywhere but here.",
     "", &SelfApi::EndOthers},
    {"me.delete", Method::kPost, "/delete", net::Run::kHash,
     "Have the account ended: all sessions end now, the account when the time for second thoughts is over. 409 "
     "INVALID_STATE says what must be settled first.",
     kWho, &SelfApi::Delete},
    {"me.delete_cancel", Method::kPost, "/delete/cancel", net::Run::kStore, "Keep the account after all.", "",
     &SelfApi::Keep},
    {"me.export", Method::kGet, "/export", net::Run::kStore, "Everything kept about oneself, as a JSON file.", "",
     &SelfApi::Export},
});

}  // namespace

}  // namespace rt::auth::api

namespace rt::auth {

net::RouteTable SelfServiceRoutes(Service& service, const SelfService& self, const ApiOptions& options) {
    const api::SelfApi api(service, self);
    net::RouteTable table;
    for (const api::Row& row : api::kRows) {
        net::Route route;
        route.name = row.name;
        route.method = row.method;
        route.pattern = options.base + "/me" + row.path;
        route.run = row.run;
        const bool read = row.method == net::Method::kGet;
        route.rate_class = read ? net::RateClass::kRead : net::RateClass::kWrite;
        // What can be guessed at is limited like a sign-in.
        if (row.run == net::Run::kHash) route.rate_class = net::RateClass::kSignIn;
        if (route.name == "me.export") route.rate_class = net::RateClass::kExport;
        route.body = *row.example == '\0' ? net::BodyKind::kNone : net::BodyKind::kJson;
        route.body_bytes_max = api::kBodyBytesMax;
        route.summary = row.summary;
        route.request_example = row.example;
        route.handler = [api, handler = row.handler](const net::Request& request) -> Result<net::Response> {
            RT_CHECK_OK(api::RequireSession(request));
            return (api.*handler)(request);
        };
        table.push_back(std::move(route));
    }
    for (net::Route& route : api::AdminSelfRoutes(service, self, options.base)) table.push_back(std::move(route));
    return table;
}

}  // namespace rt::auth
