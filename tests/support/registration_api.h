// The registration routes through the real router, in process.
#pragma once

#include <doctest/doctest.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "net/router.h"
#include "registration/scopes.h"
#include "support/registration_world.h"

namespace rt::testing {

struct ApiAnswer {
    int status = 0;
    json::Value json;  // null when the body is no JSON
    std::string body;  // with a streamed body read to its end
    std::vector<net::Header> headers;

    std::string Header(std::string_view name) const;
    // A member of data by path, "team.name" or "members.0.role"; the test fails when it is not there.
    const json::Value& At(std::string_view path) const;
    std::string Text(std::string_view path) const { return At(path).AsString(); }
    std::int64_t Int(std::string_view path) const { return At(path).AsInt(); }
    std::string code() const;  // of a failure envelope
};

struct ApiCall {
    std::string body = {};
    std::string if_match = {};
    std::string key = {};  // Idempotency-Key
    base::Locale locale = base::Locale::kEn;
    std::string if_none_match = {};
};

class ApiWorld : public World {
  public:
    ApiWorld();
    // `who`: "organiser", "admin", "other" (an organiser of other events), "7" (user 7), "" (nobody).
    ApiAnswer Call(std::string_view who, net::Method method, const std::string& target, const ApiCall& call = {});
    ApiAnswer Get(std::string_view who, const std::string& target) { return Call(who, net::Method::kGet, target); }
    ApiAnswer Post(std::string_view who, const std::string& target, std::string body = "{}") {
        return Call(who, net::Method::kPost, target, {.body = std::move(body)});
    }

    // Routes of other modules beside registration's.
    void Serve(net::RouteTable more);

    net::RouteTable routes;

  private:
    net::Principal PrincipalOf(std::string_view who) const;
    registration::Scopes scopes_{*db};
    std::unique_ptr<net::Router> router_;
};

}  // namespace rt::testing
