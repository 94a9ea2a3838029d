// One-time codes: sent, signed in with, a password reset by; the second step of a sign-in.
#include <array>
#include <optional>
#include <utility>

#include "auth/api_internal.h"
#include "auth/service_internal.h"

namespace rt::auth::api {

using domain::ClientKind;
using net::Request;
using net::Response;

namespace {

constexpr std::array<std::string_view, 6> kPurposeWords{"sign-in", "register", "reset", "verify", "change", "confirm"};
constexpr std::array<std::string_view, 2> kMethodWords{"totp", "recovery"};
constexpr json::TextRule kTokenRule{.size_min = 1, .size_max = 100};

json::Object EnrolmentJson(const Enrolment& enrolment) {
    return {{"secret", enrolment.secret}, {"uri", enrolment.uri}};
}

class CodeApi {
  public:
    CodeApi(Service& service, std::string base) : service_(service), base_(std::move(base)) {}

    Response Offers() const {
        static constexpr std::array<std::string_view, 4> kNeedsWords{"nothing", "email", "phone", "either"};
        const Options& options = service_.options();
        Response response = net::Success(
            json::Object{{"registration_open", options.registration_open},
                         {"registration_needs", kNeedsWords[static_cast<std::size_t>(options.registration_needs)]},
                         {"email_codes", options.email_codes},
                         {"phone_codes", options.phone_codes},
                         {"email_invitations", options.email_codes && options.mailed_links},
                         {"wechat_web", options.wechat_web}});
        return response.With("Cache-Control", "no-cache");
    }

    Result<Response> Send(const Request& request) const {
        RT_TRY(const json::Value body, request.Json());
        json::Reader in(body);
        const auto channel = ReadChannel(in);
        const auto purpose = static_cast<CodePurpose>(in.Word("purpose", kPurposeWords));
        const bool confirm = purpose == CodePurpose::kConfirm;
        const auto to = confirm ? std::nullopt : ReadContact(in, channel);
        RT_CHECK_OK(in.Finish());
        const Caller caller = CallerOf(request, ClientKind::kNative);
        if (confirm && request.principal.anonymous()) return Fail(Code::kUnauthenticated);
        auto sent = confirm ? service_.SendConfirmation(UserId{request.principal.user_id}, channel, caller)
                            : service_.SendCode(purpose, *to, caller);
        if (!sent.ok()) return std::move(sent).error();
        Response response =
            net::Success(json::Object{{"expires_in", sent->expires_in_s}, {"resend_in", sent->resend_in_s}});
        response.status = 202;
        return response;
    }

    Result<Response> SignIn(const Request& request) const {
        RT_TRY(const json::Value body, request.Json());
        json::Reader in(body);
        const auto proof = ReadCodeProof(in);
        const ClientKind kind = ReadClient(in);
        RT_CHECK_OK(in.Finish());
        RT_CHECK_OK(CheckOrigin(request, OriginRule::kMustNotBeForeign));
        RT_TRY(const SignedIn done, service_.SignInByCode(*proof, CallerOf(request, kind)));
        return SessionAnswer(request, base_, done, kind, done.created ? 201 : 200);
    }

    Result<Response> Reset(const Request& request) const {
        RT_TRY(const json::Value body, request.Json());
        json::Reader in(body);
        const auto proof = ReadCodeProof(in);
        const std::string password = ReadPassword(in, "password");
        RT_CHECK_OK(in.Finish());
        RT_CHECK_OK(service_.ResetPassword(*proof, password, CallerOf(request, ClientKind::kNative)));
        return net::NoContent();
    }

    Result<Response> Undo(const Request& request) const {
        RT_TRY(const json::Value body, request.Json());
        json::Reader in(body);
        const std::string token = in.Text("token", kTokenRule);
        RT_CHECK_OK(in.Finish());
        RT_CHECK_OK(service_.UndoAddressChange(token, CallerOf(request, ClientKind::kNative)));
        return net::NoContent();
    }

    Result<Response> SecondStep(const Request& request) const {
        RT_TRY(const json::Value body, request.Json());
        json::Reader in(body);
        const std::string token = in.Text("token", kTokenRule);
        const auto method = static_cast<StepMethod>(in.OptionalWord("method", kMethodWords).value_or(0));
        const std::string code = in.Text("code", kTokenRule);
        RT_CHECK_OK(in.Finish());
        RT_CHECK_OK(CheckOrigin(request, OriginRule::kMustNotBeForeign));
        RT_TRY(const SignedIn done,
               service_.GiveSecondStep(token, method, code, CallerOf(request, ClientKind::kNative)));
        return SessionAnswer(request, base_, done, done.client, 200);
    }

