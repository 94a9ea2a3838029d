#include "support/registration_api.h"

#include "base/encoding.h"
#include "base/parse.h"
#include "net/upload.h"

namespace rt::testing {
namespace {

void ParseTarget(const std::string& target, net::Request& request) {
    const std::size_t mark = target.find('?');
    request.path = target.substr(0, mark);
    std::string_view rest = mark == std::string::npos ? std::string_view() : std::string_view(target).substr(mark + 1);
    while (!rest.empty()) {
        const std::string_view pair = rest.substr(0, rest.find('&'));
        rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
        const std::size_t equals = pair.find('=');
        request.query.emplace_back(std::string(pair.substr(0, equals)),
                                   *base::PercentDecode(pair.substr(equals + 1), true));
    }
}

}  // namespace

std::string ApiAnswer::Header(std::string_view name) const {
    for (const net::Header& header : headers) {
        if (base::EqualsIgnoreAsciiCase(header.name, name)) return header.value;
    }
    return {};
}

const json::Value& ApiAnswer::At(std::string_view path) const {
    const json::Value* at = json.Find("data");
    CAPTURE(body);
    CAPTURE(path);
    REQUIRE(at != nullptr);
    while (!path.empty()) {
        const std::string_view part = path.substr(0, path.find('.'));
        path.remove_prefix(std::min(path.size(), part.size() + 1));
        const auto index = base::ParseUnsigned(part);
        if (index && at->IsArray()) {
            REQUIRE(*index < at->AsArray().size());
            at = &at->AsArray().at(*index);
        } else {
            at = at->Find(part);
        }
        REQUIRE(at != nullptr);
    }
    return *at;
}

std::string ApiAnswer::code() const {
    const json::Value* code = json.Find("code");
    return code != nullptr ? code->AsString() : std::string();
}

ApiWorld::ApiWorld() {
    REQUIRE(service->Start().ok());
    access->SetScopes(scopes_);
    Serve(registration::Routes(*service, {.base = ""}));
}

void ApiWorld::Serve(net::RouteTable more) {
    for (net::Route& route : more) routes.push_back(std::move(route));
    auto router = net::Router::Make(routes, {}, "/api");
    REQUIRE_MESSAGE(router.ok(), (router.ok() ? "" : router.error().detail));
    router_ = std::make_unique<net::Router>(std::move(*router));
}

net::Principal ApiWorld::PrincipalOf(std::string_view who) const {
    if (who.empty()) return {};
    if (who == "organiser") return {1, "organiser", net::Role::kOrganiser, {}, false};
    if (who == "admin") return {2, "admin", net::Role::kAdmin, {}, false};
    if (who == "other") return {3, "other", net::Role::kOrganiser, {}, false};
    return {1'000 + *base::ParseSigned(who), std::string(who), net::Role::kUser, {}, false};
}

ApiAnswer ApiWorld::Call(std::string_view who, net::Method method, const std::string& target, const ApiCall& call) {
    net::Request request;
    request.method = method;
    ParseTarget(target, request);
    request.body = call.body;
    if (!call.body.empty()) request.headers.push_back({"Content-Type", "application/json"});
    if (!call.if_match.empty()) request.headers.push_back({"If-Match", "\"" + call.if_match + "\""});
    if (!call.key.empty()) request.headers.push_back({"Idempotency-Key", call.key});
    if (!call.if_none_match.empty()) request.headers.push_back({"If-None-Match", call.if_none_match});
    request.client = "192.0.2.7";
    request.request_id = "test";
    request.locale = call.locale;
    request.principal = PrincipalOf(who);
    request.now = clock.Now();
    const auto match = router_->Find(method, request.path);
    CAPTURE(target);
    REQUIRE(match.route != nullptr);
    request.params = match.params;
    if (match.route->body == net::BodyKind::kFile) {
        auto file = net::UploadedFile::Make(dir.path(), [](std::uint64_t) {});
        REQUIRE((file.ok() && (*file)->Append(request.body).ok()));
        request.file = *std::move(file);
        request.body.clear();
    }
    const bool asks = match.route->permission != net::Permission::kNone;
    const Status allowed = asks && request.principal.anonymous() ? Status(Fail(Code::kUnauthenticated))
                           : asks                                ? access->BeforeHandler(*match.route, request)
                                                                 : Ok();
    auto result = allowed.ok() ? match.route->handler(request) : Result<net::Response>(allowed.error());
    net::Response response = result.ok() ? std::move(*result) : net::Failure(result.error(), call.locale, "test");
    ApiAnswer out{response.status, {}, response.shared ? *response.shared : response.body, response.headers};
    if (response.stream != nullptr) {
        for (bool more = true; more;) {
            auto read = response.stream->Read(out.body, 1'000);
            REQUIRE(read.ok());
            more = *read;
        }
    }
    if (auto json = json::Decode(out.body); json.ok()) out.json = std::move(*json);
    return out;
}

}  // namespace rt::testing
