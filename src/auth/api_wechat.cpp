// Sign-in by WeChat: mini-programs by code, pages inside WeChat by OAuth2.
#include "auth/api_wechat.h"

#include <array>
#include <utility>

#include "auth/api_internal.h"
#include "base/encoding.h"

namespace rt::auth {
namespace {

using domain::ClientKind;
using net::Request;
using net::Response;
using wechat::Product;
using wechat::SignIns;

constexpr std::string_view kCookie = "rt_wechat";
constexpr std::size_t kCodeCharsMax = 256;
constexpr std::size_t kEncryptedCharsMax = 16'384;

Product ReadProduct(json::Reader& in) {
    static constexpr std::array<std::string_view, 2> kWords{"registration", "avalon"};
    return in.OptionalWord("app", kWords) == 1 ? Product::kAvalon : Product::kRegistration;
}

class WechatApi {
  public:
    WechatApi(SignIns& sign_ins, std::string base) : sign_ins_(sign_ins), base_(std::move(base)) {}

    Result<Response> Mini(const Request& request) const {
        RT_TRY(const json::Value body, request.Json());
        json::Reader in(body);
        const std::string code = in.Text("code", {.size_max = kCodeCharsMax});
        const Product product = ReadProduct(in);
        RT_CHECK_OK(in.Finish());
        RT_TRY(const SignedIn done, sign_ins_.Mini(product, code, api::CallerOf(request, ClientKind::kNative)));
        return api::SessionAnswer(request, base_, done, ClientKind::kNative, done.created ? 201 : 200);
    }

    Result<Response> Link(const Request& request) const {
        RT_TRY(const json::Value body, request.Json());
        json::Reader in(body);
        const std::string code = in.Text("code", {.size_max = kCodeCharsMax});
        const Product product = ReadProduct(in);
        const Reproof who = api::ReadReproof(in, "confirm_code");
        RT_CHECK_OK(in.Finish());
        RT_CHECK_OK(api::RequireSession(request));
        return Linked(sign_ins_.LinkMini(UserOf(request), product, code, who, CallerNow(request)));
    }

    Result<Response> Phone(const Request& request) const {
        RT_TRY(const json::Value body, request.Json());
        json::Reader in(body);
        const auto code = in.OptionalText("code", {.size_max = kCodeCharsMax});
        const auto sealed = in.OptionalText("encrypted_data", {.size_max = kEncryptedCharsMax});
        const auto iv = in.OptionalText("iv", {.size_max = kCodeCharsMax});
        const Product product = ReadProduct(in);
        if (!code && (!sealed || !iv)) in.Note("code", {"请填写", "A code is required"});
        const Reproof who = api::ReadReproof(in, "confirm_code");
        RT_CHECK_OK(in.Finish());
        RT_CHECK_OK(api::RequireSession(request));
        const UserId user = UserOf(request);
        const Caller caller = CallerNow(request);
        if (code) return Linked(sign_ins_.LinkPhone(user, product, *code, who, caller));
        return Linked(sign_ins_.LinkSealedPhone(user, product, *sealed, *iv, who, caller));
    }

    Result<Response> Check(const Request& request) const {
        RT_TRY(const json::Value body, request.Json());
        json::Reader in(body);
        const Product product = ReadProduct(in);
        RT_CHECK_OK(in.Finish());
        RT_CHECK_OK(sign_ins_.CheckSession(UserOf(request), product));
        return net::NoContent();
    }

    Result<Response> Start(const Request& request) const {
        const std::string_view scope = request.Query("scope").value_or("base");
        if (scope != "base" && scope != "userinfo")
            return base::InvalidField("scope", {"应为 base 或 userinfo", "must be base or userinfo"});
        RT_TRY(const wechat::Departure away,
               sign_ins_.StartWeb(request.Query("return").value_or("/"), scope == "userinfo"));
        Response response = Redirect(away.location);
        SetCookie(request, response, away.cookie, SignIns::kWayMicros / base::kMicrosPerSecond);
        return response;
    }

    // A person looks at this answer, not a program: he is sent on, with the error in the query if there is one.
    Result<Response> Callback(const Request& request) const {
        const std::string cookie = request.Cookie(kCookie).value_or("");
        const auto done =
            sign_ins_.FinishWeb(cookie, request.Query("state").value_or(""), request.Query("code").value_or(""),
                                api::CallerOf(request, ClientKind::kBrowser));
        if (!done.ok() && sign_ins_.ReturnPathOf(cookie).empty()) return done.error();
        Response response = done.ok() ? Welcome(request, *done) : Regret(cookie, done.error());
        SetCookie(request, response, "", 0);
        return response;
    }

  private:
    static UserId UserOf(const Request& request) { return UserId{request.principal.user_id}; }
    static Caller CallerNow(const Request& request) { return api::CallerOf(request, ClientKind::kNative); }

    static Result<Response> Linked(const Result<ShownIdentity>& linked) {
        if (!linked.ok()) return linked.error();
        return net::Created(json::Object{{"id", linked->public_id},
                                         {"kind", Name(linked->kind)},
                                         {"issuer", linked->issuer},
                                         {"shown", linked->shown},
                                         {"verified_at", base::FormatRfc3339(linked->verified_at)}});
    }