    Result<Response> Enrol(const Request& request) const {
        RT_TRY(const json::Value body, request.Json());
        json::Reader in(body);
        const std::string token = in.Text("token", kTokenRule);
        RT_CHECK_OK(in.Finish());
        RT_TRY(const Enrolment enrolment, service_.EnrolInSignIn(token));
        return net::Success(EnrolmentJson(enrolment)).With("Cache-Control", "no-store");
    }

    Result<Response> Confirm(const Request& request) const {
        RT_TRY(const json::Value body, request.Json());
        json::Reader in(body);
        const std::string token = in.Text("token", kTokenRule);
        const std::string code = in.Text("code", kTokenRule);
        RT_CHECK_OK(in.Finish());
        RT_CHECK_OK(CheckOrigin(request, OriginRule::kMustNotBeForeign));
        RT_TRY(const auto done, service_.ConfirmInSignIn(token, code, CallerOf(request, ClientKind::kNative)));
        return SessionAnswer(request, base_, done.session, done.session.client, 200,
                             {{"recovery_codes", TextsJson(done.recovery_codes)}});
    }

  private:
    Service& service_;
    std::string base_;
};

}  // namespace

net::RouteTable CodeRoutes(Service& service, const std::string& base) {
    const CodeApi api(service, base);
    const std::string auth = base + "/auth";
    net::RouteTable table;
    const auto add = [&](std::string name, const std::string& path, net::Run run, std::string summary,
                         std::string example, Result<Response> (CodeApi::*method)(const Request&) const) {
        net::Route route = PublicPost(std::move(name), auth + path, run, std::move(summary), std::move(example));
        route.handler = [api, method](const Request& request) { return (api.*method)(request); };
        table.push_back(std::move(route));
    };
    net::Route offers;
    offers.name = "auth.options";
    offers.pattern = auth + "/options";
    offers.access = net::Access::kPublic;
    offers.run = net::Run::kInline;
    offers.rate_class = net::RateClass::kRead;
    offers.summary = "What the sign-in pages may offer: registration, codes by e-mail or SMS, WeChat.";
    offers.handler = [api](const Request&) -> Result<Response> { return api.Offers(); };
    table.push_back(std::move(offers));
    add("auth.code", "/code", net::Run::kStore,
        "Send a six-digit code to an e-mail address or phone (202, the same whether or not there is an account). "
        "verify, change and confirm need a session; confirm goes to one's own address.",
        R"({"channel":"email","to":"lin@example.org","purpose":"sign-in"})", &CodeApi::Send);
    add("auth.code_sign_in", "/code/sign-in", net::Run::kStore,
        "Sign in with a code; makes the account when there is none and registration is open (201).",
        R"({"channel":"email","to":"lin@example.org","code":"123456","client":"native"})", &CodeApi::SignIn);
    add("auth.reset", "/reset", net::Run::kHash, "Set a new password with a code; ends all sessions.",
        R"({"channel":"email","to":"lin@example.org","code":"123456","password":"correct horse battery"})",
        &CodeApi::Reset);
    add("auth.undo", "/undo", net::Run::kStore,
        "Take back a change of address with the link that went to the old one; ends all sessions and voids the "
        "password.",
        R"({"token":"AAAA"})", &CodeApi::Undo);
    add("auth.second_step", "/second-step", net::Run::kStore,
        "Complete a sign-in with a code of the authenticator app or a recovery code.",
        R"({"token":"AAAA","method":"totp","code":"123456"})", &CodeApi::SecondStep);
    add("auth.second_step_enrol", "/second-step/enrol", net::Run::kStore,
        "Set up the second step in the middle of a sign-in that asks for it.", R"({"token":"AAAA"})", &CodeApi::Enrol);
    add("auth.second_step_confirm", "/second-step/confirm", net::Run::kStore,
        "Confirm the new second step; answers with a session and the recovery codes, shown this once.",
        R"({"token":"AAAA","code":"123456"})", &CodeApi::Confirm);
    // Their tokens cannot be guessed, and codes beside them are counted by account (domain/guessing.h).
    for (net::Route& route : table) {
        const bool by_token = route.name.starts_with("auth.second_step") || route.name == "auth.undo";
        if (by_token) route.rate_class = net::RateClass::kToken;
    }
    return table;
}

}  // namespace rt::auth::api
