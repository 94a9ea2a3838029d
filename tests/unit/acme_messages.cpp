#include <doctest/doctest.h>

#include <string>

#include "acme/messages.h"

namespace {

using namespace rt::acme;

}  // namespace

TEST_CASE("a directory needs its three addresses over TLS") {
    const auto good =
        ParseDirectory(R"({"newNonce":"https://a/n","newAccount":"https://a/a","newOrder":"https://a/o","extra":[1],)"
                       R"("meta":{"termsOfService":"https://a/t","externalAccountRequired":true}})");
    REQUIRE(good.ok());
    CHECK(good->new_order == "https://a/o");
    CHECK(good->terms_of_service == "https://a/t");
    CHECK(good->external_account_required);
    for (const char* bad :
         {"", "[]", "{}", "null", "<html>", R"({"newNonce":"https://a/n","newAccount":"https://a/a"})",
          R"({"newNonce":"https://a/n","newAccount":"http://a/a","newOrder":"https://a/o"})",
          R"({"newNonce":"https://a/n","newAccount":7,"newOrder":"https://a/o"})"}) {
        CAPTURE(bad);
        CHECK(ParseDirectory(bad).error().code == rt::Code::kUpstream);
    }
}

TEST_CASE("an order, in each state") {
    const auto order = [](const std::string& status, const std::string& more) {
        return ParseOrder(R"({"status":")" + status + R"(","finalize":"https://a/f","authorizations":["https://a/1"])" +
                          more + "}");
    };
    CHECK(order("pending", "")->state == State::kPending);
    CHECK(order("ready", "")->state == State::kReady);
    CHECK(order("processing", "")->state == State::kProcessing);
    CHECK(order("revoked", "")->state == State::kOther);
    CHECK(order("valid", R"(,"certificate":"https://a/c")")->certificate == "https://a/c");
    CHECK(!order("valid", "").ok());
    CHECK(!order("valid", R"(,"certificate":"http://a/c")").ok());
    const auto failed =
        order("invalid",
              R"(,"error":{"type":"urn:ietf:params:acme:error:caa","detail":"no","subproblems":[{"detail":"a.b"}]})");
    CHECK(failed->state == State::kInvalid);
    CHECK(failed->problem.Text() == "caa: no; a.b");
    CHECK(!ParseOrder(R"({"status":"pending","finalize":"https://a/f"})").ok());
    CHECK(!ParseOrder(R"({"status":"pending","finalize":"https://a/f","authorizations":[1]})").ok());
    std::string many = R"({"status":"pending","finalize":"https://a/f","authorizations":["https://a/0")";
    for (int i = 1; i < 100; ++i) many += R"(,"https://a/1")";
    CHECK(ParseOrder(many + "]}").ok());
    CHECK(!ParseOrder(many + R"(,"https://a/1"]})").ok());
}

TEST_CASE("an authorization: challenges that cannot be ours are passed over") {
    const auto parsed = ParseAuthorization(
        R"({"status":"pending","identifier":{"type":"dns","value":"a.example"},"challenges":[)"
        R"({"type":"http-01","url":"https://a/1","token":"abc_-9","status":"pending"},)"
        R"({"type":"http-01","url":"https://a/2","token":"../../etc","status":"pending"},)"
        R"({"type":"http-01","url":"https://a/3","token":"","status":"pending"},)"
        R"({"type":"http-01","url":"ftp://a/4","token":"abc","status":"pending"},)"
        R"({"type":"new-kind"},7,)"
        R"({"type":"tls-alpn-01","url":"https://a/5","token":"xyz","status":"invalid","error":{"detail":"refused"}}]})");
    REQUIRE(parsed.ok());
    CHECK(parsed->name == "a.example");
    REQUIRE(parsed->challenges.size() == 2);
    CHECK(parsed->challenges[0].token == "abc_-9");
    CHECK(parsed->challenges[1].problem.Text() == "refused");
    CHECK(!ParseAuthorization(R"({"status":"pending","challenges":[]})").ok());
    CHECK(!ParseAuthorization(R"({"status":"pending","identifier":{"value":"a"}})").ok());
}

TEST_CASE("a problem is short, and nothing is no problem") {
    CHECK(ParseProblem("<html>busy</html>").Text().empty());
    CHECK(ParseProblem("[]").Text().empty());
    CHECK(ParseProblem(R"({"type":"urn:ietf:params:acme:error:rateLimited","detail":"later"})").type == "rateLimited");
    CHECK(ParseProblem(R"({"type":"about:blank"})").Text() == "about:blank");
    CHECK(ParseProblem(R"({"detail":")" + std::string(10'000, 'x') + R"("})").detail.size() == 400);
}
