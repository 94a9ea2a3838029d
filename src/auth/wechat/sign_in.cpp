#include "auth/wechat/sign_in.h"

#include <algorithm>
#include <utility>

#include "auth/domain/contact.h"
#include "auth/kv_tables.h"
#include "auth/wechat/session_keys.h"
#include "auth/wechat/signature.h"
#include "base/encoding.h"
#include "crypto/hash.h"
#include "json/json.h"

namespace rt::auth::wechat {
namespace {

using storage::kv::Batch;
using storage::kv::Env;

constexpr std::string_view kMethod = "wechat";
constexpr std::string_view kWayContext = "wechat.way";
constexpr std::size_t kCodeBytesMax = 256;

Error NotSetUp() {
    return base::FailText(Code::kChannelUnavailable, {"未启用微信登录", "Sign-in by WeChat is not set up"});
}

Error StartAgain() {
    return base::FailText(Code::kForbidden,
                          {"登录已超时或不是在此浏览器发起，请重新登录",
                           "This sign-in has lapsed or began in another browser; please start again"});
}

std::string CodeKey(const App& app, std::string_view code) {
    return base::HexEncode(crypto::Sha256(app.appid + ":" + std::string(code)));
}

std::string SessionContext(const std::string& key) {
    return "wechat.session:" + key;
}

bool IsCode(std::string_view code) {
    return !code.empty() && code.size() <= kCodeBytesMax &&
           std::all_of(code.begin(), code.end(), [](char c) { return c > 0x20 && c < 0x7F; });
}

std::string TextAt(const json::Value& object, std::string_view key) {
    const json::Value* value = object.Find(key);
    return value != nullptr && value->IsString() ? value->AsString() : std::string();
}

IdentityProof ProofOfMini(const App& app, const MiniSession& session) {
    IdentityProof proof;
    proof.key = {IdentityKind::kWechatMini, app.appid, session.openid};
    if (!session.unionid.empty()) proof.also.push_back({IdentityKind::kWechatUnion, "", session.unionid});
    return proof;
}

}  // namespace

bool IsOwnPath(std::string_view path) {
    if (path.empty() || path.size() > SignIns::kReturnBytesMax || path.front() != '/') return false;
    if (path.size() > 1 && (path[1] == '/' || path[1] == '\\')) return false;
    return std::all_of(path.begin(), path.end(), [](char c) { return c > 0x20 && c < 0x7F && c != '\\'; });
}

Result<App> SignIns::AppOf(Product product) const {
    const bool own = product == Product::kAvalon && options_.avalon.set_up();
    const App& app = own ? options_.avalon : options_.registration;
    if (!app.set_up()) return NotSetUp();
    return app;
}

// One conditional write before WeChat is asked: of two who bring the same code, one is refused.
Status SignIns::TakeCode(const App& app, std::string_view code) {
    if (!IsCode(code)) return Fail(Code::kSignInAgain, "no code");
    const std::string key = CodeKey(app, code);
    const base::Time until = parts_.clock.Now().Plus(kCodeMicros);
    return parts_.kv.Update(Env::kDurable, [&](Batch& batch) -> Status {
        if (batch.Get(kWechatCodeTable, key)) return Fail(Code::kSignInAgain, "a code that was brought before");
        return batch.Put(kWechatCodeTable, key, "", until);
    });
}

// Where WeChat certainly has not used the code up, the same one may come again.
void SignIns::GiveBack(const App& app, std::string_view code, const Error& error) {
    if (error.code != Code::kUnavailable || error.retry_after_s == 0) return;
    static_cast<void>(parts_.kv.Delete(kWechatCodeTable, CodeKey(app, code)));
}

Result<MiniSession> SignIns::AskMini(const App& app, std::string_view code) {
    RT_CHECK_OK(TakeCode(app, code));
    auto session = parts_.api.MiniSignIn(app, code);
    if (!session.ok()) GiveBack(app, code, session.error());
    return session;
}

Status SignIns::Keep(UserId user, const App& app, const MiniSession& session) {
    const std::string key = SessionKeyOf(user, app.appid);
    const std::string plain =
        json::Encode(json::Object{{"openid", session.openid}, {"session_key", session.session_key}});
    return parts_.kv.Put(kWechatSessionTable, key, parts_.sealer.seal(SessionContext(key), plain),
                         parts_.clock.Now().Plus(kSessionKeyMicros));
}

Result<SignIns::KeptSession> SignIns::Kept(UserId user, const App& app) const {
    const std::string key = SessionKeyOf(user, app.appid);
    RT_TRY(const auto sealed, parts_.kv.Get(kWechatSessionTable, key));
    if (!sealed) return Fail(Code::kSignInAgain, "no session key is kept");
    const auto plain = parts_.sealer.open(SessionContext(key), *sealed);
    const auto value = plain.ok() ? json::Decode(*plain) : Result<json::Value>(plain.error());
    if (!value.ok()) return Fail(Code::kSignInAgain, "the kept session key does not open");
    return KeptSession{TextAt(*value, "openid"), TextAt(*value, "session_key")};
}

Result<SignedIn> SignIns::Mini(Product product, std::string_view code, const Caller& caller) {
    RT_TRY(const App app, AppOf(product));
    RT_TRY(const MiniSession session, AskMini(app, code));
    RT_TRY(SignedIn done, parts_.auth.SignInByIdentity(ProofOfMini(app, session), kMethod, caller));
    if (!done.second_step) RT_CHECK_OK(Keep(done.user.id, app, session));
    return done;
}

Result<ShownIdentity> SignIns::LinkMini(UserId user, Product product, std::string_view code, const Reproof& who,
                                        const Caller& caller) {
    RT_TRY(const App app, AppOf(product));
    RT_CHECK_OK(parts_.auth.Reauthenticate(user, who, caller));
    RT_TRY(const MiniSession session, AskMini(app, code));
    RT_TRY(ShownIdentity shown, parts_.auth.Link(user, ProofOfMini(app, session), caller));
    RT_CHECK_OK(Keep(user, app, session));
    return shown;
}

Result<ShownIdentity> SignIns::LinkNumber(UserId user, const std::string& e164, const Caller& caller) {
    const auto contact = domain::ParsePhone(e164);
    if (!contact) return Fail(Code::kUpstream, "WeChat: not a phone number");
    return parts_.auth.Link(user, ProofOf(*contact), caller);
}

Result<ShownIdentity> SignIns::LinkPhone(UserId user, Product product, std::string_view code, const Reproof& who,
                                         const Caller& caller) {
    RT_TRY(const App app, AppOf(product));
    RT_CHECK_OK(parts_.auth.Reauthenticate(user, who, caller));
    RT_TRY(std::string token, parts_.tokens.Get(app));
    RT_CHECK_OK(TakeCode(app, code));
    bool stale = false;
    auto number = parts_.api.Phone(app, token, code, stale);
    if (stale) {
        RT_TRY(token, parts_.tokens.Replace(app, token));
        stale = false;
        number = parts_.api.Phone(app, token, code, stale);
    }
    if (!number.ok()) {
        GiveBack(app, code, number.error());
        return std::move(number).error();
    }
    return LinkNumber(user, *number, caller);
}

Result<ShownIdentity> SignIns::LinkSealedPhone(UserId user, Product product, std::string_view encrypted_data,
                                               std::string_view iv, const Reproof& who, const Caller& caller) {
    RT_TRY(const App app, AppOf(product));
    RT_CHECK_OK(parts_.auth.Reauthenticate(user, who, caller));
    RT_TRY(const KeptSession kept, Kept(user, app));
    RT_TRY(const json::Value data,
           OpenEncryptedData(encrypted_data, iv, kept.session_key, app.appid, parts_.clock.Now()));
    return LinkNumber(user, "+" + TextAt(data, "countryCode") + TextAt(data, "purePhoneNumber"), caller);
}

Status SignIns::CheckSession(UserId user, Product product) {
    RT_TRY(const App app, AppOf(product));
    RT_TRY(const KeptSession kept, Kept(user, app));
    RT_TRY(std::string token, parts_.tokens.Get(app));
    bool stale = false;
    Status checked = parts_.api.CheckSession(token, kept.openid, kept.session_key, stale);
    if (stale) {
        RT_TRY(token, parts_.tokens.Replace(app, token));
        checked = parts_.api.CheckSession(token, kept.openid, kept.session_key, stale);
    }
    return checked;
}

bool SignIns::Keeps(UserId user, Product product) const {
    const auto app = AppOf(product);
    return app.ok() && Kept(user, *app).ok();
}

Result<bool> SignIns::CheckText(UserId user, Product product, std::string_view text) {
    RT_TRY(const App app, AppOf(product));
    RT_TRY(const KeptSession kept, Kept(user, app));
    RT_TRY(std::string token, parts_.tokens.Get(app));
    bool stale = false;
    auto checked = parts_.api.CheckText(token, kept.openid, text, stale);
    if (stale) {
        RT_TRY(token, parts_.tokens.Replace(app, token));
        checked = parts_.api.CheckText(token, kept.openid, text, stale);
    }
    return checked;
}

Result<Departure> SignIns::StartWeb(std::string_view return_path, bool with_profile) {
    if (!options_.web.set_up() || options_.public_url.empty()) return NotSetUp();
    if (!IsOwnPath(return_path)) return base::InvalidField("return", {"不是本站路径", "not a path of this site"});
    const std::string state = base::NewPublicId(parts_.random) + base::NewPublicId(parts_.random);
    const std::string way = json::Encode(json::Object{{"state", state},
                                                      {"return", return_path},
                                                      {"profile", with_profile},
                                                      {"until", parts_.clock.Now().Plus(kWayMicros).micros}});
    const std::string callback = options_.public_url + options_.base + "/auth/wechat/web/callback";
    Departure out;
    // WeChat wants the parameters in this order, and the fragment.
    out.location = options_.open_url + "/connect/oauth2/authorize?appid=" + base::PercentEncode(options_.web.appid) +
                   "&redirect_uri=" + base::PercentEncode(callback) +
                   "&response_type=code&scope=" + (with_profile ? "snsapi_userinfo" : "snsapi_base") +
                   "&state=" + state + "#wechat_redirect";
    out.cookie = base::Base64UrlEncode(base::AsBytes(parts_.sealer.seal(kWayContext, way)));
    return out;
}

Result<SignIns::Way> SignIns::OpenWay(std::string_view cookie) const {
    const auto sealed = base::Base64UrlDecode(cookie);
    if (!sealed) return StartAgain();
    const auto plain = parts_.sealer.open(kWayContext, base::AsText(*sealed));
    const auto value = plain.ok() ? json::Decode(*plain) : Result<json::Value>(plain.error());
    if (!value.ok()) return StartAgain();
    const json::Value* until = value->Find("until");
    const json::Value* profile = value->Find("profile");
    if (until == nullptr || !until->IsInt() || parts_.clock.Now().micros >= until->AsInt()) return StartAgain();
    Way way{TextAt(*value, "state"), TextAt(*value, "return"),
            profile != nullptr && profile->IsBool() && profile->AsBool()};
    if (way.state.empty() || !IsOwnPath(way.return_path)) return StartAgain();
    return way;
}

std::string SignIns::ReturnPathOf(std::string_view cookie) const {
    const auto way = OpenWay(cookie);
    return way.ok() ? way->return_path : std::string();
}

Result<Arrival> SignIns::FinishWeb(std::string_view cookie, std::string_view state, std::string_view code,
                                   const Caller& caller) {
    if (!options_.web.set_up()) return NotSetUp();
    RT_TRY(const Way way, OpenWay(cookie));
    if (!crypto::EqualConstantTime(way.state, state)) return StartAgain();
    if (code.empty())
        return base::FailText(Code::kSignInAgain, {"您已取消微信登录", "You did not allow the sign-in by WeChat"});
    RT_CHECK_OK(TakeCode(options_.web, code));
    auto token = parts_.api.WebSignIn(options_.web, code);
    if (!token.ok()) {
        GiveBack(options_.web, code, token.error());
        return std::move(token).error();
    }
    IdentityProof proof;
    proof.key = {IdentityKind::kWechatWeb, options_.web.appid, token->openid};
    std::string unionid = token->unionid;
    if (way.with_profile) {
        RT_TRY(const WebUser user, parts_.api.WebProfile(*token));
        proof.display_name = user.nickname;
        if (unionid.empty()) unionid = user.unionid;
    }
    if (!unionid.empty()) proof.also.push_back({IdentityKind::kWechatUnion, "", unionid});
    RT_TRY(SignedIn done, parts_.auth.SignInByIdentity(proof, kMethod, caller));
    return Arrival{std::move(done), way.return_path};
}

}  // namespace rt::auth::wechat