    static Response Redirect(const std::string& location) {
        Response response;
        response.status = 302;
        response.With("Location", location);
        response.With("Cache-Control", "no-store");
        return response;
    }

    Response Welcome(const Request& request, const wechat::Arrival& arrival) const {
        // The second step happens on the sign-in page; a fragment does not reach servers and logs.
        if (const auto& step = arrival.signed_in.second_step) {
            std::string methods;
            for (const std::string_view method : step->methods)
                methods.append(methods.empty() ? "" : ",").append(method);
            return Redirect("/login?return=" + base::PercentEncode(arrival.return_path) +
                            "#second_step=" + base::PercentEncode(step->token) + "&methods=" + methods);
        }
        Response response = Redirect(arrival.return_path);
        const Response session = api::SessionAnswer(request, base_, arrival.signed_in, ClientKind::kBrowser, 200);
        for (const net::Header& header : session.headers) {
            if (header.name == "Set-Cookie") response.With(header.name, header.value);
        }
        return response;
    }

    Response Regret(std::string_view cookie, const Error& error) const {
        std::string path = sign_ins_.ReturnPathOf(cookie);
        const std::string fragment = path.find('#') == std::string::npos ? "" : path.substr(path.find('#'));
        path.resize(path.size() - fragment.size());
        path += path.find('?') == std::string::npos ? '?' : '&';
        return Redirect(path + "sign_in_error=" + std::string(base::Info(error.code).wire) + fragment);
    }

    // Lax: the way back begins at WeChat's site.
    void SetCookie(const Request& request, Response& response, const std::string& value, std::int64_t seconds) const {
        response.With("Set-Cookie", std::string(kCookie) + "=" + value + "; Path=" + base_ +
                                        "/auth/wechat; Max-Age=" + std::to_string(seconds) +
                                        "; HttpOnly; SameSite=Lax" + (request.secure ? "; Secure" : ""));
    }

    SignIns& sign_ins_;
    std::string base_;
};

net::Route PublicGet(std::string name, std::string pattern, net::Run run, std::string summary) {
    net::Route route;
    route.name = std::move(name);
    route.pattern = std::move(pattern);
    route.access = net::Access::kPublic;
    route.run = run;
    route.rate_class = net::RateClass::kToken;
    route.summary = std::move(summary);
    return route;
}

}  // namespace

net::RouteTable WechatRoutes(SignIns& sign_ins, const std::string& base) {
    const WechatApi own(sign_ins, base);
    const std::string root = base + "/auth/wechat";
    net::RouteTable table;
    const auto add = [&](net::Route route, Result<Response> (WechatApi::*method)(const Request&) const) {
        route.handler = [own, method](const Request& request) { return (own.*method)(request); };
        table.push_back(std::move(route));
    };
    const auto for_user = [](net::Route route) {
        route.access = net::Access::kUser;
        return route;
    };
    const std::string example = R"({"code":"0a3Kq","app":"registration"})";
    const std::string link_example = R"({"code":"0a3Kq","app":"registration","password":"correct horse battery"})";
    add(api::PublicPost("auth.wechat_mini", root + "/mini", net::Run::kOutgoing,
                        "Sign in with the code of wx.login; makes the account the first time (201). 401 SIGN_IN_AGAIN: "
                        "call wx.login again, a code is good once.",
                        example),
        &WechatApi::Mini);
    // A whole school opens the mini-program behind one address; a code is good once and cannot be guessed.
    table.back().rate_class = net::RateClass::kToken;
    add(for_user(api::PublicPost("auth.wechat_link", root + "/link", net::Run::kOutgoing,
                                 "Make WeChat a way to sign in to this account, with the password or confirm_code.",
                                 link_example)),
        &WechatApi::Link);
    add(for_user(api::PublicPost("auth.wechat_phone", root + "/phone", net::Run::kOutgoing,
                                 "Take over the phone number that WeChat has verified: the code of the button, or "
                                 "encrypted_data and iv of old clients; with the password or confirm_code. 401 "
                                 "SIGN_IN_AGAIN: an account that has WeChat alone signs in anew first.",
                                 link_example)),
        &WechatApi::Phone);
    add(for_user(api::PublicPost("auth.wechat_check", root + "/check", net::Run::kOutgoing,
                                 "204 while the session key of the last wx.login is in force, else 401 SIGN_IN_AGAIN.",
                                 R"({"app":"registration"})")),
        &WechatApi::Check);
    add(PublicGet("auth.wechat_web_start", root + "/web/start", net::Run::kStore,
                  "Go to WeChat's authorisation page and come back to ?return= (a path of this site); "
                  "?scope=base|userinfo."),
        &WechatApi::Start);
    add(PublicGet("auth.wechat_web_callback", root + "/web/callback", net::Run::kOutgoing,
                  "Where WeChat sends the browser back to: signs it in and goes on to the page it came from, with "
                  "?sign_in_error=CODE if that failed."),
        &WechatApi::Callback);
    return table;
}

}  // namespace rt::auth
