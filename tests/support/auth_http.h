// The routes of auth behind a real server on a loopback port.
#pragma once

#include <doctest/doctest.h>

#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "auth/api.h"
#include "auth/self_service.h"
#include "json/json.h"
#include "net/server.h"
#include "support/auth_fixture.h"
#include "support/net_harness.h"

namespace rt::testing {

struct HttpAnswer {
    int status = 0;
    json::Value body;  // null if there is none
    test::RawAnswer raw;

    std::string Code() const { return TextAt("code"); }
    const json::Value& Data() const {
        const json::Value* data = body.Find("data");
        REQUIRE(data != nullptr);
        return *data;
    }
    std::string Text(std::string_view key) const {
        const json::Value* value = Data().Find(key);
        return value != nullptr && value->IsString() ? value->AsString() : std::string();
    }
    // The cookie of Set-Cookie up to the first ';'.
    std::string Cookie() const {
        const std::string field = raw.Field("set-cookie");
        return field.substr(0, field.find(';'));
    }

  private:
    std::string TextAt(std::string_view key) const {
        const json::Value* value = body.Find(key);
        return value != nullptr && value->IsString() ? value->AsString() : std::string();
    }
};

class OpenAdmission final : public net::Admission {
  public:
    Status Admit(const net::Route&, const net::Request&) override { return Ok(); }
};

using HeaderList = std::initializer_list<std::pair<std::string_view, std::string_view>>;

struct AuthHttp : AuthFixture {
    using MoreRoutes = std::function<net::RouteTable(AuthFixture&)>;

    // `authorizer` null: the service's own.
    explicit AuthHttp(net::RouteTable more = {}, net::Authorizer* authorizer = nullptr)
        : AuthHttp([&](AuthFixture&) { return std::move(more); }, authorizer) {}
    explicit AuthHttp(const MoreRoutes& more, net::Authorizer* authorizer = nullptr)
        : routes(auth::Routes(*service, {})) {
        for (net::Route& route : auth::SelfServiceRoutes(*service, self, {})) routes.push_back(std::move(route));
        for (const auto& [name, access] : {std::pair("test.user", net::Access::kUser),
                                           {"test.organiser", net::Access::kOrganiser},
                                           {"test.admin", net::Access::kAdmin}}) {
            net::Route route = test::TestRoute(name, net::Method::kGet, "/" + std::string(name), net::Run::kInline,
                                               [](const net::Request& request) -> Result<net::Response> {
                                                   return net::Success(request.principal.public_id);
                                               });
            route.access = access;
            routes.push_back(std::move(route));
        }
        for (net::Route& route : more(*this)) routes.push_back(std::move(route));
        net::RateRules rules;
        rules.address_general = rules.user_general = rules.address_sign_in = rules.user_sign_in = {100'000, 900};
        limiter = std::make_unique<net::RateLimiter>(rules, server_clock);
        net::ServerOptions server_options;
        server_options.listeners.push_back({*os::ParseEndpoint("127.0.0.1:0"), net::ListenKind::kPlain, -1});
        server_options.reactors = 1;
        server_options.pools.store_threads = 4;
        server = std::make_unique<net::Server>(
            server_options, net::ServerParts{routes,
                                             {},
                                             service->authenticator(),
                                             admission,
                                             *limiter,
                                             log,
                                             metrics,
                                             server_clock,
                                             random,
                                             authorizer != nullptr ? authorizer : &service->access()});
        const Status started = server->Start();
        REQUIRE_MESSAGE(started.ok(), (started.ok() ? "" : started.error().detail));
    }
    ~AuthHttp() { server.reset(); }

    HttpAnswer Call(std::string_view method, std::string_view path, std::string_view body = {},
                    HeaderList headers = {}) {
        std::string text(method);
        text.append(" ").append(path).append(" HTTP/1.1\r\nHost: team.example\r\nConnection: close\r\n");
        if (!body.empty()) {
            text += "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n";
        } else if (method != "GET") {
            text += "Content-Length: 0\r\n";
        }
        for (const auto& [name, value] : headers) text.append(name).append(": ").append(value).append("\r\n");
        text.append("\r\n").append(body);
        test::RawClient client(server->endpoints().front().port);
        REQUIRE(client.Send(text));
        HttpAnswer answer;
        answer.raw = client.Read();
        answer.status = answer.raw.status;
        if (!answer.raw.body.empty() && answer.raw.body.front() == '{') {
            auto decoded = json::Decode(answer.raw.body);
            REQUIRE(decoded.ok());
            answer.body = *decoded;
        }
        return answer;
    }
    HttpAnswer As(std::string_view token, std::string_view method, std::string_view path, std::string_view body = {},
                  std::string_view if_match = {}) {
        const std::string bearer = "Bearer " + std::string(token);
        if (if_match.empty()) return Call(method, path, body, {{"Authorization", bearer}});
        return Call(method, path, body, {{"Authorization", bearer}, {"If-Match", if_match}});
    }
    HttpAnswer Login(std::string_view login_name, std::string_view client = "native",
                     std::string_view password = kGoodPassword) {
        return Call("POST", "/api/v1/auth/login",
                    json::Encode(json::Object{{"login_name", login_name}, {"password", password}, {"client", client}}));
    }

    auth::SelfService self{*service, {}};
    base::SystemClock server_clock;
    OpenAdmission admission;
    net::RouteTable routes;
    std::unique_ptr<net::RateLimiter> limiter;
    std::unique_ptr<net::Server> server;
};

}  // namespace rt::testing
