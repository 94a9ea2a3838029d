#include <doctest/doctest.h>

#include "net/openapi.h"
#include "support/net_harness.h"

namespace {

using namespace rt;
using net::Method;

net::RouteTable Table() {
    const auto handler = [](const net::Request&) -> Result<net::Response> { return net::NoContent(); };
    net::Route submit =
        test::TestRoute("team.submit", Method::kPost, "/api/v1/teams/{team}/submit", net::Run::kStore, handler);
    submit.access = net::Access::kUser;
    submit.rate_class = net::RateClass::kWrite;
    submit.idempotency = net::Idempotency::kAccepted;
    submit.summary = "Submit.";
    submit.request_example = R"({"name":"x","count":3,"tags":["a"],"ok":true,"deep":{"ratio":0.5}})";
    net::Route list =
        test::TestRoute("team.list", Method::kGet, "/api/v1/teams/{team}/submit", net::Run::kStore, handler);
    return {submit, list, test::TestRoute("livez", Method::kGet, "/livez", net::Run::kInline, handler)};
}

const json::Value& At(const json::Value& value, std::initializer_list<std::string_view> keys) {
    const json::Value* at = &value;
    for (const std::string_view key : keys) {
        at = at->Find(key);
        REQUIRE_MESSAGE(at != nullptr, key);
    }
    return *at;
}

TEST_CASE("the document holds the API routes with access, parameters, body and answers") {
    const json::Value document = net::OpenApiDocument(Table(), {"Roundtable", "1.2.3", "x"}, "/api");
    CHECK(At(document, {"openapi"}).AsString() == "3.1.0");
    CHECK(At(document, {"info", "version"}).AsString() == "1.2.3");
    CHECK(At(document, {"paths"}).AsObject().members().size() == 1);
    const json::Value& post = At(document, {"paths", "/api/v1/teams/{team}/submit", "post"});
    CHECK(At(post, {"operationId"}).AsString() == "team.submit");
    CHECK(At(post, {"x-access"}).AsString() == "user");
    CHECK(At(post, {"x-rate-class"}).AsString() == "write");
    CHECK(At(post, {"x-body-bytes-max"}).AsInt() == 1 << 20);
    CHECK(At(post, {"parameters"}).AsArray().size() == 2);
    CHECK(At(post, {"security"}).AsArray().size() == 1);
    const json::Value& media = At(post, {"requestBody", "content", "application/json"});
    CHECK(At(media, {"schema", "properties", "count", "type"}).AsString() == "integer");
    CHECK(At(media, {"schema", "properties", "deep", "properties", "ratio", "type"}).AsString() == "number");
    CHECK(At(media, {"schema", "properties", "tags", "items", "type"}).AsString() == "string");
    CHECK(At(media, {"example", "name"}).AsString() == "x");
    CHECK(At(post, {"responses"}).Find("429") != nullptr);
    const json::Value& get = At(document, {"paths", "/api/v1/teams/{team}/submit", "get"});
    CHECK(get.Find("requestBody") == nullptr);
    CHECK(At(get, {"security"}).AsArray().empty());
    CHECK(At(get, {"responses"}).Find("429") == nullptr);
}

TEST_CASE("it lists every error code") {
    const json::Value document = net::OpenApiDocument(Table(), {"t", "v", "d"}, "/api");
    const auto& codes = At(document, {"components", "schemas", "Failure", "properties", "code", "enum"}).AsArray();
    CHECK(codes.size() == base::CodeCount());
    CHECK(json::Decode(json::Encode(document)).ok());
}

}  // namespace
