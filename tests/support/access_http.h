// The routes of auth with those of access: roles, organisations, tokens.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "auth/access_api.h"
#include "support/auth_http.h"

namespace rt::testing {

struct AccessWorld {
    explicit AccessWorld(AuthFixture& f)
        : parts{*f.db, f.service->access(), f.trail, f.clock, f.random, f.ids, f.service->revocations()},
          service(*f.service) {}
    net::RouteTable Routes() { return auth::AccessRoutes({service, grants, organisations, tokens}, "/api/v1"); }

    auth::AccessParts parts;
    auth::Service& service;
    auth::Grants grants{parts};
    auth::Organisations organisations{parts};
    auth::Tokens tokens{parts, service.credentials()};
};

struct AccessHttp : AuthHttp {
    AccessHttp() : AccessHttp(std::make_shared<std::optional<AccessWorld>>()) {}

    std::string TokenOf(const std::string& login_name) { return Login(login_name).Text("access_token"); }
    // Answers its id.
    std::string MakeOrganisation(const std::string& token, const std::string& slug) {
        const auto made = As(token, "POST", "/api/v1/organisations",
                             R"({"name":"Organisation )" + slug + R"(","slug":")" + slug + R"("})");
        REQUIRE(made.status == 201);
        return made.Text("id");
    }
    AccessWorld& access() { return **world; }

    std::shared_ptr<std::optional<AccessWorld>> world;

  private:
    explicit AccessHttp(const std::shared_ptr<std::optional<AccessWorld>>& made)
        : AuthHttp(MoreRoutes([made](AuthFixture& f) { return made->emplace(f).Routes(); })), world(made) {}
};

}  // namespace rt::testing
