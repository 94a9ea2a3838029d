// Shared by the handlers of auth.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/api.h"
#include "json/json.h"
#include "json/reader.h"
#include "net/http.h"
#include "net/route.h"

namespace rt::auth::api {

// Bodies of sign-in routes are small; what is larger is no form of ours.
inline constexpr std::size_t kBodyBytesMax = 16 << 10;

net::RouteTable SessionRoutes(Service& service, const std::string& base);
net::RouteTable CodeRoutes(Service& service, const std::string& base);
net::RouteTable MeRoutes(Service& service, const std::string& base);
net::RouteTable AdminRoutes(Service& service, const std::string& base);

net::RouteTable AdminSelfRoutes(Service& service, const SelfService& self, const std::string& base);

json::Object ShownJson(const ShownIdentity& identity);
// `current`: the id of the session that asks.
json::Object SessionJson(const domain::Session& session, std::string_view current);
Actor ActorOf(const net::Request& request);
json::Object OwnUser(const User& user);    // what a user sees of himself
json::Object AdminUser(const User& user);  // what an administrator sees

// A password as it is: never trimmed. Notes a mistake when it is no string.
std::string ReadPassword(json::Reader& in, std::string_view key);
// login_name, password and display_name.
NewUser ReadNewUser(json::Reader& in, const net::Request& request);
domain::ClientKind ReadClient(json::Reader& in);
// "password", or the code under `code_key`; neither where the sign-in itself is to be the proof.
Reproof ReadReproof(json::Reader& in, std::string_view code_key);
// "tokens": true revokes the person's API tokens; they stay without it.
ApiTokens ReadTokens(json::Reader& in);
// For what is the person's own: a token made for a program is not enough. FORBIDDEN.
Status RequireSession(const net::Request& request);
domain::Channel ReadChannel(json::Reader& in);
// "to", as an address of this channel.
std::optional<domain::Contact> ReadContact(json::Reader& in, domain::Channel channel);
// "channel", "to" and "code"; nullopt only after noting a mistake.
std::optional<CodeProof> ReadCodeProof(json::Reader& in);
json::Value TextsJson(const std::vector<std::string>& texts);

// A POST for everybody, limited as sign-ins are.
net::Route PublicPost(std::string name, std::string pattern, net::Run run, std::string summary, std::string example);

Caller CallerOf(const net::Request& request, domain::ClientKind kind);
// The answer to a sign-in: for a browser the refresh token goes into a cookie that only `<base>/auth` gets. When a
// second step is awaited, what that needs instead. `more` is added to a session.
net::Response SessionAnswer(const net::Request& request, const std::string& base, const SignedIn& signed_in,
                            domain::ClientKind client, int status, const json::Object& more = {});

// The refresh token of a browser. Over TLS the name begins with "__Host-", which browsers take from this host alone,
// for all paths and never without Secure: no sub-domain and no plain page plants one. On plain http (development) the
// cookie has another name and goes to `<base>/auth` only. `value` empty: forget it.
void SetRefreshCookie(const net::Request& request, const std::string& base, std::string_view value,
                      std::int64_t max_age_s, net::Response& response);
std::optional<std::string> RefreshCookieOf(const net::Request& request);

// Refuses what another site made the browser send. A page of ours says so by Sec-Fetch-Site, or Origin in older
// browsers.
enum class OriginRule : std::uint8_t { kMustBeOurs, kMustNotBeForeign };
Status CheckOrigin(const net::Request& request, OriginRule rule);

}  // namespace rt::auth::api
